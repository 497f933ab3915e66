"""Record and change courses, medicines and adjuncts."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import rules
from registry.errors import InvalidRecordError
from registry.issued_codes import new_code
from registry.models import Adjunct, Course, Infusion, Medication
from registry.operations.refusing import refuse
from registry.operations.steroids import dose_of_a_visit
from registry.queries.scope import PatientInReach

# What a visit says about its steroid dose.
STATED = ("drug", "started_on", "daily_dose", "dose", "per_day", "unit", "route", "pulse")


def record_course(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> Course:
    """Add a treatment course at the patient's present site."""
    check_dates(patient, values, "started_on", "mobilised_on", "engrafted_on")
    course = Course(code=new_code("C"), **placed(patient), **values)
    session.add(course)
    session.flush()
    return course


def change_course(
    session: Session, patient: PatientInReach, course: Course, values: Mapping[str, Any]
) -> None:
    """Replace the facts of a course; the trail keeps what was."""
    check_dates(patient, values, "started_on", "mobilised_on", "engrafted_on")
    put(course, values)
    session.flush()


def record_medicine(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> Medication:
    """Add one period of one medicine."""
    _check_medicine(patient, values)
    medication = Medication(**placed(patient), **values)
    session.add(medication)
    session.flush()
    return medication


def change_medicine(
    session: Session, patient: PatientInReach, medication: Medication, values: Mapping[str, Any]
) -> None:
    """Replace the facts of a medicine row, most often to end it."""
    _check_medicine(patient, values)
    changed = [name for name in STATED if getattr(medication, name) != values[name]]
    if changed:
        refuse(**{changed[0]: dose_of_a_visit(session, medication)})
    put(medication, values)
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
    put(adjunct, _adjunct_facts(session, patient, values))
    session.flush()


def _adjunct_facts(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> dict[str, Any]:
    check_dates(patient, values, "given_on")
    refuse(unit=_unit_needed(values))
    facts = dict(values)
    return facts | {"infusion_id": _infusion_id(session, patient, facts.pop("infusion"))}


def _infusion_id(session: Session, patient: PatientInReach, code: str | None) -> UUID | None:
    if code is None:
        return None
    return session.execute(
        select(Infusion.id).where(Infusion.code == code, Infusion.patient_id == patient.id)
    ).scalar_one()


def placed(patient: PatientInReach) -> dict[str, Any]:
    """Return where a new row of this patient belongs; refuse where nobody may write."""
    if patient.writable is None:
        raise InvalidRecordError({"": "This patient has no open enrolment at your site."})
    enrolment = patient.writable
    return {
        "patient_id": patient.id,
        "enrolment_id": enrolment.id,
        "site_id": enrolment.site_id,
        "source": "form",
    }


def put(row: Any, values: Mapping[str, Any]) -> None:
    """Replace the facts of a row."""
    for name, value in values.items():
        setattr(row, name, value)


def check_dates(patient: PatientInReach, values: Mapping[str, Any], *names: str) -> None:
    """Refuse dates certainly before birth or after death."""
    refuse(
        **{
            name: rules.outside_life(values[name], patient.birth_date, patient.death_on)
            for name in names
        }
    )


def _check_medicine(patient: PatientInReach, values: Mapping[str, Any]) -> None:
    check_dates(patient, values, "started_on", "ended_on")
    refuse(
        ended_on=rules.out_of_order(values["started_on"], values["ended_on"], "the start on"),
        unit=_unit_needed(values),
    )


def _unit_needed(values: Mapping[str, Any]) -> str | None:
    has_dose = any(values.get(name) is not None for name in ("dose", "daily_dose"))
    return (
        "Unit: a dose needs its unit, for example mg" if has_dose and not values["unit"] else None
    )
