"""Which adverse events count as arising under treatment, when, and whether treatment caused them.

Treatment-emergent: the onset is not certainly before the course start, or grade or seriousness
rises after it; never where the end is certainly before.  Unit: calendar days at the site; day 0
of a phase is that of the latest course begun.  A partial date is read at every day that it can
mean: where these disagree the phase is unknown, never guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.followup import clocks
from registry.followup.facts import AdverseEventFact, CourseFact, GradeFact, PatientFacts
from registry.partial_date import PartialDate

VERSION = "emergence/1"
PRE_COURSE, PREPARATION, UNKNOWN = "pre_course", "mobilisation_and_conditioning", "unknown"
# The last day of each phase after the first infusion, day 0 itself being in the first.
AFTER_DAY_0 = (("day_0_28", 28), ("day_29_100", 100), ("day_101_365", 365))
LATER = "later"
PHASES = (PRE_COURSE, PREPARATION, *(name for name, _ in AFTER_DAY_0), LATER, UNKNOWN)

TREATMENT_CAUSES = ("product", "procedure", "conditioning")
RELATED_VERDICTS = frozenset({"certain", "probable", "possible", "related"})
UNDECIDED = ("conditional", "unassessable", "missing")
FATAL, DEATH = "fatal", "death"  # an outcome, a criterion of seriousness
FATAL_GRADE = 5


@dataclass(frozen=True, slots=True)
class _Steps:
    """When a course began and when its first product was given, read one way."""

    start: date
    day_0: date | None


def safety_start(courses: Iterable[CourseFact]) -> PartialDate | None:
    """Return the earliest course start, from which every harm counts; None without a course."""
    starts = [start for start in map(clocks.course_start, courses) if start]
    if not starts:
        return None
    first = min(starts, key=lambda start: (start.earliest, start.latest))
    return PartialDate(first.text, first.earliest, min(start.latest for start in starts))


def is_emergent(event: AdverseEventFact, start: PartialDate) -> bool:
    """Whether the event counts as arising under treatment; what is not known counts."""
    if event.ended_on is not None and event.ended_on.certainly_before(start):
        return False
    if event.started_on is None or not event.started_on.certainly_before(start):
        return True
    return first_rise(event, start) is not None


def first_rise(event: AdverseEventFact, start: PartialDate) -> GradeFact | None:
    """Return the first entry after the start that is worse than all before it.

    A rise needs something to rise from: without an entry before the start there is none.
    """
    before = [entry for entry in event.grades if entry.on.certainly_before(start)]
    if not before:
        return None
    worst, serious = max(entry.grade for entry in before), any(entry.serious for entry in before)
    after = (entry for entry in event.grades if not entry.on.certainly_before(start))
    return next((e for e in after if e.grade > worst or (e.serious and not serious)), None)


def phase(event: AdverseEventFact, courses: Sequence[CourseFact]) -> str:
    """Return the phase in which the event arose, or rose; ``unknown`` where dates do not decide."""
    start = safety_start(courses)
    if start is None or not is_emergent(event, start):
        return PRE_COURSE
    began = event.started_on
    if began is not None and began.certainly_before(start):
        rise = first_rise(event, start)
        began = rise.on if rise else None
    return UNKNOWN if began is None else phase_of(began, courses)


def phase_of(day: PartialDate, courses: Iterable[CourseFact]) -> str:
    """Return the phase of a day after treatment or before it, as far as the dates decide."""
    given = tuple(courses)
    found = {
        _phase_on(one, steps)
        for steps in (_steps(given, latest=False), _steps(given, latest=True))
        for one in _days_to_try(day, steps)
    }
    return found.pop() if len(found) == 1 else UNKNOWN


def _steps(courses: Iterable[CourseFact], *, latest: bool) -> list[_Steps]:
    """Return the steps of every course with all partial dates read early, or all late."""
    found = []
    for course in courses:
        start, day_0 = clocks.course_start(course), clocks.day_0_on(course)
        if start is not None:
            found.append(_Steps(_read(start, latest), _read(day_0, latest) if day_0 else None))
    return sorted(found, key=lambda steps: steps.start)


def _read(day: PartialDate, latest: bool) -> date:
    return day.latest if latest else day.earliest


def _days_to_try(day: PartialDate, steps: Iterable[_Steps]) -> Iterator[date]:
    """Yield the ends of a partial date and every edge of a phase between them."""
    yield from {day.earliest, day.latest}
    if day.exact is None:
        yield from (edge for edge in _edges(steps) if day.earliest < edge <= day.latest)


def _edges(steps: Iterable[_Steps]) -> Iterator[date]:
    for course in steps:
        yield course.start
        if course.day_0 is not None:
            yield course.day_0
            yield from (course.day_0 + timedelta(days=last + 1) for _, last in AFTER_DAY_0)


def _phase_on(day: date, steps: Iterable[_Steps]) -> str:
    begun = [course for course in steps if course.start <= day]
    if not begun:
        return PRE_COURSE
    day_0 = begun[-1].day_0
    if day_0 is None or day < day_0:
        return PREPARATION
    passed = clocks.days_after(day, day_0)
    return next((name for name, last in AFTER_DAY_0 if passed <= last), LATER)


def relation(event: AdverseEventFact) -> str:
    """Return related, not_related, or why it is undecided: conditional, unassessable, missing.

    One assessor who says yes is enough; only product, procedure and conditioning are treatment.
    """
    verdicts = {row.verdict for row in event.causality if row.cause in TREATMENT_CAUSES}
    if verdicts & RELATED_VERDICTS:
        return "related"
    if not verdicts:
        return "missing"
    return next((open_ for open_ in UNDECIDED if open_ in verdicts), "not_related")


def causes(event: AdverseEventFact) -> tuple[str, ...]:
    """Return the parts of the treatment that somebody holds responsible."""
    held = {row.cause for row in event.causality if row.verdict in RELATED_VERDICTS}
    return tuple(cause for cause in TREATMENT_CAUSES if cause in held)


def worst_grade(event: AdverseEventFact) -> int | None:
    """Return the highest grade known of the event, None where none is."""
    known = [entry.grade for entry in event.grades]
    return max([*known, *([event.grade] if event.grade else [])], default=None)


def is_fatal(event: AdverseEventFact) -> bool:
    """Whether the event killed the patient, by outcome or by grade."""
    return event.outcome == FATAL or worst_grade(event) == FATAL_GRADE


def is_serious(event: AdverseEventFact) -> bool | None:
    """Whether the event is serious: as recorded, by a criterion, or fatal; None = not recorded."""
    if event.seriousness or is_fatal(event) or any(entry.serious for entry in event.grades):
        return True
    return event.serious


def last_inquiry(patient: PatientFacts) -> date | None:
    """Return the day of the last visit at which all fixed questions were answered."""
    return max(
        (
            visit.visited_on
            for visit in patient.visits
            if visit.visited_on and visit.attendance == "done" and visit.inquired
        ),
        default=None,
    )


def last_visit(patient: PatientFacts) -> date | None:
    """Return the day of the last visit that took place."""
    return max(
        (v.visited_on for v in patient.visits if v.visited_on and v.attendance == "done"),
        default=None,
    )
