"""Response of lupus nephritis by the KDIGO guideline of 2024.

Unit: complete, partial, none or indeterminate.  Window: within 6 to 12 months of the start of
treatment, at times later; the caller chooses the values.  Proteinuria is the protein to creatinine
ratio in g/g, best of a 24-hour urine; function is the eGFR in mL/min/1.73 m².
Complete: below 0.5 g/g, and an eGFR within the tolerance of its baseline or better.
Partial: fallen by at least half, to below 3 g/g, with the same rule for the eGFR.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry.instruments._three_valued import all_of, below, known_number, named
from registry.instruments.base import Calculator, Rule

VERSION = "KDIGO/2024"
COMPLETE_BELOW = Decimal("0.5")  # g/g
PARTIAL_BELOW = Decimal(3)  # g/g
LEAST_FALL = Decimal("0.5")  # share of the baseline
LOWEST_TOLERANCE, TOLERANCE = Decimal(10), Decimal(15)  # % below the baseline eGFR
HIGHEST_UPCR = Decimal(100)  # g/g; beyond this it is mg/g or a slip of the keyboard
HIGHEST_EGFR = Decimal(250)
INPUTS = ("upcr_baseline_g_g", "upcr_now_g_g", "egfr_baseline", "egfr_now")


@dataclass(frozen=True, slots=True)
class Course:
    """Proteinuria in g/g and eGFR, before treatment and now; None is not measured."""

    upcr_baseline: Decimal | None
    upcr_now: Decimal | None
    egfr_baseline: Decimal | None
    egfr_now: Decimal | None


def response(course: Course, tolerance: Decimal = TOLERANCE) -> str:
    """Return the response; the tolerance is in per cent of the baseline eGFR."""
    function = function_kept(course, tolerance)
    complete = all_of(below(course.upcr_now, COMPLETE_BELOW), function)
    partial = all_of(_halved(course), below(course.upcr_now, PARTIAL_BELOW), function)
    if complete:
        return "complete"
    if complete is None or partial is None:
        return "indeterminate"
    return "partial" if partial else "none"


def function_kept(course: Course, tolerance: Decimal) -> bool | None:
    """Whether the eGFR is within the tolerance of its baseline, or better."""
    if course.egfr_baseline is None or course.egfr_now is None:
        return None
    # Compared as products: exactly 15 % below is within, whatever a quotient rounds to.
    return course.egfr_now * 100 >= course.egfr_baseline * (100 - tolerance)


def _halved(course: Course) -> bool | None:
    if course.upcr_baseline is None or course.upcr_now is None:
        return None
    return course.upcr_now <= course.upcr_baseline * LEAST_FALL


def _calculate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    highest = (HIGHEST_UPCR, HIGHEST_UPCR, HIGHEST_EGFR, HIGHEST_EGFR)
    course = Course(
        *(
            known_number(inputs, named(inputs, name), limit)
            for name, limit in zip(INPUTS, highest, strict=True)
        )
    )
    given = known_number(inputs, "tolerance_pct", TOLERANCE, LOWEST_TOLERANCE)
    tolerance = TOLERANCE if given is None else given
    return {
        "response": response(course, tolerance),
        "already_below_0_5": below(course.upcr_baseline, COMPLETE_BELOW),
        "tolerance_pct": f"{tolerance:f}",
    }


RULE = Rule(
    title="KDIGO 2024 response of lupus nephritis",
    version=VERSION,
    subject="kidney",
    source="KDIGO 2024 Clinical Practice Guideline for the Management of Lupus Nephritis. Kidney "
    "Int 2024;105(1S):S1-S69",
    licence="Thresholds, free to use.",
    settings={
        "answer": "complete, partial, none or indeterminate",
        "window": "6 to 12 months from the start of treatment, at times later",
        "complete": f"below {COMPLETE_BELOW} g/g, function kept",
        "partial": f"fallen by at least {100 * LEAST_FALL:.0f} %, to below {PARTIAL_BELOW} g/g, "
        "function kept",
        "function kept": f"eGFR not more than {TOLERANCE} % below its baseline, or another "
        f"tolerance from {LOWEST_TOLERANCE} % on (policy)",
        "baseline": "the last value before treatment (policy)",
        "missing": "indeterminate unless the others decide (policy)",
    },
    disagreements=(
        "Function: a share of 10 to 15 % here, 80 % of the baseline by EULAR 2025, and by BLISS-LN "
        "the value before the flare. The yardsticks do not replace each other.",
        "0.5 g/g is 56.6 mg/mmol by the molar mass and is printed as 50 mg/mmol; this rule takes "
        "g/g.",
        "A trial would count what is unknown as no response.",
    ),
    uncertain=("The cut-offs, as public summaries of the guideline give them.",),
)
CALCULATORS = (
    Calculator(
        "renal.KDIGO-2024",
        (*INPUTS, "tolerance_pct"),
        ("response", "already_below_0_5", "tolerance_pct"),
        _calculate,
        RULE,
    ),
)
