"""Record and change courses and adjuncts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.issued_codes import new_code
from registry.models import Adjunct, Course, Infusion
from registry.operations.placing import check_life, needs_unit, placed, replace
from registry.queries.scope import PatientInReach


def record_course(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> Course:
    """Add a treatment course at the patient's present site."""
    check_life(patient, values, "started_on", "mobilised_on", "engrafted_on")
    course = Course(code=new_code("C"), **placed(patient), **values)
    session.add(course)
    session.flush()
    return course


def change_course(
    session: Session, patient: PatientInReach, course: Course, values: Mapping[str, Any]
) -> None:
    """Replace the facts of a course; the trail keeps what was."""
    check_life(patient, values, "started_on", "mobilised_on", "engrafted_on")
    replace(course, values)
    session.flush()


def record_adjunct(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> Adjunct:
    """Add what was given beside the cells."""
    facts = _adjunct_facts(session, patient, values)
    adjunct = Adjunct(**placed(patient), **facts)
    session.add(adjunct)
    session.flush()
    return adjunct


def change_adjunct(
    session: Session, patient: PatientInReach, adjunct: Adjunct, values: Mapping[str, Any]
) -> None:
    """Replace the facts of an adjunct."""
    replace(adjunct, _adjunct_facts(session, patient, values))
    session.flush()


def _adjunct_facts(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> dict[str, Any]:
    check_life(patient, values, "given_on")
    needs_unit(values)
    facts = dict(values)
    return facts | {"infusion_id": _infusion_id(session, patient, facts.pop("infusion"))}


def _infusion_id(session: Session, patient: PatientInReach, code: str | None) -> UUID | None:
    if code is None:
        return None
    return session.execute(
        select(Infusion.id).where(Infusion.code == code, Infusion.patient_id == patient.id)
    ).scalar_one()
