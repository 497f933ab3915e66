"""Read inputs that may be unknown, and decide from criteria that may be unknown.

A name that is left out and a name that is null both say "not known"; neither is ever read as
no, none or normal.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import (
    InvalidAnswerError,
    fits,
    in_range,
    read_number,
    required,
    shown,
)

HIGHEST_SLEDAI = Decimal(105)
HIGHEST_PGA = Decimal(3)
ZERO = Decimal(0)

Known = bool | None  # None where it could not be judged


def known_number(inputs: Mapping[str, Any], name: str, high: Decimal) -> Decimal | None:
    """Return a number from 0 to ``high``, both included; None where it is not known."""
    if inputs.get(name) is None:
        return None
    return in_range(read_number(inputs[name], name), ZERO, high, name)


def known_count(inputs: Mapping[str, Any], name: str, high: Decimal) -> Decimal | None:
    """Return a whole number from 0 to ``high``, both included; None where it is not known."""
    number = known_number(inputs, name, high)
    return None if number is None else fits(number, 0, name)


def known_flag(inputs: Mapping[str, Any], name: str) -> Known:
    """Return true or false, also given as 1 or 0; None where it is not known."""
    given = inputs.get(name)
    if given is None or isinstance(given, bool):
        return given
    return bool(fits(in_range(read_number(given, name), ZERO, Decimal(1), name), 0, name))


def known_codes(
    inputs: Mapping[str, Any], name: str, allowed: Collection[str]
) -> frozenset[str] | None:
    """Return the codes of a list; None where it is not known; another code is refused."""
    given = inputs.get(name)
    if given is None:
        return None
    if not isinstance(given, list):
        raise InvalidAnswerError("bad_json", f"{name} is a list of codes, not {shown(given)}")
    for code in given:
        if not isinstance(code, str) or code not in allowed:
            raise InvalidAnswerError("unknown_item", f"{name}: nothing is called {shown(code)}")
    return frozenset(given)


def one_of(inputs: Mapping[str, Any], name: str, codes: Collection[str], default: str) -> str:
    """Return a setting; one that is left out has its default."""
    given = inputs.get(name)
    if given is None:
        return default
    if not isinstance(given, str) or given not in codes:
        allowed = ", ".join(codes)
        raise InvalidAnswerError("out_of_range", f"{name} is {allowed}, not {shown(given)}")
    return given


def needs_any(inputs: Mapping[str, Any], names: Collection[str]) -> None:
    """Refuse a question about nothing: at least one of the names must be there."""
    if not any(name in inputs for name in names):
        required(inputs, next(iter(names)))


def as_state(criteria: Mapping[str, Known]) -> str:
    """Return met, not_met or indeterminate; one definite failure decides."""
    if any(found is False for found in criteria.values()):
        return "not_met"
    return "indeterminate" if None in criteria.values() else "met"


def response(criteria: Mapping[str, Known], evaluable: Known) -> dict[str, Any]:
    """Return the outputs of a composite responder; without a fair start there is no answer."""
    state = (
        "not_evaluable" if evaluable is False else as_state({**criteria, "evaluable": evaluable})
    )
    return {
        "responder": {"met": True, "not_met": False}.get(state),
        "state": state,
        "failed": [name for name, found in criteria.items() if found is False],
        "missing": [name for name, found in criteria.items() if found is None],
        "criteria": {name: _word(found) for name, found in criteria.items()},
    }


def _word(found: Known) -> str:
    return "indeterminate" if found is None else "met" if found else "not_met"
