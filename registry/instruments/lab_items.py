"""The nine SLEDAI-2K items that a laboratory value or a temperature can make likely.

A value makes an item a candidate; that it is due to lupus is a person's judgement. Every answer
has three values: true, false, and None where the value cannot say. All cut-offs are strict.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments import _three_valued, units
from registry.instruments._lab_reading import in_unit, number_in, possible_value, unit_in
from registry.instruments._reading import InvalidAnswerError, required, shown
from registry.instruments._three_valued import known_flag_or_digit
from registry.instruments.base import Calculator, Rule

VERSION = "lab-items/1"
UPCR_POLICY = "own-unit/1"
LEUKOCYTES_BELOW = Decimal("3.0")  # 10^9/L
PLATELETS_BELOW = Decimal(100)  # 10^9/L
PROTEIN_ABOVE = Decimal("0.5")  # g/24h
UPCR_MG_MMOL_ABOVE = Decimal(50)
UPCR_MG_G_ABOVE = Decimal(500)
CELLS_PER_FIELD_ABOVE = Decimal(5)
FEVER_ABOVE = Decimal("38.0")  # degrees Celsius
POSITIVE = frozenset({"positive", "pos", "+", "reactive", "detected", "present"})
NEGATIVE = frozenset({"negative", "neg", "-", "non-reactive", "not detected", "absent", "none"})
_DENIALS = frozenset(
    {
        *("no", "not", "non", "none", "without", "negative", "neg", "absent", "nil", "0"),
        *("free", "acellular"),
    }
)
_NO_CAUSE = NEGATIVE | {"", "no", "false", "0"}


def is_above(value: Decimal, comparator: str | None, limit: Decimal) -> bool | None:
    """Whether the result is above the limit, which is itself normal; None where it may be."""
    if comparator in (">", ">="):
        sure = value > limit or (value == limit and comparator == ">")
        return True if sure else None
    if comparator in ("<", "<="):
        return False if value <= limit else None
    return value > limit


def is_below(value: Decimal, comparator: str | None, limit: Decimal) -> bool | None:
    """Whether the result is below the limit, which is itself normal; None where it may be."""
    if comparator in ("<", "<="):
        sure = value < limit or (value == limit and comparator == "<")
        return True if sure else None
    if comparator in (">", ">="):
        return False if value >= limit else None
    return value < limit


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Return the three-valued or: one true decides, and no answer at all is unknown."""
    given = tuple(answers)
    return _three_valued.any_of(*given) if given else None


def upcr_above(
    value: Decimal, comparator: str | None, unit: units.Unit, policy: str = ""
) -> bool | None:
    """Compare a spot ratio: mg/mmol against 50, what is per gram against 500.

    ``policy`` is the unit of the patient, mg/mmol or mg/g, into which a sample in the other unit
    is converted; empty compares each sample in its own unit.
    """
    number, limit = upcr_in(value, unit, policy)
    return is_above(number, comparator, limit)


def upcr_in(value: Decimal, unit: units.Unit, policy: str = "") -> tuple[Decimal, Decimal]:
    """Return a spot ratio in the unit it is compared in, and the cut-off there."""
    own_per_gram = unit.per != 1
    if (policy == "mg/g") if policy else own_per_gram:
        in_mg_g = value * unit.times if own_per_gram else _mg_g(unit.to_canonical(value))
        return in_mg_g, UPCR_MG_G_ABOVE
    return unit.to_canonical(value), UPCR_MG_MMOL_ABOVE


def _mg_g(mg_mmol: Decimal) -> Decimal:
    return units.convert(units.UPCR, mg_mmol, "mg/mmol", "mg/g")


def in_grey_band(value: Decimal, unit: units.Unit) -> bool:
    """Whether the ratio counts in one unit and would not in the other: 50 to 56.56 mg/mmol."""
    in_mg_g = Decimal(UPCR_MG_G_ABOVE) / Decimal("8.84")
    return UPCR_MG_MMOL_ABOVE < unit.to_canonical(value) <= in_mg_g.quantize(units.PLACES)


def in_words(text: str) -> bool | None:
    """Read a qualitative result; None for weak, borderline and every word that is not known."""
    word = " ".join(text.split()).casefold()
    return True if word in POSITIVE else False if word in NEGATIVE else None


def _compared(
    inputs: Mapping[str, Any],
    name: str,
    quantity: units.Quantity,
    compare: Callable[[Decimal, str | None, Decimal], bool | None],
    limit: Decimal,
) -> bool | None:
    found = in_unit(inputs, name, quantity)
    return None if found is None else compare(*found, limit)


def _cell_count(
    inputs: Mapping[str, Any], name: str, below: Decimal
) -> tuple[bool | None, dict[str, Any]]:
    low = _compared(inputs, name, units.CELLS, is_below, below)
    return _unless(inputs, "drug_cause", low), {}


def _unless(inputs: Mapping[str, Any], cause: str, found: bool | None) -> bool | None:
    """Take back a candidate that another cause explains; the cause is a flag, or its name."""
    given = inputs.get(cause)
    if isinstance(given, str):
        explained = " ".join(given.split()).casefold() not in _NO_CAUSE
    else:
        explained = known_flag_or_digit(inputs, cause) is True
    return False if explained else found


def _without_infection(inputs: Mapping[str, Any], found: bool | None) -> bool | None:
    """Ask where infection is not excluded: that is unknown, neither present nor absent."""
    excluded = known_flag_or_digit(inputs, "infection_excluded")
    if known_flag_or_digit(inputs, "infection_confirmed"):
        return False
    return None if found and "infection_excluded" in inputs and not excluded else found


def _proteinuria(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    by_day = _compared(inputs, "protein_24h", units.PROTEIN_24H, is_above, PROTEIN_ABOVE)
    spot, grey = None, False
    measured = number_in(inputs, "upcr")
    if measured is not None:
        unit = unit_in(inputs, units.UPCR)
        possible_value("upcr", measured[0], unit, units.UPCR)
        spot, grey = upcr_above(*measured, unit), in_grey_band(measured[0], unit)
    conflict = by_day is not None and spot is not None and by_day != spot
    return (spot if by_day is None else by_day), {"conflict": conflict, "grey_band": grey}


def _per_field(inputs: Mapping[str, Any], name: str) -> bool | None:
    found = number_in(inputs, name)
    if found is None:
        return None
    possible_value(name, found[0], units.PER_FIELD.canonical, units.PER_FIELD)
    return is_above(*found, CELLS_PER_FIELD_ABOVE)


def _haematuria(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    return _unless(inputs, "other_cause", _per_field(inputs, "rbc_hpf")), {}


def _pyuria(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    return _without_infection(inputs, _per_field(inputs, "wbc_hpf")), {}


def _fever(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    hot = _compared(inputs, "temp", units.TEMPERATURE, is_above, FEVER_ABOVE)
    return _without_infection(inputs, hot), {}


def _low_complement(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    low = {name: _beyond(inputs, name, f"{name}_lln", is_below) for name in ("c3", "c4", "ch50")}
    # C3 and C4 both decide that it is absent; CH50 is rarely measured and may be left out.
    asked = [low["c3"], low["c4"], *([low["ch50"]] if inputs.get("ch50") is not None else [])]
    return any_of(asked), {}


def _increased_dna_binding(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    word = inputs.get("qualitative")
    if inputs.get("value") is None and word is not None:
        return in_words(str(word)), {}
    return _beyond(inputs, "value", "uln", is_above), {}


def _beyond(
    inputs: Mapping[str, Any],
    name: str,
    limit_name: str,
    compare: Callable[[Decimal, str | None, Decimal], bool | None],
) -> bool | None:
    """Compare with the laboratory's own limit, in the same unit; None without one."""
    measured, limit = number_in(inputs, name), number_in(inputs, limit_name)
    return None if measured is None or limit is None else compare(*measured, limit[0])


def _casts(inputs: Mapping[str, Any]) -> tuple[bool | None, dict[str, Any]]:
    given = inputs.get("casts")
    return (None if given is None else casts_in_words(str(given))), {}


def casts_in_words(text: str) -> bool | None:
    """Read the casts that were seen; only red-cell and haem-granular ones count."""
    named = names_casts(text, ("red cell", "rbc", "erythrocyte", "haem", "heme"))
    if named is not False:
        return named
    seen = " ".join(text.replace("-", " ").split()).casefold()
    harmless = ("hyaline", "granular", "waxy", "none", "negative", "absent", "no casts", "nil", "0")
    return False if seen in {*harmless, *(f"{word} casts" for word in harmless)} else None


def names_casts(text: str, kinds: Iterable[str]) -> bool | None:
    """Whether a report names casts of one of these kinds; None where it denies something.

    "Hyaline casts, no red cell casts" and "RBC casts: none" name what was not there.
    """
    words = re.findall(r"\w+", text.casefold())
    seen = " ".join(words)
    if not any(kind in seen for kind in kinds):
        return False
    return None if _DENIALS.intersection(words) else True


ITEMS: Mapping[str, Callable[[Mapping[str, Any]], tuple[bool | None, dict[str, Any]]]] = (
    MappingProxyType(
        {
            "urinary_casts": _casts,
            "haematuria": _haematuria,
            "proteinuria": _proteinuria,
            "pyuria": _pyuria,
            "low_complement": _low_complement,
            "increased_dna_binding": _increased_dna_binding,
            "fever": _fever,
            "thrombocytopenia": lambda inputs: _cell_count(inputs, "platelets", PLATELETS_BELOW),
            "leukopenia": lambda inputs: _cell_count(inputs, "wbc", LEUKOCYTES_BELOW),
        }
    )
)


def _lab_item(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    item = required(inputs, "item")
    if not isinstance(item, str) or item not in ITEMS:
        raise InvalidAnswerError(
            "unknown_item", f"item is one of {', '.join(ITEMS)}, not {shown(item)}"
        )
    candidate, more = ITEMS[item](inputs)
    return {"candidate": candidate, **more}


RULE = Rule(
    title="SLEDAI-2K, items from results",
    version=VERSION,
    subject="laboratory",
    source="Gladman DD, Ibañez D, Urowitz MB. J Rheumatol 2002;29:288-91; spot ratio: Medina-Rosas "
    "J et al. Arthritis Res Ther 2015, doi 10.1186/s13075-015-0808-x",
    licence="Thresholds, free to use.",
    settings={
        "answer": "a candidate, never the item itself: a person confirms it",
        "leukopenia": f"leukocytes below {LEUKOCYTES_BELOW} × 10⁹/L",
        "thrombocytopenia": f"platelets below {PLATELETS_BELOW} × 10⁹/L",
        "fever": f"above {FEVER_ABOVE} °C",
        "proteinuria": f"above {PROTEIN_ABOVE} g in 24 hours, which wins; else a spot ratio in the "
        "unit of the patient’s baseline sample (here, without a patient, in the "
        f"laboratory’s own), above {UPCR_MG_MMOL_ABOVE} mg/mmol or {UPCR_MG_G_ABOVE} mg/g "
        f"({UPCR_POLICY}, policy)",
        "haematuria, pyuria": f"more than {CELLS_PER_FIELD_ABOVE} cells per field",
        "urinary casts": "red-cell or haem-granular casts reported",
        "complement": "C3, C4 or CH50 below the limit of its laboratory; without one unknown",
        "DNA binding": "above the limit of its assay, or reported as positive",
    },
    disagreements=(
        "0.5 g/g of protein to creatinine is 56.6 mg/mmol, yet Toronto and KDIGO print it as 50 "
        "mg/mmol: between the two the unit of the laboratory decides, and the grey band is said.",
        "A spot ratio agrees poorly with 24 hours between 0.5 and 3 g; where both are there, 24 "
        "hours win and the conflict is said.",
        "Fever is above 38.3 °C and leukopenia below 4.0 in EULAR/ACR 2019.",
    ),
)
CALCULATORS = (
    Calculator(
        "SLEDAI-2K.lab_item",
        (
            *("item", "unit", "wbc", "platelets", "drug_cause", "protein_24h", "upcr", "dipstick"),
            *("rbc_hpf", "wbc_hpf", "rbc_per_uL", "wbc_per_uL", "casts", "other_cause"),
            *("temp", "infection_excluded", "infection_confirmed", "c3", "c3_lln", "c4", "c4_lln"),
            *("ch50", "ch50_lln", "value", "uln", "qualitative", "assay"),
        ),
        ("candidate", "conflict", "grey_band"),
        _lab_item,
        RULE,
    ),
)
