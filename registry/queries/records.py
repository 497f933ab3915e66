"""Load one clinical row by its code or key, with its patient, inside the reach of a person."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.models import (
    Adjunct,
    Biopsy,
    Condition,
    Consent,
    ContactAttempt,
    Course,
    Flare,
    Infusion,
    IntercurrentEvent,
    LaboratoryResult,
    Medication,
    PatientStatus,
    Pregnancy,
    Visit,
)
from registry.queries.scope import PatientInReach, Reach, row_with_patient

Row = TypeVar(
    "Row",
    Course,
    Infusion,
    Adjunct,
    Visit,
    Medication,
    PatientStatus,
    Consent,
    Condition,
    Biopsy,
    Pregnancy,
    LaboratoryResult,
    Flare,
    IntercurrentEvent,
    ContactAttempt,
)


def record_in_reach(
    session: Session, reach: Reach, model: type[Row], key: str | UUID
) -> tuple[Row, PatientInReach]:
    """Return the row and its patient; NotInReachError when absent, voided or another site's."""
    if isinstance(key, str) and not key.isprintable():
        raise NotInReachError
    row, patient = row_with_patient(session, reach, model, _matches(model, key))
    if not _within(patient, row):
        raise NotInReachError
    return row, patient


def _within(patient: PatientInReach, row: Any) -> bool:
    """Whether this person may see the row of a patient in reach."""
    if isinstance(row, PatientStatus):
        return row.on.earliest <= patient.until
    if isinstance(row, Consent):
        return row.decided_on.earliest <= patient.until
    return patient.row_sites is None or row.site_id in patient.row_sites


def _matches(model: type[Row], key: str | UUID) -> ColumnElement[bool]:
    return model.id == key if isinstance(key, UUID) else model.__table__.c.code == key
