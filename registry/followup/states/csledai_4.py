"""Clinical SLEDAI-2K lower by 4 or more and PGA not worse: what is offered without BILAG.

It has no BILAG limb, so it is easier to reach than the SRI and is never called by its name.
"""

from decimal import Decimal
from functools import partial

from registry.followup.facts import VisitFact
from registry.followup.states._limbs import Bounds, clinical_bounds, result_of
from registry.followup.states._responding import (
    ONE_VISIT,
    PGA,
    at_least,
    gap,
    limb,
    one_baseline,
    over,
    records,
    response,
    value_of,
)
from registry.followup.states.base import POLICY, AtVisit, State, Verdict
from registry.instruments.sri import PGA_RISE, falls_by, pga_not_worse

SLEDAI = "sledai_2k"
FALL = Decimal(4)


def judge(at: AtVisit) -> Verdict | None:
    """Judge the response; None where the visit has neither SLEDAI-2K nor PGA."""
    if not records(at.visit, SLEDAI, PGA):
        return None
    before = at.once_for_all(_baseline)
    clinical = _clinical(before), _clinical(at.visit)
    pga = value_of(before, PGA), value_of(at.visit, PGA)
    return response(
        at_least(clinical[0], FALL),
        f"baseline_below_{FALL}",
        limb(
            f"Clinical SLEDAI-2K falls by {FALL} or more",
            over(partial(falls_by, FALL), *clinical),
            f"clinical_sledai_fell_by_less_than_{FALL}",
            gap("clinical_sledai", *clinical),
        ),
        limb(
            f"PGA rises by less than {PGA_RISE}",
            over(pga_not_worse, *pga),
            f"pga_rose_by_{PGA_RISE}_or_more",
            gap("pga", *pga),
        ),
    )


def _baseline(at: AtVisit) -> VisitFact | None:
    return one_baseline(at, (SLEDAI,), (PGA,))


def _clinical(visit: VisitFact | None) -> Bounds | None:
    result = result_of(visit, SLEDAI) if visit else None
    return clinical_bounds(result) if result else None


STATE = State(
    "csledai_4",
    "1",
    "Clinical SLEDAI-2K lower by 4 or more, PGA not worse",
    POLICY,
    judge,
    {
        "clinical SLEDAI-2K": f"falls by {FALL} or more, by both bounds; baseline of {FALL} or "
        "more, otherwise not evaluable",
        "PGA": f"rises by less than {PGA_RISE} of 3",
        "baseline": ONE_VISIT,
        "not": "the SRI, which asks for BILAG grades as well",
    },
    place=40,
    kind="responder",
    needs=(SLEDAI, PGA),
)
