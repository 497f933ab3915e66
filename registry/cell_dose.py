"""Whether three statements about one cell dose agree: total, per kg, and weight; pure.

Unit: cells, cells per kg, kg.  Policy: rounding a dose or a weight explains a difference of a
tenth and no more; beyond it, one of the three is a typing error.
"""

from decimal import Decimal

TOLERANCE = Decimal("0.10")  # of the dose that per kg x weight makes
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))


def contradiction(
    total: Decimal | None, per_kg: Decimal | None, weight_kg: Decimal | None
) -> str | None:
    """Return a sentence with the dose worked out when the three do not fit together, else None."""
    if total is None or per_kg is None or weight_kg is None:
        return None
    made = per_kg * weight_kg
    if abs(made - total) <= TOLERANCE * made:
        return None
    return (
        f"the dose per kg and the weight make {in_words(made)} cells, not {in_words(total)}; "
        "correct whichever of the three is wrong"
    )


def in_words(cells: Decimal) -> str:
    """Write a count so that a power of ten cannot be overlooked: ``61.5 million``."""
    for size, name in _SCALES:
        if cells >= size:
            shown = f"{(cells / size).quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
            return f"{shown} {name}"
    return f"{cells.normalize():f}"
