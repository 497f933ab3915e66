"""Estimated glomerular filtration: what its equations read, and the slope of one equation.

Unit: mL/min/1.73 m².  The equations are for adults: below 18 years they are refused, because
children need another one (bedside Schwartz, CKiD U25).  Rounding is for display only.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from registry.instruments._reading import (
    InvalidAnswerError,
    in_range,
    json_number,
    read_number,
    required,
    shown,
)
from registry.instruments.base import Calculator, Rule

ADULT = Decimal(18)
OLDEST = Decimal(130)
# Outside of these a creatinine is a slip of the keyboard, as in the entry of results.
LIMITS: Mapping[str, tuple[Decimal, Decimal]] = {
    "scr_mg_dl": (Decimal("0.05"), Decimal(34)),
    "scr_umol_l": (Decimal(5), Decimal(3000)),
}
UMOL_L_IN_MG_DL = Decimal("88.4")
DAYS_IN_YEAR = Decimal("365.25")
INPUTS = (*LIMITS, "age", "sex")
OUTPUTS = ("egfr", "reported")
SETTINGS: Mapping[str, str] = {  # of every equation
    "answer": "mL/min/1.73 m², low is bad",
    "window": "per sample",
    "age": f"{ADULT} years or more; children need another equation (bedside Schwartz, CKiD U25)",
    "creatinine": f"by a method traceable to IDMS; {UMOL_L_IN_MG_DL} µmol/L is 1 mg/dL",
    "race": "without its factor",
    "slope": "never of two equations",
    "rounding": "for display only",
}
_FEMALE: Mapping[str, bool] = {"f": True, "female": True, "m": False, "male": False}
_DIGITS = 28  # of a power, whatever the caller has set
_EXACT = 80  # digits in which the sums of a slope end


@dataclass(frozen=True, slots=True)
class Sample:
    """One blood sample of an adult: creatinine in mg/dL, age in years then, sex for the equation.

    Raises InvalidAnswerError ``age_under_18`` for a child.
    """

    creatinine: Decimal
    age: Decimal
    female: bool

    def __post_init__(self) -> None:
        if self.age < ADULT:
            raise InvalidAnswerError(
                "age_under_18", f"age: {shown(self.age)} is below 18, the equation is for adults"
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """One dated result with the equation that gave it; without it no slope is drawn."""

    equation: str
    on: date
    value: Decimal


Equation = Callable[[Sample], Decimal]


def calculator(key: str, equation: Equation, rule: Rule) -> Calculator:
    """Return the calculator of one equation."""

    def answer(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        value = estimate(equation, read_sample(inputs))
        rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
        # From the exact value: 75.4988 is 75, though 75.50 would be 76.
        reported = int(value.quantize(Decimal(1), ROUND_HALF_UP))
        return {"egfr": json_number(rounded), "reported": reported}

    return Calculator(key, INPUTS, OUTPUTS, answer, rule)


def estimate(equation: Equation, sample: Sample) -> Decimal:
    """Return the value unrounded, with the same digits whatever the caller has set."""
    with localcontext() as context:
        context.prec = _DIGITS
        return equation(sample)


def check_one_equation(estimates: Iterable[Estimate]) -> None:
    """Raise InvalidAnswerError ``mixed_equations`` where results of two equations would meet.

    A change of equation looks like a change of the kidney.
    """
    if len(names := sorted({found.equation for found in estimates})) > 1:
        raise InvalidAnswerError(
            "mixed_equations",
            f"results of one equation are compared, not of {' and '.join(names)}",
        )


def slope(estimates: Sequence[Estimate]) -> Decimal | None:
    """Return the least-squares change a year; None with fewer than two days.

    Raises InvalidAnswerError ``mixed_equations``.
    """
    check_one_equation(estimates)
    if len({found.on for found in estimates}) <= 1:
        return None
    first = min(found.on for found in estimates)
    days = [Decimal((found.on - first).days) for found in estimates]
    with localcontext() as context:
        context.prec = _EXACT
        return _least_squares(days, [found.value for found in estimates]) * DAYS_IN_YEAR


def _least_squares(days: list[Decimal], values: list[Decimal]) -> Decimal:
    """Return the change a day; sums instead of means, so that only the last step is rounded."""
    n, all_days = len(days), sum(days, Decimal(0))
    products = sum((day * value for day, value in zip(days, values, strict=True)), Decimal(0))
    squares = sum((day * day for day in days), Decimal(0))
    above = n * products - all_days * sum(values, Decimal(0))
    return above / (n * squares - all_days * all_days)


def read_sample(inputs: Mapping[str, Any]) -> Sample:
    """Read creatinine in one of two units, age and sex; raises InvalidAnswerError."""
    creatinine = _creatinine(inputs)
    age = in_range(read_number(required(inputs, "age"), "age"), Decimal(0), OLDEST, "age")
    return Sample(creatinine, age, _female(required(inputs, "sex")))


def _creatinine(inputs: Mapping[str, Any]) -> Decimal:
    """Return mg/dL; both units at once are refused, because one of them may be wrong."""
    given = [name for name in LIMITS if inputs.get(name) is not None]
    if not given:
        raise InvalidAnswerError("missing_input", "scr_mg_dl or scr_umol_l is missing")
    if len(given) > 1:
        raise InvalidAnswerError("unknown_input", "give scr_mg_dl or scr_umol_l, not both")
    (name,) = given
    value = in_range(read_number(inputs[name], name), *LIMITS[name], name)
    return value / UMOL_L_IN_MG_DL if name == "scr_umol_l" else value


def _female(given: object) -> bool:
    female = _FEMALE.get(given.strip().casefold()) if isinstance(given, str) else None
    if female is None:
        raise InvalidAnswerError("out_of_range", f"sex is F or M, not {shown(given)}")
    return female
