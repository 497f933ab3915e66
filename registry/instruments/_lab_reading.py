"""Read results of the laboratory as ``registry score`` gets them: number, sign before it, unit."""

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments import units
from registry.instruments._reading import in_range, read_number, required

COMPARATORS = ("<=", ">=", "<", ">")
# What no patient has is a slip of the value or its unit, refused here as on the forms; in the
# canonical unit, both ends included.
POSSIBLE: Mapping[str, tuple[Decimal, Decimal]] = MappingProxyType(
    {
        "wbc": (Decimal(0), Decimal(500)),
        "platelets": (Decimal(0), Decimal(3000)),
        "protein_24h": (Decimal(0), Decimal(50)),
        "upcr": (Decimal(0), Decimal(4530)),
        "rbc_hpf": (Decimal(0), Decimal(10_000)),
        "wbc_hpf": (Decimal(0), Decimal(10_000)),
        "temp": (Decimal(30), Decimal(45)),
    }
)
_RANGE = re.compile(r"\s*\d+(?:\.\d+)?\s*(?:-|–|to)\s*\d.*", re.ASCII | re.DOTALL)
_HIGHEST = Decimal("1e12")

Measured = tuple[Decimal, str | None]  # the number and what stood before it: < <= > >=


def number_in(inputs: Mapping[str, Any], name: str) -> Measured | None:
    """Return a given number with its comparator; None where it is missing or a range."""
    given = inputs.get(name)
    if given is None or (isinstance(given, str) and _RANGE.fullmatch(given)):
        return None
    text = given.strip() if isinstance(given, str) else given
    comparator = None
    if isinstance(text, str):
        comparator = next((sign for sign in COMPARATORS if text.startswith(sign)), None)
        text = text.removeprefix(comparator or "").strip()
    return in_range(read_number(text, name), Decimal(0), _HIGHEST, name), comparator


def unit_in(inputs: Mapping[str, Any], quantity: units.Quantity) -> units.Unit:
    """Return the unit of this quantity; ``g/24h; mg/g`` gives one for each of two values."""
    given = required(inputs, "unit")
    for part in str(given).split(";"):
        unit = quantity.find(part)
        if unit is not None:
            return unit
    return units.known_unit(quantity, given)


def in_unit(inputs: Mapping[str, Any], name: str, quantity: units.Quantity) -> Measured | None:
    """Return a number in the canonical unit, with its comparator; None where there is none."""
    found = number_in(inputs, name)
    if found is None:
        return None
    return possible_value(name, found[0], unit_in(inputs, quantity), quantity), found[1]


def possible_value(
    name: str, value: Decimal, unit: units.Unit, quantity: units.Quantity
) -> Decimal:
    """Return the value in the canonical unit; raises InvalidAnswerError where no patient has it."""
    return in_range(
        unit.to_canonical(value), *POSSIBLE[name], f"{name} in {quantity.canonical.name}"
    )
