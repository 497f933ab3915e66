"""Read criteria that are listed by code when they are met; the others are absent or open.

A criterion is met, absent, or not assessed (None); what is not assessed leaves an answer open
until the others decide it.
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import InvalidAnswerError, shown
from registry.instruments._three_valued import Known, known_codes
from registry.instruments.base import NOT_ASSESSED, Answers, Score

OTHERS = "all_other_items"

Criteria = Mapping[str, Known]  # every criterion: met, absent, or None for not assessed


def listed(inputs: Mapping[str, Any], name: str, known: Collection[str]) -> frozenset[str]:
    """Return the codes of one list; null and a missing list are empty."""
    return known_codes(inputs, name, known) or frozenset()


def apart(recorded: Collection[str], unknown: frozenset[str], it: str = "an item") -> None:
    """Refuse a code that is recorded and called not assessed at once."""
    if both := sorted(unknown.intersection(recorded)):
        raise InvalidAnswerError(
            "item_both_present_and_not_assessed",
            f"{', '.join(both[:3])}: {it} is either recorded or not assessed",
        )


def rest_is_absent(inputs: Mapping[str, Any]) -> bool:
    """Whether what no list names is absent (the default) rather than not assessed."""
    given = inputs.get(OTHERS, "absent")
    if given not in ("absent", NOT_ASSESSED):
        raise InvalidAnswerError(
            "out_of_range", f"{OTHERS} is absent or not_assessed, not {shown(given)}"
        )
    return bool(given == "absent")


def criteria(inputs: Mapping[str, Any], lists: Mapping[str, Collection[str]]) -> Criteria:
    """Return every criterion of the named lists, each list with the codes that it may hold."""
    for name in lists:
        if inputs.get(name) is None:
            raise InvalidAnswerError("missing_input", f"{name} is missing: a list of item codes")
    met = {code for name, known in lists.items() for code in listed(inputs, name, known)}
    every = [code for known in lists.values() for code in known]
    unknown = listed(inputs, NOT_ASSESSED, every)
    apart(met, unknown)
    rest = False if rest_is_absent(inputs) else None
    return {code: True if code in met else None if code in unknown else rest for code in every}


def met(answers: Criteria) -> frozenset[str]:
    """Return what is certainly met."""
    return frozenset(code for code, answer in answers.items() if answer)


def possible(answers: Criteria) -> frozenset[str]:
    """Return what is met or may be."""
    return frozenset(code for code, answer in answers.items() if answer is not False)


def not_assessed(answers: Criteria) -> list[str]:
    """List what is not assessed, in declared order."""
    return [code for code, answer in answers.items() if answer is None]


def answered(answers: Answers, codes: Iterable[str]) -> Criteria:
    """Read stored answers of yes-no items as criteria."""
    found = {code: answers.get(code) for code in codes}
    return {code: None if answer is None else answer == 1 for code, answer in found.items()}


def as_score(outputs: Mapping[str, Any], *parts: str) -> Score:
    """Return the outputs of a classification as the score of a visit, with some as parts."""
    known, complete = Decimal(outputs["known_points"]), bool(outputs["complete"])
    return Score(
        total=known if complete else None,
        known_points=known,
        max_possible=Decimal(outputs["max_possible"]),
        complete=complete,
        parts={name: outputs[name] for name in parts},
        missing=tuple(outputs["missing"]),
    )
