"""Lupus low disease activity state (LLDAS).

Unit: met, not_met or indeterminate.  Window: the visit, set against the one before it.
All five: (1) SLEDAI-2K of 4 or less, no activity in a major organ, no haemolytic anaemia and no
gastrointestinal activity; (2) nothing new since the last assessment; (3) PGA of 1 or less;
(4) prednisolone-equivalent of 7.5 mg a day or less; (5) tolerated standard maintenance without an
investigational drug.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry.instruments import sledai_2k
from registry.instruments._criteria import apart, listed
from registry.instruments._reading import InvalidAnswerError
from registry.instruments._three_valued import (
    HIGHEST_MG,
    HIGHEST_PGA,
    HIGHEST_SLEDAI,
    Known,
    all_of,
    at_most,
    known_codes,
    known_count,
    known_flag,
    known_number,
    needs_any,
    opposite,
    state_of,
    without_pulse,
)
from registry.instruments.base import Calculator, Rule

VERSION = "2016/1"
INPUTS = (
    *("sledai2k", "sledai_known_points", "sledai_max_possible"),
    *("sledai_items", "sledai_not_assessed", "haemolytic_anaemia", "gi_activity"),
    *("new_activity_since_last", "pga", "pred_mg", "recent_pulse"),
    *("maintenance_ok", "investigational_drug"),
)
SLEDAI_CEILING = Decimal(4)
PGA_CEILING = Decimal(1)
PREDNISONE_CEILING_MG = Decimal("7.5")
MAJOR_ORGANS = frozenset({"renal", "serositis"})  # groups of the SLEDAI-2K, whole
# The first group also holds visual disturbance and vasculitis: both count.
MAJOR_ITEMS = frozenset(
    item.code
    for item in sledai_2k.ITEMS
    if item.group in {*MAJOR_ORGANS, "neurological"} or item.code == "fever"
)
_CODES = frozenset(item.code for item in sledai_2k.ITEMS)
_WEIGHTS = {item.code: item.weight for item in sledai_2k.ITEMS}


@dataclass(frozen=True, slots=True)
class Lldas:
    """The five criteria in their published order, the last one with and without the bar."""

    activity: Known
    nothing_new: Known
    pga: Known
    prednisone: Known
    maintenance: Known
    no_investigational_drug: Known

    @property
    def criteria(self) -> tuple[Known, ...]:
        """The five criteria as published: an investigational drug fails the fifth."""
        fifth = all_of(self.maintenance, self.no_investigational_drug)
        return (*self.without_bar[:4], fifth)

    @property
    def without_bar(self) -> tuple[Known, ...]:
        """The five criteria when investigational drugs are let pass."""
        return (self.activity, self.nothing_new, self.pga, self.prednisone, self.maintenance)


def points_at_most_4(low: Decimal | None, high: Decimal | None) -> Known:
    """Judge the SLEDAI-2K by its bounds; a complete score is both of them."""
    if low is not None and low > SLEDAI_CEILING:
        return False
    return True if high is not None and high <= SLEDAI_CEILING else None


def numbers(criteria: tuple[Known, ...], wanted: Known) -> list[int]:
    """Return the numbers, from 1, of the criteria with this answer."""
    return [number for number, answer in enumerate(criteria, 1) if answer is wanted]


def _lldas(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    needs_any(inputs, INPUTS)
    present = known_codes(inputs, "sledai_items", _CODES)
    low, high = _bounds(inputs, sum((_WEIGHTS[code] for code in present or ()), Decimal(0)))
    mg = known_number(inputs, "pred_mg", HIGHEST_MG)
    # Not said at all, the dose is taken as the whole exposure; null is an unknown history.
    pulse = known_flag(inputs, "recent_pulse", unsaid=False)
    found = Lldas(
        activity=_activity(inputs, present, low, high),
        nothing_new=opposite(known_flag(inputs, "new_activity_since_last")),
        pga=at_most(known_number(inputs, "pga", HIGHEST_PGA), PGA_CEILING),
        prednisone=without_pulse(at_most(mg, PREDNISONE_CEILING_MG), pulse),
        maintenance=known_flag(inputs, "maintenance_ok"),
        no_investigational_drug=opposite(known_flag(inputs, "investigational_drug")),
    )
    return _outputs(found) | {"warnings": _warnings(present, high)}


def _activity(
    inputs: Mapping[str, Any],
    present: frozenset[str] | None,
    low: Decimal | None,
    high: Decimal | None,
) -> Known:
    unknown = listed(inputs, "sledai_not_assessed", _CODES)
    apart(present or (), unknown)
    if high == 0 and present is None:
        present = frozenset()  # a score of 0 names its items: none
    return all_of(
        points_at_most_4(low, high),
        _no_major_organ(present, unknown),
        opposite(known_flag(inputs, "haemolytic_anaemia")),
        opposite(known_flag(inputs, "gi_activity")),
    )


def _outputs(found: Lldas) -> dict[str, Any]:
    named = {str(number): state_of(answer) for number, answer in enumerate(found.criteria, 1)}
    return {
        "state": state_of(all_of(*found.criteria)),
        "failed": numbers(found.criteria, False),
        "missing": numbers(found.criteria, None),
        "criteria": named,
        "state_without_bar": state_of(all_of(*found.without_bar)),
        "failed_without_bar": numbers(found.without_bar, False),
        "missing_without_bar": numbers(found.without_bar, None),
    }


def _bounds(inputs: Mapping[str, Any], weight: Decimal) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the most that the SLEDAI-2K can be; a total is both.

    Without a score, what is present weighs at least that much.
    """
    total = known_count(inputs, "sledai2k", HIGHEST_SLEDAI)
    if total is not None:
        return total, total
    low, high = (
        known_count(inputs, name, HIGHEST_SLEDAI)
        for name in ("sledai_known_points", "sledai_max_possible")
    )
    if low is not None and high is not None and low > high:
        raise InvalidAnswerError(
            "out_of_range", "sledai_known_points is more than sledai_max_possible"
        )
    return (weight if low is None and high is None else low), high


def _no_major_organ(present: frozenset[str] | None, unknown: frozenset[str]) -> Known:
    if present is not None and present & MAJOR_ITEMS:
        return False
    return None if present is None or unknown & MAJOR_ITEMS else True


def _warnings(present: frozenset[str] | None, high: Decimal | None) -> list[str]:
    """Say what a reader should look at although it decides nothing."""
    named = present or frozenset()
    said = ["myositis_is_no_major_organ_by_the_letter"] if "myositis" in named else []
    weight = sum(_WEIGHTS[code] for code in named)
    return (
        [*said, "items_weigh_more_than_the_score"] if high is not None and weight > high else said
    )


RULE = Rule(
    title="Lupus low disease activity state (LLDAS)",
    version=VERSION,
    subject="target_state",
    source="Franklyn K et al. Ann Rheum Dis 2016;75:1615, doi 10.1136/annrheumdis-2015-207726",
    licence="A published consensus definition, free to use.",
    settings={
        "answer": "met, not met or indeterminate",
        "window": "the visit, set against the one before it",
        "1 activity": f"SLEDAI-2K {SLEDAI_CEILING} or less, no major organ, no haemolytic anaemia, "
        "no gastrointestinal activity",
        "2 nothing new": "since the last assessment; at a first visit it is indeterminate (policy)",
        "3 PGA": f"{PGA_CEILING} or less",
        "4 prednisone": f"{PREDNISONE_CEILING_MG} mg a day or less; a pulse in the 28 days before "
        "fails (policy)",
        "5 maintenance": "tolerated and standard, no investigational drug; also given without that "
        "bar, because cells are such a drug (policy)",
    },
    disagreements=(
        "Myositis is no major organ by the letter, so it is shown and does not fail; some programs "
        "take it as one.",
        "“Drug intolerance” is no sixth criterion, although some programs add it.",
        "The second criterion has been put to use as new items, as BILAG and as the SELENA flare "
        "index.",
    ),
)
CALCULATORS = (
    Calculator(
        "LLDAS",
        INPUTS,
        ("state", "failed", "missing"),
        _lldas,
        RULE,
        aliases=("lldas",),
    ),
)
