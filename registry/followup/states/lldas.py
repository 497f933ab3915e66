"""Lupus low disease activity state from what is stored, without the bar on investigational drugs.

Nothing stored says whether there was haemolytic anaemia or gastrointestinal activity, whether the
clinician saw something new, or whether the maintenance was tolerated: these are never assumed, so
the facts alone decide only that it is not met.
"""

from collections.abc import Mapping
from typing import Any

from registry.followup.facts import AssessmentFact, PatientFacts, VisitFact
from registry.followup.states._limbs import (
    STEROID_SETTINGS,
    at_most,
    bounds,
    is_judged,
    pga,
    prednisone,
    result_of,
)
from registry.followup.states.base import MET, State, Verdict, all_of, failed, unknown
from registry.instruments import lldas as published

MAJOR_GROUPS = (*sorted(published.MAJOR_ORGANS), "neurological")
# Fever shares its group with two blood counts of one point each: only all three are surely fever.
FEVER_GROUP, FEVER_FOR_CERTAIN = "constitutional", 3


def judge(patient: PatientFacts, visit: VisitFact) -> Verdict | None:
    """Judge the five criteria; None where the visit has neither SLEDAI-2K nor PGA."""
    if not is_judged(visit):
        return None
    return all_of(
        _activity(visit),
        _nothing_new(patient, visit),
        at_most(pga(visit), published.PGA_CEILING, "pga"),
        prednisone(patient, visit, published.PREDNISONE_CEILING_MG),
        unknown("maintenance_not_asked"),
    )


def _activity(visit: VisitFact) -> Verdict:
    """Judge the first criterion; what is no SLEDAI-2K item was never asked."""
    result = result_of(visit, "sledai_2k")
    asked = unknown("haemolytic_anaemia_and_gi_not_asked")
    if result is None:
        return all_of(unknown("no_sledai_2k"), asked)
    score = at_most(bounds(result), published.SLEDAI_CEILING, "sledai_2k")
    return all_of(score, _no_major_organ(result), asked)


def _no_major_organ(result: AssessmentFact) -> Verdict:
    """Judge by the points of each organ; a total without its items names none, unless it is 0."""
    organs = _organs(result)
    if organs is None:
        found = bounds(result)
        return MET if found and found[1] == 0 else unknown("organs_not_stored")
    major = [organs.get(group, (0, 0)) for group in MAJOR_GROUPS]
    fever = organs.get(FEVER_GROUP, (0, 0))
    if any(known > 0 for known, _ in major) or fever[0] >= FEVER_FOR_CERTAIN:
        return failed("major_organ")
    if any(possible > 0 for _, possible in major):
        return unknown("major_organ_not_assessed")
    return unknown("fever_not_certain") if fever[1] > 0 else MET


def _organs(result: AssessmentFact) -> Mapping[str, Any] | None:
    """Return the certain and possible points by organ; an organ left out has none."""
    return None if result.total_only else result.parts.get("organs")


def _nothing_new(patient: PatientFacts, visit: VisitFact) -> Verdict:
    """Judge against the last score before; that nothing is new is for the clinician to say."""
    now, before = result_of(visit, "sledai_2k"), _last_before(patient, visit)
    if before is None:
        return unknown("no_earlier_assessment")
    if now is not None and _something_new(before, now):
        return failed("new_activity")
    return unknown("new_activity_not_asked")


def _last_before(patient: PatientFacts, visit: VisitFact) -> AssessmentFact | None:
    """Return the SLEDAI-2K of the last final visit on an earlier day."""
    day = visit.visited_on
    if day is None:
        return None
    earlier = (
        (other.visited_on, found)
        for other in patient.visits
        if other.final and other.visited_on is not None and other.visited_on < day
        if (found := result_of(other, "sledai_2k"))
    )
    return max(earlier, key=lambda pair: pair[0], default=(day, None))[1]


def _something_new(before: AssessmentFact, now: AssessmentFact) -> bool:
    """Whether points that are certain now exceed all that was possible before, in any organ.

    Then an item is present that was not; fewer or equal points prove nothing.
    """
    old, new = _organs(before), _organs(now)
    if old is not None and new is not None:
        return any(known > old.get(group, (0, 0))[1] for group, (known, _) in new.items())
    then, after = bounds(before), bounds(now)
    return then is not None and after is not None and after[0] > then[1]


STATE = State(
    "lldas",
    published.VERSION,
    "LLDAS, without the bar on investigational drugs",
    "Franklyn K et al. Ann Rheum Dis 2016;75:1615, doi 10.1136/annrheumdis-2015-207726",
    judge,
    {
        "SLEDAI-2K": "4 or less, no major organ: renal, neurological, vasculitis, serositis, fever",
        "new activity": "against the last score before: an organ with more points than possible",
        "PGA": "1 or less",
        "prednisone": "7.5 mg or less",
        "not stored, never assumed": "haemolytic anaemia, gastrointestinal activity, the "
        "clinician’s word on new activity, tolerated maintenance",
        **STEROID_SETTINGS,
    },
    limit="what is stored can rule it out and never confirm it, so that nobody is observed in it; "
    "the worst and best rows hold what is possible",
    place=3,
)
