"""How long each patient was asked about side effects: the person-time under every rate.

Unit: days from the course start (read as late as it can be, so never too long) to the last
completed adverse-event inquiry.  Where nobody of a registry was ever asked the fixed questions,
the last visit stands for it, and a warning says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from registry.analysis.members import Member
from registry.analysis.rounding import MEAN_PLACES, half_up
from registry.followup import clocks, emergence

DAYS_IN_YEAR = Fraction(1461, 4)
INQUIRY, VISIT = "last_inquiry", "last_visit"


@dataclass(frozen=True, slots=True)
class PersonTime:
    """Days observed of the patients whose course began, and how many have none."""

    days: int
    without: int

    @property
    def years(self) -> float | None:
        """Patient-years as printed."""
        return half_up(self.days / DAYS_IN_YEAR, MEAN_PLACES)

    def per_100_years(self, events: int) -> float | None:
        """Return events per 100 patient-years; None where no time was observed."""
        if not self.days:
            return None
        return half_up(events * 100 * DAYS_IN_YEAR / self.days, MEAN_PLACES)


def ends_with(members: Sequence[Member]) -> str:
    """Return what ends the person-time of these patients: an inquiry, where any was ever made."""
    asked = any(emergence.last_inquiry(member.patient) for member in members)
    return INQUIRY if asked else VISIT


def observed_until(member: Member, ends: str) -> date | None:
    """Return the last day on which the patient would have been asked; None without one."""
    last = emergence.last_inquiry if ends == INQUIRY else emergence.last_visit
    return last(member.patient)


def person_time(members: Sequence[Member], ends: str) -> PersonTime:
    """Add up the days of all; a visit before the course adds none."""
    days = [_days(member, ends) for member in members]
    return PersonTime(sum(days), days.count(0))


def _days(member: Member, ends: str) -> int:
    start = emergence.safety_start(member.patient.courses)
    until = observed_until(member, ends)
    if start is None or until is None:
        return 0
    return max(0, clocks.days_after(until, start.latest))
