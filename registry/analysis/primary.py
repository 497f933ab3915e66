"""The end points of protocols: the registry's own primary one first, each with who is in no answer.

Population: prospective patients infused in their first course whose analysis window has closed by
the cut.  ``composite`` counts whoever had an intercurrent event, is gone, missing or undecided as
no response; beside it stand what the visit showed whatever happened in between
(``treatment_policy``, ``observed``) and the bounds of the composite.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from registry.analysis.intervals import proportion
from registry.analysis.members import Member, infused
from registry.followup import clocks, selection
from registry.followup.endpoints import ENDPOINTS, PRIMARY, Outcome, ProtocolEndpoint, outcome
from registry.followup.facts import VisitFact
from registry.followup.intercurrent import After, recorded
from registry.followup.states import STATES, AtVisit, Verdict
from registry.followup.states.base import treatment_policy

POPULATION = "prospective"
BILAG = "bilag_2004"
ROWS = ("composite", "treatment_policy", "observed", "worst", "best")
#: What was recorded of somebody who missed the visit, and why there was none.
LEFT: Mapping[str, str] = MappingProxyType({"lost": "lost", "withdrew": "withdrawn"})
BACKGROUND: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "sri_4": MappingProxyType(
            {
                "percent": 39.8,
                "trials": 24,
                "patients": 3899,
                "mean_sledai": 10.4,
                "sentence": "Placebo plus standard care in 24 randomised trials of lupus without "
                "active nephritis or neuropsychiatric disease: SRI-4 in 39.8 % of 3,899 patients, "
                "mean SLEDAI-2K 10.4 at the start. Not a control group.",
                "source": "Tselios K et al. Rheumatology 2021;60:73-80, "
                "doi 10.1093/rheumatology/keaa655",
            }
        )
    }
)


@dataclass(frozen=True, slots=True)
class Protocols:
    """What is judged: chosen over the whole cohort once, so that its groups are alike."""

    cut: date
    responders: Mapping[str, str]  # end point → the state that is judged, the primary one first


@dataclass(frozen=True, slots=True)
class Case:
    """One patient of the population: the outcome, and what the visit showed of the response."""

    outcome: Outcome
    response: str | None  # None where there is no visit, or nothing on it to judge
    other_events: int  # recorded, not planned, and read by no rule of this end point


def protocols(members: Sequence[Member], cut: date) -> Protocols:
    """Choose what each end point judges; one that nobody can be judged by is left out."""
    chosen: dict[str, str] = {}
    for name in sorted(ENDPOINTS, key=lambda name: (name != PRIMARY, name)):
        endpoint = ENDPOINTS[name]
        responder = _responder(endpoint, closed(endpoint, members, cut))
        asked = any((responder, endpoint.timepoint) in member.judged for member in members)
        if asked or name == PRIMARY:
            chosen[name] = responder
    return Protocols(cut, chosen)


def closed(endpoint: ProtocolEndpoint, members: Sequence[Member], cut: date) -> list[Member]:
    """Return the population: whoever was seen early waits for the others of the same day 0."""
    return [
        member
        for member in infused(members)
        if member.ascertainment == POPULATION
        and member.course
        and selection.closes_on(member.course, endpoint.timepoint) <= cut
    ]


def sections(members: Sequence[Member], chosen: Protocols) -> dict[str, Any]:
    """Return the key of the primary end point, and the list of the others."""
    primary, *others = (
        result(ENDPOINTS[name], responder, members, chosen.cut)
        for name, responder in chosen.responders.items()
    )
    return {"primary": primary, "endpoints": others}


def result(
    endpoint: ProtocolEndpoint, responder: str, members: Sequence[Member], cut: date
) -> dict[str, Any]:
    """Return one end point of these members, with everybody who is not in it."""
    treated, population = infused(members), closed(endpoint, members, cut)
    prospective = sum(member.ascertainment == POPULATION for member in treated)
    cases = [_case(endpoint, responder, member) for member in population]
    states = Counter(case.outcome.state for case in cases)
    return {
        "endpoint": endpoint.name,
        "version": endpoint.version,
        "title": endpoint.title,
        "timepoint": endpoint.timepoint,
        "responder": responder,
        "population": POPULATION,
        "infused": len(treated),
        "not_prospective": len(treated) - prospective,
        "window_open": prospective - len(population),
        "n": len(population),
        "bilag_at_baseline": _graded(population),
        "rows": list(_rows(cases)),
        "reasons": list(_reasons(endpoint, cases)),
        **{name: states[name] for name in ("indeterminate", "not_evaluable", "missing")},
        "other_events": sum(case.other_events for case in cases),
        "background": dict(BACKGROUND[responder]) if responder in BACKGROUND else None,
    }


def _responder(endpoint: ProtocolEndpoint, population: Sequence[Member]) -> str:
    """Return the state to judge, by what was graded before treatment and never by its outcome."""
    if endpoint.otherwise and 2 * _graded(population) < max(1, len(population)):
        return endpoint.otherwise
    return endpoint.responder


def _graded(population: Sequence[Member]) -> int:
    return sum(
        any(code == BILAG for code, _ in member.places["baseline"].readings)
        for member in population
    )


def _case(endpoint: ProtocolEndpoint, responder: str, member: Member) -> Case:
    course = member.course
    day_0 = clocks.day_0_on(course) if course else None
    if course is None or day_0 is None:
        raise ValueError(f"{member.patient.patient_id} was not infused and is in no end point")
    place = member.places[endpoint.timepoint].state
    visit = member.visits.get(endpoint.timepoint) if place == "seen" else None
    closes = selection.closes_on(course, endpoint.timepoint)
    after = After(member.patient, course, day_0, _until(visit, closes))
    response = _response(responder, member, visit)
    judged = outcome(endpoint, after, _place(place, after), response)
    return Case(judged, response.state if response else None, _other_events(endpoint, after))


def _until(visit: VisitFact | None, closes: date) -> date:
    if visit is None or visit.visited_on is None:
        return closes
    return visit.visited_on - timedelta(days=1)


def _response(responder: str, member: Member, visit: VisitFact | None) -> Verdict | None:
    """Judge the visit whatever happened before it: that is for the rules of the end point."""
    if visit is None:
        return None
    verdict = STATES[responder].judge(AtVisit(member.patient, visit, member.baseline))
    return treatment_policy(verdict) if verdict else None


def _place(place: str, after: After) -> str:
    """Return the state of the flow; of one who missed the visit, why, where that is on record."""
    if place != "missed":
        return place
    return next((gone for event, gone in LEFT.items() if recorded(after, event)), place)


def _other_events(endpoint: ProtocolEndpoint, after: After) -> int:
    read = {kind for rule in endpoint.failures for kind in rule.types} | set(LEFT)
    return sum(
        event.type not in read and not event.planned and after.has(event.on) is not False
        for event in after.patient.intercurrent
    )


def _rows(cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    n, states = len(cases), Counter(case.outcome.state for case in cases)
    seen = Counter(case.response for case in cases)
    counts = {
        "composite": (states["met"], n),
        "treatment_policy": (seen["met"], n),
        "observed": (seen["met"], seen["met"] + seen["not_met"]),
        "worst": (states["met"], n),
        "best": (states["met"] + states["indeterminate"], n),
    }
    for row in ROWS:
        yield {"row": row, **proportion(*counts[row])._asdict()}


def _reasons(endpoint: ProtocolEndpoint, cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """Yield every reason of non-response: ``first`` of each patient, and ``patients`` with it.

    ``first`` sums to those without a response; ``undecided`` are those of whom the stored facts
    do not say.
    """
    first = Counter(case.outcome.reasons[0] for case in cases if case.outcome.reasons)
    held = Counter(reason for case in cases for reason in case.outcome.reasons)
    undecided = Counter(rule for case in cases for rule in case.outcome.undecided)
    for reason, title in endpoint.reasons.items():
        yield {
            "reason": reason,
            "title": title,
            "first": first[reason],
            "patients": held[reason],
            "undecided": undecided[reason],
        }
