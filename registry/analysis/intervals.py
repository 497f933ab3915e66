"""95 % confidence intervals of a proportion and of a mean.

Unit: percentages (0 to 100) for proportions, the unit of the values for a mean.
Source: Clopper CJ, Pearson ES. Biometrika 1934;26:404-13 (exact; the printed interval);
Wilson EB. J Am Stat Assoc 1927;22:209-12 (score; printed beside it, without continuity
correction); Student. Biometrika 1908;6:1-25;
Cochran WG. Sampling Techniques, 3rd ed. Wiley 1977, chapter 6 (a ratio of sums over patients).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from registry.analysis.rounding import PERCENT_PLACES, half_up, percent

LEVEL = 0.95
TAIL = (1 - LEVEL) / 2
Z = 1.959963984540054  # 97.5 % point of the standard normal distribution

Interval = tuple[float | None, float | None]


class Proportion(NamedTuple):
    """x of n with its percentage and both intervals, rounded for print; None where n is 0."""

    x: int
    n: int
    percent: float | None
    ci_low: float | None
    ci_high: float | None
    wilson_low: float | None
    wilson_high: float | None
    method: str = "clopper_pearson"


@lru_cache(maxsize=4096)  # the same few counts, in every row, population and group
def proportion(x: int, n: int) -> Proportion:
    """Return x of n as it is printed everywhere: percentage, exact interval, Wilson beside it."""
    return Proportion(x, n, percent(x, n), *clopper_pearson(x, n), *wilson(x, n))


def clopper_pearson(x: int, n: int) -> Interval:
    """Return the exact 95 % limits of x/n in percent; (None, None) where n is 0."""
    from scipy.special import betaincinv

    if not _countable(x, n):
        return None, None
    # A beta quantile with a parameter of 0 is the edge itself, which the library calls nan.
    low = betaincinv(x, n - x + 1, TAIL) if x > 0 else 0.0
    high = betaincinv(x + 1, n - x, 1 - TAIL) if x < n else 1.0
    return _in_percent(float(low)), _in_percent(float(high))


def wilson(x: int, n: int) -> Interval:
    """Return the 95 % score limits of x/n in percent; (None, None) where n is 0."""
    if not _countable(x, n):
        return None, None
    share = x / n
    centre = share + Z * Z / (2 * n)
    reach = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    scale = 1 + Z * Z / n
    low = (centre - reach) / scale if x > 0 else 0.0
    high = (centre + reach) / scale if x < n else 1.0
    return _in_percent(low), _in_percent(high)


def student_t(mean: float, sd: float, n: int) -> tuple[float, float]:
    """Return the unrounded 95 % limits of a mean; n is 2 or more."""
    from scipy.special import stdtrit

    reach = float(stdtrit(n - 1, 1 - TAIL)) * sd / sqrt(n)
    return mean - reach, mean + reach


@dataclass(frozen=True, slots=True)
class Share:
    """A share of person-time in percent with its 95 % limits; patients are the units of chance."""

    percent: float | None
    ci_low: float | None
    ci_high: float | None
    method: str


def share_of_time(parts: Sequence[tuple[int, int]]) -> Share:
    """Return the share of (part, whole) summed over patients, each with a whole above 0.

    Linearised variance of a ratio and Student t over patients. Where all patients are alike (all
    or nothing of their time) that variance is 0 and says nothing: then the exact limits of so many
    patients of so many stand, which are wide enough for any share.
    """
    n, part, whole = len(parts), sum(x for x, _ in parts), sum(y for _, y in parts)
    if not whole or part in {0, whole}:
        low, high = clopper_pearson(n if part else 0, n)
        return Share(percent(part, whole), low, high, "clopper_pearson_patients")
    if n == 1:
        return Share(percent(part, whole), None, None, "ratio_student_t")
    share = part / whole
    squares = sum((x - share * y) ** 2 for x, y in parts)
    sd = sqrt(squares / (n - 1)) * n / whole
    low_share, high_share = student_t(share, sd, n)
    limits = _in_percent(max(0.0, low_share)), _in_percent(min(1.0, high_share))
    return Share(percent(part, whole), *limits, "ratio_student_t")


def _countable(x: int, n: int) -> bool:
    if not 0 <= x <= n:
        raise ValueError(f"{x} of {n} is not a count of some among all")
    return n > 0


def _in_percent(share: float) -> float | None:
    return half_up(share * 100, PERCENT_PLACES)
