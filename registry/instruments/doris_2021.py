"""Remission by DORIS 2021, with both of its published readings of the steroid dose.

Unit: true, false, or null where what is known does not decide.  Window: at the visit; no duration.
Clinical SLEDAI 0, PGA below 0.5, prednisolone of 5 mg a day or less, and stable antimalarials,
immunosuppressants and biologics.  Serology does not count.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments import csledai_2k
from registry.instruments._three_valued import (
    HIGHEST_MG,
    HIGHEST_PGA,
    Known,
    all_of,
    at_most,
    below,
    known_count,
    known_flag,
    known_number,
    needs_any,
    state_of,
    which,
    without_pulse,
)
from registry.instruments.base import Calculator, Rule

VERSION = "2021/1"
INPUTS = (
    *("clinical_sledai", "clinical_complete", "serology_points", "pga", "pred_mg"),
    *("recent_pulse", "stable_maintenance"),
)
PGA_BELOW = Decimal("0.5")
PREDNISONE_MG = Decimal(5)
HIGHEST_SEROLOGY = Decimal(4)


def no_clinical_activity(points: Decimal | None, complete: Known) -> Known:
    """Judge a clinical SLEDAI of 0; points decide at once, and only a complete 0 is none."""
    if points is not None and points > 0:
        return False
    return True if points is not None and complete else None


def quiet(inputs: Mapping[str, Any], *, complete: Known) -> dict[str, Known]:
    """Read the two limbs that every form of remission shares, by name."""
    points = known_count(inputs, "clinical_sledai", csledai_2k.INSTRUMENT.maximum)
    stated = known_flag(inputs, "clinical_complete", unsaid=complete)
    return {
        "clinical_sledai": no_clinical_activity(points, stated),
        "pga": below(known_number(inputs, "pga", HIGHEST_PGA), PGA_BELOW),
    }


def _doris_2021(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    needs_any(inputs, INPUTS)
    known_count(inputs, "serology_points", HIGHEST_SEROLOGY)  # refused when impossible, never used
    mg = known_number(inputs, "pred_mg", HIGHEST_MG)
    pulse = known_flag(inputs, "recent_pulse", unsaid=False)
    rest = quiet(inputs, complete=None) | {
        "stable_maintenance": known_flag(inputs, "stable_maintenance")
    }
    limbs = rest | {"pred_mg": without_pulse(at_most(mg, PREDNISONE_MG), pulse)}
    strict = rest | {"pred_mg": without_pulse(below(mg, PREDNISONE_MG), pulse)}
    remission = all_of(*limbs.values())
    return {
        "remission": remission,
        "remission_strict_lt5": all_of(*strict.values()),
        "state": state_of(remission),
        "failed": which(limbs, False),
        "missing": which(limbs, None),
        "reason": "recent_pulse" if pulse else None,
    }


RULE = Rule(
    title="DORIS 2021 remission",
    version=VERSION,
    subject="target_state",
    source="van Vollenhoven RF et al. Lupus Sci Med 2021;8:e000538, doi 10.1136/lupus-2021-000538",
    licence="A published consensus definition, free to use.",
    settings={
        "answer": "met, not met or indeterminate, and both readings of the dose",
        "window": "at the visit; no duration",
        "clinical SLEDAI": "0; serology does not count",
        "PGA": f"below {PGA_BELOW}",
        "prednisone": f"{PREDNISONE_MG} mg a day or less; below {PREDNISONE_MG} mg beside it",
        "maintenance": "stable antimalarials, immunosuppressants and biologics are allowed",
        "pulse": "one in the 28 days before fails both readings, an unknown history leaves both "
        "open (policy)",
    },
    disagreements=(
        "Prednisone of exactly 5 mg a day: the abstract says 5 mg or less, the table of the same "
        "paper less than 5. The first is the default here, the second is always given beside it.",
        "Some tables print PGA of 0.5 or less; exactly 0.5 fails here.",
    ),
)
CALCULATORS = (
    Calculator(
        "DORIS-2021",
        INPUTS,
        ("remission", "remission_strict_lt5"),
        _doris_2021,
        RULE,
        aliases=("doris_2021",),
    ),
)
