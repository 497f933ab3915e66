"""Hydroxychloroquine against actual body weight.

Unit: mg per kg and day.  Limits: 5 mg/kg of actual weight, both included, and 400 mg a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from registry.instruments._reading import in_range, read_number, required
from registry.instruments.base import Calculator, Rule
from registry.instruments.glucocorticoids import name_of

VERSION = "hydroxychloroquine/1"
MOST_MG_PER_KG = Decimal(5)
MOST_MG = Decimal(400)
LOWEST_KG, HIGHEST_KG = Decimal(1), Decimal(400)
HIGHEST_MG = Decimal(10_000)  # beyond this it is a slip of the keyboard
# Parts of its names: salts and languages stand around them.
_NAMES = ("hydroxychloroquin", "hidroxicloroquin", "plaquenil")


@dataclass(frozen=True, slots=True)
class Dose:
    """A daily dose set against a weight; unrounded, so that exactly 5 mg/kg is within the limit."""

    mg_per_kg: Decimal
    over_5_mg_kg: bool
    over_400_mg: bool

    @property
    def rounded(self) -> Decimal:
        """The dose per kg to three decimals, half up."""
        return self.mg_per_kg.quantize(Decimal("0.001"), ROUND_HALF_UP)


def dose_of(mg_a_day: Decimal, weight_kg: Decimal) -> Dose:
    """Set a daily dose in mg against the actual weight in kg."""
    # Compared as a product: a quotient that never ends is rounded, and may round onto the limit.
    over = mg_a_day > MOST_MG_PER_KG * weight_kg
    return Dose(mg_a_day / weight_kg, over, mg_a_day > MOST_MG)


def is_hydroxychloroquine(drug: str) -> bool:
    """Whether a name as typed means this drug."""
    name = name_of(drug)
    return any(part in name for part in _NAMES)


def _calculate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    mg = read_number(required(inputs, "dose_mg_day"), "dose_mg_day")
    kg = read_number(required(inputs, "actual_weight_kg"), "actual_weight_kg")
    dose = dose_of(
        in_range(mg, Decimal(0), HIGHEST_MG, "dose_mg_day"),
        in_range(kg, LOWEST_KG, HIGHEST_KG, "actual_weight_kg"),
    )
    return {
        "mg_per_kg": f"{dose.rounded:f}",
        "over_5_mg_kg": dose.over_5_mg_kg,
        "over_400_mg": dose.over_400_mg,
    }


RULE = Rule(
    title="Hydroxychloroquine by weight",
    version=VERSION,
    subject="laboratory",
    source="EULAR 2019 recommendations (5 mg/kg a day); 400 mg is the ceiling of the lupus low "
    "disease activity state",
    licence="Thresholds, free to use.",
    settings={
        "answer": "mg per kg of actual weight and day",
        "within": f"{MOST_MG_PER_KG} mg/kg and {MOST_MG} mg a day or less, both included",
    },
    disagreements=("Older labels say 6.5 mg/kg of ideal weight: another base, never converted.",),
    uncertain=("The 6.5 mg/kg of older labels, which is second-hand.",),
)
CALCULATORS = (
    Calculator(
        "HCQ.dose",
        ("dose_mg_day", "actual_weight_kg"),
        ("mg_per_kg", "over_5_mg_kg", "over_400_mg"),
        _calculate,
        RULE,
    ),
)
