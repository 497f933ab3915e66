"""BILAG-2004 on stored grades: the numeric score, and what is new since baseline.

Unit: a grade from A (severe) to E (never involved) for each of nine systems; numeric 0 to 108
(high is bad).  Window: the last 4 weeks against the 4 before them.

There is no item engine: a trained rater gives the nine grades, and nothing here derives a grade
from its 97 items.  A system that was not assessed is not E.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from registry.instruments._checklist import as_outputs
from registry.instruments._reading import InvalidAnswerError, required, shown
from registry.instruments.base import Answers, Calculator, Instrument, Item, Score

VERSION = "bilag-2004-grades/1"
SYSTEMS = (
    *("constitutional", "mucocutaneous", "neuropsychiatric", "musculoskeletal"),
    *("cardiorespiratory", "gastrointestinal", "ophthalmic", "renal", "haematological"),
)
WEIGHTS: Mapping[str, int] = MappingProxyType({"A": 12, "B": 8, "C": 1, "D": 0, "E": 0})
MAXIMUM = max(WEIGHTS.values()) * len(SYSTEMS)
GRADES: Mapping[str, str] = MappingProxyType(
    {
        "A": "A, severe",
        "B": "B, moderate",
        "C": "C, mild",
        "D": "D, inactive, involved earlier",
        "E": "E, never involved",
    }
)

Grades = Mapping[str, str | None]  # every system; None where it was not assessed
Comparison = Callable[[str, str], bool]  # the grade at baseline, the grade now


@dataclass(frozen=True, slots=True)
class Count:
    """How many systems certainly are, and how many may be once the gaps are filled."""

    known: int
    possible: int


def read_grades(given: object, name: str) -> Grades:
    """Return a grade for every system; raises InvalidAnswerError for another name or letter."""
    if not isinstance(given, dict):
        raise InvalidAnswerError("bad_json", f"{name} is an object of systems, not {shown(given)}")
    for system, grade in given.items():
        if system not in SYSTEMS:
            raise InvalidAnswerError("unknown_item", f"{name}: no system is called {shown(system)}")
        if grade is not None and (not isinstance(grade, str) or grade not in WEIGHTS):
            raise InvalidAnswerError("out_of_range", f"{system}: {shown(grade)} is not A to E")
    return {system: given.get(system) for system in SYSTEMS}


def known_grades(inputs: Mapping[str, Any], name: str) -> Grades:
    """Return the grades of one visit; where none are given, no system was assessed."""
    return read_grades({} if inputs.get(name) is None else inputs[name], name)


def possible_grades(grade: str | None) -> tuple[str, ...]:
    """Return the grade, or every grade where the system was not assessed."""
    return tuple(WEIGHTS) if grade is None else (grade,)


def score(grades: Grades) -> Score:
    """Add the weights; with a system that was not assessed there is no total."""
    missing = tuple(system for system in SYSTEMS if grades.get(system) is None)
    known = sum(WEIGHTS[grade] for grade in grades.values() if grade is not None)
    possible = known + max(WEIGHTS.values()) * len(missing)
    return Score(
        total=None if missing else Decimal(known),
        known_points=Decimal(known),
        max_possible=Decimal(possible),
        complete=not missing,
        missing=missing,
    )


def of_answers(answers: Answers) -> Score:
    """Score stored answers, whose item codes are the systems."""
    return score({system: _grade(answers.get(system)) for system in SYSTEMS})


def _grade(answer: object) -> str | None:
    return None if answer is None else str(answer)


def is_new_a(before: str, now: str) -> bool:
    """Whether a system is A now and was not at baseline."""
    return now == "A" and before != "A"


def is_new_b(before: str, now: str) -> bool:
    """Whether a system is B now from C, D or E; from A to B is improvement."""
    return now == "B" and before in ("C", "D", "E")


def new_a(before: Grades, now: Grades) -> Count:
    """Count the systems with a new A since baseline."""
    return _count([_is(is_new_a, before.get(name), now.get(name)) for name in SYSTEMS])


def new_b(before: Grades, now: Grades) -> Count:
    """Count the systems with a new B since baseline."""
    return _count([_is(is_new_b, before.get(name), now.get(name)) for name in SYSTEMS])


@lru_cache  # 36 pairs of grades, for every system of every visit
def _is(rule: Comparison, before: str | None, now: str | None) -> frozenset[bool]:
    """Return what a rule may say over every grade that an unassessed system may have."""
    return frozenset(rule(b, n) for b in possible_grades(before) for n in possible_grades(now))


def _count(found: list[frozenset[bool]]) -> Count:
    return Count(
        known=sum(answers == {True} for answers in found),
        possible=sum(True in answers for answers in found),
    )


def _numeric(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return as_outputs(score(read_grades(required(inputs, "grades"), "grades")))


INSTRUMENT = Instrument(
    code="bilag_2004",
    key="BILAG-2004",
    version=VERSION,
    subject="activity",
    title="BILAG-2004",
    items=tuple(
        Item(
            system,
            system.capitalize(),
            Decimal(max(WEIGHTS.values())),
            "The grade that a trained rater gave: A severe, B moderate, C mild, D inactive but "
            "involved earlier, E never involved.",
            exclude="a system nobody looked at, which is not assessed and never E",
            choices=GRADES,
        )
        for system in SYSTEMS
    ),
    maximum=Decimal(MAXIMUM),
    score=of_answers,
    source=(
        "Isenberg DA et al. Rheumatology 2005;44:902-6, doi 10.1093/rheumatology/keh624; numeric "
        "score: Yee CS et al. Rheumatology 2010;49:1665-9, doi 10.1093/rheumatology/keq026"
    ),
    licence="Items, glossary and training belong to the BILAG group, by permission.",
    window="the last 4 weeks against the 4 before them",
    note="Stored grades only, no item engine: a trained rater gives them, none is worked out here.",
    settings={"weights": dict(WEIGHTS)},
    disagreements=(
        "The weights 9/3/1 and 12/5/1 of the classic index are in use; they fit badly and are not "
        "used here.",
    ),
)

CALCULATORS = (
    Calculator(
        "BILAG-2004.numeric",
        ("grades",),
        ("total", "known_points", "max_possible", "complete", "missing"),
        _numeric,
        INSTRUMENT.rule,
        aliases=("bilag_2004.numeric",),
    ),
)
