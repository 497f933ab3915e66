"""Laboratory rows of one patient, bounded by dates; and the limits of a laboratory in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from registry.laboratory.analytes import code_of, spellings
from registry.laboratory.proposals import READ_FROM, Result
from registry.models import LaboratoryLimit, LaboratoryResult
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach, RowsOfPatient, columns, partial_columns

_result, _limit = LaboratoryResult.__table__, LaboratoryLimit.__table__
DAYS_ON_A_PAGE = 8
LOOK_BACK = timedelta(days=400)  # a sample known only by its year may still lie in the window
MOST_ROWS = 2000  # of a page or of a look back: a guard, far beyond what a laboratory sends
NO_VISIT = UUID(int=0)
_AS_ENTERED = (
    *("analyte", "value", "unit", "comparator", "state"),
    *("lower_limit", "upper_limit"),
)


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One result as a page shows it."""

    id: UUID
    visit_id: UUID | None
    site_id: int
    result: Result
    laboratory: str | None
    canonical_value: Decimal | None
    canonical_unit: str | None


@dataclass(frozen=True, slots=True)
class LimitRow:
    """Limits in force, in ``unit``."""

    analyte: str
    unit: str | None
    lower: Decimal | None
    upper: Decimal | None
    from_on: date


_ROW = (
    *columns(_result, "id", "visit_id", "site_id"),
    *partial_columns(_result, "collected_on"),
    *columns(_result, *_AS_ENTERED, "laboratory", "canonical_value", "canonical_unit"),
)
_DAYS = RowsOfPatient.prepared(
    select(_result.c.collected_on_earliest)
    .where(
        _result.c.collected_on_earliest < bindparam("before"),
        _result.c.collected_on_latest >= bindparam("first"),
    )
    .distinct()
    .order_by(_result.c.collected_on_earliest.desc())
    .limit(DAYS_ON_A_PAGE + 1),
    _result,
)
_BETWEEN = RowsOfPatient.prepared(
    select(*_ROW)
    .where(
        _result.c.collected_on_earliest >= bindparam("first"),
        _result.c.collected_on_earliest <= bindparam("last"),
    )
    .order_by(_result.c.collected_on_earliest.desc(), _result.c.id)
    .limit(MOST_ROWS),
    _result,
)
_FOR_ITEMS = RowsOfPatient.prepared(
    select(*partial_columns(_result, "collected_on"), *columns(_result, *_AS_ENTERED))
    .where(
        func.lower(_result.c.analyte).in_(spellings(READ_FROM)),
        or_(
            _result.c.collected_on_earliest >= bindparam("first"),
            # The first ratios fix the unit of all others, however old they are.
            func.lower(_result.c.analyte).in_(spellings(["upcr"])),
        ),
        _result.c.collected_on_earliest <= bindparam("last"),
        # Most results belong to no visit, and NULL <> anything is not true.
        _result.c.visit_id.is_distinct_from(bindparam("leave_out", type_=_result.c.visit_id.type)),
    )
    .order_by(_result.c.collected_on_earliest.desc(), _result.c.id)
    .limit(MOST_ROWS),
    _result,
)


def sample_days(session: Session, patient: PatientInReach, before: date, first: date) -> list[date]:
    """Return the newest first days of samples before a day, one more than a page holds."""
    return [day for (day,) in _DAYS.read(session, patient, before=before, first=first)]


def results_between(
    session: Session, patient: PatientInReach, first: date, last: date
) -> tuple[ResultRow, ...]:
    """Return the results whose first possible day lies between two, newest first."""
    return tuple(_row(row) for row in _BETWEEN.read(session, patient, first=first, last=last))


def results_for_items(
    session: Session, patient: PatientInReach, on: date, leave_out: UUID | None = None
) -> list[Result]:
    """Return what the nine derived items of a visit on a day may rest on, newest first.

    ``leave_out`` is a visit whose own results the caller has as they are typed now.
    """
    given = {"first": on - LOOK_BACK, "last": on, "leave_out": leave_out or NO_VISIT}
    return [
        Result(code_of(row[3]), PartialDate(*row[:3]), *row[4:])
        for row in _FOR_ITEMS.read(session, patient, **given)
    ]


def results_of_visit(session: Session, visit_id: UUID) -> list[LaboratoryResult]:
    """Return the results in force that a visit recorded, in the order they were typed."""
    return list(
        session.scalars(
            select(LaboratoryResult)
            .where(LaboratoryResult.visit_id == visit_id, LaboratoryResult.voided_at.is_(None))
            .order_by(LaboratoryResult.id)
        )
    )


def limits_in_force(
    session: Session, site_id: int, laboratory: str | None, on: PartialDate
) -> Mapping[str, LimitRow]:
    """Return the limits of a laboratory at a site on the day of the sample, by analyte.

    Where a partial date leaves open which of two limits held, there is none.
    """
    if not laboratory:
        return {}
    rows = session.execute(
        select(
            *columns(_limit, "analyte", "unit", "lower_limit", "upper_limit", "from_on"),
            _limit.c.laboratory,
        )
        .where(
            _limit.c.site_id == site_id,
            _limit.c.voided_at.is_(None),
            _limit.c.from_on <= on.latest,
        )
        .order_by(_limit.c.from_on)
    )
    wanted = laboratory.strip().casefold()
    found = [LimitRow(*row) for *row, name in rows if name.strip().casefold() == wanted]
    first, last = (_at(found, day) for day in (on.earliest, on.latest))
    return {analyte: limit for analyte, limit in last.items() if first.get(analyte) == limit}


def _at(limits: Iterable[LimitRow], day: date) -> dict[str, LimitRow]:
    return {limit.analyte: limit for limit in limits if limit.from_on <= day}


def laboratories_of(session: Session, site_id: int) -> list[str]:
    """Return the names of the laboratories that have limits at a site."""
    return list(
        session.scalars(
            select(_limit.c.laboratory)
            .where(_limit.c.site_id == site_id, _limit.c.voided_at.is_(None))
            .distinct()
            .order_by(_limit.c.laboratory)
            .limit(100)
        )
    )


def _row(row: Any) -> ResultRow:
    result = Result(row[6], PartialDate(*row[3:6]), *row[7:13])
    values = [*row[:3], result, *row[13:]]
    return ResultRow(*values)
