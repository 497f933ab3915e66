"""Criteria with three answers, and the state that several of them decide together."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import InvalidAnswerError, in_range, read_number, shown

Criterion = bool | None  # met, not met, or None: what is known does not decide

MET, NOT_MET, INDETERMINATE = "met", "not_met", "indeterminate"
HIGHEST_MG = Decimal(1_000_000)  # a day; beyond this it is a slip of the keyboard
HIGHEST_PGA = Decimal(3)


def all_of(criteria: Iterable[Criterion]) -> Criterion:
    """Return the three-valued and: one definite failure decides, whatever else is unknown."""
    given = tuple(criteria)
    if False in given:
        return False
    return None if None in given else True


def state_of(criterion: Criterion) -> str:
    """Write a criterion as a state."""
    return INDETERMINATE if criterion is None else MET if criterion else NOT_MET


def opposite(criterion: Criterion) -> Criterion:
    """Return the three-valued not."""
    return None if criterion is None else not criterion


def at_most(value: Decimal | None, ceiling: Decimal) -> Criterion:
    """Whether the value is the ceiling or less; None where it is not known."""
    return None if value is None else value <= ceiling


def below(value: Decimal | None, limit: Decimal) -> Criterion:
    """Whether the value is less than the limit; None where it is not known."""
    return None if value is None else value < limit


def without_pulse(dose: Criterion, pulse: Criterion) -> Criterion:
    """Join what the daily dose decides with the pulse rule: a recent pulse fails (policy)."""
    return all_of((dose, opposite(pulse)))


def read_flag(inputs: Mapping[str, Any], name: str, unsaid: Criterion = None) -> Criterion:
    """Return true, false, or None for null; ``unsaid`` where the name is not there at all."""
    given = inputs.get(name, unsaid)
    if given is None or isinstance(given, bool):
        return given
    raise InvalidAnswerError("out_of_range", f"{name} is true, false or null, not {shown(given)}")


def read_between(
    inputs: Mapping[str, Any], name: str, high: Decimal, low: Decimal = Decimal(0)
) -> Decimal | None:
    """Return a number of this range, or None where it is missing."""
    given = inputs.get(name)
    return None if given is None else in_range(read_number(given, name), low, high, name)


def read_codes(inputs: Mapping[str, Any], name: str, known: frozenset[str]) -> frozenset[str]:
    """Return a list of item codes as a set; a list that is missing is empty."""
    given = inputs.get(name)
    if given is None:
        return frozenset()
    if not isinstance(given, list):
        raise InvalidAnswerError("bad_json", f"{name} is a list of item codes, not {shown(given)}")
    for code in given:
        if not isinstance(code, str) or code not in known:
            raise InvalidAnswerError("unknown_item", f"{name}: no item is called {shown(code)}")
    return frozenset(given)
