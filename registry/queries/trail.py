"""The trail inside the reach of an auditor: transactions, newest first, and their entries.

Clinical rows never change site or patient, so an entry itself says whose it is. Products, lots,
limits of laboratories, sites and accounts belong to no patient: only auditors of the whole
registry read their entries.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    cast,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from registry.models import (
    Adjunct,
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
    Assessment,
    AuditEntry,
    AuditTx,
    Biopsy,
    Condition,
    Consent,
    ContactAttempt,
    Course,
    Enrolment,
    Flare,
    Infusion,
    InfusionLot,
    IntercurrentEvent,
    LaboratoryResult,
    Medication,
    Patient,
    PatientStatus,
    Pregnancy,
    ReportedEndpoint,
    Signature,
    Visit,
)
from registry.queries.scope import is_open

PAGE = 50
MOST_COUNTED = 1000  # entries of one transaction that are counted for an auditor of a site
_entry, _tx = AuditEntry.__table__, AuditTx.__table__
_enrolment = Enrolment.__table__
AT_SITE: tuple[type[Any], ...] = (
    *(Enrolment, Course, Infusion, Adjunct, Visit, Assessment, LaboratoryResult, Medication),
    *(AdverseEvent, Condition, Biopsy, Pregnancy, Flare, IntercurrentEvent, ContactAttempt),
    ReportedEndpoint,
)
# Of no site: a former site reads those from before it handed the patient over.
OF_PATIENT: dict[type[Any], str] = {
    PatientStatus: "on_date_earliest",
    Consent: "decided_on_earliest",
}
# A row that names its patient only through another: table, column, parent.
THROUGH: tuple[tuple[type[Any], str, type[Any]], ...] = (
    (Signature, "visit_id", Visit),
    (InfusionLot, "infusion_id", Infusion),
    (AdverseEventGrade, "event_id", AdverseEvent),
    (AdverseEventCausality, "event_id", AdverseEvent),
    (AdverseEventVersion, "event_id", AdverseEvent),
)
_CLINICAL: tuple[type[Any], ...] = (Patient, *AT_SITE, *OF_PATIENT, *(one[0] for one in THROUGH))
CLINICAL = [model.__tablename__ for model in _CLINICAL]
_AT_SITE = [model.__tablename__ for model in AT_SITE]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an auditor looks for; None and empty ask for everything."""

    sites: frozenset[int] | None  # reach: None is the whole registry
    rows: tuple[str, ...] | None = None  # the keys of one patient's rows
    actor: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class TransactionRow:
    seq: int
    at: datetime
    actor: str
    reason: str
    entries: int  # in reach, MOST_COUNTED + 1 at most for an auditor of a site


@dataclass(frozen=True, slots=True)
class EntryRow:
    id: int
    seq: int
    at: datetime
    actor: str
    reason: str
    table: str
    row_id: str
    op: str
    old: str | None
    new: str | None


def rows_of(session: Session, patient: UUID) -> tuple[str, ...]:
    """Return the keys, as the trail writes them, of every row of one patient."""
    own = [
        select(model.__table__.c.id).where(model.__table__.c.patient_id == patient)
        for model in (*AT_SITE, *OF_PATIENT)
    ]
    through = [
        select(model.__table__.c.id)
        .join(parent.__table__, parent.__table__.c.id == model.__table__.c[column])
        .where(parent.__table__.c.patient_id == patient)
        for model, column, parent in THROUGH
    ]
    return (str(patient), *map(str, session.scalars(union_all(*own, *through))))


def transactions(
    session: Session, asked: Asked, before: int | None = None
) -> tuple[tuple[TransactionRow, ...], int | None]:
    """Return one page of transactions and the number before which the next page begins."""
    counted = _counted(session, asked)
    statement = select(_tx.c.seq, _tx.c.at, _tx.c.actor, _tx.c.reason, counted.label("entries"))
    wanted = [_touches(session, asked)]
    wanted += [_tx.c.seq < before] if before is not None else []
    wanted += [_tx.c.actor == asked.actor] if asked.actor else []
    found = session.execute(
        statement.where(*wanted).order_by(_tx.c.seq.desc()).limit(PAGE + 1)
    ).all()
    rows = tuple(TransactionRow(*row) for row in found[:PAGE])
    return rows, rows[-1].seq if len(found) > PAGE else None


def entries_of(
    session: Session, asked: Asked, seq: int, after: int = 0
) -> tuple[tuple[EntryRow, ...], int | None]:
    """Return one page of the entries of a transaction that are in reach, in order."""
    statement = _entries().where(_tx.c.seq == seq, _entry.c.id > after, _wanted(session, asked))
    return _page(session, statement.order_by(_entry.c.id))


def history_of(
    session: Session, asked: Asked, table: str, row_id: str, before: int | None = None
) -> tuple[tuple[EntryRow, ...], int | None]:
    """Return one page of the entries of a record, newest first."""
    statement = _entries().where(
        _entry.c.tbl == table, _entry.c.row_id == row_id, _wanted(session, asked)
    )
    if before is not None:
        statement = statement.where(_entry.c.id < before)
    return _page(session, statement.order_by(_entry.c.id.desc()))


def _entries() -> Select[Any]:
    return select(
        _entry.c.id, _tx.c.seq, _tx.c.at, _tx.c.actor, _tx.c.reason,
        _entry.c.tbl, _entry.c.row_id, _entry.c.op, _entry.c.old, _entry.c.new,
    ).join_from(_entry, _tx, _tx.c.tx == _entry.c.tx)  # fmt: skip


def _page(session: Session, statement: Select[Any]) -> tuple[tuple[EntryRow, ...], int | None]:
    found = session.execute(statement.limit(PAGE + 1)).all()
    rows = tuple(EntryRow(*row) for row in found[:PAGE])
    return rows, rows[-1].id if len(found) > PAGE else None


def _touches(session: Session, asked: Asked) -> ColumnElement[bool]:
    """Return: the transaction has an entry that is wanted."""
    if asked.rows is not None:  # few entries, found by their keys
        return _tx.c.tx.in_(select(_entry.c.tx).where(_wanted(session, asked)))
    if asked.sites is None and not asked.table:
        return true()
    mine = select(_entry.c.id).where(_entry.c.tx == _tx.c.tx, _wanted(session, asked))
    return mine.exists()


def _counted(session: Session, asked: Asked) -> ColumnElement[int]:
    if asked.sites is None:
        return _tx.c.n
    mine = select(_entry.c.id).where(_entry.c.tx == _tx.c.tx, _in_reach(session, asked.sites))
    some = mine.correlate(_tx).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some).scalar_subquery()


def _wanted(session: Session, asked: Asked) -> ColumnElement[bool]:
    wanted = [_in_reach(session, asked.sites)]
    if asked.table:
        wanted.append(_entry.c.tbl == asked.table)
    if asked.rows is not None:
        wanted += [_entry.c.tbl.in_(CLINICAL), _entry.c.row_id.in_(asked.rows)]
    return and_(*wanted)


def _in_reach(session: Session, sites: frozenset[int] | None) -> ColumnElement[bool]:
    """Return: the entry is of a row that an auditor of these sites may read."""
    if sites is None:
        return true()
    json = _Json(session)
    here = _enrolment.c.site_id.in_(sites) & _enrolment.c.voided_at.is_(None)
    known = select(json.key(_enrolment.c.patient_id)).where(here)
    followed = known.where(is_open())
    made_here = json.number("site_id").in_(sites) | json.text("patient_id").in_(followed)
    through = [
        and_(
            _entry.c.tbl == model.__tablename__,
            json.text(column).in_(_parents(json, parent.__table__, sites)),
        )
        for model, column, parent in THROUGH
    ]
    through += [
        and_(
            _entry.c.tbl == model.__tablename__,
            json.text("id").in_(_dated_while_here(json, model.__table__, day, here)),
        )
        for model, day in OF_PATIENT.items()
    ]
    return or_(
        and_(_entry.c.tbl.in_(_AT_SITE), made_here),
        and_(_entry.c.tbl == Patient.__tablename__, json.text("id").in_(known)),
        *through,
    )


def _parents(json: "_Json", parent: FromClause, sites: frozenset[int]) -> Select[Any]:
    followed = select(_enrolment.c.patient_id).where(_enrolment.c.site_id.in_(sites), is_open())
    return select(json.key(parent.c.id)).where(
        parent.c.site_id.in_(sites) | parent.c.patient_id.in_(followed)
    )


def _dated_while_here(
    json: "_Json", table: FromClause, day: str, here: ColumnElement[bool]
) -> Select[Any]:
    stay = _enrolment.c.to_on_text.is_(None) | (table.c[day] <= _enrolment.c.to_on_latest)
    same = _enrolment.c.patient_id == table.c.patient_id
    return select(json.key(table.c.id)).join_from(table, _enrolment, same).where(here, stay)


class _Json:
    """How an entry's JSON is read in SQL: bytes are hexadecimal on SQLite, UUIDs elsewhere."""

    def __init__(self, session: Session) -> None:
        self.sqlite = session.get_bind().dialect.name == "sqlite"
        body: ColumnElement[Any] = func.coalesce(_entry.c.new, _entry.c.old)
        self.body = body if self.sqlite else cast(body, JSONB)

    def text(self, name: str) -> ColumnElement[str]:
        if self.sqlite:
            return func.json_extract(self.body, f"$.{name}")
        return self.body.op("->>", return_type=Text())(name)

    def number(self, name: str) -> ColumnElement[Any]:
        return self.text(name) if self.sqlite else cast(self.text(name), Integer)

    def key(self, column: ColumnElement[Any]) -> ColumnElement[str]:
        return func.lower(func.hex(column)) if self.sqlite else cast(column, Text)
