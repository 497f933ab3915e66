"""Load one clinical row by its code or key, with its patient, inside the reach of a person."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.models import Course, Infusion, Medication, Patient, Visit
from registry.queries.scope import PatientInReach, Reach, patient_in_reach

Row = TypeVar("Row", Course, Infusion, Visit, Medication)


def record_in_reach(
    session: Session, reach: Reach, model: type[Row], key: str | UUID
) -> tuple[Row, PatientInReach]:
    """Return the row and its patient; NotInReachError when absent, voided or another site's."""
    if isinstance(key, str) and not key.isprintable():
        raise NotInReachError
    row = session.scalar(select(model).where(_matches(model, key), model.voided_at.is_(None)))
    if row is None:
        raise NotInReachError
    patient_code = session.execute(
        select(Patient.code).where(Patient.id == row.patient_id)
    ).scalar_one()
    patient = patient_in_reach(session, reach, patient_code)
    if patient.row_sites is not None and row.site_id not in patient.row_sites:
        raise NotInReachError
    return row, patient


def _matches(model: type[Row], key: str | UUID) -> ColumnElement[bool]:
    return model.id == key if isinstance(key, UUID) else model.code == key
