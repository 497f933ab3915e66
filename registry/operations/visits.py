"""Record a visit with its assessments and steroid dose, in one transaction; change an open one."""

from collections.abc import Iterable, Mapping, Set
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, rules
from registry.errors import ConflictError
from registry.forms.visit import VisitValues
from registry.forms.visit_answers import NOT_RECORDED, Answered
from registry.issued_codes import new_code
from registry.models import Assessment, Visit
from registry.operations.finality import is_closed
from registry.operations.laboratory import set_results
from registry.operations.overrides import with_overrides
from registry.operations.placing import placed
from registry.operations.refusing import refuse
from registry.operations.side_effects import open_drafts
from registry.operations.steroids import set_steroid
from registry.queries.scope import PatientInReach

SIGNED = "This visit is signed. Amend it instead: the reason is asked and both versions are kept."
CLEARED = "every answer was cleared"


def record_visit(session: Session, patient: PatientInReach, values: VisitValues, by: str) -> Visit:
    """Add a visit at the patient's present site."""
    _check(patient, values)
    place = placed(patient)
    visit = Visit(code=new_code("V"), **place, **values.facts)
    session.add(visit)
    session.flush()
    set_results(session, patient, visit, values.results, by)
    for answered in with_overrides(session, patient, visit, values.answered):
        session.add(Assessment(visit_id=visit.id, **place, **_assessment(answered)))
    set_steroid(session, patient, visit, values.steroid, by)
    session.flush()
    open_drafts(session, patient, visit, values.answered, by)
    return visit


def change_visit(
    session: Session, patient: PatientInReach, visit: Visit, values: VisitValues, by: str
) -> None:
    """Replace what an unsigned visit says; raise ConflictError for a signed one."""
    if is_closed(visit):
        raise ConflictError(SIGNED)
    replace_content(session, patient, visit, values, by)


def replace_content(
    session: Session, patient: PatientInReach, visit: Visit, values: VisitValues, by: str
) -> None:
    """Replace facts, answers and steroid of a visit; signing decides whether that is allowed."""
    _check(patient, values)
    for name, value in values.facts.items():
        setattr(visit, name, value)
    # The visit is one thing to two editors: its version rises whatever part of it changed.
    visit.row_version = Visit.row_version + 1
    set_results(session, patient, visit, values.results, by)
    answered = with_overrides(session, patient, visit, values.answered)
    _replace_answers(session, visit, answered, values.shown, by)
    set_steroid(session, patient, visit, values.steroid, by)
    session.flush()
    session.refresh(visit)
    open_drafts(session, patient, visit, values.answered, by)


def current_assessments(session: Session, visit: Visit) -> dict[str, Assessment]:
    """Return the assessments in force, by instrument."""
    found = session.scalars(
        select(Assessment).where(Assessment.visit_id == visit.id, Assessment.voided_at.is_(None))
    )
    return {row.instrument: row for row in found}


def _check(patient: PatientInReach, values: VisitValues) -> None:
    birth = patient.birth_date
    wrong = rules.outside_life(values.facts["visited_on"], birth, patient.death_on)
    found = {"visited_on": wrong and f"Visit date: {wrong}"}
    for one in values.answered:
        for item in one.instrument.items:
            for day in item.days(one.answers[item.code]):
                if wrong := rules.outside_life(day, birth, None):
                    found[f"{one.instrument.code}.{item.code}"] = f"{item.label}: {wrong}"
    refuse(**found)


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
        "total_only": False,
        "parts": dict(score.parts) or None,
    }


def _replace_answers(
    session: Session, visit: Visit, answered: Iterable[Answered], shown: Set[str], by: str
) -> None:
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
    for left in stored.values():
        if left.instrument in shown and _can_be_cleared(left):
            left.voided_at, left.voided_by, left.void_reason = clock.now(), by, CLEARED


def _can_be_cleared(row: Assessment) -> bool:
    """Whether the form showed something of it; a historic total and mere gaps it does not."""
    said = (*(row.answers or ()), *((row.reasons or {}).values()))
    return not row.total_only and any(one not in {None, NOT_RECORDED} for one in said)
