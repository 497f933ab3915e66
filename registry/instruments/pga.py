"""Physician global assessment of disease activity, SELENA scale.

Unit: 0 to 3 (high is bad), at most two decimals; marks at 1 mild, 2 moderate, 3 severe.
Window: at the visit, scored before the SLEDAI is seen.  From a 100 mm line: mm x 3 / 100.
Missing: null is not known and its answer is null.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from registry.instruments._reading import InvalidAnswerError, read_number
from registry.instruments._three_valued import known_number, named
from registry.instruments._weighted import WeightedSum
from registry.instruments.base import Calculator, Instrument, Item

MAXIMUM = Decimal(3)
LINE_MM = Decimal(100)
HUNDREDTH = Decimal("0.01")

ITEMS = (
    Item(
        "value",
        "PGA",
        Decimal(1),
        "Overall lupus activity today on a line from 0 (none) over 1 (mild) and 2 (moderate) to "
        "3 (severe); decimals matter.",
        exclude=(
            "values of a 0 to 10 or 0 to 100 scale without their label, as 35 mm or 3.5/10; "
            "damage; side effects of treatment"
        ),
        high=MAXIMUM,
        places=2,
        other_scales={
            "mm": LINE_MM,
            "/100": LINE_MM,
            "cm": Decimal(10),
            "/10": Decimal(10),
            "/3": MAXIMUM,
        },
    ),
)


# The value itself; unanswered it may still be anything from 0 to 3.
score = WeightedSum(ITEMS)


def from_line(mm: Decimal) -> Decimal:
    """Convert a mark on a 100 mm line, rounded half up to two decimals."""
    return (mm * MAXIMUM / LINE_MM).quantize(HUNDREDTH, ROUND_HALF_UP)


def _is_valid(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    given = inputs[named(inputs, "value")]
    if given is None:
        return {}
    value = read_number(given, "value")
    try:
        ITEMS[0].check(value)
    except InvalidAnswerError as error:
        return {"valid": False, "reason": error.message}
    return {"valid": True, "reason": None}


def _from_100mm(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    mm = known_number(inputs, named(inputs, "mm"), LINE_MM)
    return {} if mm is None else {"pga": str(from_line(mm))}


INSTRUMENT = Instrument(
    code="pga",
    key="PGA",
    version="SELENA/1",
    title="Physician global assessment (PGA)",
    items=ITEMS,
    maximum=MAXIMUM,
    score=score,
    source="Petri M et al. N Engl J Med 2005;353:2550, doi 10.1056/NEJMoa051135",
    licence="Free to use.",
    window="at the visit",
    asked="always",
    kind="value",
    unit="0 to 3",
    disagreements=(
        "Lines of 8 and of 10 cm are in use: the value is the mark times 3 over the length.",
        "Scales of 0 to 10 and 0 to 100 exist; they are another measure: on the form a value is "
        "converted where it carries its label, and otherwise refused.",
    ),
    subject="activity",
    uncertain=("The citation of 2005 for the scale.",),
)
FROM_LINE = replace(
    INSTRUMENT.rule,
    title="PGA from a mark on a line",
    settings={"line": f"{LINE_MM} mm", "rounding": "half up, to two decimals"},
)

CALCULATORS = (
    Calculator("PGA", ("value",), ("valid",), _is_valid, INSTRUMENT.rule, aliases=("pga",)),
    Calculator(
        "PGA.from_100mm", ("mm",), ("pga",), _from_100mm, FROM_LINE, aliases=("pga.from_100mm",)
    ),
)
