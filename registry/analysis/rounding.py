"""Rounding of printed numbers: half up, away from zero, from the unrounded value."""

from decimal import Decimal
from fractions import Fraction

Number = int | float | Decimal | Fraction

PERCENT_PLACES = 1
MEAN_PLACES = 2


def half_up(value: Number | None, places: int) -> float | None:
    """Round to ``places`` decimals; None (undefined) stays None.

    ``round()`` goes to even and works on binary fractions, so 0.125 and 2.675 would print low.
    """
    if value is None:
        return None
    scale = 10**places
    above, below = value.as_integer_ratio()  # exact, whatever the number is
    whole = (2 * abs(above) * scale + below) // (2 * below)
    # Not -0.0: it is equal to 0.0 and yet has another spelling in JSON, hence another hash.
    return (-whole if above < 0 else whole) / scale if whole else 0.0


def percent(x: int, n: int) -> float | None:
    """Return 100 x/n to one decimal, or None where nobody was counted."""
    return half_up(Fraction(100 * x, n), PERCENT_PLACES) if n else None
