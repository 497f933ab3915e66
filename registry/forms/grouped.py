"""Large numbers as people write them: 70 000 000, 70 million and 70 × 10⁶ are the same.

70,000 could be two numbers, and is refused where thousands are likely.
"""

import re
from decimal import Decimal

from registry.numbers import InvalidNumberError

_GAP = "[ \u00a0\u2009\u202f'\u2019]"  # spaces of any width, and the apostrophe of Swiss figures
_GAPS = re.compile(rf"\d{{1,3}}(?:{_GAP}\d{{3}})+(?:[.,]\d+)?", re.ASCII)
_MARKS = re.compile(r"\d{1,3}(?:[.,]\d{3})+", re.ASCII)
_POWER = re.compile(
    r"(\d{1,9}(?:[.,]\d{1,9})?)\s*(?:(million)|[x×*]\s*10\s*\^?\s*(\d|1[0-5]))",
    re.ASCII | re.IGNORECASE,
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
LARGE = 1_000_000  # policy: fields that reach this hold counts, where 70,000 means thousands


def ungrouped(typed: str, high: Decimal) -> str:
    """Return the number without its gaps, and a power of ten written out in a field for counts.

    Raises InvalidNumberError where commas or points may part thousands: a single one is taken
    for the decimal sign in small numbers only.
    """
    power = _POWER.fullmatch(typed.translate(_RAISED)) if high >= LARGE else None
    if power:
        return _written_out(power[1], 6 if power[2] else int(power[3]))
    if _GAPS.fullmatch(typed):
        return re.sub(_GAP, "", typed)
    marks = typed.count(",") + typed.count(".")
    if _MARKS.fullmatch(typed) and (marks > 1 or high >= LARGE):
        spaced = re.sub("[.,]", " ", typed)
        raise InvalidNumberError(
            f"“{typed}” can be read in two ways; write {spaced} with spaces, or no marks at all"
        )
    return typed


def _written_out(digits: str, power: int) -> str:
    return f"{Decimal(digits.replace(',', '.')).scaleb(power):f}"
