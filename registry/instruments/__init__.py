"""Every instrument of the registry, found by its file: adding one touches nothing else.

A module here declares an ``INSTRUMENT``, or only ``CALCULATORS`` (conversions without answers
of their own); one with neither stops the start. Names that begin with an underscore are helpers.
"""

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from registry.instruments._checklist import checklist
from registry.instruments.base import Calculator, Instrument

_UNSCORED = frozenset({"inquiry", "questions"})


class InvalidInstrumentError(RuntimeError):
    """A file in this folder is not an instrument; the program does not start with it."""


def modules(paths: Iterable[str]) -> list[ModuleType]:
    """Import every instrument file in the folders, by name."""
    names = sorted(found.name for found in iter_modules(paths))
    found = [
        import_module(f"{__name__}.{name}")
        for name in names
        if name != "base" and not name.startswith("_")
    ]
    for module in found:
        if not hasattr(module, "INSTRUMENT") and not hasattr(module, "CALCULATORS"):
            raise InvalidInstrumentError(f"{module.__name__} declares no INSTRUMENT")
    return found


def discover(paths: Iterable[str]) -> dict[str, Instrument]:
    """Return the instruments in the folders by code; raises InvalidInstrumentError."""
    found: dict[str, Instrument] = {}
    for module in modules(paths):
        instrument: Instrument | None = getattr(module, "INSTRUMENT", None)
        if instrument is None:
            continue
        if instrument.code in found:
            raise InvalidInstrumentError(f"two instruments have the code {instrument.code}")
        found[instrument.code] = instrument
    return found


def discover_calculators(paths: Iterable[str]) -> dict[str, Calculator]:
    """Return what ``registry score`` can compute, by key and by alias."""
    declared = [calc for module in modules(paths) for calc in _calculators(module)]
    return {name: calc for calc in declared for name in (calc.key, *calc.aliases)}


def _calculators(module: ModuleType) -> tuple[Calculator, ...]:
    """Return the declared calculators; a plain yes-no instrument needs to declare none."""
    if hasattr(module, "CALCULATORS"):
        declared: tuple[Calculator, ...] = module.CALCULATORS
        return declared
    instrument: Instrument = module.INSTRUMENT
    if instrument.kind in _UNSCORED or not all(item.yes_no for item in instrument.items):
        return ()
    return (checklist(instrument, instrument.items, "known_points", "max_possible", "complete"),)


INSTRUMENTS: dict[str, Instrument] = discover(__path__)
# Asked and stored, and left out of every score, summary and choice of a visit.
INQUIRIES = frozenset(code for code, found in INSTRUMENTS.items() if found.kind == "inquiry")
# Of these the inquiries open adverse events; the others are read by rules, as target states.
UNSCORED = frozenset(code for code, found in INSTRUMENTS.items() if found.kind in _UNSCORED)
QUESTIONS = UNSCORED - INQUIRIES
CALCULATORS: dict[str, Calculator] = discover_calculators(__path__)
