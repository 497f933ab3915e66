"""Sentences about what makes the adverse events and deaths weaker, or wrong, than they look."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from registry.analysis.adverse_events import Case, cases_of, started
from registry.analysis.deaths import death_recorded, died_on, has_died
from registry.analysis.exposure import VISIT, observed_until
from registry.analysis.members import Member
from registry.followup import clocks, emergence, timepoints
from registry.followup.facts import EndpointFact, PatientFacts

NOT_STATED = "not stated"
# How papers and registries name a result that the dead cannot have.
_SURVIVAL = re.compile(r"(?:^|_)(?:alive|survival|survived)(?:_|$)")


def safety_warnings(members: Sequence[Member], ends: str) -> list[str]:
    """Return the sentences that apply, in a fixed order."""
    treated = started(members)
    cases = cases_of(treated)
    return [
        *_time(treated, cases, ends),
        *_dictionaries(cases),
        *_gaps(cases),
        *_deaths(treated),
        *_after_death(treated),
        *_survival(treated),
    ]


def _time(treated: Sequence[Member], cases: Sequence[Case], ends: str) -> Iterator[str]:
    if treated and ends == VISIT:
        yield (
            "Nobody was asked the fixed side-effect questions: person-time ends at the last visit "
            "instead, and rates are rather too low."
        )
    unseen = sum(observed_until(member, ends) is None for member in treated)
    if unseen:
        what = "visit" if ends == VISIT else "completed side-effect inquiry"
        yield f"Without any {what}, so without person-time: {unseen} of {len(treated)} patients."
    until = {m.patient.patient_id: observed_until(m, ends) for m in treated}
    late = sum(_began_after(case, until.get(case.patient_id)) for case in cases)
    if late:
        yield (
            f"Began after the end of the patient’s person-time: {_count(late, 'adverse event')}. "
            "They are counted, so rates are rather too high."
        )


def _began_after(case: Case, until: date | None) -> bool:
    began = case.event.started_on
    return began is not None and until is not None and began.earliest > until


def _dictionaries(cases: Sequence[Case]) -> Iterator[str]:
    found: dict[str, set[str]] = defaultdict(set)
    for event in (case.event for case in cases):
        if event.term is not None:
            parts = filter(None, (event.dictionary, event.dictionary_version))
            found["Terms were coded by"].add(" ".join(parts) or NOT_STATED)
        if event.grade is not None:
            found["Grades are of"].add(event.scale or NOT_STATED)
    for what, versions in found.items():
        if len(versions) > 1:
            yield f"{what} {', '.join(sorted(versions))}: their rows may not compare."


def _gaps(cases: Sequence[Case]) -> Iterator[str]:
    counted = [case for case in cases if case.phase != emergence.PRE_COURSE]
    gaps = (
        ("a grade", sum(case.grade is None for case in counted)),
        ("a coded term", sum(case.event.term is None for case in counted)),
        ("a word on seriousness", sum(emergence.is_serious(c.event) is None for c in counted)),
        ("an onset", sum(case.event.started_on is None for case in counted)),
    )
    for what, n in gaps:
        if n:
            yield f"Without {what}: {n} of {_count(len(counted), 'adverse event')}."
    undecided = sum(case.relation in emergence.UNDECIDED for case in counted)
    if undecided:
        yield (
            f"Nobody decided whether treatment caused {undecided} of "
            f"{_count(len(counted), 'adverse event')}: read the worst case beside the related ones."
        )


def _deaths(treated: Sequence[Member]) -> Iterator[str]:
    dead = [member.patient for member in treated if has_died(member.patient)]
    unrecorded = sum(not death_recorded(patient) for patient in dead)
    if unrecorded:
        yield f"A fatal event, but no death on record: {_count(unrecorded, 'patient')}."
    silent = sum(
        patient.death_cause is None
        and not any(emergence.is_fatal(event) for event in patient.adverse_events)
        for patient in dead
    )
    if silent:
        yield f"Died without a cause on record: {_count(silent, 'patient')}."


def _after_death(treated: Sequence[Member]) -> Iterator[str]:
    """Name what cannot be: a visit, or a state that was reached, after the patient died."""
    visited = sum(_visited_after_death(member.patient) for member in treated)
    if visited:
        yield f"Status after death: {_count(visited, 'patient')} with a visit after the death."
    reached = sum(any(_reached_after_death(m, e) for e in m.patient.endpoints) for m in treated)
    if reached:
        yield (
            f"Status after death: {_count(reached, 'patient')} with a reported result that was met "
            "at a timepoint after the death."
        )


def _visited_after_death(patient: PatientFacts) -> bool:
    died = died_on(patient)
    return died is not None and any(
        visit.attendance == "done" and visit.visited_on and visit.visited_on > died.latest
        for visit in patient.visits
    )


def _reached_after_death(member: Member, endpoint: EndpointFact) -> bool:
    """Whether a result was met at a time that lies after the death, whatever the vague dates."""
    died = died_on(member.patient)
    if died is None or endpoint.state != "met":
        return False
    if endpoint.assessed_on is not None:
        return endpoint.assessed_on.certainly_after(died)
    day_0 = clocks.day_0_on(member.course) if member.course else None
    if day_0 is None or not timepoints.is_analysis(endpoint.timepoint):
        return False
    opens = timedelta(days=timepoints.window(endpoint.timepoint).first)
    return day_0.earliest + opens > died.latest


def _survival(treated: Sequence[Member]) -> Iterator[str]:
    """Object where more patients are reported as not alive than deaths are known."""
    dead = sum(has_died(member.patient) for member in treated)
    lost: dict[tuple[str, str], int] = defaultdict(int)
    for endpoint in (e for member in treated for e in member.patient.endpoints):
        if endpoint.state == "not_met" and _SURVIVAL.search(endpoint.definition):
            lost[endpoint.definition, endpoint.timepoint] += 1
    for (definition, timepoint), n in sorted(lost.items()):
        if n > dead:
            yield (
                f"{definition} at {timepoint}: {n} reported as not alive, but "
                f"{_count(dead, 'death')} listed. The flow does not close."
            )


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
