"""The rows that a visit recorded besides its own, loaded once and passed on."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Assessment, LaboratoryResult, Medication, Visit
from registry.queries.laboratory import results_of_visit
from registry.queries.patient_page import CHECKLIST, AssessmentRow, MedicationRow

Assessed = Assessment | AssessmentRow
Dose = Medication | MedicationRow


@dataclass(frozen=True, slots=True)
class VisitRows:
    """Answers in force by instrument, the steroid dose, and results in the order typed.

    For a page they are plain rows, read with those of the other visits.
    """

    assessments: Mapping[str, Assessed]
    steroid: Dose | None
    results: list[LaboratoryResult]

    @property
    def checklist(self) -> Assessed | None:
        return self.assessments.get(CHECKLIST)


def rows_of(session: Session, visit: Visit) -> VisitRows:
    """Load what the visit recorded; two queries."""
    found = session.execute(_ANSWERS_AND_STEROID.where(Visit.id == visit.id)).all()
    return VisitRows(
        assessments={row.instrument: row for row, _ in found if row is not None},
        steroid=found[0][1],
        results=results_of_visit(session, visit.id),
    )


_ANSWERS_AND_STEROID = (
    select(Assessment, Medication)
    .select_from(Visit)
    .outerjoin(Assessment, (Assessment.visit_id == Visit.id) & Assessment.voided_at.is_(None))
    # One dose at most: a visit states one.
    .outerjoin(Medication, (Medication.visit_id == Visit.id) & Medication.voided_at.is_(None))
    .order_by(Assessment.id)
)
