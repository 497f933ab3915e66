"""What became of one state of one patient over the visits: attained, sustained, time in it.

Unit: days.  A state is first estimated at month 3 of the course; earlier visits are in nothing but
the baseline.  *Attained*: met at a scheduled visit, by somebody who was not in the state before.
*Sustained*: met at two scheduled visits at least 5 months apart, with no visit between at which it
was not met.  *Time*: what a visit found holds until the next one, if that is at most 200 days
later; a longer gap is unobserved, and so is the time before the first and after the last visit.
Scheduled visits are those that stand for a timepoint; others only contradict, and divide time.
Source: definitions of this registry (policy), fixed before data are seen.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from registry.followup import timepoints

VERSION = "state-course/1"
APART_DAYS = 152  # 5 months of 30.4375 days
OBSERVED_DAYS = 200  # the longest gap between two visits in which a state counts as observed
SETTINGS: Mapping[str, str | int] = {
    "first_estimate": timepoints.FIRST_ESTIMATE,
    "attained": "met at a scheduled visit, not met at baseline",
    "sustained": f"met at two scheduled visits {APART_DAYS} days (5 months) or more apart, "
    "with none not met between",
    "time": "what a visit found holds until the next, where that is "
    f"{OBSERVED_DAYS} days later or less",
}
MET, NOT_MET, INDETERMINATE = "met", "not_met", "indeterminate"


@dataclass(frozen=True, slots=True)
class Judged:
    """A state at one visit after treatment; ``scheduled`` = the visit stands for a timepoint."""

    on: date
    state: str
    scheduled: bool = True


@dataclass(frozen=True, slots=True)
class StateDays:
    """The days between the first and the last visit, by what is known of the state in them."""

    met: int = 0
    not_met: int = 0
    indeterminate: int = 0
    unobserved: int = 0

    @property
    def observed(self) -> int:
        """Days of which it is known whether the patient was in the state."""
        return self.met + self.not_met


@dataclass(frozen=True, slots=True)
class StateCourse:
    """One state of one patient; None is not known for want of a visit, not undecided."""

    at_baseline: str | None
    attained: str | None  # None where it held at baseline, and where no scheduled visit was judged
    attained_on: date | None
    sustained: str | None  # None where no two scheduled visits are far enough apart
    days: StateDays


def state_course(at_baseline: str | None, visits: Iterable[Judged]) -> StateCourse:
    """Return the course of a state over the judged visits, in whatever order they come.

    ``at_baseline`` is the verdict before treatment, None without one.
    """
    ordered = _by_day(visits)
    scheduled = [visit for visit in ordered if visit.scheduled]
    first = next((visit.on for visit in scheduled if visit.state == MET), None)
    never_in = at_baseline != MET
    return StateCourse(
        at_baseline=at_baseline,
        attained=_ever(scheduled) if never_in else None,
        attained_on=first if never_in else None,
        sustained=_sustained(ordered),
        days=_days(ordered),
    )


def _by_day(visits: Iterable[Judged]) -> list[Judged]:
    """Return one finding for each day, in order; of two, not met outweighs met, met undecided."""
    found: dict[date, Judged] = {}
    for visit in visits:
        other = found.get(visit.on, visit)
        states = {other.state, visit.state}
        state = next((state for state in (NOT_MET, MET) if state in states), INDETERMINATE)
        found[visit.on] = Judged(visit.on, state, other.scheduled or visit.scheduled)
    return [found[day] for day in sorted(found)]


def _ever(visits: Sequence[Judged]) -> str | None:
    """Return whether it was ever met; one undecided visit might have been."""
    states = {visit.state for visit in visits}
    if not states or MET in states:
        return MET if states else None
    return NOT_MET if states == {NOT_MET} else INDETERMINATE


def _sustained(ordered: Sequence[Judged]) -> str | None:
    """Judge by both bounds: as if each undecided visit were not met, and as if it were met."""
    scheduled = [visit.on for visit in ordered if visit.scheduled]
    if not scheduled or (scheduled[-1] - scheduled[0]).days < APART_DAYS:
        return None
    if _lasts(ordered, {MET}):
        return MET
    return INDETERMINATE if _lasts(ordered, {MET, INDETERMINATE}) else NOT_MET


def _lasts(ordered: Sequence[Judged], counted: Collection[str]) -> bool:
    """Whether two scheduled visits with such a state lie far enough apart, none not met between."""
    began: date | None = None
    for visit in ordered:
        if visit.state == NOT_MET:
            began = None
        elif visit.scheduled and visit.state in counted:
            began = began or visit.on
            if (visit.on - began).days >= APART_DAYS:
                return True
    return False


def _days(ordered: Sequence[Judged]) -> StateDays:
    found = dict.fromkeys((MET, NOT_MET, INDETERMINATE, "unobserved"), 0)
    for here, following in pairwise(ordered):
        gap = (following.on - here.on).days
        found["unobserved" if gap > OBSERVED_DAYS else here.state] += gap
    return StateDays(*found.values())
