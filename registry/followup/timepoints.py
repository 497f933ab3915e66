"""Timepoints after treatment: their targets, analysis windows and schedule windows.

Unit: days after day 0, the calendar day of the first infusion of the course; all limits are
inclusive.  Analysis windows are contiguous, so every day from 15 on belongs to exactly one
timepoint.  Schedule windows only judge whether a visit was in time; they are our policy, because
published ones are seldom given.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

VERSION = "timepoints/1"

BASELINE = "baseline"
SCREENING = "screening"
UNSCHEDULED = "unscheduled"
FIRST_ANALYSIS_DAY = 15  # earlier visits are for safety; activity is not expected there
MONTH_TARGETS = {
    "month_1": 30,
    "month_3": 91,
    "month_6": 182,
    "month_9": 274,
    "month_12": 365,
    "month_18": 547,
    "month_24": 730,
}
MONTHS = tuple(MONTH_TARGETS)
FIRST_ESTIMATE = "month_3"  # of a state or a response; policy
FIRST_YEAR = 3  # month_24 is followed by year_3
DAY_TARGETS = {"day_0": 0, "day_1": 1, "day_7": 7, "day_14": 14, "day_28": 28, "day_100": 100}
BASELINE_DAYS = 28

# Days before and after the target, the same on both sides; policy.
SCHEDULE_TOLERANCE = {
    "day_0": 0,
    "day_1": 1,
    "day_7": 1,
    "day_14": 2,
    "day_28": 3,
    "day_100": 7,
    "month_1": 7,
    "month_3": 14,
    "month_6": 30,
    "month_9": 30,
    "month_12": 45,
    "month_18": 60,
    "month_24": 60,
}
YEAR_TOLERANCE = 60

# Kept as given without a warning: they never claim an analysis timepoint of their own.
SAFETY_ONLY = frozenset({"day_0", "day_1", "day_7", "day_14"})
FALLBACK = frozenset({"day_28", "day_100", UNSCHEDULED})
KEPT = frozenset({SCREENING}) | SAFETY_ONLY | FALLBACK

_YEAR = re.compile(r"year_([1-9]\d{0,3})", re.ASCII)
_FIXED = (
    *(SCREENING, BASELINE, "day_0", "day_1", "day_7", "day_14", "day_28"),
    *("month_1", "month_3", "day_100", *MONTHS[2:]),
)


@dataclass(frozen=True, slots=True)
class Window:
    """Days after day 0, first and last included."""

    first: int
    last: int

    def __contains__(self, day: int) -> bool:
        return self.first <= day <= self.last


def year_of(code: str) -> int | None:
    """Return 3 for ``year_3``; None for another code and for years that months name."""
    match = _YEAR.fullmatch(code)
    return int(match[1]) if match and int(match[1]) >= FIRST_YEAR else None


def is_timepoint(code: str) -> bool:
    """Whether this is a code of the exchange format."""
    return code in _FIXED or code == UNSCHEDULED or year_of(code) is not None


def is_analysis(code: str) -> bool:
    """Whether results are reported at it: month_1, month_3 ... and the years."""
    return code in MONTH_TARGETS or year_of(code) is not None


def has_target(code: str) -> bool:
    """Whether it aims at a day: every timepoint but screening, baseline and unscheduled."""
    return code in DAY_TARGETS or is_analysis(code)


def target(code: str) -> int:
    """Return the day a timepoint aims at; a year is 365.25 days, rounded half up."""
    year = year_of(code)
    if year is not None:
        return _year_target(year)
    return (MONTH_TARGETS | DAY_TARGETS)[code]


@cache
def window(code: str) -> Window:
    """Return the analysis window of a month or year, or the days in which a baseline may lie."""
    if code == BASELINE:
        return Window(-BASELINE_DAYS, 0)
    before, after = _neighbours(code)
    first = FIRST_ANALYSIS_DAY if before is None else _midpoint(target(before), target(code)) + 1
    return Window(first, _midpoint(target(code), target(after)))


@cache
def analysis_timepoint(day: int) -> str | None:
    """Return the timepoint whose analysis window holds the day; None before day 15."""
    if day < FIRST_ANALYSIS_DAY:
        return None
    return next(code for code in scheduled() if day <= window(code).last)


def scheduled() -> Iterator[str]:
    """Yield the analysis timepoints in order, without end."""
    yield from MONTHS
    year = FIRST_YEAR
    while True:
        yield f"year_{year}"
        year += 1


def opened_by(day: int) -> list[str]:
    """List the analysis timepoints whose window has begun on that day after day 0."""
    codes: list[str] = []
    for code in scheduled():
        if window(code).first > day:
            return codes
        codes.append(code)
    return codes


def schedule_window(code: str) -> Window | None:
    """Return the days in which a visit is in time (policy); None where nothing is planned."""
    if code == BASELINE:
        return window(BASELINE)
    tolerance = YEAR_TOLERANCE if year_of(code) is not None else SCHEDULE_TOLERANCE.get(code)
    if tolerance is None:
        return None
    return Window(target(code) - tolerance, target(code) + tolerance)


@lru_cache(maxsize=1024)  # codes that are none come from files: never kept without end
def in_order(code: str) -> tuple[int, str]:
    """Return a sort key: by time, unscheduled and unknown codes last."""
    year = year_of(code)
    if year is not None:
        return len(_FIXED) + year, code
    return (_FIXED.index(code), code) if code in _FIXED else (len(_FIXED) + 10_000, code)


def title(code: str) -> str:
    """Return the words for pages and figures: ``Month 12``, ``Day 0``, ``Year 3``."""
    return code.replace("_", " ").capitalize()


def _year_target(year: int) -> int:
    return (1461 * year + 2) // 4  # 365.25 = 1461 / 4; the 2 rounds half up


def _midpoint(low: int, high: int) -> int:
    return (low + high) // 2


def _neighbours(code: str) -> tuple[str | None, str]:
    year = year_of(code)
    if year is not None:
        return (MONTHS[-1] if year == FIRST_YEAR else f"year_{year - 1}"), f"year_{year + 1}"
    position = MONTHS.index(code)
    before = MONTHS[position - 1] if position else None
    return before, (*MONTHS, f"year_{FIRST_YEAR}")[position + 1]
