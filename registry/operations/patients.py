"""Enrol a patient, change facts, add a status or a consent, transfer to another site."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import rules
from registry.errors import InvalidRecordError
from registry.issued_codes import new_code
from registry.models import Consent, Enrolment, Infusion, Patient, PatientStatus, Visit
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

# They mean something else in an address, so such a patient could never be opened.
UNREACHABLE = frozenset({"new", ".", ".."})


def enrol_patient(session: Session, values: Mapping[str, Any], site_id: int) -> Patient:
    """Add a patient with the first enrolment, an active status and, where given, the consent."""
    _check_facts({**values, "death_on": None, "last_known_alive_on": None})
    refuse(
        **{
            name: rules.outside_life(values[name], values["birth_date"], None)
            for name in ("enrolled_on", "consent_decided_on")
        }
    )
    code = values["patient_id"] or new_code("LR")
    if code in UNREACHABLE:
        raise InvalidRecordError({"patient_id": f"Patient code: “{code}” cannot be a code"})
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
    refuse(
        birth_date=_seen_before(session, patient.id, values["birth_date"]),
        death_on=_seen_after(session, patient.id, None, values["death_on"]),
    )
    for name in FACTS:
        setattr(patient, name, values[name])
    session.flush()


def record_status(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> None:
    """Add a dated status; a death belongs into the facts as well, so that dates agree."""
    on, died = values["on"], values["status"] == "died"
    refuse(
        on=rules.outside_life(on, patient.birth_date, patient.death_on)
        or (rules.out_of_order(patient.death_on, on, "the death on") if died else None)
    )
    if died and patient.death_on is None:
        refuse(on=_seen_after(session, patient.id, patient.last_known_alive_on, on))
        stored = session.get_one(Patient, patient.id)
        stored.death_on = on
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
    if any(e.site_id == site_id and e.from_on == on for e in patient.enrolments):
        sentence = f"First day: there is an enrolment from {on.words} already"
        raise InvalidRecordError({"on": sentence})
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


def _seen_before(session: Session, patient_id: UUID, birth: PartialDate | None) -> str | None:
    """Return a sentence when a visit or an infusion is certainly before the birth."""
    days = _days_seen(session, patient_id)
    return rules.outside_life(PartialDate.on(min(days)), birth, None) if days else None


def _seen_after(
    session: Session, patient_id: UUID, alive: PartialDate | None, death: PartialDate | None
) -> str | None:
    """Return a sentence when a visit, an infusion or a sign of life is after the death."""
    days = [*_days_seen(session, patient_id), *([alive.earliest] if alive else [])]
    return (
        rules.out_of_order(PartialDate.on(max(days)), death, "the last contact on")
        if days
        else None
    )


def _days_seen(session: Session, patient_id: UUID) -> list[date]:
    """Return the days on which the patient was certainly seen alive: first and last by kind."""
    done = or_(Visit.attendance.is_(None), Visit.attendance == "done")
    visits = select(Visit.visited_on).where(Visit.patient_id == patient_id, done)
    infusions = select(Infusion.started_at).where(Infusion.patient_id == patient_id)
    found = [
        *session.execute(visits.where(Visit.voided_at.is_(None))),
        *session.execute(infusions.where(Infusion.voided_at.is_(None))),
    ]
    return [row[0].exact for row in found if row[0] is not None and row[0].exact is not None]


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
