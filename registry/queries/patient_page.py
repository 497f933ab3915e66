"""Everything one patient's page shows, in a fixed number of queries whatever the rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, not_, select
from sqlalchemy.orm import Session

from registry.followup.facts import BiopsyFact, ConditionFact, LabFact
from registry.models import Assessment, Medication, Visit
from registry.partial_date import PartialDate
from registry.queries.adverse_events import EventRow, events_of
from registry.queries.final_visits import final
from registry.queries.flares import FlareRow
from registry.queries.kidney_labs import kidney_labs_of
from registry.queries.patient_lists import (
    AdjunctRow,
    ConsentRow,
    ContactRow,
    IntercurrentRow,
    StatusRow,
    lists_of,
)
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    columns,
    partial_columns,
    partial_from,
)
from registry.queries.treatment import CourseRow, InfusionRow, whole_treatment_of

_visit, _assessment, _medication = Visit.__table__, Assessment.__table__, Medication.__table__
CHECKLIST = "sledai_2k"


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    """What a stored assessment came to, with its answers in the item order of its version."""

    id: UUID
    instrument: str
    rule_version: str
    total: Decimal | None
    known_points: Decimal | None
    max_possible: Decimal | None
    complete: bool
    total_only: bool
    parts: Mapping[str, Any]
    answers: Sequence[Any] | None
    reasons: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class VisitRow:
    id: UUID
    code: str
    visited_on: PartialDate | None
    timepoint: str | None
    attendance: str  # empty in the file = done when dated
    reason: str | None
    contact_mode: str | None
    assessor: str | None
    source: str
    signed_version: int
    site_id: int
    row_version: int
    assessments: tuple[AssessmentRow, ...]

    @property
    def checklist(self) -> AssessmentRow | None:
        """The SLEDAI-2K of the visit."""
        return next((row for row in self.assessments if row.instrument == CHECKLIST), None)

    @property
    def final(self) -> bool:
        """Signed here, or imported: only then does it count in a result."""
        return self.state != "unsigned"

    @property
    def state(self) -> str:
        """Return signed, amended or unsigned, as lists and pages show it."""
        return state_of(self.signed_version, self.source)


@dataclass(frozen=True, slots=True)
class MedicationRow:
    id: UUID
    drug: str
    started_on: PartialDate
    ended_on: PartialDate | None
    dose: Decimal | None
    unit: str | None
    per_day: Decimal | None
    daily_dose: Decimal | None
    route: str | None
    pulse: bool | None
    as_needed: bool | None
    site_id: int
    reason: str | None = None
    stop_reason: str | None = None
    visit_id: UUID | None = None  # the visit that stated this dose
    open_visit: str | None = None  # its code, while nobody has signed it

    @property
    def counts(self) -> bool:
        """Whether it is in a result: what is stated at an unsigned visit is not."""
        return self.open_visit is None


_IN_FORCE = (_assessment.c.visit_id == _visit.c.id) & _assessment.c.voided_at.is_(None)
_VISIT_BY_ASSESSMENT = (
    select(
        *columns(_visit, "id", "code"),
        *partial_columns(_visit, "visited_on"),
        *columns(_visit, "timepoint", "attendance", "reason", "contact_mode", "assessor"),
        *columns(_visit, "source", "signed_version", "site_id", "row_version"),
        *columns(_assessment, "id", "instrument", "rule_version", "total", "known_points"),
        *columns(_assessment, "max_possible", "complete", "total_only", "parts", "answers"),
        _assessment.c.reasons,
    )
    .outerjoin(_assessment, _IN_FORCE)
    .order_by(
        _visit.c.visited_on_earliest.is_(None),
        *columns(_visit, "visited_on_earliest", "id"),
        _assessment.c.id,
    )
)
_VISITS = RowsOfPatient.prepared(_VISIT_BY_ASSESSMENT, _visit)
_EARLY_VISITS = RowsOfPatient.prepared(
    _VISIT_BY_ASSESSMENT.where(_visit.c.visited_on_earliest <= bindparam("last")), _visit
)
_MEDICATIONS = RowsOfPatient.prepared(
    select(
        *columns(_medication, "id", "drug"),
        *partial_columns(_medication, "started_on"),
        *partial_columns(_medication, "ended_on"),
        *columns(_medication, "dose", "unit", "per_day", "daily_dose", "route"),
        *columns(_medication, "pulse", "as_needed", "site_id", "reason", "stop_reason"),
        _medication.c.visit_id,
        _visit.c.code.label("open_visit"),
    )
    .outerjoin(_visit, (_visit.c.id == _medication.c.visit_id) & not_(final()))
    .order_by(*columns(_medication, "started_on_earliest", "id")),
    _medication,
)


def visits_of(session: Session, patient: PatientInReach) -> tuple[VisitRow, ...]:
    """Return the visits with their assessments, oldest first; undated ones last."""
    return _visit_rows(_VISITS.read(session, patient))


def visits_until(session: Session, patient: PatientInReach, last: date) -> tuple[VisitRow, ...]:
    """Return the visits that may lie on or before a day, with their assessments, oldest first."""
    return _visit_rows(_EARLY_VISITS.read(session, patient, last=last))


def state_of(signed_version: int, source: str) -> str:
    """Return signed (here, or before an import), amended or unsigned."""
    if signed_version > 1:
        return "amended"
    return "signed" if signed_version or source == "import" else "unsigned"


def medications_of(session: Session, patient: PatientInReach) -> tuple[MedicationRow, ...]:
    """Return the medicine history, oldest start first; what unsigned visits state is left out."""
    return tuple(row for row in medicines_and_statements_of(session, patient) if row.counts)


def medicines_and_statements_of(
    session: Session, patient: PatientInReach
) -> tuple[MedicationRow, ...]:
    """Return the medicine history with the doses that unsigned visits state, for a page's list."""
    return tuple(_medication_row(row) for row in _MEDICATIONS.read(session, patient))


# Built by place, in the order of the query: to read columns by name costs more than the query.


def _visit_rows(rows: Iterable[Any]) -> tuple[VisitRow, ...]:
    groups: dict[UUID, list[Any]] = {}  # one row per assessment; the order is kept
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return tuple(_visit_row(group) for group in groups.values())


def _visit_row(group: list[Any]) -> VisitRow:
    row = group[0]
    timepoint, attendance = row[5:7]
    values = [*row[:2], partial_from(*row[2:5]), timepoint, attendance or "done", *row[7:14]]
    values.append(tuple(_assessment_row(*one[14:]) for one in group if one[14] is not None))
    return VisitRow(*values)


def _assessment_row(*row: Any) -> AssessmentRow:
    values = [*row[:-3], row[-3] or {}, *row[-2:]]
    return AssessmentRow(*values)


def _medication_row(row: Any) -> MedicationRow:
    values = [*row[:2], PartialDate(*row[2:5]), partial_from(*row[5:8]), *row[8:]]
    return MedicationRow(*values)


@dataclass(frozen=True, slots=True)
class PatientPageRows:
    """The rows of one page; the short lists come from one query."""

    statuses: tuple[StatusRow, ...]
    consents: tuple[ConsentRow, ...]
    courses: tuple[CourseRow, ...]
    infusions: tuple[InfusionRow, ...]
    visits: tuple[VisitRow, ...]
    medications: tuple[MedicationRow, ...]
    adjuncts: tuple[AdjunctRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    flares: tuple[FlareRow, ...] = ()
    intercurrent: tuple[IntercurrentRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    biopsies: tuple[BiopsyFact, ...] = ()
    labs: tuple[LabFact, ...] = ()  # of the kidney, by date


def page_rows(session: Session, patient: PatientInReach) -> PatientPageRows:
    """Load the page: six queries beside the patient and the signed-in user."""
    lists = lists_of(session, patient)
    courses, infusions = whole_treatment_of(session, patient)
    return PatientPageRows(
        statuses=lists.statuses,
        consents=lists.consents,
        courses=courses,
        infusions=infusions,
        visits=visits_of(session, patient),
        medications=medicines_and_statements_of(session, patient),
        adjuncts=lists.adjuncts,
        events=events_of(session, patient),
        flares=lists.flares,
        intercurrent=lists.intercurrent,
        contacts=lists.contacts,
        conditions=lists.conditions,
        biopsies=lists.biopsies,
        labs=kidney_labs_of(session, patient),
    )
