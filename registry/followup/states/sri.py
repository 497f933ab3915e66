"""SLE responder index, SRI-4 to SRI-8, from stored scores and BILAG grades.

Better by 4 points of SLEDAI or more (to 8), and worse in nothing else. A baseline below the
threshold cannot fall by it: not evaluable, and counted as such.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from registry.followup.facts import VisitFact
from registry.followup.states._limbs import Bounds
from registry.followup.states._responding import (
    BILAG,
    ONE_VISIT,
    PGA,
    SLEDAI,
    at_least,
    gap,
    grades_now,
    grades_of,
    limb,
    no_treatment_failure,
    one_baseline,
    over,
    records,
    response,
    sledai_of,
    value_of,
)
from registry.followup.states.base import AtVisit, Limb, State, Verdict
from registry.instruments import sri as published
from registry.instruments.bilag_2004 import Grades, new_a, new_b

SOURCE = "Furie RA et al. Arthritis Rheum 2009;61:1143-51, doi 10.1002/art.24698"
THRESHOLDS = tuple(Decimal(n) for n in range(4, 9))
FIRST_PLACE = 40
SETTINGS = {
    "SLEDAI": "SELENA-SLEDAI, else SLEDAI-2K; the same at both visits, by both bounds",
    "BILAG-2004": f"no new A, at most {published.NEW_B} new B, from the stored grades",
    "PGA": f"rises by less than {published.PGA_RISE} of 3",
    "treatment failure": "an unplanned event recorded since baseline; none recorded is none "
    "(policy)",
    "baseline": ONE_VISIT,
    "missing": "indeterminate unless another part fails (policy)",
}


@dataclass(frozen=True, slots=True)
class _Shared:
    """What does not depend on the threshold."""

    before: Bounds | None
    now: Bounds | None
    gap: str
    rest: tuple[Limb, ...]


def judge(at: AtVisit, threshold: Decimal) -> Verdict | None:
    """Judge the response; None where the visit has no SLEDAI, no BILAG grade and no PGA."""
    if not records(at.visit, *SLEDAI, BILAG, PGA):
        return None
    shared = at.once(_shared)
    return response(
        at_least(shared.before, threshold),
        f"baseline_below_{threshold}",
        limb(
            f"SLEDAI falls by {threshold} or more",
            over(partial(published.falls_by, threshold), shared.before, shared.now),
            f"sledai_fell_by_less_than_{threshold}",
            shared.gap,
        ),
        *shared.rest,
    )


def _shared(at: AtVisit) -> _Shared:
    before, graded = at.once_for_all(_baseline)
    grades = graded, grades_now(at)
    sledai = sledai_of(before, at.visit)
    pga = value_of(before, PGA), value_of(at.visit, PGA)
    bilag = limb(
        "No new BILAG A, at most one new B",
        published.no_new_bilag(new_a(*grades), new_b(*grades)),
        "new_bilag",
        "bilag_not_complete",
    )
    worse = limb(
        f"PGA rises by less than {published.PGA_RISE}",
        over(published.pga_not_worse, *pga),
        f"pga_rose_by_{published.PGA_RISE}_or_more",
        gap("pga", *pga),
    )
    rest = (bilag, worse, no_treatment_failure(at, before))
    return _Shared(*sledai, gap("sledai", *sledai), rest)


def _baseline(at: AtVisit) -> tuple[VisitFact | None, Grades]:
    visit = one_baseline(at, SLEDAI, (BILAG,), (PGA,))
    return visit, grades_of(visit)


STATES = tuple(
    State(
        f"sri_{threshold}",
        published.VERSION,
        f"SRI-{threshold}",
        SOURCE,
        partial(judge, threshold=threshold),
        {"threshold": f"{threshold} points; baseline of {threshold} or more", **SETTINGS},
        place=FIRST_PLACE + int(threshold),
        kind="responder",
        needs=(BILAG,),
    )
    for threshold in THRESHOLDS
)
