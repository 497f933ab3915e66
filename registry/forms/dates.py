"""Read a date as people type it: 22 11 2026, 22/11/26, 22 Nov 2026, 2026-11, 2026, today, -3."""

import re
from datetime import date, timedelta

from registry.partial_date import InvalidDateError, PartialDate

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_DAY_FIRST = re.compile(r"(\d{1,2})[ ./-](\d{1,2}|[a-z]{3,9})[ ./-](\d{4}|\d{2})", re.ASCII)
_MONTH_FIRST = re.compile(r"(\d{1,2}|[a-z]{3,9})[ ./-](\d{4})", re.ASCII)
_DAYS_AGO = re.compile(r"-(\d{1,4})", re.ASCII)


def read_date(typed: str, today: date) -> PartialDate:
    """Return the date; days come before months, a two-digit year is never in the future.

    Raises InvalidDateError with a sentence for the field.
    """
    text = " ".join(typed.replace(",", " ").split())
    plain = text.casefold()
    if plain == "today":
        return PartialDate.on(today)
    if ago := _DAYS_AGO.fullmatch(plain):
        return PartialDate.on(today - timedelta(days=int(ago[1])))
    if full := _DAY_FIRST.fullmatch(plain):
        return PartialDate.parse(f"{_year(full[3], today)}-{_month(full[2])}-{int(full[1]):02}")
    if short := _MONTH_FIRST.fullmatch(plain):
        return PartialDate.parse(f"{short[2]}-{_month(short[1])}")
    return PartialDate.parse(text)


def _month(text: str) -> str:
    if text.isdigit() and int(text) > len(_MONTHS):
        raise InvalidDateError(f"month {int(text)} does not exist; days come first, like 27 3 2026")
    if text.isdigit():
        return f"{int(text):02}"
    for number, name in enumerate(_MONTHS, start=1):
        if name.startswith(text):  # at least three letters; “marble” is no month
            return f"{number:02}"
    raise InvalidDateError(f"“{text[:20]}” is not a month")


def _year(text: str, today: date) -> int:
    year = int(text)
    if len(text) == 4:  # noqa: PLR2004 - a year written in full
        return year
    century = today.year - today.year % 100
    return century + year if century + year <= today.year else century - 100 + year
