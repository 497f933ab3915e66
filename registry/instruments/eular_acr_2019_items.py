"""The items of EULAR/ACR 2019 that a result of the laboratory or a temperature can make likely.

Unit: a candidate: true, false, or None where the value cannot say.  Window: ever.
A value makes an item a candidate; that lupus explains it best is a person's judgement.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments import units
from registry.instruments._lab_reading import COMPARATORS, Measured
from registry.instruments._reading import InvalidAnswerError, in_range, read_number, required, shown
from registry.instruments._three_valued import all_of, any_of, known_flag
from registry.instruments.base import Calculator
from registry.instruments.eular_acr_2019 import RULE as WHOLE
from registry.instruments.lab_items import (
    UPCR_MG_G_ABOVE,
    UPCR_MG_MMOL_ABOVE,
    is_above,
    is_below,
    upcr_above,
)

# The cut-offs are strict, and not those of the SLEDAI-2K.
FEVER_ABOVE = Decimal("38.3")  # degrees Celsius
LEUKOCYTES_BELOW = Decimal("4.0")  # 10^9/L
PLATELETS_BELOW = Decimal(100)  # 10^9/L
PROTEIN_ABOVE = Decimal("0.5")  # g/24 h
# Beyond these it is another unit: Fahrenheit, or cells per microlitre.
TEMPERATURES = (Decimal(25), Decimal(45))
LEUKOCYTES, PLATELETS = (Decimal(0), Decimal(1000)), (Decimal(0), Decimal(10_000))
AMOUNTS = (Decimal(0), Decimal(1_000_000))
PROTEINS = (Decimal(0), Decimal(100))  # g/24 h


def _measured(
    inputs: Mapping[str, Any], name: str, allowed: tuple[Decimal, Decimal]
) -> Measured | None:
    """Return a number with the sign before it; None where it is not given."""
    given = inputs.get(name)
    if given is None:
        return None
    text = given.strip() if isinstance(given, str) else given
    sign = None
    if isinstance(text, str):
        sign = next((sign for sign in COMPARATORS if text.startswith(sign)), None)
        text = text.removeprefix(sign or "").strip()
    return in_range(read_number(text, name), *allowed, name), sign


def _named_unit(inputs: Mapping[str, Any], quantity: units.Quantity) -> None:
    """Refuse a unit that contradicts the one in the name of the input."""
    given = inputs.get("unit")
    if given is not None and units.known_unit(quantity, given) is not quantity.canonical:
        raise InvalidAnswerError(
            "out_of_range", f"unit is {quantity.canonical.name} here, not {shown(given)}"
        )


def _cells(
    inputs: Mapping[str, Any], name: str, below: Decimal, allowed: tuple[Decimal, Decimal]
) -> bool | None:
    """Compare a cell count; without a unit it is in 10^9/L, as its name implies here."""
    measured = _measured(inputs, name, AMOUNTS)
    if measured is None:
        return None
    unit = units.known_unit(units.CELLS, inputs.get("unit") or units.CELLS.canonical.name)
    count = in_range(unit.to_canonical(measured[0]), *allowed, name)
    return is_below(count, measured[1], below)


def _fever(inputs: Mapping[str, Any]) -> bool | None:
    measured = _measured(inputs, "temp_c", TEMPERATURES)
    _named_unit(inputs, units.TEMPERATURE)
    return None if measured is None else is_above(*measured, FEVER_ABOVE)


def _proteinuria(inputs: Mapping[str, Any]) -> bool | None:
    """Compare the daily protein, or without one the spot ratio in its own unit."""
    by_day, spot = _measured(inputs, "protein_24h_g", PROTEINS), _measured(inputs, "upcr", AMOUNTS)
    if spot is None:
        _named_unit(inputs, units.PROTEIN_24H)
    if by_day is not None:
        return is_above(*by_day, PROTEIN_ABOVE)
    if spot is None:
        return None
    return upcr_above(*spot, units.known_unit(units.UPCR, required(inputs, "unit")))


def _low(inputs: Mapping[str, Any]) -> list[bool | None]:
    """Whether C3 and C4 are below the laboratory's own limits; None without a limit."""
    answers: list[bool | None] = []
    for name in ("c3", "c4"):
        value = _measured(inputs, name, AMOUNTS)
        limit = _measured(inputs, f"{name}_lln", AMOUNTS)
        answers.append(None if value is None or limit is None else is_below(*value, limit[0]))
    return answers


def _both_low(inputs: Mapping[str, Any]) -> bool | None:
    return all_of(*_low(inputs))


LAB_ITEMS: Mapping[str, Callable[[Mapping[str, Any]], bool | None]] = MappingProxyType(
    {
        "fever": _fever,
        "leukopenia": lambda inputs: _cells(inputs, "wbc", LEUKOCYTES_BELOW, LEUKOCYTES),
        "thrombocytopenia": lambda inputs: _cells(inputs, "platelets", PLATELETS_BELOW, PLATELETS),
        "proteinuria": _proteinuria,
        "low_c3_or_c4": lambda inputs: any_of(*_low(inputs)),
        "low_c3_and_c4": _both_low,
    }
)


def _lab_item(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    item = required(inputs, "item")
    if not isinstance(item, str) or item not in LAB_ITEMS:
        raise InvalidAnswerError(
            "unknown_item", f"item is one of {', '.join(LAB_ITEMS)}, not {shown(item)}"
        )
    found = LAB_ITEMS[item](inputs)
    explained = found is not False and known_flag(inputs, "other_cause")
    return {"candidate": False if explained else found}


LABORATORY = replace(
    WHOLE,
    title="EULAR/ACR 2019, items from results",
    settings={
        "answer": "a candidate, never the item itself: a person confirms it",
        "fever": f"above {FEVER_ABOVE} °C",
        "leukopenia": f"leukocytes below {LEUKOCYTES_BELOW} × 10⁹/L",
        "thrombocytopenia": f"platelets below {PLATELETS_BELOW} × 10⁹/L",
        "proteinuria": f"above {PROTEIN_ABOVE} g in 24 hours, which wins; else a spot ratio in the "
        f"laboratory’s own unit, above {UPCR_MG_MMOL_ABOVE} mg/mmol or {UPCR_MG_G_ABOVE} mg/g "
        "(policy)",
        "complement": "C3 and C4 below the limits of the laboratory",
    },
    disagreements=(
        "Fever is above 38.3 °C and leukopenia below 4.0 here; the SLEDAI-2K takes 38.0 °C and "
        "3.0.",
        "Protein of exactly 0.5 g in 24 hours does not count here and counts in SLICC 2012.",
        "0.5 g/g of protein to creatinine is 56.6 mg/mmol, yet it is printed as 50 mg/mmol: "
        "between the two the unit of the laboratory decides.",
    ),
)
CALCULATORS = (
    Calculator(
        "EULAR-ACR-2019.lab_item",
        (
            *("item", "temp_c", "wbc", "platelets", "protein_24h_g", "upcr", "unit"),
            *("c3", "c3_lln", "c4", "c4_lln", "other_cause"),
        ),
        ("candidate",),
        _lab_item,
        LABORATORY,
    ),
)
