"""Where a new clinical row hangs, and how a row takes new values."""

from collections.abc import Mapping
from typing import Any

from registry import rules
from registry.errors import ConflictError
from registry.operations.refusing import refuse
from registry.queries.scope import PatientInReach


def placed(patient: PatientInReach) -> dict[str, Any]:
    """Return the columns that hang a row on the open enrolment; refuse where there is none."""
    if patient.writable is None:
        raise ConflictError("This patient has no open enrolment at your site.")
    enrolment = patient.writable
    return {
        "patient_id": patient.id,
        "enrolment_id": enrolment.id,
        "site_id": enrolment.site_id,
        "source": "form",
    }


def replace(row: Any, values: Mapping[str, Any]) -> None:
    """Give a row its new values; the trail keeps what was."""
    for name, value in values.items():
        setattr(row, name, value)


def check_life(patient: PatientInReach, values: Mapping[str, Any], *names: str) -> None:
    """Refuse dates that are certainly before birth or after death."""
    refuse(
        **{
            name: rules.outside_life(values[name], patient.birth_date, patient.death_on)
            for name in names
        }
    )


def needs_unit(values: Mapping[str, Any]) -> None:
    """Refuse a dose without its unit."""
    has_dose = any(values.get(name) is not None for name in ("dose", "daily_dose"))
    if has_dose and not values["unit"]:
        refuse(unit="Unit: a dose needs its unit, for example mg")
