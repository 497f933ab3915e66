"""Days that are known in part, as the range of days that they can mean."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from registry.instruments._reading import InvalidAnswerError, shown
from registry.partial_date import MONTHS, InvalidDateError, PartialDate


@dataclass(frozen=True, slots=True)
class DateRange:
    """The first and the last day that a date can mean; by default any day at all."""

    earliest: date = date.min
    latest: date = date.max


ANY_DAY = DateRange()


def before(first: DateRange, second: DateRange) -> bool | None:
    """Whether the first day is before the second; None where it depends on unknown parts."""
    if first.latest < second.earliest:
        return True
    return False if first.earliest >= second.latest else None


def months_later(day: DateRange, months: int) -> DateRange:
    """Add calendar months, negative ones too; 31 August and six months is 28 February."""
    return DateRange(_later(day.earliest, months), _later(day.latest, months))


def read_date(inputs: Mapping[str, Any], name: str) -> DateRange | None:
    """Return a date given as 2024-05-17, 2024-05 or 2024; null and missing are None."""
    given = inputs.get(name)
    if given is None:
        return None
    try:
        day = PartialDate.parse(given if isinstance(given, str) else shown(given))
    except InvalidDateError as error:
        raise InvalidAnswerError("out_of_range", f"{name}: {error}") from error
    return DateRange(day.earliest, day.latest)


def _later(day: date, months: int) -> date:
    if day in (date.min, date.max):  # stands for no bound, and stays so
        return day
    years, month = divmod(day.month - 1 + months, MONTHS)
    year, month = day.year + years, month + 1
    if not date.min.year <= year <= date.max.year:
        return date.min if year < date.min.year else date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))
