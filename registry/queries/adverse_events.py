"""Adverse events inside the reach of a person: the list, one patient's, one whole case.

An event of a patient is read like any clinical row. One without a patient names nobody: whoever
reads clinical rows anywhere reads it, and the site that reported it writes it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from registry.adverse import duplicates
from registry.adverse.duplicates import Likeness, Report
from registry.adverse.rules import ENDED
from registry.instruments import INQUIRIES, INSTRUMENTS
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
    Assessment,
    Enrolment,
    Infusion,
    Lot,
    Patient,
    Site,
)
from registry.partial_date import PartialDate
from registry.queries.scope import (
    PatientInReach,
    Reach,
    RowsOfPatient,
    columns,
    is_open,
    partial_columns,
    partial_from,
)

PAGE = 50
LONGEST_SEARCH = 80  # characters of a term
_event, _patient, _enrolment = AdverseEvent.__table__, Patient.__table__, Enrolment.__table__
_lot, _infusion, _site = Lot.__table__, Infusion.__table__, Site.__table__
_grade, _cause = AdverseEventGrade.__table__, AdverseEventCausality.__table__
_version, _assessment = AdverseEventVersion.__table__, Assessment.__table__


@dataclass(frozen=True, slots=True)
class EventRow:
    """One line of a list."""

    id: UUID
    code: str
    state: str
    patient_id: UUID | None
    patient: str | None
    site_id: int | None
    site: str | None
    verbatim_term: str
    term: str | None
    soc: str | None
    grade: int | None
    serious: bool | None
    outcome: str | None
    solicited: bool | None
    lot_id: UUID | None
    lot: str | None
    infusion: str | None
    visit_id: UUID | None
    started_on: PartialDate | None
    ended_on: PartialDate | None
    reporter: str | None

    @property
    def open(self) -> bool:
        """Whether nothing says that it ended."""
        return self.ended_on is None and self.outcome not in ENDED

    @property
    def report(self) -> Report:
        """Return what probable duplicates are found by."""
        return Report(
            event_id=self.code,
            patient=self.patient_id,
            verbatim_term=self.verbatim_term,
            term=self.term,
            soc=self.soc,
            onset=self.started_on,
            lot=self.lot_id,
            reporter=self.reporter,
        )


class Found(Protocol):
    """An event as far as it takes to ask whether the visit still says so."""

    @property
    def id(self) -> UUID: ...
    @property
    def code(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def visit_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list shows; empty and False ask for everything."""

    serious: bool = False
    open: bool = False
    drafts: bool = False
    term: str = ""
    lot: str = ""


@dataclass(frozen=True, slots=True)
class EventPage:
    rows: tuple[EventRow, ...]
    older: UUID | None  # the key before which the next page begins


def _reporter() -> ColumnElement[Any]:
    """Return who reported the case here; of one that a file brought, nobody knows."""
    return (
        select(_version.c.by)
        .where(
            _version.c.event_id == _event.c.id,
            _version.c.version == 1,
            _event.c.source != "import",
        )
        .scalar_subquery()
    )


_ROW = (
    select(
        *columns(_event, "id", "code", "state", "patient_id"),
        _patient.c.code.label("patient"),
        _event.c.site_id,
        _site.c.code.label("site"),
        *columns(_event, "verbatim_term", "term", "soc", "grade", "serious", "outcome"),
        *columns(_event, "solicited", "lot_id"),
        _lot.c.code.label("lot"),
        _infusion.c.code.label("infusion"),
        _event.c.visit_id,
        *partial_columns(_event, "started_on"),
        *partial_columns(_event, "ended_on"),
        _reporter().label("reporter"),
    )
    .select_from(_event)
    .outerjoin(_patient, _patient.c.id == _event.c.patient_id)
    .outerjoin(_site, _site.c.id == _event.c.site_id)
    .outerjoin(_lot, _lot.c.id == _event.c.lot_id)
    .outerjoin(_infusion, _infusion.c.id == _event.c.infusion_id)
)
_OF_PATIENT = RowsOfPatient.prepared(
    _ROW.order_by(_event.c.started_on_earliest.is_(None), _event.c.started_on_earliest, "id"),
    _event,
)


def events_of(session: Session, patient: PatientInReach) -> tuple[EventRow, ...]:
    """Return the events of a patient, drafts too, by onset; those without one last."""
    return tuple(_event_row(row) for row in _OF_PATIENT.read(session, patient))


def events_page(
    session: Session, reach: Reach, wanted: Wanted, before: UUID | None = None
) -> EventPage:
    """Return the events in reach, newest recorded first, 50 before a key.

    Keyset paging: keys rise with time, so a page costs the same wherever it is.
    """
    if not (wanted.term + wanted.lot).isprintable() or len(wanted.term) > LONGEST_SEARCH:
        return EventPage((), None)
    statement = _in_reach(reach).where(*_asked(wanted)).order_by(_event.c.id.desc())
    if before is not None:
        statement = statement.where(_event.c.id < before)
    found = session.execute(statement.limit(PAGE + 1)).all()
    rows = tuple(_event_row(row) for row in found[:PAGE])
    return EventPage(rows, rows[-1].id if len(found) > PAGE else None)


def probable_duplicates(
    session: Session, reach: Reach, rows: Sequence[EventRow]
) -> dict[str, tuple[Likeness, ...]]:
    """Return the probable duplicates in reach of each row by its code, from one query."""
    if not rows:
        return {}
    others = [_event_row(row).report for row in session.execute(_near(reach, rows))]
    found = {row.code: duplicates.among(row.report, others) for row in rows}
    return {code: likenesses for code, likenesses in found.items() if likenesses}


def taken_back(session: Session, rows: Iterable[Found]) -> frozenset[str]:
    """Return the codes of drafts whose question at the visit is not answered present any more."""
    drafts = [row.id for row in rows if row.state == "draft" and row.visit_id is not None]
    found = session.execute(_QUESTIONS, {"drafts": drafts}).all() if drafts else []
    asked = {(code, content["item"]) for code, content, *_ in found if "item" in content}
    present = {
        (code, f"{instrument}.{item.code}")
        for code, _, instrument, answers in found
        if instrument in INSTRUMENTS
        # A row of another version of the questions has other places and says nothing here.
        for item, answer in zip(INSTRUMENTS[instrument].items, answers or (), strict=False)
        if answer == 1
    }
    return frozenset(code for code, item in asked if (code, item) not in present)


_QUESTIONS = (
    select(_event.c.code, _version.c.content, _assessment.c.instrument, _assessment.c.answers)
    .join_from(_event, _version, (_version.c.event_id == _event.c.id) & (_version.c.version == 1))
    .outerjoin(
        _assessment,
        (_assessment.c.visit_id == _event.c.visit_id)
        & _assessment.c.instrument.in_(sorted(INQUIRIES))
        & _assessment.c.voided_at.is_(None),
    )
    .where(_event.c.id.in_(bindparam("drafts", expanding=True)))
)


def events_of_visit(session: Session, visit: UUID) -> tuple[EventRow, ...]:
    """Return the events that a visit asked for; the visit itself was loaded inside the reach."""
    found = session.execute(
        _ROW.where(_event.c.visit_id == visit, _event.c.voided_at.is_(None)).order_by(_event.c.id)
    )
    return tuple(_event_row(row) for row in found)


def _event_row(row: Any) -> EventRow:
    values = [*row[:18], partial_from(*row[18:21]), partial_from(*row[21:24]), row[24]]
    return EventRow(*values)


def _in_reach(reach: Reach) -> Select[Any]:
    return _ROW.where(_event.c.voided_at.is_(None), _readable(reach))


def _readable(reach: Reach) -> ColumnElement[bool]:
    """Return: made at a site in reach, of a patient followed there, or of no patient at all."""
    known = select(_patient.c.id).where(
        _patient.c.id == _event.c.patient_id, _patient.c.voided_at.is_(None)
    )
    mine: list[ColumnElement[bool]] = [known.correlate(_event).exists()]
    if reach.reads is not None:
        mine.append(_at(sorted(reach.reads)))
    return or_(_event.c.patient_id.is_(None), and_(*mine))


def _at(sites: list[int]) -> ColumnElement[bool]:
    followed: Select[Any] = select(_enrolment.c.id).where(
        _enrolment.c.patient_id == _event.c.patient_id,
        _enrolment.c.site_id.in_(sites),
        is_open(),
    )
    return or_(_event.c.site_id.in_(sites), followed.correlate(_event).exists())


def _asked(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.serious:
        yield _event.c.serious.is_(True)
    if wanted.open:
        yield _event.c.ended_on_text.is_(None)
        yield or_(_event.c.outcome.is_(None), _event.c.outcome.not_in(sorted(ENDED)))
    if wanted.drafts:
        yield _event.c.state == "draft"
    if wanted.lot:
        yield func.lower(_lot.c.code) == wanted.lot.casefold()
    if wanted.term:
        like = literal(f"%{_escaped(wanted.term)}%")
        yield or_(
            *(
                func.lower(column).like(like, escape="\\")
                for column in (_event.c.verbatim_term, _event.c.term)
            )
        )


def _escaped(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_").lower()


def _near(reach: Reach, rows: Sequence[EventRow]) -> Select[Any]:
    """Return the events in reach of the same patients, or of the same lots on the same days."""
    patients = {row.patient_id for row in rows if row.patient_id}
    # Of a lot only its reporter's own reports of the very day can be the same event.
    lots = {
        (r.lot_id, r.started_on.exact) for r in rows if r.lot_id and r.reporter and r.started_on
    }
    near: list[ColumnElement[bool]] = []
    near += [_event.c.patient_id.in_(patients)] if patients else []
    near += [_of_lot_on(lot, day) for lot, day in lots if day is not None]
    return _in_reach(reach).where(or_(*near) if near else literal(False))


def _of_lot_on(lot: UUID, day: date) -> ColumnElement[bool]:
    onset = _event.c.started_on_earliest, _event.c.started_on_latest
    return and_(_event.c.lot_id == lot, *(bound == day for bound in onset))
