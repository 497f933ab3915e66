"""BILAG-based composite lupus assessment (BICLA): every active system better, none worse.

Unit: responder, non-responder, indeterminate or not evaluable.  Window: baseline to the visit.
Criteria: every baseline A is B or lower and every baseline B is C or lower; no new A and at most
one new B; SLEDAI not above baseline; PGA worse by no more than 10 % of its scale; no treatment
failure.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

from registry.instruments._three_valued import (
    HIGHEST_PGA,
    HIGHEST_SLEDAI,
    Known,
    known_count,
    known_flag_or_digit,
    known_number,
    needs_any,
    opposite,
    response,
)
from registry.instruments.base import Calculator, Rule
from registry.instruments.bilag_2004 import (
    SYSTEMS,
    Grades,
    is_new_a,
    is_new_b,
    known_grades,
    possible_grades,
)

VERSION = "bicla/1"
PGA_RISE = Decimal("0.3")  # 10 % of 3; reached is tolerated
NEW_B = 1  # tolerated
INPUTS = (
    *("bilag_baseline", "bilag_now", "sledai_baseline", "sledai_now"),
    *("pga_baseline", "pga_now", "treatment_failure"),
)


def is_improved(before: str, now: str) -> bool:
    """Whether an active system fell by a grade or more; one that was not active has nothing to."""
    return now > "A" if before == "A" else now > "B" if before == "B" else True


def _fate(before: str, now: str) -> str:
    """Say what one system does to the response: spoils it, is a new B, or neither."""
    if not is_improved(before, now) or is_new_a(before, now):
        return "spoils"
    return "new_b" if is_new_b(before, now) else "passes"


@lru_cache  # 36 pairs of grades, for every system of every visit
def fates_of(before: str | None, now: str | None) -> frozenset[str]:
    """Return every fate of a system, over the grades that it may have where not assessed."""
    return frozenset(_fate(b, n) for b in possible_grades(before) for n in possible_grades(now))


def bilag_response(before: Grades, now: Grades) -> Known:
    """Whether every active system improved and none is worse; at most one new B is tolerated."""
    fates = [fates_of(before.get(system), now.get(system)) for system in SYSTEMS]
    bad = sum("passes" not in fate for fate in fates)
    if any(fate == {"spoils"} for fate in fates) or bad > NEW_B:
        return False
    if any("spoils" in fate for fate in fates) or sum("new_b" in fate for fate in fates) > NEW_B:
        return None
    return True


def is_evaluable(before: Grades) -> Known:
    """Whether there was an A or B at baseline that could improve."""
    if {"A", "B"} & set(before.values()):
        return True
    return None if None in before.values() else False


def sledai_not_above(before: Decimal | None, now: Decimal | None) -> Known:
    """Whether SLEDAI is not above its baseline."""
    if now == 0 or before == HIGHEST_SLEDAI:
        return True
    return None if before is None or now is None else now <= before


def pga_not_worse(before: Decimal | None, now: Decimal | None) -> Known:
    """Whether the PGA rose by no more than 0.3; one end may decide alone."""
    highest = HIGHEST_PGA if now is None else now
    if highest - (before or 0) <= PGA_RISE:
        return True
    return None if before is None or now is None else False


def _bicla(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    needs_any(inputs, INPUTS)
    before, now = known_grades(inputs, "bilag_baseline"), known_grades(inputs, "bilag_now")
    failure = known_flag_or_digit(inputs, "treatment_failure")
    criteria = {
        "bilag": bilag_response(before, now),
        "sledai": sledai_not_above(
            known_count(inputs, "sledai_baseline", HIGHEST_SLEDAI),
            known_count(inputs, "sledai_now", HIGHEST_SLEDAI),
        ),
        "pga": pga_not_worse(
            known_number(inputs, "pga_baseline", HIGHEST_PGA),
            known_number(inputs, "pga_now", HIGHEST_PGA),
        ),
        "no_treatment_failure": opposite(failure),
    }
    return response(criteria, is_evaluable(before)) | {"bilag_systems": _systems(before, now)}


def _systems(before: Grades, now: Grades) -> dict[str, str]:
    """Name each system that does not simply pass, and what may be wrong with it."""
    fates = {system: fates_of(before.get(system), now.get(system)) for system in SYSTEMS}
    return {
        system: "indeterminate" if len(fate) > 1 else next(iter(fate))
        for system, fate in fates.items()
        if fate != {"passes"}
    }


RULE = Rule(
    title="BICLA",
    version=VERSION,
    subject="response",
    source="Wallace DJ et al. 2011, the rule as the eprovide library gives it",
    licence="Public domain by that library; the BILAG grades inside it are not.",
    settings={
        "answer": "responder, non-responder, indeterminate or not evaluable",
        "window": "baseline to the visit",
        "BILAG": f"every A is B or lower and every B is C or lower; no new A, at most {NEW_B} new "
        "B",
        "SLEDAI": "not above baseline",
        "PGA": f"worse by {PGA_RISE} or less of 3",
        "not evaluable": "no A and no B at baseline",
        "missing": "indeterminate unless another part fails (policy)",
    },
    disagreements=(
        "A PGA that rose by exactly 0.3 passes here and fails the SRI.",
        "Trials count what is missing as no response; here it is indeterminate, unless a part "
        "definitely fails.",
    ),
    uncertain=("The rule is taken from the library, not from the paper of 2011.",),
)
CALCULATORS = (
    Calculator(
        "BICLA",
        INPUTS,
        ("responder", "state", "failed", "missing", "criteria", "bilag_systems"),
        _bicla,
        RULE,
        aliases=("bicla",),
    ),
)
