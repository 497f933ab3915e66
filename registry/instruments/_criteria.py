"""Read criteria that are named when they are met, and count in three values.

A criterion is met, absent, or not assessed (None); what is not assessed leaves an answer open
until the others decide it.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from registry.instruments._reading import InvalidAnswerError, shown
from registry.instruments.base import NOT_ASSESSED

OTHERS = "all_other_items"

Criteria = Mapping[str, bool | None]  # every criterion: met, absent, or None for not assessed


def listed(inputs: Mapping[str, Any], name: str, known: Collection[str]) -> set[str]:
    """Return the codes of one list; null and a missing list are empty."""
    given = inputs.get(name)
    if given is None:
        return set()
    if not isinstance(given, list):
        raise InvalidAnswerError("bad_json", f"{name} is a list of item codes, not {shown(given)}")
    for code in given:
        if not isinstance(code, str) or code not in known:
            raise InvalidAnswerError("unknown_item", f"{name}: no item is called {shown(code)}")
    return set(given)


def apart(recorded: Collection[str], unknown: set[str]) -> None:
    """Refuse a code that is recorded and called not assessed at once."""
    if both := sorted(unknown.intersection(recorded)):
        raise InvalidAnswerError(
            "item_both_present_and_not_assessed",
            f"{', '.join(both[:3])}: an item is either recorded or not assessed",
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


def yes_no(inputs: Mapping[str, Any], name: str) -> bool | None:
    """Return true, false, or None for null; raises InvalidAnswerError for anything else."""
    given = inputs.get(name)
    if given is None or isinstance(given, bool):
        return given
    raise InvalidAnswerError("out_of_range", f"{name} is true, false or null, not {shown(given)}")


def met(answers: Criteria) -> frozenset[str]:
    """Return what is certainly met."""
    return frozenset(code for code, answer in answers.items() if answer)


def possible(answers: Criteria) -> frozenset[str]:
    """Return what is met or may be."""
    return frozenset(code for code, answer in answers.items() if answer is not False)


def not_assessed(answers: Criteria) -> list[str]:
    """List what is not assessed, in declared order."""
    return [code for code, answer in answers.items() if answer is None]


def decided(outcomes: Iterable[bool]) -> bool | None:
    """Return the outcome that all completions of the gaps share; None where they differ."""
    seen = set(outcomes)
    return seen.pop() if len(seen) == 1 else None
