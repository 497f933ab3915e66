"""Renal responses of the BLISS-LN trial: primary efficacy (PERR) and complete (CRR).

Unit: met (true), not met (false), or null where it cannot be judged.  Window: week 52 or 104 in
the trial; the values of one visit.  Protein to creatinine ratio in g/g, eGFR in mL/min/1.73 m²,
prednisone-equivalent in mg a day.
PERR: ratio 0.7 or less; eGFR 60 or more, or not more than 20 % below the value before the flare.
CRR: ratio below 0.5; eGFR 90 or more, or not more than 10 % below the value before the flare.
Both: no treatment failure, that is no rescue and from week 24 no more than 10 mg a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry.instruments._three_valued import (
    all_of,
    any_of,
    at_most,
    below,
    known_flag,
    known_number,
    named,
    opposite,
)
from registry.instruments.base import Calculator, Rule

VERSION = "BLISS-LN/2020"
PERR_UPCR, CRR_UPCR = Decimal("0.7"), Decimal("0.5")  # g/g: up to the first, below the second
PERR_EGFR, CRR_EGFR = Decimal(60), Decimal(90)  # enough, whatever it was before
PERR_LOSS, CRR_LOSS = Decimal(20), Decimal(10)  # % below the value before the flare
MOST_PREDNISONE_MG = Decimal(10)
HIGHEST_UPCR = Decimal(100)  # g/g; beyond this it is mg/g or a slip of the keyboard
HIGHEST_EGFR = Decimal(250)
HIGHEST_MG = Decimal(10_000)
INPUTS = ("upcr", "egfr", "egfr_preflare", "rescue", "pred_mg")


@dataclass(frozen=True, slots=True)
class Visit:
    """What the responses are judged on; None is not known."""

    upcr: Decimal | None
    egfr: Decimal | None
    egfr_preflare: Decimal | None
    rescue: bool | None
    pred_mg: Decimal | None


def perr(visit: Visit) -> bool | None:
    """Judge the primary efficacy renal response."""
    low = at_most(visit.upcr, PERR_UPCR)
    return all_of(low, _function(visit, PERR_EGFR, PERR_LOSS), no_failure(visit))


def crr(visit: Visit) -> bool | None:
    """Judge the complete renal response; whoever has it has the primary one too."""
    low = below(visit.upcr, CRR_UPCR)
    return all_of(low, _function(visit, CRR_EGFR, CRR_LOSS), no_failure(visit))


def no_failure(visit: Visit) -> bool | None:
    """Whether there was neither rescue nor too much steroid."""
    return all_of(opposite(visit.rescue), at_most(visit.pred_mg, MOST_PREDNISONE_MG))


def _function(visit: Visit, enough: Decimal, loss: Decimal) -> bool | None:
    if visit.egfr is None:
        return None
    before = visit.egfr_preflare
    # Compared as products: exactly 10 % below is not more than 10 % below.
    kept = None if before is None else visit.egfr * 100 >= before * (100 - loss)
    return any_of(visit.egfr >= enough, kept)


def _calculate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    visit = Visit(
        upcr=known_number(inputs, named(inputs, "upcr"), HIGHEST_UPCR),
        egfr=known_number(inputs, named(inputs, "egfr"), HIGHEST_EGFR),
        egfr_preflare=known_number(inputs, named(inputs, "egfr_preflare"), HIGHEST_EGFR),
        rescue=known_flag(inputs, named(inputs, "rescue")),
        pred_mg=known_number(inputs, named(inputs, "pred_mg"), HIGHEST_MG),
    )
    return {"PERR": perr(visit), "CRR": crr(visit)}


RULE = Rule(
    title="Renal responses of BLISS-LN (PERR and CRR)",
    version=VERSION,
    subject="kidney",
    source="Furie R et al. N Engl J Med 2020;383:1117-28, doi 10.1056/NEJMoa2001180",
    licence="Thresholds, free to use.",
    settings={
        "answer": "met, not met, or null where it cannot be judged",
        "window": "the values of one visit; weeks 52 and 104 in the trial",
        "PERR": f"ratio {PERR_UPCR} g/g or less; eGFR {PERR_EGFR} or more, or not more than "
        f"{PERR_LOSS} % below the value before the flare",
        "CRR": f"ratio below {CRR_UPCR} g/g; eGFR {CRR_EGFR} or more, or not more than "
        f"{CRR_LOSS} % below the value before the flare",
        "failure": f"rescue, or more than {MOST_PREDNISONE_MG} mg prednisone a day; ask for visits "
        "from week 24 on (policy)",
        "missing": "null unless another part fails (policy)",
    },
    disagreements=(
        "Function is set against the value before the flare, which is not the baseline: KDIGO "
        "takes the baseline and a share of 10 to 15 %, EULAR 2025 80 % of it. They do not replace "
        "each other.",
        "The open-label extension set its own baseline in place of the value before the flare.",
        "The trial counted what is unknown as no response.",
    ),
)
CALCULATORS = (Calculator("renal.BLISS-LN", INPUTS, ("PERR", "CRR"), _calculate, RULE),)
