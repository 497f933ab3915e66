"""When one flare is over and the next can begin, the organs it is told by, and when it began.

A new episode needs 28 days since the previous one resolved or was last treated, whichever is
later (policy of the registry).  Unit: calendar days at the site; a partial date is read at every
day that it can mean.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Protocol

from registry.followup import clocks, onset
from registry.followup.facts import CourseFact
from registry.instruments.sledai_2k import GROUPS
from registry.partial_date import PartialDate

EPISODE_DAYS = 28
# Where it flared: the organ groups of the SLEDAI-2K. Serology alone is no organ.
ORGANS = {group.code: group.title for group in GROUPS if group.code != "immunological"}
SEPARATOR = ";"


class Episode(Protocol):
    """What a flare is placed in time by."""

    @property
    def onset_on(self) -> PartialDate: ...
    @property
    def ended_on(self) -> PartialDate | None: ...
    @property
    def last_treated_on(self) -> PartialDate | None: ...


def settled_on(flare: Episode) -> PartialDate | None:
    """Return the day it resolved or was last treated, the later of them; None where neither is."""
    known = [day for day in (flare.ended_on, flare.last_treated_on) if day is not None]
    return max(known, key=lambda day: (day.latest, day.earliest), default=None)


def doubts(flare: Episode, others: Iterable[Episode]) -> list[str]:
    """Return a question for each neighbour, before and after, that may be the same episode."""
    known = list(others)
    before = max((o for o in known if _begin(o) <= _begin(flare)), key=_begin, default=None)
    after = min((o for o in known if _begin(o) > _begin(flare)), key=_begin, default=None)
    pairs = [(before, flare)] if before else []
    pairs += [(flare, after)] if after else []
    return [
        _question(first, second)
        for first, second in pairs
        if not is_new_episode(first, second.onset_on)
    ]


def is_new_episode(earlier: Episode, began: PartialDate) -> bool:
    """Whether 28 days have certainly passed since the earlier flare was over."""
    settled = settled_on(earlier)
    if settled is None:
        return False
    return began.earliest >= settled.latest + timedelta(days=EPISODE_DAYS)


def _begin(flare: Episode) -> tuple[date, date]:
    return flare.onset_on.earliest, flare.onset_on.latest


def _question(first: Episode, second: Episode) -> str:
    settled, began = settled_on(first), second.onset_on.words
    rule = f"A new flare needs {EPISODE_DAYS} days since then"
    if settled is None:
        return (
            f"The flare of {first.onset_on.words} has no end and no last treatment, and the flare "
            f"of {began} follows it. Is it a new one, or the same?"
        )
    days = (second.onset_on.earliest - settled.latest).days
    if days < 0:
        return (
            f"The flare of {began} begins before the flare of {first.onset_on.words} was over "
            f"({settled.words}). {rule}."
        )
    return (
        f"The flare of {began} begins {_days(days, second.onset_on, settled)} after the flare of "
        f"{first.onset_on.words} was over ({settled.words}). {rule}."
    )


def _days(days: int, began: PartialDate, settled: PartialDate) -> str:
    exact = began.exact is not None and settled.exact is not None
    words = f"{days} day{'' if days == 1 else 's'}"
    return words if exact else f"perhaps only {words}"


def when(began: PartialDate, courses: Sequence[CourseFact]) -> str:
    """Return in words whether it began before or after a treatment course, and on which day."""
    course = onset.course_of(courses, began)
    if course is None:
        return "no treatment begun"
    before = onset.is_before(began, course)
    number = f" course {course.ordinal}" if len(courses) > 1 else " treatment"
    if before is None:
        return f"before or after{number}: the dates leave it open"
    since = onset.days_since(began, clocks.day_0_on(course))
    return ("before" if before else "after") + number + (f", {since.words}" if since else "")


def split(stored: str | None) -> tuple[str, ...]:
    """Return the parts of a list as files and forms store it, joined by ``;``."""
    return tuple(part.strip() for part in (stored or "").split(SEPARATOR) if part.strip())
