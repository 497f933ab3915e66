"""SLE responder index (SRI-4 to SRI-8): better in SLEDAI, worse in nothing else.

Unit: responder, non-responder, indeterminate or not evaluable.  Window: baseline to the visit,
all parts of one visit each.
Criteria: SELENA-SLEDAI or SLEDAI-2K falls by the threshold or more; no new BILAG A and at most
one new B; PGA rises by less than 0.3; no treatment failure.  A baseline below the threshold cannot
fall by it: not evaluable, and counted as such.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import (
    InvalidAnswerError,
    fits,
    in_range,
    read_number,
    required,
)
from registry.instruments._three_valued import (
    HIGHEST_PGA,
    HIGHEST_SLEDAI,
    Known,
    known_count,
    known_flag_or_digit,
    known_number,
    opposite,
    response,
)
from registry.instruments.base import Calculator, Rule
from registry.instruments.bilag_2004 import SYSTEMS, Count, known_grades, new_a, new_b

VERSION = "sri/1"
LOWEST_THRESHOLD, HIGHEST_THRESHOLD = Decimal(4), Decimal(8)
PGA_RISE = Decimal("0.3")  # of 3; reached is worse
NEW_B = 1  # tolerated

COUNTS = ("new_bilag_A", "new_bilag_B")
GRADES = ("bilag_baseline", "bilag_now")


def no_new_bilag(a: Count, b: Count) -> Known:
    """Whether there is no new A and at most one new B."""
    if a.known or b.known > NEW_B:
        return False
    return None if a.possible or b.possible > NEW_B else True


def falls_by(threshold: Decimal, before: Decimal | None, now: Decimal | None) -> Known:
    """Whether SLEDAI fell by the threshold or more."""
    if before is None or now is None:
        # It can never have fallen so far from 105 or less to a value this high.
        out_of_reach = now is not None and now > HIGHEST_SLEDAI - threshold
        return False if out_of_reach else None
    return before - now >= threshold


def pga_not_worse(before: Decimal | None, now: Decimal | None) -> Known:
    """Whether the PGA rose by less than 0.3; one end may decide alone."""
    highest = HIGHEST_PGA if now is None else now
    if highest - (before or 0) < PGA_RISE:
        return True
    return None if before is None or now is None else False


def _sri(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    threshold = _threshold(inputs)
    before = known_count(inputs, "sledai_baseline", HIGHEST_SLEDAI)
    now = known_count(inputs, "sledai_now", HIGHEST_SLEDAI)
    failure = known_flag_or_digit(inputs, "treatment_failure")
    criteria = {
        "sledai": falls_by(threshold, before, now),
        "bilag": no_new_bilag(*_new_grades(inputs)),
        "pga": pga_not_worse(
            known_number(inputs, "pga_baseline", HIGHEST_PGA),
            known_number(inputs, "pga_now", HIGHEST_PGA),
        ),
        "no_treatment_failure": opposite(failure),
    }
    return response(criteria, None if before is None else before >= threshold)


def _threshold(inputs: Mapping[str, Any]) -> Decimal:
    given = read_number(required(inputs, "threshold"), "threshold")
    return fits(in_range(given, LOWEST_THRESHOLD, HIGHEST_THRESHOLD, "threshold"), 0, "threshold")


def _new_grades(inputs: Mapping[str, Any]) -> tuple[Count, Count]:
    """Return the new A and B as counted, or count them in the grades of both visits."""
    given = [name for name in GRADES if inputs.get(name) is not None]
    if given and any(inputs.get(name) is not None for name in COUNTS):
        raise InvalidAnswerError("out_of_range", "give the new BILAG grades or both visits' grades")
    if given:
        before, now = (known_grades(inputs, name) for name in GRADES)
        return new_a(before, now), new_b(before, now)
    a, b = (known_count(inputs, name, Decimal(len(SYSTEMS))) for name in COUNTS)
    if (a or 0) + (b or 0) > len(SYSTEMS):
        raise InvalidAnswerError("out_of_range", f"BILAG has only {len(SYSTEMS)} systems")
    return _as_count(a), _as_count(b)


def _as_count(number: Decimal | None) -> Count:
    return Count(0, len(SYSTEMS)) if number is None else Count(int(number), int(number))


RULE = Rule(
    title="SLE responder index (SRI-4 to SRI-8)",
    version=VERSION,
    subject="response",
    source="Furie RA et al. Arthritis Rheum 2009;61:1143-51, doi 10.1002/art.24698; thresholds "
    "above 4 as used in later trials",
    licence="Free to use; the BILAG grades inside it are not.",
    settings={
        "answer": "responder, non-responder, indeterminate or not evaluable",
        "window": "baseline to the visit, all parts of one visit each",
        "SLEDAI": f"falls by the threshold or more, {LOWEST_THRESHOLD} to {HIGHEST_THRESHOLD}",
        "BILAG": f"no new A, at most {NEW_B} new B; from A to B is improvement",
        "PGA": f"rises by less than {PGA_RISE} of 3",
        "not evaluable": "a baseline SLEDAI below the threshold",
        "missing": "indeterminate unless another part fails (policy)",
    },
    disagreements=(
        "A PGA that rose by exactly 0.3 fails here and passes the BICLA.",
        "Trials take SELENA-SLEDAI, SLEDAI-2K or a mixture; the weights are the same, so that a "
        "mix-up never looks wrong.",
        "Trials count what is missing as no response; here it is indeterminate, unless a part "
        "definitely fails.",
    ),
    uncertain=("The citation of 2009.",),
)
CALCULATORS = (
    Calculator(
        "SRI",
        (
            *("threshold", "sledai_baseline", "sledai_now", *COUNTS, *GRADES),
            *("pga_baseline", "pga_now", "treatment_failure"),
        ),
        ("responder", "state", "failed", "missing", "criteria"),
        _sri,
        RULE,
        aliases=("sri",),
    ),
)
