"""Every death after the course began, whatever is thought to have caused it.

Unit: days after day 0 of the main course.  Without a patient code and without a date: a day, a
cause and a phase are what a reader needs, and nobody is named by them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from registry.analysis.members import Member
from registry.followup import clocks, emergence
from registry.followup.facts import AdverseEventFact, PatientFacts
from registry.partial_date import PartialDate

DIED = "died"


def deaths(treated: Iterable[Member]) -> list[dict[str, Any]]:
    """Return a row for each patient who died, by day; those without a day come last."""
    rows = [_row(member) for member in treated if has_died(member.patient)]
    return sorted(rows, key=_in_order)


def has_died(patient: PatientFacts) -> bool:
    """Whether a death is recorded, as a date, as a status, or as a fatal event."""
    return death_recorded(patient) or bool(_fatal(patient))


def death_recorded(patient: PatientFacts) -> bool:
    """Whether the patient's own record says so, not an event alone."""
    return patient.death_on is not None or any(s.status == DIED for s in patient.statuses)


def died_on(patient: PatientFacts) -> PartialDate | None:
    """Return the date of the death as far as it is known."""
    if patient.death_on is not None:
        return patient.death_on
    return next((status.on for status in patient.statuses if status.status == DIED), None)


def _row(member: Member) -> dict[str, Any]:
    patient, fatal = member.patient, _fatal(member.patient)
    died = died_on(patient)
    return {
        "day": _day(member, died),
        "phase": emergence.phase_of(died, patient.courses) if died else emergence.UNKNOWN,
        "cause": patient.death_cause,
        "terms": sorted({event.term for event in fatal if event.term}),
        "relation": _relation(fatal),
    }


def _fatal(patient: PatientFacts) -> list[AdverseEventFact]:
    return [event for event in patient.adverse_events if emergence.is_fatal(event)]


def _day(member: Member, died: PartialDate | None) -> int | None:
    day_0 = clocks.day_0(member.course) if member.course else None
    if day_0 is None or died is None or died.exact is None:
        return None
    return clocks.days_after(died.exact, day_0)


def _relation(fatal: Sequence[AdverseEventFact]) -> str | None:
    """Return the gravest judgement of the fatal events; None where no event is recorded."""
    found = {emergence.relation(event) for event in fatal}
    ranked = ("related", *emergence.UNDECIDED, "not_related")
    return next((relation for relation in ranked if relation in found), None)


def _in_order(row: dict[str, Any]) -> tuple[bool, int, int, str, str]:
    """Sort by what the row shows, so that the order says nothing about codes."""
    phase = emergence.PHASES.index(row["phase"])
    return row["day"] is None, row["day"] or 0, phase, row["cause"] or "", ";".join(row["terms"])
