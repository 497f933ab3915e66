"""Table 1: what the infused were like before treatment, each variable with n and missing.

A number has mean, SD and quartiles; a category has x of n with its interval.  Nothing is imputed.
"""

import re
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
HISTORY: Mapping[str, Category] = {
    "prior_cyclophosphamide": before.prior_cyclophosphamide,
    "prior_cell_therapy": before.prior_cell_therapy,
}
TREATMENT: Mapping[str, Category] = {
    "year_of_treatment": before.year,
    "cell_type": before.cell_type,
    "legal_basis": before.legal_basis,
}
OTHER = "other"
_CODE = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)  # what is not a code may say anything


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
        *_categories(treated, HISTORY),
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
    """Yield each condition twice: had by then, and active; a patient without any is missing."""
    had = [before.conditions(member) for member in treated]
    known = [facts for facts in had if facts is not None]
    for variable, active in (("condition", False), ("condition_active", True)):
        found = Counter(
            level
            for facts in known
            for level in {_level(f.condition) for f in facts if f.active or not active}
        )
        yield from _shares(variable, found, len(known), len(had))


def _level(condition: str) -> str:
    """Return the code; a condition in free words is counted, but not quoted."""
    return condition if _CODE.fullmatch(condition) else OTHER


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


def _shares(variable: str, found: Mapping[str, int], n: int, everybody: int) -> Iterator[Row]:
    """Yield a row for each level; a variable that nobody has keeps one, with its missing."""
    labels = {"variable": variable, "unit": None, "missing": everybody - n}
    for level in sorted(found):
        yield {**_EMPTY, **labels, "level": level, **asdict(proportion(found[level], n))}
    if not found:
        yield {**_EMPTY, **labels, "level": None, **asdict(proportion(0, n))}


def _numbers(
    variable: str, unit: str | None, values: Sequence[Decimal | None], level: str | None = None
) -> Row:
    known = [value for value in values if value is not None]
    labels = {"variable": variable, "level": level, "unit": unit}
    return {
        **_EMPTY, **labels, "missing": len(values) - len(known), **asdict(describe(known)),
    }  # fmt: skip
