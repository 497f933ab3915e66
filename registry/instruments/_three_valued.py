"""Read what may be unknown and decide from it: true, false, or None where nobody knows.

A name that is left out and a name that is null both say "not known"; where leaving it out would
be a slip, ``named`` refuses that. Neither is ever read as no, none or normal.
"""

from collections.abc import Collection, Iterable, Mapping
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
HIGHEST_MG = Decimal(1_000_000)  # a day; beyond this it is a slip of the keyboard
ZERO = Decimal(0)

Known = bool | None  # holds, does not hold, or None: what is known does not decide

MET, NOT_MET, INDETERMINATE = "met", "not_met", "indeterminate"


def all_of(*criteria: Known) -> Known:
    """Return false as soon as one is false, true when all are, else None."""
    if False in criteria:
        return False
    return None if None in criteria else True


def any_of(*criteria: Known) -> Known:
    """Return true as soon as one is true, false when none can be, else None."""
    if True in criteria:
        return True
    return None if None in criteria else False


def opposite(criterion: Known) -> Known:
    """Return the three-valued not."""
    return None if criterion is None else not criterion


def decided(outcomes: Iterable[bool]) -> Known:
    """Return the outcome that all completions of the gaps share; None where they differ."""
    seen = set(outcomes)
    return seen.pop() if len(seen) == 1 else None


def at_most(value: Decimal | None, ceiling: Decimal) -> Known:
    """Whether the value is the ceiling or less; None where it is not known."""
    return None if value is None else value <= ceiling


def below(value: Decimal | None, limit: Decimal) -> Known:
    """Whether the value is less than the limit; None where it is not known."""
    return None if value is None else value < limit


def without_pulse(dose: Known, pulse: Known) -> Known:
    """Join what the daily dose decides with the pulse rule: a recent pulse fails (policy)."""
    return all_of(dose, opposite(pulse))


def named(inputs: Mapping[str, Any], name: str) -> str:
    """Return the name; refuse one that is not there, where null says that it is unknown."""
    if name not in inputs:
        raise InvalidAnswerError("missing_input", f"{name} is missing; null where it is unknown")
    return name


def needs_any(inputs: Mapping[str, Any], names: Collection[str]) -> None:
    """Refuse a question about nothing: at least one of the names must be there."""
    if not any(name in inputs for name in names):
        required(inputs, next(iter(names)))


def known_number(
    inputs: Mapping[str, Any], name: str, high: Decimal, low: Decimal = ZERO
) -> Decimal | None:
    """Return a number from ``low`` to ``high``, both included; None where it is not known."""
    given = inputs.get(name)
    return None if given is None else in_range(read_number(given, name), low, high, name)


def known_count(inputs: Mapping[str, Any], name: str, high: Decimal) -> Decimal | None:
    """Return a whole number from 0 to ``high``, both included; None where it is not known."""
    number = known_number(inputs, name, high)
    return None if number is None else fits(number, 0, name)


def known_flag(inputs: Mapping[str, Any], name: str, unsaid: Known = None) -> Known:
    """Return true, false, or None for null; ``unsaid`` where the name is not there at all."""
    given = inputs.get(name, unsaid)
    if given is None or isinstance(given, bool):
        return given
    raise InvalidAnswerError("out_of_range", f"{name} is true, false or null, not {shown(given)}")


def known_flag_or_digit(inputs: Mapping[str, Any], name: str) -> Known:
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
        raise InvalidAnswerError("bad_json", f"{name} is a list of item codes, not {shown(given)}")
    for code in given:
        if not isinstance(code, str) or code not in allowed:
            raise InvalidAnswerError("unknown_item", f"{name}: no item is called {shown(code)}")
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


def state_of(criterion: Known) -> str:
    """Write a criterion as a state."""
    return INDETERMINATE if criterion is None else MET if criterion else NOT_MET


def which(criteria: Mapping[str, Known], wanted: Known) -> list[str]:
    """Name the criteria with this answer, in their order."""
    return [name for name, found in criteria.items() if found is wanted]


def response(criteria: Mapping[str, Known], evaluable: Known) -> dict[str, Any]:
    """Return the outputs of a composite responder; without a fair start there is no answer."""
    all_met = all_of(evaluable, *criteria.values())
    return {
        "responder": None if evaluable is False else all_met,
        "state": "not_evaluable" if evaluable is False else state_of(all_met),
        "failed": which(criteria, False),
        "missing": which(criteria, None),
        "criteria": {name: state_of(found) for name, found in criteria.items()},
    }
