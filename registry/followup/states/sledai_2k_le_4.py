"""SLEDAI-2K of 4 or less, by both bounds of the score."""

from decimal import Decimal

from registry.followup.states._limbs import bounds, result_of
from registry.followup.states.base import MET, POLICY, AtVisit, State, Verdict, failed, unknown

CEILING = Decimal(4)


def judge(at: AtVisit) -> Verdict | None:
    """Judge SLEDAI-2K of 4 or less; None where the visit has no SLEDAI-2K."""
    result = result_of(at.visit, "sledai_2k")
    if result is None:
        return None
    found = bounds(result)
    if found is None:
        return unknown("no_score")
    low, high = found
    if high <= CEILING:
        return MET
    return failed("score_above_4") if low > CEILING else unknown("items_not_assessed")


STATE = State(
    "sledai_2k_le_4",
    "1",
    "SLEDAI-2K of 4 or less",
    POLICY,
    judge,
    {"ceiling": "4 points"},
    place=1,
    first_estimate="month_1",
)
