"""Milestones of proteinuria in lupus nephritis by EULAR.

Unit: met (true), not met (false), or null: not due yet, or not measured.  Proteinuria in g/24 h
or as protein to creatinine ratio in g/g, the same one both times, at ``months`` from the start of
treatment.  At least 25 % less by month 3, at least 50 % less by month 6, below 0.7 g by month 12
(below 0.5 g is the stricter form).  From 3.5 g at baseline 6 to 12 months more are allowed.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import in_range, read_number, required
from registry.instruments._three_valued import below, known_number, named
from registry.instruments.base import Calculator, Rule

VERSION = "EULAR-renal/2019"
TARGET_BELOW, STRICT_BELOW = Decimal("0.7"), Decimal("0.5")  # g
NEPHROTIC_FROM = Decimal("3.5")  # g
QUARTER, HALF = Decimal("0.25"), Decimal("0.5")  # least fall, share of the baseline
QUARTER_DUE, HALF_DUE, TARGET_DUE = Decimal(3), Decimal(6), Decimal(12)  # months
EXTENSION = Decimal(12)  # months at most
HIGHEST_G = Decimal(100)  # beyond this it is in mg or a slip of the keyboard
HIGHEST_MONTHS = Decimal(1200)


def fallen(baseline: Decimal | None, now: Decimal | None, share: Decimal) -> bool | None:
    """Whether proteinuria fell by at least this share; None where unknown or nothing to fall."""
    if not baseline or now is None:
        return None
    return now <= baseline * (1 - share)


def judged(reached: bool | None, months: Decimal, due: Decimal) -> bool | None:
    """Return what a milestone is: open, instead of not met, before its month."""
    return None if reached is False and months < due else reached


def milestones(
    baseline: Decimal | None, now: Decimal | None, months: Decimal
) -> dict[str, bool | None]:
    """Judge every milestone on one value; grams and months."""
    return {
        "milestone_25pct": judged(fallen(baseline, now, QUARTER), months, QUARTER_DUE),
        "milestone_50pct": judged(fallen(baseline, now, HALF), months, HALF_DUE),
        "target_lt_0_7": judged(below(now, TARGET_BELOW), months, TARGET_DUE),
        "lt_0_5": judged(below(now, STRICT_BELOW), months, TARGET_DUE),
        "nephrotic_extension_allowed": None if baseline is None else baseline >= NEPHROTIC_FROM,
    }


def _calculate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    baseline, now = (
        known_number(inputs, named(inputs, name), HIGHEST_G)
        for name in ("proteinuria_baseline_g", "proteinuria_now_g")
    )
    months = read_number(required(inputs, "months"), "months")
    found = milestones(baseline, now, in_range(months, Decimal(0), HIGHEST_MONTHS, "months"))
    allowed = found["nephrotic_extension_allowed"]
    latest = None if allowed is None else TARGET_DUE + EXTENSION if allowed else TARGET_DUE
    return {**found, "target_due_by_month": None if latest is None else int(latest)}


RULE = Rule(
    title="EULAR milestones of proteinuria",
    version=VERSION,
    subject="kidney",
    source="Fanouriakis A et al. Ann Rheum Dis 2020;79:713-23, doi 10.1136/annrheumdis-2020-216924 "
    "(EULAR/ERA-EDTA 2019)",
    licence="Thresholds, free to use.",
    settings={
        "answer": "met, not met, or null: not due yet, or not measured",
        "window": "months from the start of treatment",
        f"month {QUARTER_DUE}": f"at least {100 * QUARTER:.0f} % less",
        f"month {HALF_DUE}": f"at least {100 * HALF:.0f} % less",
        f"month {TARGET_DUE}": f"below {TARGET_BELOW} g; below {STRICT_BELOW} g beside it",
        "nephrotic": f"from {NEPHROTIC_FROM} g at baseline up to {EXTENSION} months more",
        "early": "a milestone that is reached early counts, one that is not reached is open before "
        "its month (policy)",
    },
    disagreements=(
        "The target is printed as below 0.5 to 0.7 g, so both are given.",
        "2019 takes proteinuria in 24 hours, the update of 2023 the spot ratio, that of 2025 below "
        "700 mg/g by month 12 and a complete response below 500 mg/g at any time; the shares stay.",
        "All ask for a (near-)normal GFR, 2025 for 80 % of the baseline; it needs the eGFR and is "
        "not part of this. KDIGO measures function by another yardstick.",
    ),
    uncertain=(
        "The shares of 25 and 50 %, as public summaries give them.",
        "The numbers of the updates of 2023 and 2025.",
    ),
)
CALCULATORS = (
    Calculator(
        "renal.EULAR-milestones",
        ("proteinuria_baseline_g", "proteinuria_now_g", "months"),
        (
            "milestone_25pct",
            "milestone_50pct",
            "target_lt_0_7",
            "lt_0_5",
            "nephrotic_extension_allowed",
            "target_due_by_month",
        ),
        _calculate,
        RULE,
    ),
)
