"""Read a decimal number as people type it; everything that is not one gets a sentence.

``float()`` and ``Decimal()`` accept ``nan``, ``inf``, ``1e400``, ``1_000`` and digits of other
scripts; a registry must not.
"""

import re
from decimal import Decimal

_NUMBER = re.compile(r"-?\d{1,15}(?:[.,]\d{1,9})?", re.ASCII)


class InvalidNumberError(ValueError):
    """The text is not a number; the message is fit for a form or an import report."""


def parse_decimal(text: str, *, comma: bool = False) -> Decimal:
    """Read a plain decimal; a comma may stand for the point where ``comma`` allows it (forms).

    At most 15 digits before and 9 after the point, no exponent, no thousands separator.
    Raises InvalidNumberError.
    """
    trimmed = text.strip()
    if not _NUMBER.fullmatch(trimmed):
        raise InvalidNumberError(f"“{trimmed[:40]}” is not a number like 7 or 7.5")
    if "," in trimmed and not comma:
        raise InvalidNumberError(f"“{trimmed[:40]}” needs a decimal point, not a comma")
    return Decimal(trimmed.replace(",", ".")) + 0  # no minus before a zero


def check_range(value: Decimal, low: Decimal | int, high: Decimal | int, unit: str = "") -> Decimal:
    """Return the value when it lies in [low, high], both included; else InvalidNumberError."""
    if not low <= value <= high:
        raise InvalidNumberError(f"{value} is outside {low} to {high}{f' {unit}' if unit else ''}")
    return value
