"""Arithmetic of cell doses: whether what was stated agrees, and what was given in all; pure.

Unit: cells, cells per kg, kg.  Policy: rounding a dose or a weight explains a difference of a
tenth and no more; beyond it, one of the three is a typing error.  From a twentieth on somebody is
asked.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

TOLERANCE = Decimal("0.10")  # of the dose that per kg x weight makes
ASKED = Decimal("0.05")  # of it, or of the total: beyond it a question
TENFOLD = 10  # a zero too many or too few
# Policy: outside these a value is possible, but more often a slip; it is asked about.
WEIGHT_KG = (Decimal(20), Decimal(200))
CELLS_PER_KG = (Decimal(1000), Decimal("1e9"))
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


def unlike(total: Decimal | None, per_kg: Decimal | None, weight_kg: Decimal | None) -> str | None:
    """Return a question when the three differ by more than a twentieth, else None."""
    if total is None or per_kg is None or weight_kg is None:
        return None
    made = per_kg * weight_kg
    if abs(made - total) <= ASKED * made:
        return None
    return (
        f"The dose per kg and the weight make {in_words(made)} cells, and {in_words(total)} are "
        "given as the total. Is this right?"
    )


def lots_unlike_total(parts: Sequence[Decimal | None], total: Decimal | None) -> str | None:
    """Return a question when the cells of the lots do not make the total, else None.

    Lots whose cells are not recorded can only add to the sum, so then only too much is asked about.
    """
    known = [part for part in parts if part is not None]
    if not known or total is None:
        return None
    made = sum(known, Decimal(0))
    too_many = made - total > ASKED * total
    too_few = len(known) == len(parts) and total - made > ASKED * total
    if not (too_many or too_few):
        return None
    return (
        f"The lots make {in_words(made)} cells, and the total is {in_words(total)}. Is this right?"
    )


def beyond_lot(code: str, given: Decimal | None, lot_cells: Decimal | None) -> str | None:
    """Return a question when the dose is more than ten times what the whole lot held."""
    if given is None or lot_cells is None or given <= TENFOLD * lot_cells:
        return None
    return (
        f"{in_words(given)} cells of lot {code} are more than ten times the lot, which held "
        f"{in_words(lot_cells)}. Is this right?"
    )


def unlike_plan(what: str, planned: Decimal | None, given: Decimal | None) -> str | None:
    """Return a question when the dose is ten times the plan, or a tenth of it, or beyond."""
    if not planned or not given:
        return None
    if planned < given * TENFOLD and given < planned * TENFOLD:
        return None
    return f"{what}: {in_words(given)} were given, and {in_words(planned)} planned. Is this right?"


def unusual_weight(weight_kg: Decimal | None) -> str | None:
    """Return a question about a weight that few adults have, else None."""
    if weight_kg is None or WEIGHT_KG[0] <= weight_kg <= WEIGHT_KG[1]:
        return None
    return f"A weight of {weight_kg.normalize():f} kg is unusual. Is this right?"


def unusual_per_kg(per_kg: Decimal | None) -> str | None:
    """Return a question about a dose per kg beyond all published ones, else None."""
    if per_kg is None or CELLS_PER_KG[0] <= per_kg <= CELLS_PER_KG[1]:
        return None
    return f"{in_words(per_kg)} cells per kg is unusual. Is this right?"


@dataclass(frozen=True, slots=True)
class Cumulative:
    """The cells of several infusions, and of how many of them the dose is recorded."""

    cells: Decimal
    recorded: int
    infusions: int

    @property
    def words(self) -> str:
        """Say the sum, and that it is a least one where a dose is missing."""
        if not self.recorded:
            return "dose not recorded"
        if self.recorded == self.infusions:
            return f"{in_words(self.cells)} cells in all"
        return (
            f"at least {in_words(self.cells)} cells in all "
            f"(dose of {self.infusions - self.recorded} of {self.infusions} not recorded)"
        )


def cumulative(totals: Iterable[Decimal | None]) -> Cumulative:
    """Add up the doses of all infusions; a dose that is missing is not zero."""
    doses = list(totals)
    known = [dose for dose in doses if dose is not None]
    return Cumulative(sum(known, Decimal(0)), len(known), len(doses))


def in_words(cells: Decimal) -> str:
    """Write a count so that a power of ten cannot be overlooked: ``61.5 million``."""
    for size, name in _SCALES:
        if cells >= size:
            shown = f"{(cells / size).quantize(Decimal('0.01')):f}".rstrip("0").rstrip(".")
            return f"{shown} {name}"
    return f"{cells.normalize():f}"
