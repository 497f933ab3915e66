"""Mean, SD and quartiles of scores, exact until they are printed.

Unit: that of the values.  SD: n - 1.  Quartiles: linear interpolation, type 7.
Source: Hyndman RJ, Fan Y. Am Stat 1996;50:361-5 (type 7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from registry.analysis.intervals import student_t
from registry.analysis.rounding import MEAN_PLACES, half_up


@dataclass(frozen=True, slots=True)
class Description:
    """Rounded for print; None where undefined (no values; SD of fewer than two)."""

    n: int
    mean: float | None
    sd: float | None
    median: float | None
    q1: float | None
    q3: float | None


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Mean of the differences with its Student t interval; None where undefined."""

    n_pairs: int
    mean: float | None
    sd: float | None
    ci_low: float | None
    ci_high: float | None


def describe(values: Sequence[Decimal]) -> Description:
    """Summarise values in any order; exact arithmetic makes the order irrelevant."""
    exact = sorted(Fraction(value) for value in values)
    printed = (_mean(exact), _sd(exact), *(quantile(exact, Fraction(k, 4)) for k in (2, 1, 3)))
    return Description(len(exact), *(half_up(number, MEAN_PLACES) for number in printed))


def paired_change(differences: Sequence[Decimal]) -> PairedChange:
    """Summarise follow-up minus baseline of the patients who have both."""
    exact = [Fraction(difference) for difference in differences]
    mean, sd = _mean(exact), _sd(exact)
    limits: tuple[float | None, float | None] = (None, None)
    if mean is not None and sd is not None:
        limits = student_t(float(mean), float(sd), len(exact))
    printed = (mean, sd, *limits)
    return PairedChange(len(exact), *(half_up(number, MEAN_PLACES) for number in printed))


def mean_of(values: Sequence[Decimal]) -> float | None:
    """Return the printed mean, or None without values."""
    return half_up(_mean([Fraction(value) for value in values]), MEAN_PLACES)


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction | None:
    """Return the type 7 quantile of values in ascending order, or None without values."""
    if not ordered:
        return None
    position = (len(ordered) - 1) * share
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (position - below)


def _mean(exact: Sequence[Fraction]) -> Fraction | None:
    return sum(exact, Fraction()) / len(exact) if exact else None


def _sd(exact: Sequence[Fraction]) -> Decimal | None:
    mean = _mean(exact)
    if mean is None or len(exact) == 1:
        return None
    variance = sum(((value - mean) ** 2 for value in exact), Fraction()) / (len(exact) - 1)
    with localcontext(prec=50):  # a float root could fall on the wrong side of a tie
        return (Decimal(variance.numerator) / Decimal(variance.denominator)).sqrt()
