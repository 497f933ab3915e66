"""Record, change and end a medicine."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from registry import rules
from registry.models import Medication
from registry.operations.placing import check_life, needs_unit, placed, replace
from registry.operations.refusing import refuse
from registry.operations.steroids import alone, dose_of_a_visit, dose_of_an_open_visit, follow
from registry.queries.scope import PatientInReach

# What a visit says about its steroid dose.
STATED = ("drug", "started_on", "daily_dose", "dose", "per_day", "unit", "route", "pulse")


def record_medicine(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> Medication:
    """Add one period of one medicine."""
    _check(patient, values)
    medication = Medication(**placed(patient), **values)
    session.add(medication)
    session.flush()
    return medication


def change_medicine(
    session: Session, patient: PatientInReach, medication: Medication, values: Mapping[str, Any]
) -> None:
    """Replace the facts of a medicine row."""
    refuse(**{"": dose_of_an_open_visit(session, medication)})
    _check(patient, values)
    changed = [name for name in STATED if getattr(medication, name) != values[name]]
    if changed:
        refuse(**{changed[0]: dose_of_a_visit(session, medication)})
        alone(session, patient.id)
    began = medication.started_on
    replace(medication, values)
    if changed:
        follow(session, medication, began)
    session.flush()


def end_medicine(
    session: Session, patient: PatientInReach, medication: Medication, values: Mapping[str, Any]
) -> None:
    """Say when a medicine was taken last and why it was stopped; all else stays."""
    refuse(ended_on=dose_of_an_open_visit(session, medication))
    check_life(patient, values, "ended_on")
    _check_order(medication.started_on, values["ended_on"])
    replace(medication, values)
    session.flush()


def _check(patient: PatientInReach, values: Mapping[str, Any]) -> None:
    check_life(patient, values, "started_on", "ended_on")
    _check_order(values["started_on"], values["ended_on"])
    needs_unit(values)


def _check_order(started_on: Any, ended_on: Any) -> None:
    refuse(ended_on=rules.out_of_order(started_on, ended_on, "the start on"))
