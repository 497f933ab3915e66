"""The clocks of a treatment course: day 0, course start, and what was in force on a day.

Unit: calendar days at the site.  Day 0 is the day of the first product administration; it is
unknown while that date is partial, and then no window is derived from it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from registry.followup.facts import CourseFact, InfusionFact, PatientFacts, StatusFact
from registry.instruments.sledai_2k import first_day
from registry.partial_date import PartialDate

EARLY_DAYS = 30  # enrolled from day 1 to day 30: early; later: retrospective


def first_infusion(course: CourseFact) -> InfusionFact | None:
    """Return the first infusion; where a partial date leaves it open, the sequence decides."""
    if len(course.infusions) <= 1:
        return course.infusions[0] if course.infusions else None
    first = min(
        course.infusions, key=lambda given: (given.started_at.earliest, given.sequence or 0)
    )
    if first.started_at.exact:
        return first
    numbered = [given for given in course.infusions if given.sequence is not None]
    if len(numbered) < len(course.infusions):
        return first
    return min(numbered, key=lambda given: given.sequence or 0)


def main_course(patient: PatientFacts) -> CourseFact | None:
    """Return the first course in which a product was given, else the first that began."""
    given = (course for course in patient.courses if course.infusions)
    return next(given, patient.courses[0] if patient.courses else None)


def day_0_on(course: CourseFact) -> PartialDate | None:
    """Return the date of the first infusion as far as it is known; None when not infused."""
    first = first_infusion(course)
    return first.started_at if first else None


def day_0(course: CourseFact) -> date | None:
    """Return the calendar day of the first infusion; None while it is partial or not given."""
    started = day_0_on(course)
    return started.exact if started else None


def course_start(course: CourseFact) -> PartialDate | None:
    """Return the earliest step of the course, with the bounds that all its dates leave open."""
    steps = [course.started_on, course.mobilised_on]
    steps += [infusion.started_at for infusion in course.infusions]
    known = [step for step in steps if step is not None]
    if not known:
        return None
    first = min(known, key=lambda step: (step.earliest, step.latest))
    return PartialDate(first.text, first.earliest, min(step.latest for step in known))


def in_order_of_treatment(courses: Iterable[CourseFact]) -> tuple[CourseFact, ...]:
    """Return the courses numbered from 1: by first infusion, those not infused after them.

    Not by the first step: cells may be collected for one course long before another is given.
    """
    ordered = sorted(courses, key=_treatment_order)
    return tuple(replace(course, ordinal=n) for n, course in enumerate(ordered, start=1))


def _treatment_order(course: CourseFact) -> tuple[bool, date, str]:
    step = day_0_on(course) or course_start(course)
    return not course.infusions, step.earliest if step else date.max, course.course_id


def days_after(day: date, start: date) -> int:
    """Return whole days from day 0 to the day; negative before it."""
    return (day - start).days


def possible_starts(courses: Iterable[CourseFact]) -> list[date]:
    """Return the first and the last day that day 0 of each course can be, in order."""
    starts = [start for start in map(day_0_on, courses) if start]
    return sorted({day for one in starts for day in (one.earliest, one.latest)})


def look_back(visited_on: date, starts: Iterable[date]) -> date:
    """Return the first day whose findings certainly count for a visit, as for the SLEDAI-2K.

    Never before day 0 of the course in force; ``starts`` are those of ``possible_starts``, so
    that a partial day 0 is read as late as it can be.
    """
    days = [day for day in starts if day < visited_on]
    return max((first_day(visited_on, day) for day in days), default=first_day(visited_on, None))


def ascertainment(patient: PatientFacts, course: CourseFact) -> str | None:
    """Return prospective, early or retrospective; as given, else derived; None when not infused.

    Partial dates are read the worse way: nobody is called prospective who may have been
    enrolled after day 0.
    """
    first = patient.enrolments[0] if patient.enrolments else None
    if first is not None and first.ascertainment:
        return first.ascertainment
    started = day_0_on(course)
    if started is None or first is None:
        return None
    day = days_after(first.from_on.latest, started.earliest)
    if day <= 0:
        return "prospective"
    return "early" if day <= EARLY_DAYS else "retrospective"


def status_on(statuses: Sequence[StatusFact], day: date) -> str | None:
    """Return the status in force on the day; a partial date counts from its earliest day.

    Of two on one date the later entered holds, which is the later in the sequence.
    """
    begun = [status for status in statuses if status.on.earliest <= day]
    begun.sort(key=lambda status: (status.on.earliest, status.on.latest))
    return begun[-1].status if begun else None


def died_by(patient: PatientFacts, day: date) -> bool:
    """Whether the death is recorded, as a date or as a status, on or before the day."""
    if patient.death_on is not None and patient.death_on.earliest <= day:
        return True
    return any(s.status == "died" and s.on.earliest <= day for s in patient.statuses)


def last_contact(patient: PatientFacts) -> date | None:
    """Return the last day the patient is known to have been alive or seen; None when never."""
    days = [v.visited_on for v in patient.visits if v.visited_on and v.attendance == "done"]
    if patient.last_known_alive_on is not None:
        days.append(patient.last_known_alive_on.earliest)
    if patient.death_on is not None:
        days.append(patient.death_on.earliest)
    return max(days, default=None)
