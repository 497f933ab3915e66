"""CLASI activity (CLASI-A): bands and response on stored totals.

Unit: points, 0 to 70 (high is bad); damage is another score and is not used here.
Window: at the visit; response from baseline to the visit.
Source: Klein R et al. Arch Dermatol 2011;147:203-8 (PMID 21339447): mild 0 to 9, moderate 10 to
20, severe 21 to 70; improvement is a fall of 4 points or of 20 %, reached is enough.  Trials also
use a fall of 50 % (from knowledge).
Licence: the form belongs to the University of Pennsylvania; only totals are stored.
Missing: null is not known and its answer is null.  Without activity at baseline nothing can
improve: null.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from registry.instruments._limbs import known_count
from registry.instruments._reading import required
from registry.instruments.base import Calculator

VERSION = "clasi-activity/1"
HIGHEST = Decimal(70)
MODERATE, SEVERE = Decimal(10), Decimal(21)  # from here on
FALL_POINTS, FALL_SHARE = Decimal(4), Decimal("0.2")  # either is improvement
HALF = Decimal("0.5")


def band_of(activity: Decimal) -> str:
    """Name the band of a total."""
    if activity >= SEVERE:
        return "severe"
    return "moderate" if activity >= MODERATE else "mild"


def has_improved(baseline: Decimal, now: Decimal) -> bool | None:
    """Whether it fell by 4 points or by 20 %; None without activity at baseline."""
    if baseline == 0:
        return None
    return baseline - now >= FALL_POINTS or fell_by(FALL_SHARE, baseline, now)


def fell_by(share: Decimal, baseline: Decimal, now: Decimal) -> bool:
    """Whether it fell by a share of a baseline above 0, compared as a product."""
    return baseline - now >= share * baseline


def _band(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    activity = _total(inputs, "activity")
    return {} if activity is None else {"band": band_of(activity)}


def _response(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    baseline, now = _total(inputs, "baseline"), _total(inputs, "now")
    if not baseline or now is None:
        return {}
    percent = (100 * (baseline - now) / baseline).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return {
        "improved": has_improved(baseline, now),
        "clasi_50": fell_by(HALF, baseline, now),
        "fall_points": int(baseline - now),
        "fall_percent": str(percent),
    }


def _total(inputs: Mapping[str, Any], name: str) -> Decimal | None:
    if name not in inputs:
        required(inputs, name)
    return known_count(inputs, name, HIGHEST)


CALCULATORS = (
    Calculator("CLASI-A.band", ("activity",), ("band",), _band, aliases=("clasi_a.band",)),
    Calculator(
        "CLASI-A.response",
        ("baseline", "now"),
        ("improved", "clasi_50", "fall_points", "fall_percent"),
        _response,
        aliases=("clasi_a.response",),
    ),
)
