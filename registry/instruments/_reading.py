"""Read numbers that come from outside, with one sentence and one code for each refusal."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?", re.ASCII)
_SHOWN = 40  # characters of a refused value that a message repeats


class InvalidAnswerError(ValueError):
    """An input cannot be used; ``code`` is for programs, the message is for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def shown(value: object) -> str:
    """Quote a value in a message, cut short: it may be a whole file."""
    text = str(value)
    return f"“{text[:_SHOWN]}…”" if len(text) > _SHOWN else f"“{text}”"


def read_number(value: object, name: str) -> Decimal:
    """Return a finite number given as number or text; true and false are not numbers."""
    if isinstance(value, Decimal) and value.is_finite():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    raise InvalidAnswerError("not_a_number", f"{name}: {shown(value)} is not a number like 7.5")


def in_range(number: Decimal, low: Decimal, high: Decimal, name: str) -> Decimal:
    """Return the number when it lies in [low, high], both included."""
    if not low <= number <= high:
        raise InvalidAnswerError(
            "out_of_range", f"{name}: {shown(number)} is outside {low} to {high}"
        )
    return number


def fits(number: Decimal, places: int, name: str) -> Decimal:
    """Return a number already in range when it has at most so many decimals; 2.50 has one."""
    if number != number.quantize(Decimal(1).scaleb(-places)):
        allowed = f"a number with at most {places} decimals" if places else "a whole number"
        raise InvalidAnswerError("out_of_range", f"{name}: {shown(number)} needs to be {allowed}")
    return number


def required(inputs: Mapping[str, Any], name: str) -> object:
    """Return an input that must be there; null is not there."""
    if inputs.get(name) is None:
        raise InvalidAnswerError("missing_input", f"{name} is missing")
    return inputs[name]


def json_number(value: Decimal) -> float:
    """Return a rounded result as the number that JSON writes with the same digits."""
    return float(value)
