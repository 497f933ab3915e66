"""Void a record with a reason: it leaves every result and stays readable in the trail."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry import clock
from registry.errors import ConflictError
from registry.models import (
    AdverseEvent,
    Assessment,
    Course,
    Infusion,
    LaboratoryResult,
    Medication,
    PatientStatus,
    Visit,
)
from registry.operations.laboratory import check_may_void
from registry.operations.refusing import refuse
from registry.operations.steroids import dose_of_a_visit, steroid_of, take_out


def void(session: Session, row: Any, by: str, reason: str) -> None:
    """Void the row; a visit takes its answers, results, medicine rows and drafts of events along.

    Raises ConflictError for a visit that is signed: that is amended instead.
    """
    if isinstance(row, Course):
        refuse(reason=_hangs_on(session, row))
    if isinstance(row, PatientStatus):
        refuse(reason=_is_the_only(session, row))
    if isinstance(row, Medication):
        refuse(reason=dose_of_a_visit(session, row))
        take_out(session, row)
    if isinstance(row, LaboratoryResult):
        check_may_void(session, row)
    if isinstance(row, Visit) and row.signed_version:
        raise ConflictError("This visit is signed. Amend it instead: both versions are kept.")
    _mark(row, by, reason)
    session.flush()
    # After the visit itself, as whoever signs it begins with it: neither waits for the other.
    if isinstance(row, Visit):
        _void_parts(session, row, by, reason)
    session.flush()


def _void_parts(session: Session, visit: Visit, by: str, reason: str) -> None:
    dose = steroid_of(session, visit)
    if dose is not None:
        take_out(session, dose)
    for model in (Assessment, Medication, LaboratoryResult):
        for part in session.scalars(
            select(model).where(model.visit_id == visit.id, model.voided_at.is_(None))
        ):
            _mark(part, by, reason)
    # What somebody reported stands on its own; a draft was only this visit's question.
    for draft in session.scalars(_drafts_of(visit)):
        _mark(draft, by, reason)


def _drafts_of(visit: Visit) -> Select[AdverseEvent]:
    return select(AdverseEvent).where(
        AdverseEvent.visit_id == visit.id,
        AdverseEvent.state == "draft",
        AdverseEvent.voided_at.is_(None),
    )


def _hangs_on(session: Session, course: Course) -> str | None:
    infusions = session.scalars(
        select(Infusion.code)
        .where(Infusion.course_id == course.id, Infusion.voided_at.is_(None))
        .order_by(Infusion.code)
    ).all()
    if not infusions:
        return None
    return (
        f"Infusions belong to this course: {', '.join(infusions)}. "
        "Give them another course, or void them first"
    )


def _is_the_only(session: Session, status: PatientStatus) -> str | None:
    other = session.scalar(
        select(PatientStatus.id)
        .where(
            PatientStatus.patient_id == status.patient_id,
            PatientStatus.voided_at.is_(None),
            PatientStatus.id != status.id,
        )
        .limit(1)
    )
    if other is not None:
        return None
    return "This is the only status of the patient. Record the right one, then void this one"


def _mark(row: Any, by: str, reason: str) -> None:
    row.voided_at, row.voided_by, row.void_reason = clock.now(), by, reason
