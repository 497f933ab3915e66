"""Table 1: what the infused were like before treatment, each variable with n and missing.

A number has mean, SD and quartiles; a category has x of n with its interval.  Nothing is imputed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from registry.analysis import baseline_values as before
from registry.analysis.descriptive import describe
from registry.analysis.intervals import proportion
from registry.analysis.members import Member, infused
from registry.analysis.readings import Measure
from registry.followup import conditions
from registry.followup.facts import LabFact
from registry.followup.timepoints import BASELINE

Row = dict[str, Any]
Category = Callable[[Member], str | None]

#: Every row has every key; those that do not apply are null.
_EMPTY: Mapping[str, None] = dict.fromkeys(
    (
        *("x", "percent", "ci_low", "ci_high", "method", "wilson_low", "wilson_high"),
        *("mean", "sd", "median", "q1", "q3"),
    )
)
SCORES = ("sledai_2k", "csledai_2k", "pga")
PEOPLE: Mapping[str, Category] = {"sex": before.sex}
HISTORY: Mapping[str, Callable[[Member], bool | None]] = {
    "prior_cyclophosphamide": before.prior_cyclophosphamide,
    "prior_cell_therapy": before.prior_cell_therapy,
}
TREATMENT: Mapping[str, Category] = {
    "year_of_treatment": before.year,
    "cell_type": before.cell_type,
    "legal_basis": before.legal_basis,
}
YES = "yes"
#: Conditions with rows, or forms, of their own.
_ELSEWHERE = frozenset({*conditions.EARLIER_CELLS, *conditions.ELSEWHERE, *HISTORY})


def table1(members: Sequence[Member]) -> list[Row]:
    """Return the rows in the order in which a paper prints them."""
    treated = infused(members)
    return [
        *_categories(treated, PEOPLE),
        _numbers("age", "years", [before.age(m) for m in treated]),
        _numbers("disease_duration", "years", [before.disease_duration(m) for m in treated]),
        *_conditions(treated),
        *_scores(treated),
        _numbers("prednisone", "mg/day", [before.prednisone(m) for m in treated]),
        *_history(treated),
        *_labs(treated),
        *_categories(treated, TREATMENT),
    ]


def _categories(treated: Sequence[Member], variables: Mapping[str, Category]) -> Iterator[Row]:
    for variable, category in variables.items():
        values = [category(member) for member in treated]
        found = Counter(value for value in values if value is not None)
        known = found.total()
        yield from _shares(variable, found, known, len(values))


def _conditions(treated: Sequence[Member]) -> Iterator[Row]:
    """Yield each condition that anybody was asked about: had by then, and active."""
    for variable, answers in (("condition", before.had), ("condition_active", before.active)):
        said = [answers(member) for member in treated]
        codes = sorted({code for mine in said for code in mine} - _ELSEWHERE)
        for code in codes:
            yield _answered(variable, code, [mine.get(code) for mine in said])
        if not codes:
            yield _answered(variable, None, [None] * len(treated))


def _history(treated: Sequence[Member]) -> Iterator[Row]:
    for variable, answer in HISTORY.items():
        yield _answered(variable, YES, [answer(member) for member in treated])


def _scores(treated: Sequence[Member]) -> Iterator[Row]:
    for instrument in SCORES:
        found = {
            measure
            for member in treated
            for measure in member.places[BASELINE].readings
            if measure[0] == instrument
        }
        measures: Sequence[Measure] = sorted(found) or [(instrument, "")]
        for measure in measures:
            totals = [_total(member, measure) for member in treated]
            yield _numbers(instrument, "points", totals, measure[1] or None)


def _total(member: Member, measure: Measure) -> Decimal | None:
    reading = member.places[BASELINE].readings.get(measure)
    return reading.total if reading else None


def _labs(treated: Sequence[Member]) -> Iterator[Row]:
    for analyte in before.ANALYTES:
        found = [before.lab(member, analyte) for member in treated]
        units = sorted({fact.unit or "" for fact in found if fact})
        for unit in units or [""]:
            yield _numbers(analyte, unit or None, [_value(fact, unit) for fact in found])


def _value(fact: LabFact | None, unit: str) -> Decimal | None:
    """Return a number that is one: below or above a limit is known, but has no place in a mean."""
    if fact is None or (fact.unit or "") != unit or fact.comparator:
        return None
    return fact.value


def _answered(variable: str, level: str | None, answers: Sequence[bool | None]) -> Row:
    """Return how many have something, of those who were asked.

    Where only those who have it are on record there is a count, but no share of anybody.
    """
    x, absent = answers.count(True), answers.count(False)
    missing = len(answers) - x - absent
    labels = {"variable": variable, "level": level, "unit": None, "missing": missing}
    share = proportion(x, x + absent)._asdict() if absent else {"x": x, "n": x}
    return {**_EMPTY, **labels, **share}


def _shares(variable: str, found: Mapping[str, int], n: int, everybody: int) -> Iterator[Row]:
    """Yield a row for each level; a variable that nobody has keeps one, with its missing."""
    labels = {"variable": variable, "unit": None, "missing": everybody - n}
    for level in sorted(found):
        yield {**_EMPTY, **labels, "level": level, **proportion(found[level], n)._asdict()}
    if not found:
        yield {**_EMPTY, **labels, "level": None, **proportion(0, n)._asdict()}


def _numbers(
    variable: str, unit: str | None, values: Sequence[Decimal | None], level: str | None = None
) -> Row:
    known = [value for value in values if value is not None]
    labels = {"variable": variable, "level": level, "unit": unit}
    return {
        **_EMPTY, **labels, "missing": len(values) - len(known), **asdict(describe(known)),
    }  # fmt: skip
