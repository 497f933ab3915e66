"""States that a patient is in at a visit: met, not met, or indeterminate with the reason.

One file is one state, found by its ``STATE``, or the forms of one definition, its ``STATES``; the
summary and the pages loop over them. A state is decided only where both bounds agree. No data at
the visit is no state at all (None), not an indeterminate one. Names that begin with an underscore
are helpers.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from registry.followup.states.base import AtVisit, Limb, State, Verdict

__all__ = ["STATES", "AtVisit", "InvalidStateError", "Limb", "State", "Verdict", "discover"]


class InvalidStateError(RuntimeError):
    """A file in this folder is not a state; the program does not start with it."""


def discover(paths: Iterable[str]) -> dict[str, State]:
    """Return the states in the folders by name, in their order; raises InvalidStateError."""
    names = (found.name for found in iter_modules(paths))
    files = [name for name in names if name != "base" and not name.startswith("_")]
    declared = [state for name in files for state in _declared(name)]
    found = {state.name: state for state in sorted(declared, key=lambda s: (s.place, s.name))}
    if len(found) < len(declared):
        twice = sorted(s.name for s in declared if found[s.name] is not s)
        raise InvalidStateError(f"two files declare {', '.join(twice)}")
    return found


def _declared(name: str) -> tuple[State, ...]:
    """Return the state of a file, which has its name, or its forms, whose names begin with it."""
    module = import_module(f"{__name__}.{name}")
    forms = getattr(module, "STATES", None) or (getattr(module, "STATE", None),)
    for state in forms:
        if not isinstance(state, State) or not f"{state.name}_".startswith(f"{name}_"):
            raise InvalidStateError(f"{name} declares no STATE of this name")
    return tuple(forms)


STATES: Mapping[str, State] = MappingProxyType(discover(__path__))
