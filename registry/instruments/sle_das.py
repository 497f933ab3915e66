"""SLE Disease Activity Score (SLE-DAS). PROVISIONAL.

Unit: points, 0.37 to more than 80 (high is bad).  Window: at the visit.
Inputs: flags for what is attributed to lupus; swollen joints 0 to 28, protein in mg/g or
mg/24 h, platelets and white cells in 10⁹/L.  What is left out is absent; null is not assessed and
leaves no score, since all 17 items are needed.

A flag without its amount, or with 0, is an error: ln(1) = 0 would turn active nephritis into
remission.  A flag of false says that the finding is not lupus, whatever the amount.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments._reading import InvalidAnswerError, in_range, json_number
from registry.instruments._sle_das_items import AMOUNTS, GROUPS, ITEMS, Amount
from registry.instruments._three_valued import (
    ZERO,
    Known,
    known_count,
    known_flag_or_digit,
    known_number,
)
from registry.instruments._values import missing_of
from registry.instruments.base import Answer, Answers, Calculator, Instrument, Score

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
        return {"complete": False, "missing": missing, "provisional": INSTRUMENT.provisional}
    score = sum((value for value in points.values() if value is not None), INTERCEPT)
    return {
        "score": json_number(half_up(score, "0.001")),
        "score_2dp": json_number(half_up(score, "0.01")),
        "category": category(score),
        "complete": True,
        "missing": [],
        "provisional": INSTRUMENT.provisional,
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
    if flag and not number:  # 0 is no amount of what is present
        raise _required(amount.name, amount.flag)
    if flag is False or not ({amount.flag, amount.name} & set(inputs)):
        return ZERO
    unknown_cause = flag is None and amount.flag in inputs  # null: nobody said that it is lupus
    return None if number is None or unknown_cause else amount.points(number)


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


# Flag → its amount: said of both, and found at both.
NEEDS: Mapping[str, str] = MappingProxyType(
    {"arthritis": "swollen_joints_28"} | {amount.flag: amount.name for amount in AMOUNTS}
)
_LABELS = {item.code: item.label for item in ITEMS}


def problems(answers: Answers) -> dict[str, str]:
    """Return item → sentence for answers that cannot give a score, or not be true together."""
    found = {
        amount: f"{_LABELS[amount]}: give the amount, {_LABELS[flag].lower()} is present"
        for flag, amount in NEEDS.items()
        if answers.get(flag) == 1 and _lacks(flag, answers.get(amount))
    }
    if all(answers.get(rash) == 1 for rash in RASHES):
        found["generalised_rash"] = "Generalised rash: a rash is localised or generalised, not both"
    if answers.get("arthritis") == 0 and answers.get("swollen_joints_28"):
        found["swollen_joints_28"] = "Swollen joints of 28: a swollen joint of lupus is arthritis"
    return found


def _lacks(flag: str, amount: Answer) -> bool:
    """Whether a finding lacks its amount; of joints 0 is one, as arthritis may be of others."""
    return amount is None or (amount == 0 and flag != "arthritis")


def score(answers: Answers) -> Score:
    """Add the points of what is known; with one of the 17 items unknown there is no score.

    Raises nothing: answers with ``problems`` score what they say, and are refused before.
    """
    missing = missing_of(ITEMS, answers)
    known = INTERCEPT + sum((_of_item(item.code, answers)[0] for item in ITEMS), ZERO)
    possible = INTERCEPT + sum((_of_item(item.code, answers)[1] for item in ITEMS), ZERO)
    low, high = half_up(known, "0.01"), half_up(possible, "0.01")
    return Score(
        total=None if missing else low,
        known_points=low,
        max_possible=low if not missing else high,
        complete=not missing,
        parts={"provisional": True} | ({} if missing else {"category": category(low)}),
        missing=missing,
    )


def _of_item(code: str, answers: Answers) -> tuple[Decimal, Decimal]:
    """Return the points of one item that are certain, and those that are possible."""
    if code in NEEDS:
        return _with_amount(code, answers)
    if code not in WEIGHTS:  # an amount counts with its flag
        return ZERO, ZERO
    answer = answers.get(code)
    if answer is None:
        return ZERO, ZERO if _other_rash(code, answers) else WEIGHTS[code]
    return (points := WEIGHTS[code] * int(answer)), points


def _other_rash(code: str, answers: Answers) -> bool:
    """Whether a rash adds nothing more, because the other kind may or does."""
    if code == "localised_rash":
        return answers.get("generalised_rash") != 0
    return code == "generalised_rash" and answers.get("localised_rash") == 1


def _with_amount(flag: str, answers: Answers) -> tuple[Decimal, Decimal]:
    """Return the certain and the possible points of a finding that counts with its amount."""
    answer, amount = answers.get(flag), answers.get(NEEDS[flag])
    if answer == 0:
        return ZERO, ZERO
    points = _most(flag) if amount is None else _at(flag, Decimal(amount))
    return (points if answer == 1 and amount is not None else ZERO), points


def _at(flag: str, amount: Decimal) -> Decimal:
    if flag == "arthritis":
        return ARTHRITIS + SWOLLEN_JOINT * amount
    return next(one for one in AMOUNTS if one.flag == flag).points(amount)


def _most(flag: str) -> Decimal:
    if flag == "arthritis":
        return _at(flag, JOINTS)
    found = next(one for one in AMOUNTS if one.flag == flag)
    return found.points(found.high if found.above else found.low)


INSTRUMENT = Instrument(
    code="sle_das",
    key="SLE-DAS",
    version=VERSION,
    subject="activity",
    title="SLE-DAS (provisional)",
    items=ITEMS,
    minimum=half_up(INTERCEPT, "0.01"),
    maximum=score({}).max_possible,
    score=score,
    source=(
        "Jesus D et al. Ann Rheum Dis 2019;78:365-71, doi 10.1136/annrheumdis-2018-214502; "
        "categories: Ann Rheum Dis 2021;80:1568-74, doi 10.1136/annrheumdis-2021-220363"
    ),
    licence=(
        "Provisional, until checked against the calculator of its authors. The paper is free to "
        "read; use of the formula in software is not expressly licensed."
    ),
    window="at the visit",
    groups=GROUPS,
    note=(
        "Provisional. All 17 items are needed, else there is no score; a finding with an amount "
        "needs the amount."
    ),
    problems=problems,
    settings={"remission_up_to": "2.08", "mild_up_to": "7.64", "meaningful_change": "1.72"},
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
)

CALCULATORS = (
    Calculator(
        "SLE-DAS",
        INPUTS,
        ("score", "score_2dp", "category", "complete", "missing", "provisional"),
        _score,
        INSTRUMENT.rule,
        aliases=("sle_das",),
    ),
)
