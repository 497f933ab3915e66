"""Judge criteria of which some cannot be judged: true, false, or None where a value is unknown.

A name that is not given is an error; a name given as null was not measured, which is never
the same as normal.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import InvalidAnswerError, in_range, read_number, shown


def all_of(*criteria: bool | None) -> bool | None:
    """Return false as soon as one is false, true when all are, else None."""
    if False in criteria:
        return False
    return None if None in criteria else True


def any_of(*criteria: bool | None) -> bool | None:
    """Return true as soon as one is true, false when none can be, else None."""
    if True in criteria:
        return True
    return None if None in criteria else False


def number_or_unknown(
    inputs: Mapping[str, Any], name: str, highest: Decimal, lowest: Decimal = Decimal(0)
) -> Decimal | None:
    """Return a number in its range, None for null; raises InvalidAnswerError."""
    value = _given(inputs, name)
    return None if value is None else in_range(read_number(value, name), lowest, highest, name)


def flag_or_unknown(inputs: Mapping[str, Any], name: str) -> bool | None:
    """Return true or false, None for null; a word or a number is neither."""
    value = _given(inputs, name)
    if value is None or isinstance(value, bool):
        return value
    raise InvalidAnswerError("out_of_range", f"{name} is true, false or null, not {shown(value)}")


def json_number(value: Decimal) -> float:
    """Return a rounded result as the number that JSON writes with the same digits."""
    return float(value)


def _given(inputs: Mapping[str, Any], name: str) -> object:
    if name not in inputs:
        raise InvalidAnswerError("missing_input", f"{name} is missing; null where it is unknown")
    return inputs[name]
