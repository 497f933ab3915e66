"""Everything one patient's page shows, in a fixed number of queries whatever the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import (
    Assessment,
    Consent,
    Course,
    Infusion,
    InfusionLot,
    Lot,
    Medication,
    PatientStatus,
    ReportedEndpoint,
    Site,
    Visit,
)
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach, certain_partial, partial_of

_status, _consent, _course = PatientStatus.__table__, Consent.__table__, Course.__table__
_infusion, _infusion_lot, _lot = Infusion.__table__, InfusionLot.__table__, Lot.__table__
_visit, _assessment, _medication = Visit.__table__, Assessment.__table__, Medication.__table__
_endpoint, _site = ReportedEndpoint.__table__, Site.__table__


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
class CourseRow:
    id: UUID
    code: str
    indication: str | None
    legal_basis: str | None
    trial: str | None
    conditioning: str | None
    started_on: PartialDate | None
    mobilised_on: PartialDate | None
    site_id: int


@dataclass(frozen=True, slots=True)
class InfusionRow:
    id: UUID
    code: str
    course_id: UUID | None
    started_at: PartialDate
    sequence: int | None
    cell_type: str
    tissue_source: str | None
    dose_total_cells: Decimal | None
    dose_cells_per_kg: Decimal | None
    reaction: str | None
    site_id: int
    site_code: str
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssessmentRow:
    instrument: str
    rule_version: str
    answers: list[Any] | None
    reasons: dict[str, str] | None
    total: Decimal | None
    known_points: Decimal | None
    max_possible: Decimal | None
    complete: bool
    total_only: bool
    parts: dict[str, Any]


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
    assessments: dict[str, AssessmentRow]

    @property
    def final(self) -> bool:
        """Signed here, or imported: only then does it count in a result."""
        return self.signed_version > 0 or self.source == "import"

    @property
    def state(self) -> str:
        """Return signed, amended or unsigned, as lists and pages show it."""
        if self.signed_version > 1:
            return "amended"
        return "signed" if self.final else "unsigned"


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


@dataclass(frozen=True, slots=True)
class EndpointRow:
    definition: str
    timepoint: str
    state: str
    origin: str | None


def statuses_of(session: Session, patient: PatientInReach) -> tuple[StatusRow, ...]:
    """Return the status history, oldest first."""
    rows = session.execute(
        select(_status)
        .where(_status.c.patient_id == patient.id, _status.c.voided_at.is_(None))
        .order_by(_status.c.on_date_latest, _status.c.id)
    )
    return tuple(
        StatusRow(row.id, row.status, certain_partial(row, "on_date"), row.reason) for row in rows
    )


def consents_of(session: Session, patient: PatientInReach) -> tuple[ConsentRow, ...]:
    """Return the consent decisions, oldest first."""
    rows = session.execute(
        select(_consent)
        .where(_consent.c.patient_id == patient.id, _consent.c.voided_at.is_(None))
        .order_by(_consent.c.decided_on_latest, _consent.c.id)
    )
    return tuple(
        ConsentRow(
            row.id, row.version, row.decision, certain_partial(row, "decided_on"), row.scopes
        )
        for row in rows
    )


def courses_of(session: Session, patient: PatientInReach) -> tuple[CourseRow, ...]:
    """Return the treatment courses in the order they were recorded."""
    rows = session.execute(select(_course).where(patient.rows(_course)).order_by(_course.c.id))
    return tuple(
        CourseRow(
            id=row.id,
            code=row.code,
            indication=row.indication,
            legal_basis=row.legal_basis,
            trial=row.trial,
            conditioning=row.conditioning,
            started_on=partial_of(row, "started_on"),
            mobilised_on=partial_of(row, "mobilised_on"),
            site_id=row.site_id,
        )
        for row in rows
    )


def infusions_of(session: Session, patient: PatientInReach) -> tuple[InfusionRow, ...]:
    """Return the infusions with their lots, by time."""
    rows = session.execute(
        select(_infusion, _site.c.code.label("site_code"), _lot.c.code.label("lot_code"))
        .join_from(_infusion, _site, _site.c.id == _infusion.c.site_id)
        .outerjoin(_infusion_lot, _infusion_lot.c.infusion_id == _infusion.c.id)
        .outerjoin(_lot, _lot.c.id == _infusion_lot.c.lot_id)
        .where(patient.rows(_infusion))
        .order_by(
            _infusion.c.started_at_earliest,
            _infusion.c.started_at_text,
            _infusion.c.id,
            _infusion_lot.c.ordinal,
        )
    )
    return tuple(_infusion_row(group) for group in _grouped(rows))


def visits_of(session: Session, patient: PatientInReach) -> tuple[VisitRow, ...]:
    """Return the visits with their assessments, oldest first; undated ones last."""
    columns = [column.label(f"a_{column.key}") for column in _assessment.c if column.key != "id"]
    current = (_assessment.c.visit_id == _visit.c.id) & _assessment.c.voided_at.is_(None)
    rows = session.execute(
        select(_visit, *columns)
        .outerjoin(_assessment, current)
        .where(patient.rows(_visit))
        .order_by(
            _visit.c.visited_on_earliest.is_(None),
            _visit.c.visited_on_earliest,
            _visit.c.id,
            _assessment.c.instrument,
        )
    )
    return tuple(_visit_row(group) for group in _grouped(rows))


def medications_of(session: Session, patient: PatientInReach) -> tuple[MedicationRow, ...]:
    """Return the medicine history, oldest start first."""
    rows = session.execute(
        select(_medication)
        .where(patient.rows(_medication))
        .order_by(_medication.c.started_on_earliest, _medication.c.id)
    )
    return tuple(
        MedicationRow(
            id=row.id,
            drug=row.drug,
            started_on=certain_partial(row, "started_on"),
            ended_on=partial_of(row, "ended_on"),
            dose=row.dose,
            unit=row.unit,
            per_day=row.per_day,
            daily_dose=row.daily_dose,
            route=row.route,
            pulse=row.pulse,
            as_needed=row.as_needed,
            site_id=row.site_id,
        )
        for row in rows
    )


def endpoints_of(session: Session, patient: PatientInReach) -> tuple[EndpointRow, ...]:
    """Return what others reported about the patient."""
    rows = session.execute(
        select(_endpoint.c.definition, _endpoint.c.timepoint, _endpoint.c.state, _endpoint.c.origin)
        .where(patient.rows(_endpoint))
        .order_by(_endpoint.c.definition, _endpoint.c.timepoint)
    )
    return tuple(EndpointRow(*row) for row in rows)


def _grouped(rows: Iterable[Any]) -> list[list[Any]]:
    """Fold joined rows by the id of the outer row; the order is kept."""
    groups: dict[UUID, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.id, []).append(row)
    return list(groups.values())


def _infusion_row(group: list[Any]) -> InfusionRow:
    row = group[0]
    return InfusionRow(
        id=row.id,
        code=row.code,
        course_id=row.course_id,
        started_at=certain_partial(row, "started_at"),
        sequence=row.sequence,
        cell_type=row.cell_type,
        tissue_source=row.tissue_source,
        dose_total_cells=row.dose_total_cells,
        dose_cells_per_kg=row.dose_cells_per_kg,
        reaction=row.reaction,
        site_id=row.site_id,
        site_code=row.site_code,
        lots=tuple(lot.lot_code for lot in group if lot.lot_code),
    )


def _visit_row(group: list[Any]) -> VisitRow:
    row = group[0]
    return VisitRow(
        id=row.id,
        code=row.code,
        visited_on=partial_of(row, "visited_on"),
        timepoint=row.timepoint,
        attendance=row.attendance or "done",
        reason=row.reason,
        contact_mode=row.contact_mode,
        assessor=row.assessor,
        source=row.source,
        signed_version=row.signed_version,
        site_id=row.site_id,
        row_version=row.row_version,
        assessments={a.a_instrument: _assessment_row(a) for a in group if a.a_instrument},
    )


def _assessment_row(row: Any) -> AssessmentRow:
    return AssessmentRow(
        instrument=row.a_instrument,
        rule_version=row.a_rule_version,
        answers=row.a_answers,
        reasons=row.a_reasons,
        total=row.a_total,
        known_points=row.a_known_points,
        max_possible=row.a_max_possible,
        complete=row.a_complete,
        total_only=row.a_total_only,
        parts=row.a_parts or {},
    )


@dataclass(frozen=True, slots=True)
class PatientPageRows:
    """The rows of one page; each tuple is one query."""

    statuses: tuple[StatusRow, ...]
    consents: tuple[ConsentRow, ...]
    courses: tuple[CourseRow, ...]
    infusions: tuple[InfusionRow, ...]
    visits: tuple[VisitRow, ...]
    medications: tuple[MedicationRow, ...]


def page_rows(session: Session, patient: PatientInReach) -> PatientPageRows:
    """Load the page: six queries beside the patient and the signed-in user."""
    return PatientPageRows(
        statuses=statuses_of(session, patient),
        consents=consents_of(session, patient),
        courses=courses_of(session, patient),
        infusions=infusions_of(session, patient),
        visits=visits_of(session, patient),
        medications=medications_of(session, patient),
    )
