"""Scores of measures that come as numbers: one value, or several that are never added up."""

from collections.abc import Callable, Collection
from decimal import ROUND_HALF_UP, Decimal

from registry.instruments.base import Answers, Item, Scale, Score

HUNDREDTH = Decimal("0.01")
ZERO = Decimal(0)
# Asked before treatment and then once a year, as far as a schedule goes.
YEARLY = ("baseline", "month_12", "month_24", *(f"year_{year}" for year in range(3, 16)))


def missing_of(items: Collection[Item], answers: Answers) -> tuple[str, ...]:
    """Return the codes without an answer, of the items that a result needs."""
    return tuple(
        item.code for item in items if not item.optional and answers.get(item.code) is None
    )


def one_value(item: Item, *method: str) -> Callable[[Answers], Score]:
    """Return the rule of a measure that is a single number: the total is the number itself.

    ``method`` are the items that say how it was measured: the parts keep them.
    """

    def score(answers: Answers) -> Score:
        value = answers.get(item.code)
        how = {name: str(answers[name]) for name in method if answers.get(name) is not None}
        if value is None:
            low, high = item.low, item.high
            return Score(None, low, high, complete=False, parts=how, missing=(item.code,))
        number = Decimal(value)
        return Score(number, number, number, complete=True, parts=how)

    return score


def each_alone(items: Collection[Item], scales: Collection[Scale]) -> Callable[[Answers], Score]:
    """Return the rule of numbers that stand side by side: each is a part, and no total exists."""
    codes = [scale.code for scale in scales]

    def score(answers: Answers) -> Score:
        known = {code: str(answers[code]) for code in codes if answers.get(code) is not None}
        missing = missing_of(items, answers)
        return Score(None, ZERO, ZERO, complete=not missing, parts=known, missing=missing)

    return score


def numbers(*rows: tuple[str, str, str], high: Decimal, places: int = 0) -> tuple[Item, ...]:
    """Return items that are numbers from 0, from their code, label and definition."""
    return tuple(
        Item(code, label, Decimal(1), definition, high=high, places=places)
        for code, label, definition in rows
    )


def as_scales(items: Collection[Item], direction: str) -> tuple[Scale, ...]:
    """Return one scale for each item, all in one direction: ``high_bad`` or ``high_good``."""
    return tuple(
        Scale(
            item.code,
            item.label,
            item.high,
            item.low,
            item.unit,
            "high_good" if direction == "high_good" else "high_bad",
        )
        for item in items
    )


def rounded(value: Decimal | None) -> str | None:
    """Write a number with at most two decimals, halves away from zero, as parts hold it."""
    if value is None:
        return None
    return f"{value.quantize(HUNDREDTH, ROUND_HALF_UP).normalize():f}"
