"""BILAG-based composite lupus assessment (BICLA), from stored grades and scores."""

from registry.followup.facts import VisitFact
from registry.followup.states._responding import (
    BILAG,
    ONE_VISIT,
    PGA,
    SLEDAI,
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
from registry.followup.states.base import AtVisit, State, Verdict
from registry.instruments import bicla as published
from registry.instruments.bilag_2004 import Grades


def judge(at: AtVisit) -> Verdict | None:
    """Judge the response; None where the visit has no BILAG grade, no SLEDAI and no PGA."""
    if not records(at.visit, BILAG, *SLEDAI, PGA):
        return None
    before, graded = at.once_for_all(_baseline)
    grades = graded, grades_now(at)
    sledai = sledai_of(before, at.visit)
    pga = value_of(before, PGA), value_of(at.visit, PGA)
    return response(
        published.is_evaluable(grades[0]),
        "no_bilag_a_or_b_at_baseline",
        limb(
            "Every BILAG A and B improved, no new A, at most one new B",
            published.bilag_response(*grades),
            "bilag_not_improved",
            "bilag_not_complete",
        ),
        limb(
            "SLEDAI not above baseline",
            over(published.sledai_not_above, *sledai),
            "sledai_above_baseline",
            gap("sledai", *sledai),
        ),
        limb(
            f"PGA rises by {published.PGA_RISE} or less",
            over(published.pga_not_worse, *pga),
            f"pga_rose_by_more_than_{published.PGA_RISE}",
            gap("pga", *pga),
        ),
        no_treatment_failure(at, before),
    )


def _baseline(at: AtVisit) -> tuple[VisitFact | None, Grades]:
    visit = one_baseline(at, (BILAG,), SLEDAI, (PGA,))
    return visit, grades_of(visit)


STATE = State(
    "bicla",
    published.VERSION,
    "BICLA",
    "Wallace DJ et al. 2011, the rule as the eprovide library gives it",
    judge,
    {
        "BILAG-2004": "every A is B or lower, every B is C or lower; no new A, at most "
        f"{published.NEW_B} new B, from the stored grades",
        "SLEDAI": "not above baseline; SELENA-SLEDAI, else SLEDAI-2K, the same at both visits",
        "PGA": f"rises by {published.PGA_RISE} of 3 or less",
        "treatment failure": "an unplanned event recorded since baseline; none recorded is none "
        "(policy)",
        "not evaluable": "no A and no B at baseline",
        "baseline": ONE_VISIT,
        "missing": "indeterminate unless another part fails (policy)",
    },
    place=50,
    kind="responder",
    needs=(BILAG,),
)
