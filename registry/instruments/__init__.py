"""Every instrument of the registry, found by its file: adding one touches nothing else.

A module here declares an ``INSTRUMENT``, or only ``CALCULATORS`` (conversions without answers
of their own); one with neither stops the start. A ``RULE`` that no calculator answers by is still
a definition. Names that begin with an underscore are helpers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from registry.instruments._by_item import by_item
from registry.instruments._checklist import checklist
from registry.instruments.base import Calculator, Instrument, Rule


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of the definitions page: a rule, and what answers or asks by it."""

    rule: Rule
    keys: tuple[str, ...]  # of registry score
    instrument: Instrument | None

    @property
    def anchor(self) -> str:
        """What a link to the entry ends in."""
        named = self.instrument.code if self.instrument else next(iter(self.keys), self.rule.title)
        return named.replace(".", "-").replace(" ", "-")


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
    """Return what ``registry score`` can compute, by key and by alias.

    Raises InvalidInstrumentError where two answer to one name.
    """
    found: dict[str, Calculator] = {}
    for calculator in (calc for module in modules(paths) for calc in _calculators(module)):
        for name in (calculator.key, *calculator.aliases):
            if found.setdefault(name, calculator) is not calculator:
                raise InvalidInstrumentError(f"two calculators answer to {name}")
    return found


def discover_measures(paths: Iterable[str]) -> list[Measure]:
    """Return every rule once, with its instrument and the keys that answer by it."""
    return [measure for module in modules(paths) for measure in _measures(module)]


def _measures(module: ModuleType) -> Iterator[Measure]:
    instrument: Instrument | None = getattr(module, "INSTRUMENT", None)
    calculators = _calculators(module)
    rules = [calculator.rule for calculator in calculators]
    # First of all the instrument itself; a module's RULE may have no calculator.
    owned = [instrument.rule] if instrument else [module.RULE] if hasattr(module, "RULE") else []
    for index, rule in enumerate(every := [*owned, *rules]):
        if rule not in every[:index]:
            keys = tuple(found.key for found in calculators if found.rule == rule)
            yield Measure(rule, keys, instrument if instrument and not index else None)


def _calculators(module: ModuleType) -> tuple[Calculator, ...]:
    """Return the declared calculators, and the plain one of an instrument that none answers to."""
    declared: tuple[Calculator, ...] = getattr(module, "CALCULATORS", ())
    answered = {name for calc in declared for name in (calc.key, *calc.aliases)}
    return (*declared, *(calc for calc in _plain(module) if calc.key not in answered))


def _plain(module: ModuleType) -> tuple[Calculator, ...]:
    """Return the calculator that an instrument has without declaring one."""
    instrument: Instrument | None = getattr(module, "INSTRUMENT", None)
    if instrument is None or instrument.kind in _UNSCORED:
        return ()
    if all(item.yes_no for item in instrument.items):
        return (
            checklist(instrument, instrument.items, "known_points", "max_possible", "complete"),
        )
    return (by_item(instrument),)


INSTRUMENTS: dict[str, Instrument] = discover(__path__)
# Asked and stored, and left out of every score, summary and choice of a visit.
INQUIRIES = frozenset(code for code, found in INSTRUMENTS.items() if found.kind == "inquiry")
# Whether lupus is there at all, ever: no measure, so never averaged over patients.
CLASSIFICATIONS = frozenset(
    code for code, found in INSTRUMENTS.items() if found.subject == "classification"
)
# Of these the inquiries open adverse events; the others are read by rules, as target states.
UNSCORED = frozenset(code for code, found in INSTRUMENTS.items() if found.kind in _UNSCORED)
QUESTIONS = UNSCORED - INQUIRIES
CALCULATORS: dict[str, Calculator] = discover_calculators(__path__)
MEASURES: tuple[Measure, ...] = tuple(discover_measures(__path__))
