"""When an event began, counted from day 0 of its course and from the infusion it is related to.

Unit: calendar days at the site, day 0 the day of the infusion, negative before it; hours where
both are timed.  A partial date leaves a range, never a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from registry.followup import clocks
from registry.followup.facts import CourseFact
from registry.partial_date import PartialDate

TENTH = Decimal("0.1")
_SECONDS_AN_HOUR = 3600
_DAY = len("2026-11-22")


@dataclass(frozen=True, slots=True)
class DayRange:
    """The first and last day it can have been, both included; equal where it is known."""

    first: int
    last: int

    @property
    def words(self) -> str:
        """Write ``+12 d``, ``−20 d`` or, where a date is partial, ``+12 to +42 d``."""
        if self.first == self.last:
            return f"{_signed(self.first)} d"
        return f"{_signed(self.first)} to {_signed(self.last)} d"


def days_since(onset: PartialDate | None, start: PartialDate | None) -> DayRange | None:
    """Return the days from a start to the onset, over every completion of both dates."""
    if onset is None or start is None:
        return None
    return DayRange((onset.earliest - start.latest).days, (onset.latest - start.earliest).days)


def hours_since(onset: PartialDate | None, start: PartialDate | None) -> Decimal | None:
    """Return the hours to one decimal where both have a time of day, else None."""
    if onset is None or start is None or not (_timed(onset) and _timed(start)):
        return None
    passed = datetime.fromisoformat(onset.text) - datetime.fromisoformat(start.text)
    hours = Decimal(passed.days * 86400 + passed.seconds) / _SECONDS_AN_HOUR
    return hours.quantize(TENTH, ROUND_HALF_UP)


def course_of(
    courses: Sequence[CourseFact], onset: PartialDate | None, infusion: str | None = None
) -> CourseFact | None:
    """Return the course that an event is counted from; None where no course was begun.

    That of the related infusion; else the last one that may have begun by the onset, else the
    first: an event before every course is counted back from it.
    """
    named = [c for c in courses if any(i.infusion_id == infusion for i in c.infusions)]
    if infusion and named:
        return named[0]
    begun = [course for course in courses if _may_have_begun(course, onset)]
    return begun[-1] if begun else next(iter(courses), None)


def is_before(onset: PartialDate | None, course: CourseFact | None) -> bool | None:
    """Return whether it began before the course; None while the dates leave that open.

    Without any course it is before one.
    """
    start = clocks.course_start(course) if course else None
    if course is None:
        return True
    if onset is None or start is None:
        return None
    if onset.certainly_before(start):
        return True
    return False if onset.earliest >= start.latest else None


def _may_have_begun(course: CourseFact, onset: PartialDate | None) -> bool:
    start = clocks.course_start(course)
    return start is not None and (onset is None or not onset.certainly_before(start))


def _timed(on: PartialDate) -> bool:
    return len(on.text) > _DAY


def _signed(days: int) -> str:
    return f"+{days}" if days > 0 else str(days).replace("-", "\u2212")
