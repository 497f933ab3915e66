"""Turn the facts of patients into the members that a summary counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from registry.analysis.cut import as_of
from registry.analysis.members import Member, Place
from registry.analysis.readings import Measure, Reading, readings
from registry.followup import clocks, selection, states, timepoints
from registry.followup.facts import CourseFact, PatientFacts, VisitFact


def cohort(
    patients: Iterable[PatientFacts], cut: date, site: str | None = None
) -> tuple[list[Member], list[str]]:
    """Return the members as of the cut, by patient code, and the timepoints to report.

    ``site`` keeps those whose first infusion was there, and the uninfused first enrolled there,
    so that the sites add up to the registry.
    """
    known = (as_of(patient, cut) for patient in patients)
    kept = sorted((p for p in known if p and belongs(p, site)), key=lambda p: p.patient_id)
    reported = _opened(kept, cut)
    return [member_of(patient, reported, cut) for patient in kept], reported


def belongs(patient: PatientFacts, site: str | None) -> bool:
    """Whether the patient counts for the site; None is the whole registry."""
    course = main_course(patient)
    first = clocks.first_infusion(course) if course else None
    home = first.site_code if first else patient.enrolments[0].site_code
    return site is None or home == site


def main_course(patient: PatientFacts) -> CourseFact | None:
    """Return the first course in which a product was given, else the first that began."""
    given = (course for course in patient.courses if course.infusions)
    return next(given, patient.courses[0] if patient.courses else None)


def member_of(patient: PatientFacts, reported: Sequence[str], cut: date) -> Member:
    """Place one patient at each timepoint; those not infused have no places."""
    course = main_course(patient)
    if course is None or not course.infusions:
        return Member(patient, course, None)
    visits = selection.select_visits(patient, course)
    baseline = selection.baseline_visits(patient, course)
    places = {code: _place(patient, course, code, visits, cut) for code in reported}
    first = places[timepoints.BASELINE]
    places[timepoints.BASELINE] = replace(first, readings=_baseline_readings(baseline))
    ascertainment = clocks.ascertainment(patient, course)
    judged = _judged(patient, visits, baseline)
    return Member(patient, course, ascertainment, places, judged)


def _opened(patients: Sequence[PatientFacts], cut: date) -> list[str]:
    """List baseline and every timepoint whose window has opened for anybody."""
    courses = [course for course in map(main_course, patients) if course]
    starts = [start.earliest for start in map(clocks.day_0_on, courses) if start]
    longest = clocks.days_after(cut, min(starts)) if starts else 0
    return [timepoints.BASELINE, *timepoints.opened_by(longest)]


def _place(
    patient: PatientFacts,
    course: CourseFact,
    code: str,
    visits: Mapping[str, VisitFact],
    cut: date,
) -> Place:
    state = selection.flow_state(patient, course, code, cut, visits)
    return Place(state, readings(visits.get(code)))


def _baseline_readings(baseline: Mapping[str, VisitFact]) -> Mapping[Measure, Reading]:
    """Return the last value of each instrument before treatment, whichever visit it comes from."""
    found: dict[Measure, Reading] = {}
    for instrument, visit in baseline.items():
        found |= readings(visit, instrument)
    return found


def _judged(
    patient: PatientFacts, visits: Mapping[str, VisitFact], baseline: Mapping[str, VisitFact]
) -> dict[tuple[str, str], str]:
    """Judge every state at every timepoint with a visit; no verdict is no entry.

    Where the visit that stands for baseline lacks what a state needs, the visit of the last
    value has it.
    """
    judged: dict[tuple[str, str], str] = {}
    for code, visit in visits.items():
        before = code == timepoints.BASELINE
        candidates = [
            states.AtVisit(patient, candidate, baseline)
            for candidate in ((visit, *baseline.values()) if before else (visit,))
        ]
        for name, state in states.STATES.items():
            if before and state.kind == "responder":
                continue
            verdicts = (state.judge(at) for at in candidates)
            if verdict := next((v for v in verdicts if v), None):
                judged[name, code] = verdict.state
    return judged
