"""Response of the skin by CLASI activity: lower by half, or by 4 points or 20 %."""

from collections.abc import Callable
from decimal import Decimal
from functools import partial

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
from registry.followup.states.base import AtVisit, State, Verdict
from registry.instruments import clasi as published

CLASI, ACTIVITY = "clasi", "activity"
SOURCE = "Klein R et al. Arch Dermatol 2011;147:203-8 (PMID 21339447)"
LOWEST = Decimal(1)  # at baseline: without activity nothing can improve
BANDS = (
    f"mild below {published.MODERATE}, moderate below {published.SEVERE}, severe up to "
    f"{published.HIGHEST}"
)
Improved = Callable[[Decimal, Decimal], Known]


def judge(at: AtVisit, title: str, fails: str, improved: Improved) -> Verdict | None:
    """Judge the fall of activity; None where the visit has no CLASI."""
    if not records(at.visit, CLASI):
        return None
    before, now = (
        None if value is None else (value, value)
        for value in (
            number_of(at.baseline.get(CLASI), CLASI, ACTIVITY),
            number_of(at.visit, CLASI, ACTIVITY),
        )
    )
    return response(
        at_least(before, LOWEST),
        "no_activity_at_baseline",
        limb(
            title,
            over(lambda b, n: None if b is None or n is None else improved(b, n), before, now),
            fails,
            gap("clasi_activity", before, now),
        ),
    )


def _responder(name: str, words: str, title: str, place: int, improved: Improved) -> State:
    return State(
        name,
        published.VERSION,
        title,
        SOURCE,
        partial(judge, title=words, fails="clasi_not_improved", improved=improved),
        {
            "CLASI activity": words,
            "bands": BANDS,
            "not evaluable": "no activity at baseline; trials often ask for more (policy)",
        },
        place=place,
        kind="responder",
        needs=(CLASI,),
    )


STATES = (
    _responder(
        "clasi_50",
        "falls by 50 % or more",
        "CLASI-50",
        60,
        partial(published.fell_by, published.HALF),
    ),
    _responder(
        "clasi_improvement",
        f"falls by {published.FALL_POINTS} points or by {100 * published.FALL_SHARE:.0f} %",
        "CLASI improvement",
        61,
        published.has_improved,
    ),
)
