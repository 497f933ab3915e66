"""A result as it is understood, beside what was entered; never a guess.

A unit that is not known gives no canonical value, and the sentence says why.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from registry.instruments import units
from registry.laboratory.analytes import Analyte, Bounds, find

RULE_VERSION = units.VERSION
COMPARATORS = ("<=", ">=", "<", ">")
STATES = {
    **dict.fromkeys(("nd", "not done"), "not_done"),
    **dict.fromkeys(("pend", "pending"), "pending"),
    **dict.fromkeys(("unk", "unknown", "?"), "unknown"),
    **dict.fromkeys(("na", "n/a", "not applicable"), "not_applicable"),
}
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_TITRE = re.compile(r"(?:1\s*[:/]\s*)?(\d{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Canonical:
    """The derived value, or why there is none.

    ``problem``: it cannot be converted. ``impossible``: it is converted, and no patient can have
    it. ``unlikely``: it is possible, but more often a slip.
    """

    value: Decimal | None = None
    unit: str | None = None
    version: str | None = None
    problem: str | None = None
    unlikely: str | None = None
    impossible: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """What one box of a form says: a value with its comparator, or a state."""

    value: str | None = None
    comparator: str | None = None
    state: str | None = None


def read_typed(text: str) -> Typed:
    """Read ``<0.5``, ``0,5``, ``negative``, ``nd`` or ``pend`` as typed into one box."""
    trimmed = " ".join(text.split())
    if not trimmed:
        return Typed()
    if (state := STATES.get(trimmed.casefold())) is not None:
        return Typed(state=state)
    trimmed = trimmed.replace("≤", "<=").replace("≥", ">=")
    comparator = next((sign for sign in COMPARATORS if trimmed.startswith(sign)), None)
    value = trimmed.removeprefix(comparator or "").strip()
    if re.fullmatch(r"-?\d+,\d+", value, re.ASCII):
        value = value.replace(",", ".")
    return Typed(value or None, comparator)


def canonical(
    analyte: str, value: str | None, unit: str | None, comparator: str | None
) -> Canonical:
    """Derive the canonical value of a result as entered."""
    known = find(analyte)
    if known is None:
        return Canonical(problem=f"“{analyte[:40]}” is not an analyte the registry can convert")
    if value is None or not value.strip():
        return Canonical(problem="a comparator needs a value" if comparator else None)
    number = as_number(known, value)
    if number is None:
        return Canonical(problem=_not_a_number(known, value.strip()))
    if known.quantity is None:
        return Canonical(problem=f"{known.title} is reported in words, like positive or negative")
    found = unit_of(known, unit)
    if found is None:
        return Canonical(problem=unit_problem(known, unit))
    return _checked(known, number, found, comparator)


def canonical_limit(analyte: str, limit: Decimal | None, unit: str | None) -> Decimal | None:
    """Convert a limit of the laboratory in the same way; None where it cannot be."""
    known = find(analyte)
    found = unit_of(known, unit) if known else None
    return None if limit is None or found is None else found.to_canonical(limit)


def as_number(analyte: Analyte, value: str) -> Decimal | None:
    """Return the number as entered; a titre 1:160 is 160. None for words and for ranges."""
    shape = _TITRE.fullmatch(value.strip()) if analyte.kind == "titre" else None
    if shape is not None:
        return Decimal(shape[1])
    return Decimal(value.strip()) if _NUMBER.fullmatch(value.strip()) else None


def unit_of(analyte: Analyte, unit: str | None) -> units.Unit | None:
    """Return the unit a result is in; only where the analyte says it may it be left out."""
    if analyte.quantity is None:
        return None
    if not unit or not unit.strip():
        return analyte.quantity.canonical if analyte.quantity.implied else None
    return analyte.quantity.find(unit)


def unit_problem(analyte: Analyte, unit: str | None) -> str | None:
    """Return why the unit cannot be used, None when it can."""
    if analyte.quantity is None or unit_of(analyte, unit) is not None:
        return None
    known = ", ".join(known.name for known in analyte.quantity.units)
    if not unit or not unit.strip():
        return f"the unit is missing; known for {analyte.title} are {known}"
    return f"the unit “{unit.strip()[:40]}” is not known for {analyte.title}, only {known}"


def _not_a_number(analyte: Analyte, value: str) -> str | None:
    """Words are a result of their own where a laboratory reports words."""
    if analyte.words:
        return None
    return f"“{value[:40]}” is not a number, which {analyte.title} needs"


def _checked(
    analyte: Analyte, number: Decimal, unit: units.Unit, comparator: str | None
) -> Canonical:
    value = unit.to_canonical(number)
    shown = (
        f"{analyte.title} {comparator or ''}{value:f} {units.printed(analyte.unit or '')}".strip()
    )
    slip = _slip_of_unit(analyte, number, unit)
    impossible = _outside(shown, value, analyte.possible, "is impossible", slip)
    unlikely = (
        None if impossible else _outside(shown, value, analyte.plausible, "is unlikely", slip)
    )
    return Canonical(
        value=value,
        unit=analyte.unit,
        version=RULE_VERSION,
        impossible=impossible,
        unlikely=unlikely,
    )


def _outside(shown: str, value: Decimal, bounds: Bounds, verdict: str, slip: str) -> str | None:
    low, high = bounds
    if low is not None and value < low:
        return f"{shown} {verdict}: below {low:f}. Check value and unit{slip}"
    if high is not None and value > high:
        return f"{shown} {verdict}: above {high:f}. Check value and unit{slip}"
    return None


def _slip_of_unit(analyte: Analyte, number: Decimal, entered: units.Unit) -> str:
    """Name the unit in which the same digits are plausible, where there is one."""
    for unit in analyte.quantity.units if analyte.quantity else ():
        meant = unit.to_canonical(number)
        if unit != entered and _outside("", meant, analyte.plausible, "", "") is None:
            canonical_unit = units.printed(analyte.unit or "")
            return f": {number:f} {units.printed(unit.name)} would be {meant:f} {canonical_unit}"
    return ""
