"""Who is in the cohort, and where everybody is at each timepoint.

The six states of a timepoint sum to the infused, or the summary is refused.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from registry.analysis.members import FLOW_STATES, Member, infused
from registry.followup import clocks
from registry.followup.facts import PatientFacts
from registry.followup.selection import WITHDRAWN

ASCERTAINMENT = ("prospective", "early", "retrospective")
CONSENT = ("recorded", "not_recorded", "declined")
NO_REASON = "not_recorded"


class FlowDoesNotSumError(Exception):
    """Somebody is in no state or in two at a timepoint: no summary may leave the registry."""


def flow(members: Sequence[Member], timepoints: Sequence[str]) -> dict[str, Any]:
    """Return the counts from enrolment to the last timepoint that has opened."""
    treated = infused(members)
    begun = [member for member in members if member.course]
    consent = Counter(consent_of(member.patient) for member in members)
    ascertained = Counter(member.ascertainment for member in treated)
    return {
        "enrolled": len(members),
        "consent": {state: consent[state] for state in CONSENT},
        "course_started": len(begun),
        "infused": len(treated),
        "not_infused": _not_infused(begun),
        "with_baseline": sum(member.places["baseline"].state == "seen" for member in treated),
        "ascertainment": {name: ascertained[name] for name in ASCERTAINMENT},
        "at": [at_timepoint(treated, timepoint) for timepoint in timepoints],
    }


def at_timepoint(treated: Sequence[Member], timepoint: str) -> dict[str, Any]:
    """Return the six states of the infused at one timepoint, and how many were due."""
    counted = Counter(member.places[timepoint].state for member in treated)
    states = {state: counted[state] for state in FLOW_STATES}
    if sum(states.values()) != len(treated):
        raise FlowDoesNotSumError(
            f"At {timepoint} the states sum to {sum(states.values())}, "
            f"but {len(treated)} patients were infused: {dict(counted)}"
        )
    return {"timepoint": timepoint, **states, "due": states["seen"] + states["missed"]}


def consent_of(patient: PatientFacts) -> str:
    """Return recorded, declined or not_recorded from the latest decision.

    A withdrawal was a consent once: it counts as recorded, and the status tells the rest.
    """
    if not patient.consents:
        return "not_recorded"
    latest = sorted(patient.consents, key=lambda consent: consent.decided_on.earliest)[-1]
    return "declined" if latest.decision == "declined" else "recorded"


def _not_infused(begun: Sequence[Member]) -> list[dict[str, Any]]:
    """Count those whose course began without a product, by why they left, most common first."""
    reasons = Counter(_why_not(member.patient) for member in begun if not member.infused)
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return [{"reason": reason, "n": n} for reason, n in ordered]


def _why_not(patient: PatientFacts) -> str:
    if clocks.died_by(patient, date.max):  # the facts end at the cut
        return "died"
    status = clocks.status_on(patient.statuses, date.max)
    if status in WITHDRAWN:
        return "withdrawn"
    return "lost" if status == "lost" else NO_REASON
