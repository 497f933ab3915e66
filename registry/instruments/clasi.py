"""CLASI: stored totals of activity (CLASI-A) and damage, bands and response of the activity.

Unit: points, activity 0 to 70, damage 0 to 56 (high is bad); the two are never added up, and
damage takes no part in bands and response.
Window: at the visit; response from baseline to the visit.
Missing: null is not known and its answer is null.  Without activity at baseline nothing can
improve: null.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from registry.instruments._three_valued import known_count, named
from registry.instruments._values import YEARLY, as_scales, missing_of
from registry.instruments.base import Answers, Calculator, Instrument, Item, Rule, Score

VERSION = "clasi-activity/1"
HIGHEST = Decimal(70)
HIGHEST_DAMAGE = Decimal(56)  # from knowledge
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


ITEMS = (
    Item(
        "activity",
        "Activity",
        Decimal(1),
        "Total of the activity part of the form: mild 0 to 9, moderate 10 to 20, severe from 21.",
        exclude="changes of the skin that are not lupus",
        high=HIGHEST,
    ),
    Item(
        "damage",
        "Damage",
        Decimal(1),
        "Total of the damage part of the form: dyspigmentation and scars.",
        high=HIGHEST_DAMAGE,
    ),
)


def score(answers: Answers) -> Score:
    """Keep both totals side by side, with the band of the activity."""
    parts = {item.code: str(answers[item.code]) for item in ITEMS if _given(answers, item)}
    if "activity" in parts:
        parts["band"] = band_of(Decimal(parts["activity"]))
    missing = missing_of(ITEMS, answers)
    zero = Decimal(0)
    return Score(None, zero, zero, complete=not missing, parts=parts, missing=missing)


def _given(answers: Answers, item: Item) -> bool:
    return answers.get(item.code) is not None


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
    return known_count(inputs, named(inputs, name), HIGHEST)


BANDS = Rule(
    title="CLASI activity, bands",
    version=VERSION,
    subject="activity",
    source="Klein R et al. Arch Dermatol 2011;147:203-8 (PMID 21339447)",
    licence="The form belongs to the University of Pennsylvania; only totals are stored.",
    settings={
        "answer": f"mild below {MODERATE}, moderate below {SEVERE}, severe up to {HIGHEST} points",
        "window": "at the visit",
    },
    disagreements=("Damage (CLASI-D) is another score and is never added to activity.",),
    uncertain=("The range of CLASI-D, 0 to 56.",),
    note="Stored totals only: the form itself is not part of the registry.",
)
RESPONSE = replace(
    BANDS,
    title="CLASI activity, response",
    subject="change",
    settings={
        "answer": "improved, or null without activity at baseline",
        "window": "baseline to the visit",
        "improved": f"a fall of {FALL_POINTS} points or of {100 * FALL_SHARE:.0f} %, reached is "
        "enough",
        "CLASI-50": f"a fall of {100 * HALF:.0f} %, reached is enough",
    },
    uncertain=("The fall of 50 %, which trials use.",),
)

INSTRUMENT = Instrument(
    code="clasi",
    key="CLASI",
    version="CLASI-totals/1",
    subject="activity",
    title="CLASI",
    items=ITEMS,
    maximum=HIGHEST,
    score=score,
    source="Klein R et al. Arch Dermatol 2011;147:203-8 (PMID 21339447)",
    licence="The form belongs to the University of Pennsylvania; only its totals are stored.",
    window="at the visit",
    due_at=YEARLY,
    totalled=False,
    scales=as_scales(ITEMS, "high_bad"),
    note="Totals of the form on paper; activity and damage are two scores.",
    settings={"moderate_from": int(MODERATE), "severe_from": int(SEVERE)},
    disagreements=("Improvement is a fall of 4 points or of 20 %; trials also use 50 %.",),
    uncertain=("The highest damage score of 56.",),
)

CALCULATORS = (
    Calculator("CLASI-A.band", ("activity",), ("band",), _band, BANDS, aliases=("clasi_a.band",)),
    Calculator(
        "CLASI-A.response",
        ("baseline", "now"),
        ("improved", "clasi_50", "fall_points", "fall_percent"),
        _response,
        RESPONSE,
        aliases=("clasi_a.response",),
    ),
)
