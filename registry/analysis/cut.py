"""Facts as of a data cut: those dated on or before it, as stored now.

A partial date counts when its earliest day is on or before the cut.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from registry.followup import conditions, timepoints
from registry.followup.emergence import DEATH, FATAL, FATAL_GRADE
from registry.followup.facts import (
    AdverseEventFact,
    ConditionFact,
    CourseFact,
    EndpointFact,
    MedicineFact,
    PatientFacts,
)
from registry.partial_date import PartialDate


def as_of(patient: PatientFacts, cut: date) -> PatientFacts | None:
    """Return what was dated by the cut; None for a patient who was not yet enrolled."""
    enrolments = tuple(fact for fact in patient.enrolments if known_by(fact.from_on, cut))
    if not enrolments:
        return None
    courses = _courses(patient.courses, cut)
    died_later = _died_after(patient, cut)
    return replace(
        patient,
        enrolments=tuple(
            fact if known_by(fact.to_on, cut) else replace(fact, to_on=None) for fact in enrolments
        ),
        statuses=tuple(fact for fact in patient.statuses if known_by(fact.on, cut)),
        consents=tuple(fact for fact in patient.consents if known_by(fact.decided_on, cut)),
        courses=courses,
        visits=tuple(v for v in patient.visits if v.visited_on is None or v.visited_on <= cut),
        medicines=_medicines(patient.medicines, cut),
        endpoints=tuple(e for e in patient.endpoints if _reached(e, courses, cut)),
        death_on=by_cut(patient.death_on, cut),
        last_known_alive_on=by_cut(patient.last_known_alive_on, cut),
        adverse_events=tuple(
            _event(event, cut, died_later=died_later)
            for event in patient.adverse_events
            if known_by(event.started_on, cut)
        ),
        labs=tuple(lab for lab in patient.labs if known_by(lab.collected_on, cut)),
        conditions=tuple(
            _condition(fact, cut) for fact in patient.conditions if known_by(fact.onset_on, cut)
        ),
        death_cause=patient.death_cause if known_by(patient.death_on, cut) else None,
        flares=tuple(
            fact if known_by(fact.ended_on, cut) else replace(fact, ended_on=None)
            for fact in patient.flares
            if known_by(fact.onset_on, cut)
        ),
        intercurrent=tuple(fact for fact in patient.intercurrent if known_by(fact.on, cut)),
        biopsies=tuple(fact for fact in patient.biopsies if known_by(fact.taken_on, cut)),
    )


def known_by(on: PartialDate | None, cut: date) -> bool:
    """Whether the date may lie on or before the cut; an undated fact cannot be left out."""
    return on is None or on.earliest <= cut


def by_cut(on: PartialDate | None, cut: date) -> PartialDate | None:
    """Return the date unless it lies after the cut: then it had not happened yet."""
    return on if known_by(on, cut) else None


def _courses(courses: tuple[CourseFact, ...], cut: date) -> tuple[CourseFact, ...]:
    kept = (_course(course, cut) for course in courses)
    return tuple(c for c in kept if c.started_on or c.mobilised_on or c.infusions)


def _course(course: CourseFact, cut: date) -> CourseFact:
    given = (infusion.started_at for infusion in course.infusions)
    if all(known_by(step, cut) for step in (course.started_on, course.mobilised_on, *given)):
        return course
    return replace(
        course,
        started_on=by_cut(course.started_on, cut),
        mobilised_on=by_cut(course.mobilised_on, cut),
        infusions=tuple(i for i in course.infusions if known_by(i.started_at, cut)),
    )


def _condition(fact: ConditionFact, cut: date) -> ConditionFact:
    """Return a condition that ended after the cut as it was: not over, and active if it had begun.

    Without an onset nobody knows whether it had; and what nobody said stays unsaid.
    """
    if known_by(fact.ended_on, cut):
        return fact
    over = fact.active is False and conditions.read(fact.condition).answer == conditions.PRESENT
    begun = True if fact.onset_on else None
    return replace(fact, ended_on=None, active=begun if over else fact.active)


def _medicines(medicines: tuple[MedicineFact, ...], cut: date) -> tuple[MedicineFact, ...]:
    begun = (fact for fact in medicines if known_by(fact.started_on, cut))
    # Rarely anything ends after the cut, and a copy of every row is what a cut would cost.
    return tuple(
        fact if known_by(fact.ended_on, cut) else replace(fact, ended_on=None) for fact in begun
    )


def _died_after(patient: PatientFacts, cut: date) -> bool:
    """Whether the patient is known to have died, and certainly after the cut."""
    told = (patient.death_on, *(fact.on for fact in patient.statuses if fact.status == "died"))
    days = [day for day in told if day is not None]
    return bool(days) and not any(known_by(day, cut) for day in days)


def _event(event: AdverseEventFact, cut: date, *, died_later: bool) -> AdverseEventFact:
    """Return the event without what was dated later: its end, how it worsened, what came of it."""
    changes: dict[str, Any] = {}
    graded = tuple(entry for entry in event.grades if known_by(entry.on, cut))
    if len(graded) < len(event.grades):
        # The worst grade on record may be the one that had not been reached yet.
        worst = max((entry.grade for entry in graded), default=None)
        changes |= {"grades": graded, "grade": worst}
    ends_later = not known_by(event.ended_on, cut)
    if ends_later:
        changes |= {"ended_on": None, "outcome": None}
    known = replace(event, **changes) if changes else event
    return _survived(known) if died_later or (ends_later and event.outcome == FATAL) else known


def _survived(event: AdverseEventFact) -> AdverseEventFact:
    """Return the event as it was while the patient lived."""
    return replace(
        event,
        outcome=None if event.outcome == FATAL else event.outcome,
        grade=None if event.grade == FATAL_GRADE else event.grade,
        grades=tuple(entry for entry in event.grades if entry.grade != FATAL_GRADE),
        seriousness=tuple(criterion for criterion in event.seriousness if criterion != DEATH),
    )


def _reached(fact: EndpointFact, courses: Sequence[CourseFact], cut: date) -> bool:
    """Whether a reported result may lie on or before the cut.

    One without a date of its own is as old as the first day of its timepoint can be.
    """
    starts = [i.started_at.earliest for course in courses for i in course.infusions]
    if fact.assessed_on or not starts or not timepoints.is_analysis(fact.timepoint):
        return known_by(fact.assessed_on, cut)
    return min(starts) + timedelta(days=timepoints.window(fact.timepoint).first) <= cut
