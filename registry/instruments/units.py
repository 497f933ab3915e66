"""Units of laboratory values and the exact factors between them.

A unit says how it becomes the canonical one: canonical = (value - zero) × times ÷ per.
Arbitrary units of two assays are never converted into each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from types import MappingProxyType
from typing import Any

from registry.instruments._reading import InvalidAnswerError, in_range, read_number, required, shown
from registry.instruments.base import Calculator, Rule

VERSION = "units/1"
PLACES = Decimal("1e-9")  # where a division never ends
HIGHEST = Decimal("1e12")
_PLAIN = str.maketrans("μµ×⁰¹²³⁴⁵⁶⁷⁸⁹", "uux0123456789")
UPCR_DIGITS = 4  # significant: the factor has no more


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit as it is printed, with how it becomes the canonical one."""

    name: str
    times: Decimal = Decimal(1)
    per: Decimal = Decimal(1)
    zero: Decimal = Decimal(0)
    spelt: tuple[str, ...] = ()
    places: int = 0  # decimals that registry score prints at least

    def to_canonical(self, value: Decimal) -> Decimal:
        """Convert, exact where the division ends and else to nine decimals."""
        return _ended((value - self.zero) * self.times / self.per)

    def from_canonical(self, value: Decimal) -> Decimal:
        """Convert the other way."""
        return _ended(value * self.per / self.times + self.zero)


@dataclass(frozen=True)
class Quantity:
    """What a laboratory measures; the first of its units is the canonical one."""

    units: tuple[Unit, ...]
    implied: bool = False  # the name of the analyte says the unit, it need not be given

    @property
    def canonical(self) -> Unit:
        return self.units[0]

    def find(self, text: str) -> Unit | None:
        """Return the unit meant by a spelling, None where it is not one of this quantity."""
        return self._by_spelling.get(spelling(text))

    @cached_property
    def _by_spelling(self) -> Mapping[str, Unit]:
        """The unit of each spelling; of two units with one spelling the first is meant."""
        spelt = [(unit, name) for unit in self.units for name in (unit.name, *unit.spelt)]
        return {spelling(name): unit for unit, name in reversed(spelt)}


def spelling(text: str) -> str:
    """Reduce a unit to what tells it apart: ``× 10⁹/L``, ``10*9/l`` and ``10^9/L`` are one."""
    plain = "".join(text.translate(_PLAIN).casefold().split()).removeprefix("x")
    for sign in ("10**", "10*", "10^", "10e"):
        plain = plain.replace(sign, "10")
    return plain


_PRINTED = {
    "10^9/L": "× 10⁹/L",
    "10^12/L": "× 10¹²/L",
    "/uL": "/µL",
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "ukat/L": "µkat/L",
    "C": "°C",
    "F": "°F",
    "mL/min/1.73m2": "mL/min/1.73 m²",
    "titre": "",
}


def printed(unit: str) -> str:
    """Write a unit as a laboratory prints it: ``10^9/L`` as ``× 10⁹/L``; another stays as typed."""
    return _PRINTED.get(unit, unit)


def _ended(value: Decimal) -> Decimal:
    """Drop the zeros a factor brought; round only what never ends."""
    if value != value.quantize(PLACES):
        value = value.quantize(PLACES, ROUND_HALF_UP)
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


_KILO, _HUNDRED, _TEN = Decimal(1000), Decimal(100), Decimal(10)
_CREATININE = Decimal("8.84")  # mg/g in one mg/mmol

CELLS = Quantity(
    (
        Unit("10^9/L", spelt=("G/L", "Giga/L", "10^3/uL", "K/uL", "10^3/mm3", "/nL", "10^6/mL")),
        Unit("/uL", per=_KILO, spelt=("cells/uL", "/mm3", "cells/mm3", "10^6/L", "per uL")),
    )
)
RED_CELLS = Quantity(
    (Unit("10^12/L", spelt=("T/L", "10^6/uL", "M/uL", "10^6/mm3", "/pL")),),
)
FRACTION = Quantity((Unit("%", spelt=("percent",)), Unit("L/L", times=_HUNDRED, spelt=("1",))))
CREATININE = Quantity(
    (
        Unit("umol/L", spelt=("micromol/L", "mcmol/L"), places=1),
        Unit("mg/dL", times=Decimal("88.4"), spelt=("mg/100mL", "mg%"), places=2),
        Unit("mmol/L", times=_KILO),
    )
)
UPCR = Quantity(
    (
        Unit("mg/mmol", spelt=("g/mol", "mg/mmol creatinine", "mg/mmol crea")),
        Unit("mg/g", per=_CREATININE, spelt=("ug/mg", "mcg/mg", "mg/g creatinine", "mg/g crea")),
        Unit("g/g", times=_KILO, per=_CREATININE, spelt=("mg/mg", "g/g creatinine")),
        Unit("g/mmol", times=_KILO),
    )
)
PROTEIN_24H = Quantity(
    (
        Unit("g/24h", spelt=("g/24 hours", "g/day", "g/d")),
        Unit("mg/24h", per=_KILO, spelt=("mg/24 hours", "mg/day", "mg/d")),
    )
)
MASS = Quantity(
    (
        Unit("g/L", spelt=("mg/mL",)),
        Unit("mg/dL", per=_HUNDRED, spelt=("mg/100mL", "mg%")),
        Unit("g/dL", times=_TEN, spelt=("g/100mL", "g%")),
        Unit("mg/L", per=_KILO, spelt=("ug/mL", "mcg/mL")),
    )
)
SMALL_MASS = Quantity(
    (Unit("mg/L", spelt=("ug/mL", "mcg/mL")), Unit("mg/dL", times=_TEN), Unit("g/L", times=_KILO))
)
TRACE_MASS = Quantity((Unit("ug/L", spelt=("ng/mL", "mcg/L")), Unit("mg/L", times=_KILO)))
BILIRUBIN = Quantity((Unit("umol/L", spelt=("micromol/L",)), Unit("mg/dL", times=Decimal("17.1"))))
ENZYME = Quantity(
    (
        Unit("U/L", spelt=("IU/L", "UI/L", "mU/mL")),
        Unit("ukat/L", times=Decimal(60), spelt=("microkat/L",)),
    )
)
INTERNATIONAL = Quantity((Unit("IU/mL", spelt=("kIU/L", "UI/mL")),))
ASSAY_UNITS = Quantity((Unit("U/mL", spelt=("kU/L",)),))
PHOSPHOLIPID_IGG = Quantity((Unit("GPL", spelt=("GPL U/mL", "GPL/mL", "GPL-U/mL")),))
PHOSPHOLIPID_IGM = Quantity((Unit("MPL", spelt=("MPL U/mL", "MPL/mL", "MPL-U/mL")),))
FILTRATION = Quantity(
    (Unit("mL/min/1.73m2", spelt=("mL/min/1.73 m^2", "mL/min per 1.73 m2", "mL/min/1,73m2")),)
)
SEDIMENTATION = Quantity((Unit("mm/h", spelt=("mm/hr", "mm/1h", "mm/hour")),))
PER_FIELD = Quantity(
    (Unit("/hpf", spelt=("per hpf", "cells/hpf", "rbc/hpf", "wbc/hpf", "per field", "/field")),),
    implied=True,
)
TITRE = Quantity((Unit("titre", spelt=("titer", "1:", "reciprocal titre")),), implied=True)
TEMPERATURE = Quantity(
    (
        Unit("C", spelt=("°C", "deg C", "Cel", "celsius"), places=1),
        Unit(
            *("F", Decimal(5), Decimal(9), Decimal(32)),
            spelt=("°F", "deg F", "degF", "fahrenheit"),
            places=1,
        ),
    )
)
WEIGHT = Quantity(
    (Unit("kg"), Unit("g", per=_KILO), Unit("lb", times=Decimal("0.45359237"), spelt=("lbs",)))
)

# What units.other converts, by the names in use.
OTHER: Mapping[str, Quantity] = MappingProxyType(
    {
        **dict.fromkeys(("creatinine",), CREATININE),
        **dict.fromkeys(("c3", "c4", "haemoglobin", "hemoglobin", "hb", "albumin"), MASS),
        **dict.fromkeys(("igg", "iga", "igm"), MASS),
        **dict.fromkeys(("crp",), SMALL_MASS),
        **dict.fromkeys(("wbc", "leukocytes", "platelets", "lymphocytes", "neutrophils"), CELLS),
        **dict.fromkeys(("protein_24h",), PROTEIN_24H),
        **dict.fromkeys(("upcr",), UPCR),
        **dict.fromkeys(("alt", "ast", "ck"), ENZYME),
        **dict.fromkeys(("bilirubin",), BILIRUBIN),
        **dict.fromkeys(("temperature",), TEMPERATURE),
        **dict.fromkeys(("weight",), WEIGHT),
    }
)


def convert(quantity: Quantity, value: Decimal, given: str, wanted: str) -> Decimal:
    """Convert between two spellings; raises InvalidAnswerError ``out_of_range``."""
    source, target = known_unit(quantity, given), known_unit(quantity, wanted)
    if source is target:
        return value
    # One division: two would round twice.
    exact = (value - source.zero) * source.times * target.per / (source.per * target.times)
    return exact + target.zero


def known_unit(quantity: Quantity, text: object) -> Unit:
    """Return the unit; raises InvalidAnswerError where it is not one of this quantity."""
    unit = quantity.find(text) if isinstance(text, str) else None
    if unit is None:
        known = ", ".join(unit.name for unit in quantity.units)
        raise InvalidAnswerError("out_of_range", f"unit is one of {known}, not {shown(text)}")
    return unit


def plain(value: Decimal, places: int = 0) -> str:
    """Write without exponent and without the zeros a factor brought, save for so many decimals."""
    ended = _ended(value)
    padded = f"{ended:.{places}f}"
    return padded if Decimal(padded) == ended else f"{ended:f}"


def _upcr(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    value = _value(inputs, UPCR)
    given, wanted = (known_unit(UPCR, required(inputs, name)) for name in ("from", "to"))
    converted = convert(UPCR, value, given.name, wanted.name)
    if (given.per == 1) == (wanted.per == 1) or converted < PLACES:  # powers of ten, or nothing
        return {"value": plain(converted)}
    step = Decimal(1).scaleb(converted.adjusted() - UPCR_DIGITS + 1)
    step = max(PLACES, min(step, Decimal(1)))
    return {"value": f"{converted.quantize(step, ROUND_HALF_UP):f}"}


def _other(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    name = required(inputs, "analyte")
    quantity = OTHER.get(name.strip().casefold()) if isinstance(name, str) else None
    if quantity is None:
        raise InvalidAnswerError("unknown_item", f"no conversion is known for {shown(name)}")
    value = _value(inputs, quantity)
    given, wanted = (known_unit(quantity, required(inputs, side)) for side in ("from", "to"))
    converted = convert(quantity, value, given.name, wanted.name)
    # Never rounded to them: 101 °F is 38.33 °C and above a cut-off of 38.3.
    return {"value": plain(converted, 0 if given is wanted else wanted.places)}


def _value(inputs: Mapping[str, Any], quantity: Quantity) -> Decimal:
    """Return the value; only a scale with another zero, as of temperature, goes below it."""
    lowest = -HIGHEST if any(unit.zero for unit in quantity.units) else Decimal(0)
    value = read_number(required(inputs, "value"), "value") or Decimal(0)  # no minus before zero
    return in_range(value, lowest, HIGHEST, "value")


RULE = Rule(
    title="Units of laboratory values",
    version=VERSION,
    subject="laboratory",
    source="Molar mass of creatinine 113.12 g/mol (1 mg/dL is 88.4 µmol/L); powers of ten; 1 µkat "
    "is 60 U; °F = °C × 9 ÷ 5 + 32",
    licence="Facts, free to use.",
    settings={
        "kept": "the value as it was entered, always beside the converted one",
        "unknown unit": "an error, never converted",
        "assays": "arbitrary units of two assays are never converted into each other",
    },
)
OF_UPCR = replace(
    RULE,
    title="Units of the protein to creatinine ratio",
    settings={
        "factor": "1 mg/mmol is 8.84 mg/g",
        "rounding": f"{UPCR_DIGITS} significant digits: the factor has no more",
    },
    disagreements=(
        "0.5 g/g is 56.6 mg/mmol by the molar mass; Toronto and KDIGO print it as 50 mg/mmol. The "
        "conversion is exact, and cut-offs are compared in the laboratory’s own unit.",
    ),
)
CALCULATORS = (
    Calculator("units.UPCR", ("value", "from", "to"), ("value",), _upcr, OF_UPCR),
    Calculator("units.other", ("analyte", "value", "from", "to"), ("value",), _other, RULE),
)
