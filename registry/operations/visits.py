"""Record a visit with its assessments and steroid dose, in one transaction; change an open one."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import rules
from registry.errors import ConflictError
from registry.followup.steroids import is_steroid
from registry.forms.visit import Answered, Steroid, VisitValues
from registry.issued_codes import new_code
from registry.models import Assessment, Medication, Visit
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate
from registry.queries.patient_facts import medicine_fact
from registry.queries.patient_page import medications_of
from registry.queries.scope import PatientInReach

SIGNED = "This visit is signed. Amend it instead: the reason is asked and both versions are kept."
MG, ORAL, DRUG_OF_NONE = "mg", "oral", "prednisone"


def record_visit(session: Session, patient: PatientInReach, values: VisitValues) -> Visit:
    """Add a visit at the patient's present site."""
    _check(patient, values.facts)
    place = _place(patient)
    visit = Visit(code=new_code("V"), **place, **values.facts)
    session.add(visit)
    session.flush()
    for answered in values.answered:
        session.add(Assessment(visit_id=visit.id, **place, **_assessment(answered)))
    _set_steroid(session, patient, visit, values.steroid)
    session.flush()
    return visit


def change_visit(
    session: Session, patient: PatientInReach, visit: Visit, values: VisitValues
) -> None:
    """Replace what an unsigned visit says; raise ConflictError for a signed one."""
    if is_closed(visit):
        raise ConflictError(SIGNED)
    replace_content(session, patient, visit, values)


def replace_content(
    session: Session, patient: PatientInReach, visit: Visit, values: VisitValues
) -> None:
    """Replace facts, answers and steroid of a visit; signing decides whether that is allowed."""
    _check(patient, values.facts)
    for name, value in values.facts.items():
        setattr(visit, name, value)
    # The visit is one thing to two editors: its version rises whatever part of it changed.
    visit.row_version = Visit.row_version + 1
    _replace_answers(session, visit, values.answered)
    _set_steroid(session, patient, visit, values.steroid)
    session.flush()
    session.refresh(visit)


def is_closed(visit: Visit) -> bool:
    """Whether the visit is final: signed here or imported, so that only an amendment changes it."""
    return visit.signed_version > 0 or visit.source == "import"


def current_assessments(session: Session, visit: Visit) -> dict[str, Assessment]:
    """Return the assessments in force, by instrument."""
    found = session.scalars(
        select(Assessment).where(Assessment.visit_id == visit.id, Assessment.voided_at.is_(None))
    )
    return {row.instrument: row for row in found}


def steroid_of(session: Session, visit: Visit) -> Medication | None:
    """Return the steroid row that this visit recorded, if it did."""
    return session.scalar(
        select(Medication).where(Medication.visit_id == visit.id, Medication.voided_at.is_(None))
    )


def _place(patient: PatientInReach) -> dict[str, Any]:
    if patient.writable is None:
        raise ConflictError("This patient has no open enrolment at your site.")
    enrolment = patient.writable
    return {
        "patient_id": patient.id,
        "enrolment_id": enrolment.id,
        "site_id": enrolment.site_id,
        "source": "form",
    }


def _check(patient: PatientInReach, facts: Mapping[str, Any]) -> None:
    refuse(visited_on=rules.outside_life(facts["visited_on"], patient.birth_date, patient.death_on))


def _assessment(answered: Answered) -> dict[str, Any]:
    score = answered.score
    return {
        "instrument": answered.instrument.code,
        "rule_version": answered.instrument.version,
        "answers": answered.instrument.to_row(answered.answers),
        "reasons": dict(answered.reasons) or None,
        "total": score.total,
        "known_points": score.known_points,
        "max_possible": score.max_possible,
        "complete": score.complete,
        "parts": dict(score.parts) or None,
    }


def _replace_answers(session: Session, visit: Visit, answered: Iterable[Answered]) -> None:
    stored = current_assessments(session, visit)
    for one in answered:
        columns = _assessment(one)
        row = stored.pop(one.instrument.code, None)
        if row is None:
            place = {
                name: getattr(visit, name)
                for name in ("patient_id", "enrolment_id", "site_id", "source")
            }
            session.add(Assessment(visit_id=visit.id, **place, **columns))
            continue
        for name, value in columns.items():
            setattr(row, name, value)
    for emptied in stored.values():
        # Everything was cleared: kept in the trail, out of every result.
        _blank(emptied)


def _blank(row: Assessment) -> None:
    row.answers = [None] * len(row.answers or [])
    row.reasons, row.parts = None, None
    row.total, row.complete, row.total_only = None, False, False


def _set_steroid(
    session: Session, patient: PatientInReach, visit: Visit, steroid: Steroid | None
) -> None:
    """Write the dose at the visit as one more period; a dose that goes on is not written twice."""
    if steroid is None or visit.visited_on is None:
        return
    drug = steroid.drug or DRUG_OF_NONE
    own = steroid_of(session, visit)
    if own is not None:
        _hand_over_on(session, patient, own.started_on, visit.visited_on)
        own.drug, own.daily_dose, own.started_on = drug, steroid.daily_mg, visit.visited_on
        return
    if _goes_on(session, patient, visit.visited_on, drug, steroid):
        return
    _end_open_steroids(session, patient, visit.visited_on)
    session.add(
        Medication(
            **_place(patient),
            visit_id=visit.id,
            drug=drug,
            started_on=visit.visited_on,
            ended_on=_next_start(session, patient, visit.visited_on),
            daily_dose=steroid.daily_mg,
            unit=MG,
            route=ORAL,
            reason=None if steroid.drug else "no steroid taken at the visit",
        )
    )


def _steroid_rows(session: Session, patient: PatientInReach) -> list[Any]:
    rows = medications_of(session, patient)
    return [row for row in rows if is_steroid(medicine_fact(row)) and not row.pulse]


def _goes_on(
    session: Session, patient: PatientInReach, on: PartialDate, drug: str, steroid: Steroid
) -> bool:
    in_force = [
        row
        for row in _steroid_rows(session, patient)
        if row.started_on.latest <= on.earliest
        and (row.ended_on is None or row.ended_on.earliest >= on.latest)
    ]
    same = [
        row
        for row in in_force
        if row.drug.casefold() == drug.casefold() and row.daily_dose == steroid.daily_mg
    ]
    return len(in_force) == 1 and len(same) == 1


def _end_open_steroids(session: Session, patient: PatientInReach, on: PartialDate) -> None:
    """End what was taken until now, the day before: nobody takes two doses by accident."""
    for row in _steroid_rows(session, patient):
        if row.ended_on is None and row.started_on.latest < on.earliest:
            stored = session.get_one(Medication, row.id)
            stored.ended_on = PartialDate.on(on.earliest - timedelta(days=1))


def _hand_over_on(
    session: Session, patient: PatientInReach, was: PartialDate, now: PartialDate
) -> None:
    """Move the end of the dose before along with the start of this one: no day without a dose."""
    for row in _steroid_rows(session, patient):
        if row.ended_on is not None and row.ended_on.latest == was.earliest - timedelta(days=1):
            stored = session.get_one(Medication, row.id)
            stored.ended_on = PartialDate.on(now.earliest - timedelta(days=1))


def _next_start(session: Session, patient: PatientInReach, on: PartialDate) -> PartialDate | None:
    """Return the end of a back-dated dose: the day before the next one already recorded."""
    later = [
        row.started_on.earliest
        for row in _steroid_rows(session, patient)
        if row.started_on.earliest > on.latest
    ]
    return PartialDate.on(min(later) - timedelta(days=1)) if later else None
