"""One record in a line of words, so that nobody voids the wrong one."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from registry.codes import (
    CELL_TYPE,
    CONDITION,
    CONTACT_MODE,
    DECISION,
    FLARE_SEVERITY,
    INTERCURRENT_EVENT,
    PREGNANCY_OUTCOME,
    STATUS,
)
from registry.followup import conditions
from registry.followup.timepoints import title
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
    Patient,
    PatientStatus,
    Pregnancy,
    Visit,
)
from registry.operations.infusions import lots_of
from registry.operations.laboratory import as_result
from registry.queries.adverse_events import events_of_visit
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


def events_stay(session: Session, row: Any) -> str:
    """Return what becomes of the adverse events that a visit found."""
    found = events_of_visit(session, row.id) if isinstance(row, Visit) else ()
    drafts = [event.verbatim_term for event in found if event.state == "draft"]
    reported = [event.verbatim_term for event in found if event.state != "draft"]
    said = f" Drafts of adverse events go with it: {', '.join(drafts)}." if drafts else ""
    return said + (f" What was reported stays: {', '.join(reported)}." if reported else "")


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


def _adjunct(row: Adjunct) -> str:
    dose = f" {show_number(row.dose)} {row.unit or ''}".rstrip() if row.dose is not None else ""
    return f"{row.adjunct}{dose}, given {show_date(row.given_on)}"


def _course(row: Course) -> str:
    on = row.started_on or row.mobilised_on
    parts = [f"Course {row.code}", row.indication or "", f"started {show_date(on)}" if on else ""]
    return ", ".join(part for part in parts if part)


def _status(row: PatientStatus) -> str:
    return f"Status {STATUS[row.status]}, since {show_date(row.on)}"


def _consent(row: Consent) -> str:
    decided = f"{DECISION[row.decision].lower()} {show_date(row.decided_on)}"
    return f"Consent {decided}, version {row.version}"


def _condition(row: Condition) -> str:
    said = conditions.read(row.condition)
    answers = {conditions.ABSENT: " (asked and absent)", conditions.UNKNOWN: " (nobody can say)"}
    title = CONDITION.get(said.condition, said.condition) + answers.get(said.answer, "")
    return f"{title}, began {show_date(row.onset_on)}" if row.onset_on else title


def _biopsy(row: Biopsy) -> str:
    return f"Biopsy of {show_date(row.taken_on)}, {row.classes}"


def _pregnancy(row: Pregnancy) -> str:
    outcome = row.outcome or ""
    words = PREGNANCY_OUTCOME.get(outcome, outcome) or "outcome not recorded"
    return f"Pregnancy that began {show_date(row.began_on)}, {words}"


def _result(row: LaboratoryResult) -> str:
    return as_result(row).words


def _flare(row: Flare) -> str:
    severity = row.severity or ""
    words = FLARE_SEVERITY.get(severity, severity).lower() or "severity not recorded"
    return f"Flare that began {show_date(row.onset_on)}, {words}"


def _intercurrent(row: IntercurrentEvent) -> str:
    return f"{INTERCURRENT_EVENT.get(row.type, row.type)}, {show_date(row.on)}"


def _contact(row: ContactAttempt) -> str:
    result = f", {row.result}" if row.result else ""
    return f"{CONTACT_MODE[row.mode]} contact attempted {show_date(row.attempted_at)}{result}"


_WORDS: Mapping[type[Any], Callable[[Any], str]] = {
    Visit: _visit,
    Medication: _medicine,
    Adjunct: _adjunct,
    Course: _course,
    PatientStatus: _status,
    Consent: _consent,
    Condition: _condition,
    Biopsy: _biopsy,
    Pregnancy: _pregnancy,
    LaboratoryResult: _result,
    Flare: _flare,
    IntercurrentEvent: _intercurrent,
    ContactAttempt: _contact,
}
