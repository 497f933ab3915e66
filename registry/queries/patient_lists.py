"""Short lists of one patient in one query: statuses, consents, adjuncts, flares and the like.

They are a few rows each: a query for each would cost more than all that they return.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    Text,
    bindparam,
    case,
    cast,
    literal,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry.database.types import Id
from registry.followup.facts import BiopsyFact, ConditionFact
from registry.models import (
    Adjunct,
    Biopsy,
    Condition,
    Consent,
    ContactAttempt,
    Flare,
    IntercurrentEvent,
    PatientStatus,
)
from registry.partial_date import PartialDate
from registry.queries.flares import FlareRow
from registry.queries.scope import PatientInReach, columns, partial_columns, partial_from

_status, _consent, _adjunct = PatientStatus.__table__, Consent.__table__, Adjunct.__table__
_flare, _intercurrent = Flare.__table__, IntercurrentEvent.__table__
_contact = ContactAttempt.__table__
_condition, _biopsy = Condition.__table__, Biopsy.__table__


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


@dataclass(frozen=True, slots=True)
class IntercurrentRow:
    id: UUID
    type: str
    on: PartialDate
    planned: bool | None
    reason: str | None
    course_id: UUID | None
    site_id: int


@dataclass(frozen=True, slots=True)
class ContactRow:
    id: UUID
    mode: str
    attempted_at: PartialDate
    result: str | None
    site_id: int


@dataclass(frozen=True, slots=True)
class PatientLists:
    """The lists, each oldest first, as far as one person may see them."""

    statuses: tuple[StatusRow, ...]
    consents: tuple[ConsentRow, ...]
    adjuncts: tuple[AdjunctRow, ...]
    flares: tuple[FlareRow, ...]
    intercurrent: tuple[IntercurrentRow, ...]
    contacts: tuple[ContactRow, ...]
    conditions: tuple[ConditionFact, ...]
    biopsies: tuple[BiopsyFact, ...]


def lists_of(session: Session, patient: PatientInReach) -> PatientLists:
    """Return the lists from one query."""
    given: dict[str, object] = {"patient_id": patient.id, "until": patient.until}
    statement = _EVERY if patient.row_sites is None else _BY_SITE
    if patient.row_sites is not None:
        given["row_sites"] = sorted(patient.row_sites)
    rows = session.execute(statement, given).all()
    found = {kind: [make(row[1:]) for row in rows if row[0] == kind] for kind, make in _ROWS}
    for kind, key in _ORDER.items():
        found[kind].sort(key=key)
    return PatientLists(*(tuple(found[kind]) for kind, _ in _ROWS))


def _statement(*, by_site: bool) -> CompoundSelect[Any]:
    """Return the lists under each other: kind, key, word, date, four texts, two keys, site."""
    # Those of a site first: of the first part PostgreSQL learns what kind of key a column holds.
    parts = (*(_made_there(*part, by_site=by_site) for part in _at_sites()), *_of_patient())
    return union_all(
        *[
            one.where(table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None))
            for one, table in parts
        ]
    )


def _made_there(
    one: Select[Any], table: FromClause, *, by_site: bool
) -> tuple[Select[Any], FromClause]:
    if not by_site:
        return one, table
    return one.where(table.c.site_id.in_(bindparam("row_sites", expanding=True))), table


_NONE = cast(null(), Text)
_NO_KEY = type_coerce(null(), Id)


def _of_patient() -> Iterable[tuple[Select[Any], FromClause]]:
    """Yield the lists that carry no site: they are read up to a day."""
    nothing = (_NONE, _NO_KEY, null())
    statuses = select(
        literal("status"), *columns(_status, "id", "status"),
        *partial_columns(_status, "on_date"), _status.c.reason, _NONE, _NONE, *nothing,
    ).where(_status.c.on_date_earliest <= bindparam("until"))  # fmt: skip
    consents = select(
        literal("consent"), *columns(_consent, "id", "decision"),
        *partial_columns(_consent, "decided_on"), *columns(_consent, "version", "scopes"), _NONE,
        *nothing,
    ).where(_consent.c.decided_on_earliest <= bindparam("until"))  # fmt: skip
    return (statuses, _status), (consents, _consent)


def _at_sites() -> Iterable[tuple[Select[Any], FromClause]]:
    adjuncts = select(
        literal("adjunct"), *columns(_adjunct, "id", "adjunct"),
        *partial_columns(_adjunct, "given_on"), type_coerce(_adjunct.c.dose, Text),
        *columns(_adjunct, "unit", "route"), _NONE, *columns(_adjunct, "infusion_id", "site_id"),
    )  # fmt: skip
    flares = select(
        literal("flare"), *columns(_flare, "id", "severity"),
        *partial_columns(_flare, "onset_on"),
        *columns(_flare, "organs", "ended_on_text", "code"), _flag(_flare.c.admitted),
        *columns(_flare, "visit_id", "site_id"),
    )  # fmt: skip
    intercurrent = select(
        literal("intercurrent"), *columns(_intercurrent, "id", "type"),
        *partial_columns(_intercurrent, "on_date"), _intercurrent.c.reason, _NONE, _NONE,
        _flag(_intercurrent.c.planned), *columns(_intercurrent, "course_id", "site_id"),
    )  # fmt: skip
    contacts = select(
        literal("contact"), *columns(_contact, "id", "mode"),
        *partial_columns(_contact, "attempted_at"), _contact.c.result, _NONE, _NONE, _NONE,
        _NO_KEY, _contact.c.site_id,
    )  # fmt: skip
    conditions = select(
        literal("condition"), *columns(_condition, "id", "condition"),
        *partial_columns(_condition, "onset_on"), _condition.c.ended_on_text, _NONE, _NONE,
        _flag(_condition.c.active), _NO_KEY, _condition.c.site_id,
    )  # fmt: skip
    biopsies = select(
        literal("biopsy"), *columns(_biopsy, "id", "classes"),
        *partial_columns(_biopsy, "taken_on"), _NONE, _NONE, _NONE, _NONE, _NO_KEY,
        _biopsy.c.site_id,
    )  # fmt: skip
    return (
        (adjuncts, _adjunct),
        (flares, _flare),
        (intercurrent, _intercurrent),
        (contacts, _contact),
        (conditions, _condition),
        (biopsies, _biopsy),
    )


def _flag(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return yes, no or nothing as text: two engines write booleans in two ways."""
    return case((column.is_(True), "yes"), (column.is_(False), "no"), else_=_NONE)


_EVERY, _BY_SITE = _statement(by_site=False), _statement(by_site=True)


# Built by place, in the order of the query.


def _status_row(row: Sequence[Any]) -> StatusRow:
    key, status, *on, reason = row[:6]
    return StatusRow(key, status, PartialDate(*on), reason)


def _consent_row(row: Sequence[Any]) -> ConsentRow:
    key, decision, *on, version, scopes = row[:7]
    return ConsentRow(key, version, decision, PartialDate(*on), scopes)


def _adjunct_row(row: Sequence[Any]) -> AdjunctRow:
    key, adjunct, *on, dose, unit, route, _, infusion_id, site_id = row
    amount = None if dose is None else Decimal(dose)
    return AdjunctRow(key, adjunct, PartialDate(*on), amount, unit, route, infusion_id, site_id)


def _flare_row(row: Sequence[Any]) -> FlareRow:
    key, severity, *on, organs, ended_on, code, admitted, _, site_id = row
    return FlareRow(
        key, code, site_id, severity, organs, _YES_NO[admitted], PartialDate(*on),
        parse_or_none(ended_on),
    )  # fmt: skip


def _intercurrent_row(row: Sequence[Any]) -> IntercurrentRow:
    key, what, *on, reason, _, _, planned, course_id, site_id = row
    return IntercurrentRow(
        key, what, PartialDate(*on), _YES_NO[planned], reason, course_id, site_id
    )


def _contact_row(row: Sequence[Any]) -> ContactRow:
    key, mode, *on, result = row[:6]
    return ContactRow(key, mode, PartialDate(*on), result, row[-1])


def _condition_fact(row: Sequence[Any]) -> ConditionFact:
    _, condition, *on, ended_on, _, _, active, _, _ = row
    return ConditionFact(
        condition, partial_from(*on), parse_or_none(ended_on), active=_YES_NO[active]
    )


def _biopsy_fact(row: Sequence[Any]) -> BiopsyFact:
    return BiopsyFact(PartialDate(*row[2:5]), row[1])


def parse_or_none(text: str | None) -> PartialDate | None:
    """Return a stored date that may be empty."""
    return PartialDate.parse(text) if text else None


_YES_NO: Mapping[str | None, bool | None] = {"yes": True, "no": False, None: None}
_ROWS: Sequence[tuple[str, Callable[[Sequence[Any]], Any]]] = (
    ("status", _status_row),
    ("consent", _consent_row),
    ("adjunct", _adjunct_row),
    ("flare", _flare_row),
    ("intercurrent", _intercurrent_row),
    ("contact", _contact_row),
    ("condition", _condition_fact),
    ("biopsy", _biopsy_fact),
)


def _by(day: Callable[[Any], PartialDate]) -> Callable[[Any], tuple[Any, ...]]:
    return lambda row: (day(row).earliest, day(row).latest, row.id)


_ORDER: Mapping[str, Callable[[Any], tuple[Any, ...]]] = {
    "status": _by(lambda row: row.on),
    "consent": lambda row: (row.decided_on.latest, row.id),
    "adjunct": _by(lambda row: row.given_on),
    "flare": lambda row: (row.onset_on.earliest, row.code),
    "intercurrent": _by(lambda row: row.on),
    "contact": _by(lambda row: row.attempted_at),
    "condition": lambda row: (row.onset_on.earliest if row.onset_on else date.min, row.condition),
    "biopsy": lambda row: (row.taken_on.earliest, row.classes),
}
