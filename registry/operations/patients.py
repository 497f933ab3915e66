"""Enrol a patient, change facts, add a status or a consent, transfer to another site."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import rules
from registry.errors import InvalidRecordError
from registry.issued_codes import new_code
from registry.models import Consent, Enrolment, Patient, PatientStatus
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate
from registry.queries.scope import PatientInReach

FACTS = (
    "sex",
    "birth_date",
    "ancestry",
    "first_symptom_on",
    "sle_diagnosed_on",
    "last_known_alive_on",
    "death_on",
    "death_cause",
)


def enrol_patient(session: Session, values: Mapping[str, Any], site_id: int) -> Patient:
    """Add a patient with the first enrolment, an active status and, where given, the consent."""
    _check_facts({**values, "death_on": None, "last_known_alive_on": None})
    refuse(enrolled_on=rules.outside_life(values["enrolled_on"], values["birth_date"], None))
    code = values["patient_id"] or new_code("LR")
    if session.scalar(select(Patient.id).where(Patient.code == code)):
        raise InvalidRecordError({"patient_id": f"Patient code: {code} is already in use"})
    patient = Patient(code=code, **{name: values.get(name) for name in FACTS})
    session.add(patient)
    session.flush()
    session.add(Enrolment(patient_id=patient.id, site_id=site_id, from_on=values["enrolled_on"]))
    session.add(PatientStatus(patient_id=patient.id, status="active", on=values["enrolled_on"]))
    _add_consent(session, patient.id, values)
    session.flush()
    return patient


def change_facts(session: Session, patient: Patient, values: Mapping[str, Any]) -> None:
    """Replace what is known about the patient; the trail keeps what was."""
    _check_facts(values)
    for name in FACTS:
        setattr(patient, name, values[name])
    session.flush()


def record_status(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> None:
    """Add a dated status; a death belongs into the facts as well, so that dates agree."""
    refuse(on=rules.outside_life(values["on"], patient.birth_date, None))
    if values["status"] == "died" and patient.death_on is None:
        stored = session.get_one(Patient, patient.id)
        stored.death_on = values["on"]
    session.add(PatientStatus(patient_id=patient.id, **values))
    session.flush()


def record_consent(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> None:
    """Add a dated decision about one version of the consent form."""
    refuse(
        decided_on=rules.outside_life(values["decided_on"], patient.birth_date, patient.death_on)
    )
    session.add(Consent(patient_id=patient.id, **values))
    session.flush()


def transfer(session: Session, patient: PatientInReach, site_id: int, on: PartialDate) -> None:
    """End the open enrolment and begin one at another site, from the same day on."""
    if patient.writable is None or patient.writable.site_id == site_id:
        raise InvalidRecordError({"site": "New site: the patient is followed there already"})
    refuse(
        on=rules.out_of_order(patient.writable.from_on, on, "the enrolment here on")
        or rules.outside_life(on, patient.birth_date, patient.death_on)
    )
    ended = session.get_one(Enrolment, patient.writable.id)
    ended.to_on = on
    session.add(Enrolment(patient_id=patient.id, site_id=site_id, from_on=on))
    session.flush()


def _check_facts(values: Mapping[str, Any]) -> None:
    birth, death = values["birth_date"], values["death_on"]
    refuse(
        death_on=rules.out_of_order(birth, death, "the birth date"),
        **{
            name: rules.outside_life(values[name], birth, death)
            for name in ("first_symptom_on", "sle_diagnosed_on", "last_known_alive_on")
        },
    )


def _add_consent(session: Session, patient_id: UUID, values: Mapping[str, Any]) -> None:
    given = {name: values[f"consent_{name}"] for name in ("version", "decision", "decided_on")}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given):
        return
    if missing:
        raise InvalidRecordError(
            {f"consent_{missing[0]}": "Consent: version, decision and date go together"}
        )
    session.add(Consent(patient_id=patient_id, **given))
