"""Read and write one cell: strict both ways, so that what is exported can be imported."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from registry.exchange.columns import Column
from registry.followup.timepoints import is_timepoint
from registry.partial_date import InvalidDateError, PartialDate

LONGEST_TEXT = 100_000
LONGEST_LOT = 80
SHOWN = 60
_KEY = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d{1,9})?", re.ASCII)
_INTEGER = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


class CellError(ValueError):
    """The cell breaks a rule of its column; the message is the rule as a sentence."""


def shown(text: str) -> str:
    """Shorten a value for a message: it may be a whole file."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def read(column: Column, text: str) -> Any:
    """Return the value of a cell that is not empty; raises CellError."""
    if "\x00" in text:
        raise CellError("a NUL character cannot be stored")
    if len(text) > LONGEST_TEXT:
        raise CellError(f"a cell has at most {LONGEST_TEXT} characters")
    return _READERS[column.kind](column, text)


def written(value: Any) -> str:
    """Return the text of a value as ``read`` takes it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ";".join(value)
    return str(value)


def _text(_: Column, text: str) -> str:
    return text


def _key(column: Column, text: str) -> str:
    if not _KEY.fullmatch(text):
        raise CellError(f"{column.name} is 1 to 40 of the letters A-Z a-z, digits and . _ -")
    return text


def _lot(_: Column, text: str) -> str:
    if len(text) > LONGEST_LOT or text != text.strip() or ";" in text or not text.isprintable():
        raise CellError(f"a lot is 1 to {LONGEST_LOT} printed characters without ;")
    return text


def _lots(column: Column, text: str) -> tuple[str, ...]:
    lots = tuple(_lot(column, part.strip()) for part in text.split(";"))
    if "" in lots:
        raise CellError("between two ; stands one lot")
    if len(set(lots)) < len(lots):
        raise CellError("a lot stands once in the list")
    return lots


def _list(column: Column, text: str) -> str:
    """Return the parts as the table keeps them: joined by ;, in the order typed."""
    parts = [part.strip() for part in text.split(";")]
    if "" in parts:
        raise CellError("between two ; stands one entry")
    if len(set(parts)) < len(parts):
        raise CellError("an entry stands once in the list")
    return ";".join(_code(column, part) if column.codes else part for part in parts)


def _code(column: Column, text: str) -> str:
    if text not in column.codes:
        raise CellError(f"{column.name} is one of {', '.join(column.codes)}")
    return text


def _timepoint(_: Column, text: str) -> str:
    if not is_timepoint(text):
        raise CellError(
            "timepoint is screening, baseline, day_0 to day_100, month_1 to month_24, year_3 and "
            "later, or unscheduled"
        )
    return text


def _date(column: Column, text: str) -> PartialDate:
    if text != text.strip():
        raise CellError("a date has no spaces around it")
    try:
        return PartialDate.parse(text, allow_time=column.kind == "moment")
    except InvalidDateError as error:
        raise CellError(str(error)) from error


def _number(column: Column, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        raise CellError(
            "a number is written like 7 or 7.50: digits, a decimal point, at most 15 and 9 "
            "places, no exponent, comma or leading zero"
        )
    return _within(column, Decimal(text), text)


def _integer(column: Column, text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise CellError(f"{column.name} is a whole number like 3")
    return int(_within(column, Decimal(text), text))


def _within(column: Column, number: Decimal, text: str) -> Decimal:
    unit = f" {column.unit}" if column.unit else ""
    # -0 equals 0, and is no dose either.
    if column.low is not None and (number < column.low or text.startswith("-")):
        raise CellError(f"{column.name} is at least {column.low}{unit}")
    if column.high is not None and number > column.high:
        raise CellError(f"{column.name} is at most {column.high}{unit}")
    return number


def _boolean(column: Column, text: str) -> bool:
    if text not in _BOOLEANS:
        raise CellError(f"{column.name} is true or false")
    return _BOOLEANS[text]


_READERS: dict[str, Callable[[Column, str], Any]] = {
    "key": _key,
    "lot_key": _lot,
    "keys": _lots,
    "list": _list,
    "text": _text,
    "code": _code,
    "timepoint": _timepoint,
    "date": _date,
    "moment": _date,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
}
