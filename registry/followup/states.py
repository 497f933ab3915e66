"""States that a patient is in at a visit: met, not met, or indeterminate with the reason.

Each state is a declaration with its version; the summary loops over them. A state is decided only
where both bounds agree. No data at the visit is no state at all (None), not an indeterminate one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Literal

from registry.followup import steroids
from registry.followup.facts import AssessmentFact, PatientFacts, VisitFact

SLEDAI_CEILING = Decimal(4)
PREDNISONE_CEILING_MG = Decimal(5)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the state holds; the reason says what decided, or what is missing."""

    state: Literal["met", "not_met", "indeterminate"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A named, versioned definition and the pure function that judges one visit by it."""

    name: str
    version: str
    title: str
    source: str
    judge: Callable[[PatientFacts, VisitFact], Verdict | None]
    settings: Mapping[str, str] = field(default_factory=dict)


def sledai_2k_le_4(patient: PatientFacts, visit: VisitFact) -> Verdict | None:
    """Judge SLEDAI-2K of 4 or less; None where the visit has no SLEDAI-2K."""
    found = next((a for a in visit.assessments if a.instrument == "sledai_2k"), None)
    return None if found is None else _at_most(found, SLEDAI_CEILING)


def prednisone_le_5(patient: PatientFacts, visit: VisitFact) -> Verdict | None:
    """Judge a mean prednisone-equivalent of 5 mg or less without a pulse, 28 days before."""
    if visit.visited_on is None:
        return None
    taken = steroids.exposure(patient.medicines, visit.visited_on)
    if not taken.known:
        return Verdict("indeterminate", "no_medicine_history")
    if taken.pulse:
        return Verdict("not_met", "recent_pulse")
    if taken.low > PREDNISONE_CEILING_MG:
        return Verdict("not_met", "dose_above_5_mg")
    if taken.high is None or taken.high > PREDNISONE_CEILING_MG:
        return Verdict("indeterminate", "dose_not_certain")
    return Verdict("indeterminate", "pulse_not_certain") if taken.pulse is None else Verdict("met")


def _at_most(assessment: AssessmentFact, ceiling: Decimal) -> Verdict:
    """Decide by both bounds; a historic total is both."""
    low, high = assessment.known_points, assessment.max_possible
    if assessment.total_only or low is None or high is None:
        low = high = assessment.total
    if low is None or high is None:
        return Verdict("indeterminate", "no_score")
    if high <= ceiling:
        return Verdict("met")
    if low > ceiling:
        return Verdict("not_met", "score_above_4")
    return Verdict("indeterminate", "items_not_assessed")


_POLICY = "definition of this registry, not of a publication"

STATES: Mapping[str, State] = MappingProxyType(
    {
        state.name: state
        for state in (
            State(
                "sledai_2k_le_4",
                "1",
                "SLEDAI-2K of 4 or less",
                _POLICY,
                sledai_2k_le_4,
                {"ceiling": "4 points"},
            ),
            State(
                "prednisone_le_5",
                "1",
                "Prednisone-equivalent of 5 mg a day or less, no pulse",
                _POLICY,
                prednisone_le_5,
                {
                    "ceiling": "5 mg",
                    "window": "28 days before the visit",
                    "pulse": "100 mg or more by vein or muscle on one day, or a depot by muscle",
                },
            ),
        )
    }
)
