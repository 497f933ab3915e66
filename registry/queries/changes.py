"""Entries of the trail in words: each field once, as typed, before and after.

Left out: keys, row versions, the days computed from partial dates and other derived columns,
and whatever must not be read, such as password hashes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Dialect, MetaData, Table, select
from sqlalchemy.orm import Session

from registry import codes
from registry.audit.shape import UNAUDITED
from registry.audit.values import row_of
from registry.database.base import Base
from registry.instruments import INSTRUMENTS
from registry.instruments.base import InvalidAnswerError
from registry.models import AdverseEvent, Course, Infusion, Lot, Patient, Site, User, Visit
from registry.models.derived import DERIVED_NAMES
from registry.permissions import ROLE_TITLES
from registry.queries.trail import EntryRow

NOTHING = "–"
HIDDEN = frozenset({"password_hash"})
TECHNICAL = frozenset({"id", "row_version", "enrolment_id", "rule_version", "content"})
NAMES: Mapping[str, Any] = {
    "site_id": Site.code,
    "patient_id": Patient.code,
    "user_id": User.username,
    "visit_id": Visit.code,
    "course_id": Course.code,
    "infusion_id": Infusion.code,
    "lot_id": Lot.code,
    "event_id": AdverseEvent.code,
}
TITLES: Mapping[str, Mapping[str, str]] = {
    name.lower(): listed for name, listed in vars(codes).items() if name.isupper()
} | {
    "state": {
        **codes.VALUE_STATE,
        **codes.LOT_TEST_STATE,
        **codes.ADVERSE_EVENT_STATE,
        **codes.ENDPOINT_STATE,
    },
    "decision": {**codes.LOT_DECISION, **codes.DECISION},
    "assessor": {**codes.CAUSALITY_ASSESSOR, **codes.ASSESSOR},
    "verdict": codes.CAUSALITY,
    "mode": codes.CONTACT_MODE,
    "cost_paid_by": codes.COST_PAYER,
    "meaning": codes.SIGNATURE_MEANING,
    "role": {role.value: title for role, title in ROLE_TITLES.items()},
}
OPERATIONS = {"I": "Added", "U": "Changed", "X": "Table dropped by a migration"}

Names = Mapping[str, Mapping[Any, str]]
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One field in words."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Described:
    """One entry in words."""

    entry: EntryRow
    what: str
    patient: str | None
    operation: str
    changes: tuple[Change, ...]


def described(session: Session, entries: Iterable[EntryRow]) -> list[Described]:
    """Return the entries in words; one query for each kind of name they mention."""
    dialect = session.get_bind().dialect
    read = [(entry, *_rows(entry, dialect)) for entry in entries]
    names = _names(session, [row for _, *rows in read for row in rows])
    return [_described(entry, old, new, names) for entry, old, new in read]


def tables() -> list[str]:
    """Return the tables that an auditor may ask for, by name."""
    return sorted(table for table in Base.metadata.tables if table not in UNAUDITED)


def title_of(table: str) -> str:
    """Return a table's name in words."""
    return _words(table)


def _rows(entry: EntryRow, dialect: Dialect) -> tuple[Values, Values]:
    # A table that a migration dropped has no columns any more; its values stay raw.
    table = Base.metadata.tables.get(entry.table, Table(entry.table, MetaData()))
    return row_of(table, entry.old, dialect), row_of(table, entry.new, dialect)


def _names(session: Session, rows: Iterable[Values]) -> Names:
    wanted: dict[str, set[Any]] = {name: set() for name in NAMES}
    for row in rows:
        for name in NAMES.keys() & row.keys():
            if row[name] is not None:
                wanted[name].add(row[name])
    return {name: _looked_up(session, name, keys) for name, keys in wanted.items() if keys}


def _looked_up(session: Session, name: str, keys: set[Any]) -> Mapping[Any, str]:
    column = NAMES[name]
    key = column.class_.id
    found = session.execute(select(key, column).where(key.in_(keys)))
    return {row[0]: row[1] for row in found}


def _described(entry: EntryRow, old: Values, new: Values, names: Names) -> Described:
    row = new or old
    patient = row.get("code") if entry.table == "patient" else None
    patient = patient or names.get("patient_id", {}).get(row.get("patient_id"))
    what = f"{_words(entry.table)} {row.get('code') or row.get('username') or ''}".strip()
    return Described(entry, what, patient, OPERATIONS[entry.op], tuple(_changes(old, new, names)))


def _changes(old: Values, new: Values, names: Names) -> Iterator[Change]:
    for name in [*new, *(name for name in old if name not in new)]:
        before, after = old.get(name), new.get(name)
        if before == after or not (_shown(name, {**old, **new}) or _is_rescored(name, old, new)):
            continue
        if name == "answers":
            yield from _answers(before, after, new or old)
        elif name == "reasons":
            yield from _reasons(before or {}, after or {}, new or old)
        else:
            yield Change(_words(name), _text(name, before, names), _text(name, after, names))


def _is_rescored(name: str, old: Values, new: Values) -> bool:
    """Whether a result passed to another rule, which may be all that its row tells."""
    return name == "rule_version" and bool(old.get(name) and new.get(name))


def _shown(name: str, row: Values) -> bool:
    if name == "total":  # a historic one is typed
        return bool(row.get("total_only"))
    return name not in TECHNICAL | DERIVED_NAMES


def _text(name: str, value: Any, names: Names) -> str:
    if value is None or value == "":
        return NOTHING
    if name in HIDDEN:
        return "hidden"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name in names:
        return names[name].get(value, str(value))
    if isinstance(value, Decimal):
        return f"{value:f}"
    return TITLES.get(name, {}).get(str(value), str(value))


def _answers(before: Any, after: Any, row: Values) -> Iterator[Change]:
    old, new = _answered(before, row), _answered(after, row)
    for item in [*new, *(item for item in old if item not in new)]:
        if old.get(item) != new.get(item):
            yield Change(item, old.get(item, NOTHING), new.get(item, NOTHING))


def _answered(answers: Any, row: Values) -> dict[str, str]:
    """Return item title → answer in words; the raw list where no instrument fits it."""
    if answers is None:
        return {}
    instrument = INSTRUMENTS.get(str(row.get("instrument")))
    try:
        given = instrument.from_row(answers) if instrument else {}
    except InvalidAnswerError:
        given = {}
    if not instrument or not given:
        return {"Answers": str(answers)}
    texts = [(item, item.text(given[item.code])) for item in instrument.items]
    return {i.label: i.titles.get(text) or i.choices.get(text, text) for i, text in texts}


def _reasons(before: Values, after: Values, row: Values) -> Iterator[Change]:
    instrument = INSTRUMENTS.get(str(row.get("instrument")))
    labels = {item.code: item.label for item in instrument.items} if instrument else {}
    for code in sorted(before.keys() | after.keys()):
        if before.get(code) != after.get(code):
            old, new = (
                codes.NOT_ASSESSED_REASON.get(side.get(code, ""), side.get(code) or NOTHING)
                for side in (before, after)
            )
            yield Change(f"Why not assessed: {labels.get(code, code)}", old, new)


def _words(name: str) -> str:
    text = name.removesuffix("_id").replace("_", " ")
    return text[:1].upper() + text[1:]
