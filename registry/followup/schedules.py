"""How often a medicine is taken, as intakes per day: alternate days are 0.5 a day.

The stored number has nine decimals at most, so a seventh is only nearly one; a number that
stands for a schedule is read back as the schedule itself, and then computed with exactly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

_PLACES = Decimal("1e-9")  # what a stored number of intakes can hold


@dataclass(frozen=True, slots=True)
class Schedule:
    """So many intakes in so many days, and the words for it."""

    intakes: int
    days: int
    words: str

    @property
    def per_day(self) -> Decimal:
        """The intakes per day as they are stored."""
        # Trailing zeros dropped: 0.5 is what a person would type.
        stored = (Decimal(self.intakes) / self.days).quantize(_PLACES)
        return Decimal(f"{stored:f}".rstrip("0").rstrip("."))


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        "daily": Schedule(1, 1, "once a day"),
        "twice_daily": Schedule(2, 1, "twice a day"),
        "three_times_daily": Schedule(3, 1, "three times a day"),
        "alternate_days": Schedule(1, 2, "on alternate days"),
        "weekly": Schedule(1, 7, "once a week"),
        "every_2_weeks": Schedule(1, 14, "every 2 weeks"),
        "every_3_weeks": Schedule(1, 21, "every 3 weeks"),
        "every_4_weeks": Schedule(1, 28, "every 4 weeks"),
        "monthly": Schedule(1, 30, "every 30 days"),
        "every_3_months": Schedule(1, 91, "every 13 weeks"),
        "every_6_months": Schedule(1, 182, "every 26 weeks"),
    }
)
_BY_NUMBER = {schedule.per_day: schedule for schedule in SCHEDULES.values()}
_CODES = {schedule.per_day: code for code, schedule in SCHEDULES.items()}


def schedule_of(per_day: Decimal | None) -> Schedule | None:
    """Return the schedule that a stored number stands for; None where it is no listed one."""
    return None if per_day is None else _BY_NUMBER.get(per_day)


def code_of(per_day: Decimal | None) -> str | None:
    """Return the code of the schedule that a stored number stands for."""
    return None if per_day is None else _CODES.get(per_day)


def a_day(dose: Decimal, per_day: Decimal) -> Decimal:
    """Return the dose on an average day: 35 mg once a week is 5 mg, not 5.000000005."""
    schedule = schedule_of(per_day)
    return dose * schedule.intakes / schedule.days if schedule else dose * per_day


def intakes_within(per_day: Decimal, days: int) -> Decimal:
    """Return how many intakes fall into so many days, the first on the first day."""
    if days <= 0:
        return Decimal(0)
    schedule = schedule_of(per_day)
    if schedule is None:
        return per_day * days
    return Decimal(schedule.intakes * ((days - 1) // schedule.days + 1))


def in_words(per_day: Decimal | None) -> str:
    """Write the schedule: “on alternate days”, or “× 4 a day” for a number that has no name."""
    if per_day is None:
        return ""
    schedule = schedule_of(per_day)
    return schedule.words if schedule else f"× {per_day:f} a day"
