"""One record in a line of words, so that nobody voids the wrong one."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from registry.codes import CELL_TYPE, DECISION, STATUS
from registry.followup.timepoints import title
from registry.models import (
    Consent,
    Course,
    Infusion,
    LaboratoryResult,
    Medication,
    Patient,
    PatientStatus,
    Visit,
)
from registry.operations.laboratory import as_result
from registry.operations.treatment import lots_of
from registry.templating import show_date, show_number


def words_of(session: Session, row: Any) -> str:
    """Return what the record says, as far as it tells it apart from its neighbours."""
    if isinstance(row, Infusion):
        return _infusion(row, lots_of(session, row.id))
    return _WORDS[type(row)](row)


def death_stays(session: Session, row: Any) -> str:
    """Return the sentence that voiding a death leaves the date of death where it is."""
    if not isinstance(row, PatientStatus) or row.status != "died":
        return ""
    death_on = session.get_one(Patient, row.patient_id).death_on
    if death_on is None:
        return ""
    return f" The date of death, {show_date(death_on)}, stays until it is changed under the facts."


def _infusion(row: Infusion, lots: list[str]) -> str:
    parts = [f"Infusion of {show_date(row.started_at)}", CELL_TYPE[row.cell_type]]
    if row.dose_total_cells is not None:
        parts.append(f"{show_number(row.dose_total_cells, grouped=True)} cells")
    parts.append(f"lot {', '.join(lots)}" if lots else "lot not recorded")
    return ", ".join(parts)


def _visit(row: Visit) -> str:
    day = f"of {show_date(row.visited_on)}" if row.visited_on else "without a date"
    return f"Visit {day}" + (f", {title(row.timepoint)}" if row.timepoint else "")


def _medicine(row: Medication) -> str:
    amount, a_day = (row.daily_dose, " a day") if row.daily_dose is not None else (row.dose, "")
    dose = f" {show_number(amount)} {row.unit or ''}".rstrip() + a_day if amount is not None else ""
    return f"{row.drug}{dose}, started {show_date(row.started_on)}"


def _course(row: Course) -> str:
    on = row.started_on or row.mobilised_on
    parts = [f"Course {row.code}", row.indication or "", f"started {show_date(on)}" if on else ""]
    return ", ".join(part for part in parts if part)


def _status(row: PatientStatus) -> str:
    return f"Status {STATUS[row.status]}, since {show_date(row.on)}"


def _consent(row: Consent) -> str:
    decided = f"{DECISION[row.decision].lower()} {show_date(row.decided_on)}"
    return f"Consent {decided}, version {row.version}"


def _result(row: LaboratoryResult) -> str:
    return as_result(row).words


_WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    Visit: _visit,
    Medication: _medicine,
    Course: _course,
    PatientStatus: _status,
    Consent: _consent,
    LaboratoryResult: _result,
}
