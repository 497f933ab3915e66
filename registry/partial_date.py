"""Dates of reduced precision: kept as typed, compared in three values.

``2024``, ``2024-05``, ``2024-05-17`` and, where a time is allowed,
``2024-05-17T10:30+01:00``. The calendar day is the day at the site: a time keeps its
own offset and is never shifted to another day.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

_SHAPE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(T.+)?)?)?", re.ASCII)
_TIME = re.compile(r"T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
MONTHS = 12
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FIRST_YEAR = 1850  # nobody in a registry was born before; catches 0202 for 2022


class InvalidDateError(ValueError):
    """The text is not a calendar date; the message is fit for a form or an import report."""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, month or year with the first and last calendar day it can mean (both inclusive)."""

    text: str
    earliest: date
    latest: date

    @classmethod
    def parse(cls, text: str, *, allow_time: bool = False) -> Self:
        """Read ISO 8601 text of reduced precision.

        Raises InvalidDateError with a sentence that says what is wrong.
        """
        text = text.strip()
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise InvalidDateError(f"“{text[:40]}” is not a date like 2024-05-17, 2024-05 or 2024")
        year, month, day, time = shape.groups()
        if time and not allow_time:
            raise InvalidDateError(f"“{text[:40]}” has a time, but only a date is expected")
        if time:
            _check_time(text, time)
        return cls(text, *_bounds(int(year), month, day))

    @classmethod
    def on(cls, day: date) -> Self:
        """Return the exact day."""
        return cls(day.isoformat(), day, day)

    @classmethod
    def from_columns(cls, text: str, earliest: date, latest: date) -> Self:
        """Rebuild a stored value; the columns were derived from the text when it was written."""
        return cls(text, earliest, latest)

    def __composite_values__(self) -> tuple[str, date, date]:
        return self.text, self.earliest, self.latest

    def __str__(self) -> str:
        return self.text

    @property
    def words(self) -> str:
        """Write it as far as it is known: ``22 Nov 2026``, ``Nov 2026``, ``2026``."""
        shown = (
            f"{self.earliest.year}",
            MONTH_NAMES[self.earliest.month - 1],
            str(self.earliest.day),
        )
        known = self.text.partition("T")[0].count("-") + 1
        return " ".join(reversed(shown[:known]))

    @property
    def exact(self) -> date | None:
        """The calendar day, or None while the day or the month is unknown."""
        return self.earliest if self.earliest == self.latest else None

    def certainly_before(self, other: "PartialDate") -> bool:
        """Whether this ends before the other begins, whatever the unknown parts are."""
        return self.latest < other.earliest

    def certainly_after(self, other: "PartialDate") -> bool:
        """Whether this begins after the other ends, whatever the unknown parts are."""
        return self.earliest > other.latest


def _check_time(text: str, time: str) -> None:
    if not _TIME.fullmatch(time):
        raise InvalidDateError(
            f"“{text[:40]}” needs hours, minutes and an offset, like 2024-05-17T10:30+02:00"
        )
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidDateError(f"“{text[:40]}” is not a time of day that exists") from error


def _bounds(year: int, month: str | None, day: str | None) -> tuple[date, date]:
    if year < FIRST_YEAR:
        raise InvalidDateError(f"the year {year} is before {FIRST_YEAR}")
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if not 1 <= int(month) <= MONTHS:
        raise InvalidDateError(f"month {month} does not exist")
    last = monthrange(year, int(month))[1]
    if day is None:
        return date(year, int(month), 1), date(year, int(month), last)
    if not 1 <= int(day) <= last:
        raise InvalidDateError(f"day {day} does not exist in {year}-{month}")
    exact = date(year, int(month), int(day))
    return exact, exact
