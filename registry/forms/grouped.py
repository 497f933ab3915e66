"""Numbers with gaps between thousands: 70 000 000 is one number, 70,000 could be two."""

import re
from decimal import Decimal

from registry.numbers import InvalidNumberError

_GAP = "[ \u00a0\u2009\u202f'\u2019]"  # spaces of any width, and the apostrophe of Swiss figures
_GAPS = re.compile(rf"\d{{1,3}}(?:{_GAP}\d{{3}})+(?:[.,]\d+)?", re.ASCII)
_MARKS = re.compile(r"\d{1,3}(?:[.,]\d{3})+", re.ASCII)
LARGE = 1_000_000  # policy: fields that reach this hold counts, where 70,000 means thousands


def ungrouped(typed: str, high: Decimal) -> str:
    """Return the number without its gaps.

    Raises InvalidNumberError where commas or points may part thousands: a single one is taken
    for the decimal sign in small numbers only.
    """
    if _GAPS.fullmatch(typed):
        return re.sub(_GAP, "", typed)
    marks = typed.count(",") + typed.count(".")
    if _MARKS.fullmatch(typed) and (marks > 1 or high >= LARGE):
        spaced = re.sub("[.,]", " ", typed)
        raise InvalidNumberError(
            f"“{typed}” can be read in two ways; write {spaced} with spaces, or no marks at all"
        )
    return typed
