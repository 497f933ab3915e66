"""Every state of one patient over the visits: what a page shows as rows of ticks.

Window: the final done visits with an exact day, by date. A state with nothing to judge by at any
visit has no row: no data is neither met nor failed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from registry.followup import clocks
from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.selection import baseline_visits
from registry.followup.states import STATES, AtVisit, State, Verdict


@dataclass(frozen=True, slots=True)
class StateOverTime:
    """One state at each visit, in the order of the visits; None where there is nothing to judge."""

    state: State
    verdicts: tuple[Verdict | None, ...]


def judged_visits(patient: PatientFacts) -> tuple[VisitFact, ...]:
    """Return the visits that are judged, oldest first."""
    done = (v for v in patient.visits if v.final and v.attendance == "done")
    return tuple(visit for visit in done if visit.visited_on is not None and visit.assessments)


def states_over_time(patient: PatientFacts) -> tuple[StateOverTime, ...]:
    """Judge every state at every visit; those without any verdict are left out."""
    visits, before = judged_visits(patient), _baseline(patient)
    places = AtVisit.each(patient, visits, before)
    found = (
        StateOverTime(state, tuple(_judge(state, at) for at in places))
        for state in _answerable(visit for visit in patient.visits if visit.final)
    )
    return tuple(row for row in found if any(row.verdicts))


def verdicts_at(patient: PatientFacts, visit: VisitFact) -> Iterator[tuple[State, Verdict]]:
    """Yield each state that one visit has data for, signed or not, with its verdict."""
    at = AtVisit(patient, visit, _baseline(patient))
    for state in _answerable([*(one for one in patient.visits if one.final), visit]):
        if verdict := _judge(state, at):
            yield state, verdict


def _answerable(visits: Iterable[VisitFact]) -> list[State]:
    """List the states whose instruments were ever used at these visits: BICLA needs grades."""
    used = {result.instrument for visit in visits for result in visit.assessments}
    return [state for state in STATES.values() if used.issuperset(state.needs)]


def _judge(state: State, at: AtVisit) -> Verdict | None:
    """Judge, except a response where nothing has been given yet."""
    if state.kind == "responder" and not _is_after(at):
        return None
    return state.judge(at)


def _is_after(at: AtVisit) -> bool:
    course = clocks.main_course(at.patient)
    start = clocks.day_0(course) if course else None
    return bool(start and at.visit.visited_on and at.visit.visited_on > start)


def _baseline(patient: PatientFacts) -> Mapping[str, VisitFact]:
    course = clocks.main_course(patient)
    return baseline_visits(patient, course) if course else {}
