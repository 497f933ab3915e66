"""Turn the facts of patients into the members that a summary counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from registry.analysis.cut import as_of
from registry.analysis.members import Member, Place
from registry.analysis.readings import (
    Measure,
    Reading,
    never_falling,
    readings,
    with_index,
)
from registry.followup import clocks, selection, states, timepoints
from registry.followup.clocks import main_course
from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.state_course import Judged, StateCourse, state_course


def cohort(
    patients: Iterable[PatientFacts], cut: date, site: str | None = None
) -> tuple[list[Member], list[str]]:
    """Return the members as of the cut, by patient code, and the timepoints to report.

    ``site`` keeps those whose first infusion was there, and the uninfused first enrolled there,
    so that the sites add up to the registry.
    """
    known = (as_of(patient, cut) for patient in patients)
    kept = sorted((p for p in known if p and belongs(p, site)), key=lambda p: p.patient_id)
    reported, asked = _opened(kept, cut), _answerable(kept)
    return [member_of(patient, reported, cut, asked) for patient in kept], reported


def belongs(patient: PatientFacts, site: str | None) -> bool:
    """Whether the patient counts for the site; None is the whole registry."""
    course = main_course(patient)
    first = clocks.first_infusion(course) if course else None
    home = first.site_code if first else patient.enrolments[0].site_code
    return site is None or home == site


def _answerable(patients: Sequence[PatientFacts]) -> list[states.State]:
    """List the states that anybody can be judged by: a responder of an unused index is left out."""
    recorded = {
        result.instrument
        for patient in patients
        for visit in patient.visits
        for result in visit.assessments
    }
    return [state for state in states.STATES.values() if recorded.issuperset(state.needs)]


def member_of(
    patient: PatientFacts, reported: Sequence[str], cut: date, asked: Sequence[states.State]
) -> Member:
    """Place one patient at each timepoint; those not infused have no places."""
    course = main_course(patient)
    if course is None or not course.infusions:
        return Member(patient, course, None)
    visits = selection.select_visits(patient, course)
    baseline = selection.baseline_visits(patient, course)
    indices = never_falling(patient)
    places = {
        code: Place(
            selection.flow_state(patient, course, code, cut, visits),
            with_index(readings(visits.get(code)), visits.get(code), indices),
        )
        for code in reported
    }
    first = places[timepoints.BASELINE]
    places[timepoints.BASELINE] = replace(first, readings=_baseline_readings(baseline, indices))
    ascertainment = clocks.ascertainment(patient, course)
    not_about = frozenset(s.name for s in asked if s.concerns and not s.concerns(patient))
    about = [state for state in asked if state.name not in not_about]
    others = [
        visit
        for code, visit in selection.others_after(patient, course, visits)
        if _in_a_course(code)
    ]
    # A visit may stand for several things; what is known of it is found once.
    at = _places(patient, (*visits.values(), *baseline.values(), *others), baseline)
    judged = _judged(_candidates(visits, baseline, at), about)
    held = [state for state in asked if state.kind == "state"]
    courses = _state_courses(held, visits, judged, [at[visit.visit_id] for visit in others])
    return Member(
        patient, course, ascertainment, places, judged, courses, visits, baseline, not_about
    )


def _opened(patients: Sequence[PatientFacts], cut: date) -> list[str]:
    """List baseline and every timepoint whose window has opened for anybody."""
    courses = [course for course in map(main_course, patients) if course]
    starts = [start.earliest for start in map(clocks.day_0_on, courses) if start]
    longest = clocks.days_after(cut, min(starts)) if starts else 0
    return [timepoints.BASELINE, *timepoints.opened_by(longest)]


def _baseline_readings(
    baseline: Mapping[str, VisitFact], indices: Mapping[str, Reading]
) -> Mapping[Measure, Reading]:
    """Return the last value of each instrument before treatment, whichever visit it comes from."""
    found: dict[Measure, Reading] = {}
    for instrument, visit in baseline.items():
        found |= with_index(readings(visit, instrument), visit, indices)
    return found


def _places(
    patient: PatientFacts, visits: Iterable[VisitFact], baseline: Mapping[str, VisitFact]
) -> dict[str, states.AtVisit]:
    """Return each visit once, by its key, as what states judge."""
    found = {visit.visit_id: visit for visit in visits}
    return {at.visit.visit_id: at for at in states.AtVisit.each(patient, found.values(), baseline)}


def _candidates(
    visits: Mapping[str, VisitFact],
    baseline: Mapping[str, VisitFact],
    at: Mapping[str, states.AtVisit],
) -> Iterator[tuple[str, Sequence[states.AtVisit]]]:
    """Yield each timepoint with the visits that may be judged there, the first that can be wins.

    Where the visit that stands for baseline lacks what a state needs, the visit of the last
    value has it; never one that is only recent enough for an organ's function.
    """
    for code, visit in visits.items():
        keys = {visit.visit_id: None}
        if code == timepoints.BASELINE:
            # One visit holds many instruments, and is asked once.
            keys |= {
                recent.visit_id: None
                for instrument, recent in baseline.items()
                if selection.baseline_days(instrument) <= timepoints.BASELINE_DAYS
            }
        yield code, [at[key] for key in keys]


def _judged(
    candidates: Iterable[tuple[str, Sequence[states.AtVisit]]], asked: Sequence[states.State]
) -> dict[tuple[str, str], str]:
    """Judge these states at each of their timepoints with a visit; no verdict is no entry."""
    judged: dict[tuple[str, str], str] = {}
    for code, visits in candidates:
        for state in asked:
            if not state.estimated_at(code):
                continue
            for at in visits:
                if verdict := state.judge(at):
                    judged[state.name, code] = verdict.state
                    break
    return judged


def _state_courses(
    held: Iterable[states.State],
    visits: Mapping[str, VisitFact],
    judged: Mapping[tuple[str, str], str],
    others: Sequence[states.AtVisit],
) -> dict[str, StateCourse]:
    """Return each state over the visits that stand for a timepoint, and the others between them."""
    scheduled = [
        (code, visit.visited_on)
        for code, visit in visits.items()
        if visit.visited_on and code != timepoints.BASELINE and _in_a_course(code)
    ]
    return {
        state.name: state_course(
            judged.get((state.name, timepoints.BASELINE)),
            (*_scheduled(state.name, scheduled, judged), *_between(state, others)),
        )
        for state in held
    }


def _in_a_course(code: str) -> bool:
    """Whether the course of a state has begun at the timepoint."""
    return timepoints.in_order(code) >= timepoints.in_order(timepoints.FIRST_ESTIMATE)


def _scheduled(
    name: str, visits: Iterable[tuple[str, date]], judged: Mapping[tuple[str, str], str]
) -> Iterator[Judged]:
    for code, day in visits:
        if state := judged.get((name, code)):
            yield Judged(day, state)


def _between(state: states.State, others: Iterable[states.AtVisit]) -> Iterator[Judged]:
    for at in others:
        if at.visit.visited_on and (verdict := state.judge(at)):
            yield Judged(at.visit.visited_on, verdict.state, scheduled=False)
