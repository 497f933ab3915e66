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

_ZERO = Decimal(0)
_EXACT = 50  # digits: enough for every sum of squares of scores


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


@dataclass(frozen=True, slots=True)
class _Sample:
    """Exact sums of the values, from which everything printed follows."""

    values: Sequence[Decimal]
    total: Decimal
    squares: Decimal

    @classmethod
    def of(cls, values: Sequence[Decimal]) -> "_Sample":
        with localcontext(prec=_EXACT):
            return cls(values, sum(values, _ZERO), sum((v * v for v in values), _ZERO))

    @property
    def mean(self) -> Fraction | None:
        return Fraction(self.total) / len(self.values) if self.values else None

    @property
    def sd(self) -> Decimal | None:
        n = len(self.values)
        if n <= 1:
            return None
        with localcontext(prec=_EXACT):  # a float root could fall on the wrong side of a tie
            return ((n * self.squares - self.total * self.total) / (n * (n - 1))).sqrt()

    def quantile(self, share: Fraction) -> Fraction | None:
        """Return the type 7 quantile, or None without values."""
        if not self.values:
            return None
        ordered = sorted(self.values)
        position = (len(ordered) - 1) * share
        below = int(position)
        low, high = Fraction(ordered[below]), Fraction(ordered[min(below + 1, len(ordered) - 1)])
        return low + (high - low) * (position - below)


def describe(values: Sequence[Decimal]) -> Description:
    """Summarise values in any order; exact arithmetic makes the order irrelevant."""
    sample = _Sample.of(values)
    quartiles = (sample.quantile(Fraction(k, 4)) for k in (2, 1, 3))
    printed = (sample.mean, sample.sd, *quartiles)
    return Description(len(values), *(half_up(number, MEAN_PLACES) for number in printed))


def paired_change(differences: Sequence[Decimal]) -> PairedChange:
    """Summarise follow-up minus baseline of the patients who have both."""
    sample = _Sample.of(differences)
    mean, sd = sample.mean, sample.sd
    limits: tuple[float | None, float | None] = (None, None)
    if mean is not None and sd is not None:
        limits = student_t(float(mean), float(sd), len(differences))
    printed = (mean, sd, *limits)
    return PairedChange(len(differences), *(half_up(number, MEAN_PLACES) for number in printed))


def percentile(values: Sequence[Decimal], percent: int) -> float | None:
    """Return the printed type 7 percentile, or None without values."""
    return half_up(_Sample.of(values).quantile(Fraction(percent, 100)), MEAN_PLACES)


def mean_of(values: Sequence[Decimal]) -> float | None:
    """Return the printed mean, or None without values."""
    return half_up(_Sample.of(values).mean, MEAN_PLACES)
