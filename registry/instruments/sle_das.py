"""SLE Disease Activity Score (SLE-DAS). PROVISIONAL.

Unit: points, 0.37 to more than 80 (high is bad).  Window: at the visit.
Inputs: flags for what is attributed to lupus; swollen joints 0 to 28, protein in mg/g or
mg/24 h, platelets and white cells in 10⁹/L.  What is left out is absent; null is not assessed and
leaves no score, since all 17 items are needed.

A flag without its amount is an error: ln(1) = 0 would turn active nephritis into remission.  A
flag of false says that the finding is not lupus, whatever the amount.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from types import MappingProxyType
from typing import Any

from registry.instruments._reading import InvalidAnswerError, in_range, json_number
from registry.instruments._three_valued import (
    ZERO,
    Known,
    known_count,
    known_flag_or_digit,
    known_number,
)
from registry.instruments.base import Calculator, Rule

VERSION = "sle-das-provisional/1"
INTERCEPT = Decimal("0.366")
WEIGHTS: Mapping[str, Decimal] = MappingProxyType(
    {
        "mucocutaneous_vasculitis": Decimal("4.408"),
        "localised_rash": Decimal("3.138"),  # above the neck only
        "generalised_rash": Decimal("3.887"),  # below the neck, with or without above
        "alopecia": Decimal("0.973"),
        "mucosal_ulcers": Decimal("2.769"),
        "low_complement": Decimal("0.754"),
        "raised_dsdna": Decimal("0.956"),
        "neuropsychiatric": Decimal(18),
        "systemic_vasculitis": Decimal(18),
        "cardiac_or_pulmonary": Decimal(18),
        "myositis": Decimal(9),
        "serositis": Decimal(6),
        "haemolytic_anaemia": Decimal(9),
    }
)
RASHES = ("localised_rash", "generalised_rash")
ARTHRITIS, SWOLLEN_JOINT, JOINTS = Decimal("3.132"), Decimal("0.454"), Decimal(28)
REMISSION, MILD = Decimal("2.08"), Decimal("7.64")  # both included, after rounding
DIGITS = 28  # of the logarithms, whatever the surroundings compute with


@dataclass(frozen=True, slots=True)
class Amount:
    """A finding that counts with the logarithm of its amount, once past a limit."""

    flag: str
    name: str
    limit: Decimal
    above: bool  # past the limit is above it, else below it
    constant: Decimal
    factor: Decimal
    low: Decimal
    high: Decimal

    def points(self, amount: Decimal) -> Decimal:
        """Return the points of an amount; the limit itself has none."""
        past = amount > self.limit if self.above else amount < self.limit
        if not past:
            return ZERO
        with localcontext() as context:
            context.prec = DIGITS
            return self.constant + self.factor * amount.ln()


AMOUNTS = (
    Amount(
        *("proteinuria_flag", "proteinuria_mg", Decimal(500), True),
        *(Decimal("-17.584"), Decimal("3.811"), ZERO, Decimal(100_000)),
    ),
    Amount(
        *("thrombocytopenia_flag", "platelets", Decimal(100), False),
        *(Decimal("26.105"), Decimal("-5.577"), Decimal("0.1"), Decimal(5_000)),
    ),
    Amount(
        *("leukopenia_flag", "wbc", Decimal(3), False),
        *(Decimal("6.118"), Decimal("-5.058"), Decimal("0.01"), Decimal(1_000)),
    ),
)
INPUTS = (
    *("arthritis", "swollen_joints_28", *WEIGHTS),
    *(name for amount in AMOUNTS for name in (amount.flag, amount.name)),
)


def category(score: Decimal) -> str:
    """Name the range of a score, compared after rounding to two decimals."""
    rounded = half_up(score, "0.01")
    if rounded <= REMISSION:
        return "remission_range"
    return "mild" if rounded <= MILD else "moderate_severe"


def half_up(score: Decimal, step: str) -> Decimal:
    """Round to the step, halves away from zero as on paper."""
    return score.quantize(Decimal(step), ROUND_HALF_UP)


def _score(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    points = _points(inputs)
    missing = [name for name, value in points.items() if value is None]
    if missing:
        return {"complete": False, "missing": missing, "provisional": RULE.provisional}
    score = sum((value for value in points.values() if value is not None), INTERCEPT)
    return {
        "score": json_number(half_up(score, "0.001")),
        "score_2dp": json_number(half_up(score, "0.01")),
        "category": category(score),
        "complete": True,
        "missing": [],
        "provisional": RULE.provisional,
    }


def _points(inputs: Mapping[str, Any]) -> dict[str, Decimal | None]:
    """Return the points of every finding; None where it was said to be not assessed."""
    flags = {name: _flag(inputs, name) for name in WEIGHTS}
    if all(flags[rash] for rash in RASHES):
        raise InvalidAnswerError("out_of_range", "a rash is localised or generalised, never both")
    simple = {name: None if flag is None else WEIGHTS[name] * flag for name, flag in flags.items()}
    amounts = {amount.name: _amount(inputs, amount) for amount in AMOUNTS}
    return {"arthritis": _joints(inputs), **simple, **amounts}


def _flag(inputs: Mapping[str, Any], name: str) -> Known:
    """Return a flag; what is left out is absent, null is not assessed."""
    return known_flag_or_digit(inputs, name) if name in inputs else False


def _amount(inputs: Mapping[str, Any], amount: Amount) -> Decimal | None:
    flag = known_flag_or_digit(inputs, amount.flag)
    number = known_number(inputs, amount.name, amount.high)
    if number is not None:
        in_range(number, amount.low, amount.high, amount.name)
    if flag and number is None:
        raise _required(amount.name, amount.flag)
    if flag is False or not ({amount.flag, amount.name} & set(inputs)):
        return ZERO
    return None if number is None else amount.points(number)


def _joints(inputs: Mapping[str, Any]) -> Decimal | None:
    """Return the points of the joints; one swollen joint makes arthritis (policy)."""
    flag = known_flag_or_digit(inputs, "arthritis")
    swollen = known_count(inputs, "swollen_joints_28", JOINTS)
    if flag and swollen is None:
        raise _required("swollen_joints_28", "arthritis")
    if flag is False and swollen:
        raise InvalidAnswerError(
            "out_of_range", "swollen_joints_28: a swollen joint of lupus is arthritis"
        )
    if swollen is None:
        said = {"arthritis", "swollen_joints_28"} & set(inputs)
        return None if said and flag is None else ZERO
    return ARTHRITIS * bool(flag or swollen) + SWOLLEN_JOINT * swollen


def _required(name: str, flag: str) -> InvalidAnswerError:
    return InvalidAnswerError("amount_required", f"{name} is missing: {flag} needs its amount")


RULE = Rule(
    title="SLE Disease Activity Score (SLE-DAS)",
    version=VERSION,
    subject="activity",
    source="Jesus D et al. Ann Rheum Dis 2019;78:365-71, doi 10.1136/annrheumdis-2018-214502; "
    "categories: Ann Rheum Dis 2021;80:1568-74, doi 10.1136/annrheumdis-2021-220363",
    licence="The paper is free to read, the web calculator is its authors’; use of the formula in "
    "software is not expressly licensed.",
    settings={
        "answer": "points, 0.37 to more than 80, high is bad",
        "window": "at the visit",
        "ranges": f"remission up to {REMISSION}, mild up to {MILD}, after rounding to two decimals",
        "arthritis": "one swollen joint makes it (policy)",
        "missing": "all 17 items are needed: no score",
    },
    disagreements=(
        "Remission and low disease activity also need a prednisone dose; they are not decided "
        "here.",
        "Alopecia alone, or platelets of 99 alone, lies in the range of remission; protein of 501 "
        "instead of 500 adds 6.1 points.",
        "A separate cut-off of severe activity was published in 2025; it is not used.",
    ),
    uncertain=(
        "The coefficients, which come from one public program that cites Figure 1 of the paper. "
        "Without activity but with both serologies they give 2.08, the published limit of "
        "remission.",
        "The upper limit of the mild range.",
    ),
    provisional=True,
    note="Provisional until it has been checked against the calculator of its authors.",
)
CALCULATORS = (
    Calculator(
        "SLE-DAS",
        INPUTS,
        ("score", "score_2dp", "category", "complete", "missing", "provisional"),
        _score,
        RULE,
        aliases=("sle_das",),
    ),
)
