"""One adverse event inside the reach of a person: the case, its parts and its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal_column, null, select, union_all
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
    Infusion,
    Lot,
    Patient,
    Site,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.adverse_events import EventRow
from registry.queries.scope import (
    PatientInReach,
    Reach,
    columns,
    partial_columns,
    partial_from,
    patient_in_reach,
)

_event, _patient, _site = AdverseEvent.__table__, Patient.__table__, Site.__table__
_lot, _infusion, _visit = Lot.__table__, Infusion.__table__, Visit.__table__
_grade, _cause = AdverseEventGrade.__table__, AdverseEventCausality.__table__
_version = AdverseEventVersion.__table__


@dataclass(frozen=True, slots=True)
class GradeRow:
    on: PartialDate
    grade: int
    serious: bool | None


@dataclass(frozen=True, slots=True)
class CauseRow:
    cause: str
    assessor: str
    verdict: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: int
    at: datetime
    by: str
    reason: str | None
    aware_at: PartialDate | None
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event with its patient, if it has one, and the codes of what it names."""

    row: AdverseEvent
    patient: PatientInReach | None
    lot: str | None
    infusion: str | None
    visit: str | None
    site: str | None


_CASE = (
    select(
        AdverseEvent,
        _patient.c.code,
        _lot.c.code,
        _infusion.c.code,
        _visit.c.code,
        _site.c.code,
    )
    .outerjoin(_patient, _patient.c.id == _event.c.patient_id)
    .outerjoin(_site, _site.c.id == _event.c.site_id)
    .outerjoin(_lot, _lot.c.id == _event.c.lot_id)
    .outerjoin(_infusion, _infusion.c.id == _event.c.infusion_id)
    .outerjoin(_visit, _visit.c.id == _event.c.visit_id)
    .where(_event.c.code == bindparam("code"), _event.c.voided_at.is_(None))
)
_PARTS = union_all(
    select(
        *(_grade.c.id, literal_column("1").label("kind"), _grade.c.grade, _grade.c.serious),
        *partial_columns(_grade, "on_date"),
        *(null().label("cause"), null().label("assessor"), null().label("verdict")),
    ).where(_grade.c.event_id == bindparam("event_id"), _grade.c.voided_at.is_(None)),
    select(
        *(_cause.c.id, literal_column("2"), null(), null(), null(), null(), null()),
        *(_cause.c.cause, _cause.c.assessor, _cause.c.verdict),
    ).where(_cause.c.event_id == bindparam("event_id"), _cause.c.voided_at.is_(None)),
)
_VERSIONS = (
    select(
        *columns(_version, "version", "at", "by", "reason", "content"),
        *partial_columns(_version, "aware_at"),
    )
    .where(_version.c.event_id == bindparam("event_id"))
    .order_by(_version.c.version)
)


def event_in_reach(session: Session, reach: Reach, code: str) -> StoredEvent:
    """Load one event; NotInReachError when absent, voided or another site's."""
    if not code.isprintable():
        raise NotInReachError
    found = session.execute(_CASE, {"code": code}).one_or_none()
    if found is None:
        raise NotInReachError
    row, patient_code, *names = found
    patient = patient_in_reach(session, reach, patient_code) if patient_code else None
    if patient is not None and not (patient.row_sites is None or row.site_id in patient.row_sites):
        raise NotInReachError
    return StoredEvent(row, patient, *names)


def row_of(stored: StoredEvent, versions: Sequence[VersionRow]) -> EventRow:
    """Return a loaded case as a line of a list."""
    event, patient = stored.row, stored.patient
    same = {
        name: getattr(event, name)
        for name in (
            *("id", "code", "state", "patient_id", "site_id", "verbatim_term", "term", "soc"),
            *("grade", "serious", "outcome", "solicited", "lot_id", "visit_id"),
            *("started_on", "ended_on"),
        )
    }
    return EventRow(
        **same,
        patient=patient.code if patient else None,
        site=stored.site,
        lot=stored.lot,
        infusion=stored.infusion,
        reporter=versions[0].by if versions and event.source != "import" else None,
    )


def parts_of(session: Session, event: UUID) -> tuple[tuple[GradeRow, ...], tuple[CauseRow, ...]]:
    """Return the grade history by date, and the verdicts in the order given, from one query."""
    grades, causes = [], []
    for row in sorted(session.execute(_PARTS, {"event_id": event}), key=lambda row: row[0]):
        if row.kind == 1:
            grades.append(GradeRow(PartialDate(*row[4:7]), row[2], row[3]))
        else:
            causes.append(CauseRow(*row[7:]))
    grades.sort(key=lambda graded: (graded.on.earliest, graded.on.latest))
    return tuple(grades), tuple(causes)


def versions_of(session: Session, event: UUID) -> tuple[VersionRow, ...]:
    """Return every version of a case, the first one first."""
    rows = session.execute(_VERSIONS, {"event_id": event})
    return tuple(
        VersionRow(row[0], row[1], row[2], row[3], partial_from(*row[5:8]), row[4]) for row in rows
    )
