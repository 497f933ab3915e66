"""Three short lists of one patient, statuses, consents and adjuncts, in one query.

They are a few rows each: three queries would cost more than all that they return.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CompoundSelect,
    Text,
    bindparam,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry.database.types import Id
from registry.models import Adjunct, Consent, PatientStatus
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach, columns, partial_columns

_status, _consent, _adjunct = PatientStatus.__table__, Consent.__table__, Adjunct.__table__


@dataclass(frozen=True, slots=True)
class StatusRow:
    id: UUID
    status: str
    on: PartialDate
    reason: str | None


@dataclass(frozen=True, slots=True)
class ConsentRow:
    id: UUID
    version: str
    decision: str
    decided_on: PartialDate
    scopes: str | None


@dataclass(frozen=True, slots=True)
class AdjunctRow:
    id: UUID
    adjunct: str
    given_on: PartialDate
    dose: Decimal | None
    unit: str | None
    route: str | None
    infusion_id: UUID | None
    site_id: int


def lists_of(
    session: Session, patient: PatientInReach
) -> tuple[tuple[StatusRow, ...], tuple[ConsentRow, ...], tuple[AdjunctRow, ...]]:
    """Return the three lists, oldest first, as far as this person may see them."""
    given: dict[str, object] = {"patient_id": patient.id, "until": patient.until}
    statement = _EVERY if patient.row_sites is None else _BY_SITE
    if patient.row_sites is not None:
        given["row_sites"] = sorted(patient.row_sites)
    rows = session.execute(statement, given).all()
    statuses = [_status_row(row) for row in _of(rows, "status")]
    consents = [_consent_row(row) for row in _of(rows, "consent")]
    adjuncts = [_adjunct_row(row) for row in _of(rows, "adjunct")]
    statuses.sort(key=lambda row: (row.on.earliest, row.on.latest, row.id))
    consents.sort(key=lambda row: (row.decided_on.latest, row.id))
    adjuncts.sort(key=lambda row: (row.given_on.earliest, row.given_on.latest, row.id))
    return tuple(statuses), tuple(consents), tuple(adjuncts)


def _statement(*, by_site: bool) -> CompoundSelect[Any]:
    """Return the lists under each other: kind, key, word, date, three texts, infusion, site."""
    none = cast(null(), Text)
    adjuncts = select(
        literal("adjunct"), *columns(_adjunct, "id", "adjunct"),
        *partial_columns(_adjunct, "given_on"), type_coerce(_adjunct.c.dose, Text),
        *columns(_adjunct, "unit", "route", "infusion_id", "site_id"),
    )  # fmt: skip
    if by_site:
        made_there = _adjunct.c.site_id.in_(bindparam("row_sites", expanding=True))
        adjuncts = adjuncts.where(made_there)
    nothing = (type_coerce(null(), Id), null())
    statuses = select(
        literal("status"), *columns(_status, "id", "status"),
        *partial_columns(_status, "on_date"), _status.c.reason, none, none, *nothing,
    ).where(_status.c.on_date_earliest <= bindparam("until"))  # fmt: skip
    consents = select(
        literal("consent"), *columns(_consent, "id", "decision"),
        *partial_columns(_consent, "decided_on"), *columns(_consent, "version", "scopes"), none,
        *nothing,
    ).where(_consent.c.decided_on_earliest <= bindparam("until"))  # fmt: skip
    lists = ((adjuncts, _adjunct), (statuses, _status), (consents, _consent))
    return union_all(
        *[
            one.where(table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None))
            for one, table in lists
        ]
    )


_EVERY, _BY_SITE = _statement(by_site=False), _statement(by_site=True)


def _of(rows: Iterable[Any], kind: str) -> Iterable[Any]:
    return [row[1:] for row in rows if row[0] == kind]


# Built by place, in the order of the query.


def _status_row(row: Any) -> StatusRow:
    key, status, *on, reason = row[:6]
    return StatusRow(key, status, PartialDate(*on), reason)


def _consent_row(row: Any) -> ConsentRow:
    key, decision, *on, version, scopes = row[:7]
    return ConsentRow(key, version, decision, PartialDate(*on), scopes)


def _adjunct_row(row: Any) -> AdjunctRow:
    key, adjunct, *on, dose, unit, route, infusion_id, site_id = row
    amount = None if dose is None else Decimal(dose)
    return AdjunctRow(key, adjunct, PartialDate(*on), amount, unit, route, infusion_id, site_id)
