"""The table of limits, a site at a time; limits belong to a laboratory and carry no patient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.models import LaboratoryLimit, Site

LINES = 100


@dataclass(frozen=True, slots=True)
class LimitLine:
    id: UUID
    site_code: str
    laboratory: str
    analyte: str
    assay: str | None
    from_on: date
    unit: str | None
    lower: Decimal | None
    upper: Decimal | None


@dataclass(frozen=True, slots=True)
class LimitsPage:
    lines: Sequence[LimitLine]
    after: UUID | None  # the last line, where more follow


_ORDER = (
    Site.code,
    LaboratoryLimit.laboratory,
    LaboratoryLimit.analyte,
    LaboratoryLimit.from_on,
    LaboratoryLimit.id,
)
_LINES = (
    select(
        LaboratoryLimit.id,
        Site.code,
        LaboratoryLimit.laboratory,
        LaboratoryLimit.analyte,
        LaboratoryLimit.assay,
        LaboratoryLimit.from_on,
        LaboratoryLimit.unit,
        LaboratoryLimit.lower_limit,
        LaboratoryLimit.upper_limit,
    )
    .join(Site, Site.id == LaboratoryLimit.site_id)
    .where(LaboratoryLimit.voided_at.is_(None))
    .order_by(*_ORDER)
    .limit(LINES + 1)
)


def limits_page(session: Session, after: UUID | None = None) -> LimitsPage:
    """Return 100 lines by site, laboratory, analyte and day, after a given one."""
    statement = _LINES
    if after is not None:
        cursor = (
            select(*_ORDER)
            .join(Site, Site.id == LaboratoryLimit.site_id)
            .where(LaboratoryLimit.id == after)
        )
        found = session.execute(cursor).first()
        statement = statement.where(tuple_(*_ORDER) > tuple(found)) if found else statement
    lines = [LimitLine(*row) for row in session.execute(statement)]
    more = len(lines) > LINES
    return LimitsPage(lines[:LINES], lines[LINES - 1].id if more else None)


def limit_of(session: Session, key: UUID) -> LaboratoryLimit:
    """Return the row in force; NotInReachError where there is none."""
    row = session.get(LaboratoryLimit, key)
    if row is None or row.voided_at is not None:
        raise NotInReachError
    return row
