"""Tender and swollen joints of 28 together lower by half (policy)."""

from decimal import Decimal

from registry.followup.facts import VisitFact
from registry.followup.states._limbs import Bounds
from registry.followup.states._responding import (
    Known,
    at_least,
    gap,
    limb,
    number_of,
    over,
    records,
    response,
)
from registry.followup.states.base import POLICY, AtVisit, State, Verdict
from registry.instruments.joint_count import JOINTS

COUNT = "joint_count_28"
LOWEST = Decimal(6)  # tender + swollen at baseline; policy
HALF = Decimal("0.5")


def judge(at: AtVisit) -> Verdict | None:
    """Judge the fall of the two counts together; None where the visit has no joint count."""
    if not records(at.visit, COUNT):
        return None
    before, now = _joints(at.baseline.get(COUNT)), _joints(at.visit)
    return response(
        at_least(before, LOWEST),
        f"baseline_below_{LOWEST}",
        limb(
            "Tender and swollen joints fall by half",
            over(_fell_by_half, before, now),
            "joints_fell_by_less_than_half",
            gap("joints", before, now),
        ),
    )


def _joints(visit: VisitFact | None) -> Bounds | None:
    """Return the sum of both counts; a count that is missing may be anything up to 28."""
    counts = [number_of(visit, COUNT, item) for item in ("tender", "swollen")]
    known = [count for count in counts if count is not None]
    if not known:
        return None
    low = sum(known, Decimal(0))
    return low, low + len(JOINTS) * counts.count(None)


def _fell_by_half(before: Decimal | None, now: Decimal | None) -> Known:
    return None if before is None or now is None else before - now >= HALF * before


STATE = State(
    "joint_50",
    "1",
    "Joint count (28) lower by half",
    POLICY,
    judge,
    {
        "joints": "tender plus swollen of 28, by both bounds",
        "fall": "50 % or more",
        "baseline": f"{LOWEST} or more, otherwise not evaluable (policy)",
    },
    place=62,
    kind="responder",
    needs=(COUNT,),
)
