"""Read laboratory results typed as a table: one sample, one line for each analyte.

A line says a value with its comparator in one box (``<0.5``), or why there is none; limits are
those of the laboratory, in the unit of the value.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from registry import codes
from registry.errors import InvalidRecordError
from registry.forms.base import RecordForm
from registry.forms.fields import LONGEST_LINE, MomentField, TypedField, storable
from registry.instruments import units
from registry.laboratory.analytes import ANALYTES, Analyte
from registry.laboratory.reading import Typed, as_number, canonical, read_typed
from registry.numbers import InvalidNumberError, parse_decimal
from registry.partial_date import PartialDate

PREFIX = "lab."
# What decides the nine items of the SLEDAI-2K, in the order of the visit form.
VISIT_PANEL = (
    *("c3", "c4", "anti_dsdna_elisa", "anti_dsdna_farr", "anti_dsdna_clift"),
    *("leukocytes", "platelets", "upcr", "protein_24h"),
    *("urine_red_cells", "urine_white_cells", "urine_casts", "temperature"),
)
LONGEST_LABORATORY = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One result as it is meant; limits in its unit."""

    analyte: Analyte
    typed: Typed
    unit: str | None
    lower: Decimal | None = None
    upper: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The results of one sample at one laboratory."""

    collected_on: PartialDate
    laboratory: str | None
    lines: tuple[Line, ...]


class SampleForm(RecordForm):
    collected_on = MomentField(
        "Sample taken", hint="A day, or with the time: 27 3 2026 10:30. Mar 2026 if unsure"
    )
    laboratory = TypedField("Laboratory")


def unit_choices(analyte: Analyte) -> tuple[str, ...]:
    """Return the units a person can choose; those of an assay are kept and never converted."""
    if analyte.quantity is None:
        return ()
    names = tuple(unit.name for unit in analyte.quantity.units)
    own = analyte.quantity is units.INTERNATIONAL
    return (*names, *(unit.name for unit in units.ASSAY_UNITS.units if own))


def read_sheet(
    form: Mapping[str, str], analytes: Sequence[str], otherwise_on: PartialDate | None = None
) -> Sheet | None:
    """Return what was typed, None where no line says anything.

    A sample without a date is of ``otherwise_on``. Raises InvalidRecordError.
    """
    errors: dict[str, str] = {}
    lines = [line for code in analytes if (line := _line(form, ANALYTES[code], errors))]
    sample = _sample(form, errors)
    on = sample.get("collected_on") or otherwise_on
    if lines and on is None:
        errors.setdefault(f"{PREFIX}collected_on", "Sample taken: this is needed with a result")
    if errors:
        raise InvalidRecordError(errors)
    if not lines or on is None:
        return None
    return Sheet(on, sample.get("laboratory"), tuple(lines))


def _sample(form: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    names = ("collected_on", "laboratory")
    given = {name: form.get(PREFIX + name, "") for name in names}
    try:
        return SampleForm(_Single(given)).checked()
    except InvalidRecordError as error:
        errors.update({PREFIX + name: sentence for name, sentence in error.fields.items()})
        return {}


def _line(form: Mapping[str, str], analyte: Analyte, errors: dict[str, str]) -> Line | None:
    """Read one line; None where it is empty or wrong, which ``errors`` then says."""
    name = f"{PREFIX}{analyte.code}"
    parts = {part: form.get(f"{name}.{part}", "").strip() for part in PARTS}
    if not any(parts[part] for part in ("value", "state", "lower", "upper")):
        return None  # a unit alone is only the default of the list
    found = read_line(analyte, parts)
    if isinstance(found, Line):
        return found
    errors.update({f"{name}.{part}": sentence for part, sentence in found.items()})
    return None


PARTS = ("value", "unit", "lower", "upper", "state")


def read_line(
    analyte: Analyte, parts: Mapping[str, str], stored_unit: str | None = None
) -> Line | dict[str, str]:
    """Return the line, or a sentence for each part that is wrong."""
    errors: dict[str, str] = {}
    typed = _typed(analyte, parts, errors)
    unit = parts["unit"] or None
    if unit is not None and unit not in (stored_unit, *unit_choices(analyte)):
        errors["unit"] = f"{analyte.title}: “{unit[:40]}” is not one of the units"
    lower, upper = (_limit(analyte, parts, side, errors) for side in ("lower", "upper"))
    if lower is not None and upper is not None and upper < lower:
        errors["upper"] = f"{analyte.title}: the upper limit is below the lower one"
    if not errors:
        errors.update(_problem(analyte, typed, unit))
    # Words have no unit, whatever the list beside them shows.
    number = as_number(analyte, typed.value or "")
    return errors or Line(analyte, typed, None if number is None else unit, lower, upper)


def _typed(analyte: Analyte, parts: Mapping[str, str], errors: dict[str, str]) -> Typed:
    try:
        typed = read_typed(storable(parts["value"], LONGEST_LINE))
    except ValueError as error:
        errors["value"] = f"{analyte.title}: {error}"
        return Typed()
    state = parts["state"]
    if state and state not in codes.VALUE_STATE:
        errors["state"] = f"{analyte.title}: “{state[:40]}” is not one of the choices"
    elif state and (typed.value or typed.comparator or typed.state not in {None, state}):
        errors["state"] = f"{analyte.title}: give a value, or why there is none, not both"
    elif state:
        return Typed(state=state)
    return typed


def _limit(
    analyte: Analyte, parts: Mapping[str, str], side: str, errors: dict[str, str]
) -> Decimal | None:
    if not parts[side]:
        return None
    try:
        return parse_decimal(storable(parts[side], 40), comma=True)
    except (InvalidNumberError, ValueError) as error:
        errors[side] = f"{analyte.title}, {side} limit: {error}"
        return None


def _problem(analyte: Analyte, typed: Typed, unit: str | None) -> dict[str, str]:
    """Return what no result can be; a unit of an assay that has no factor is no problem."""
    if typed.state is not None:
        return {}
    if typed.value is None:
        beside = f"after {typed.comparator}" if typed.comparator else "beside the limits"
        return {"value": f"{analyte.title}: a value is needed {beside}"}
    if as_number(analyte, typed.value) is None:
        return _problem_of_words(analyte, typed)
    if analyte.quantity and unit is None and not analyte.quantity.implied:
        return {"unit": f"{analyte.title}: choose the unit"}
    impossible = canonical(analyte.code, typed.value, unit, typed.comparator).impossible
    return {"value": impossible} if impossible else {}


def _problem_of_words(analyte: Analyte, typed: Typed) -> dict[str, str]:
    if analyte.words and not typed.comparator:
        return {}
    return {"value": f"{analyte.title}: “{typed.value}” is not one number, like 7.5 or <0.5"}


def unlikely(lines: Iterable[Line]) -> list[str]:
    """Return a sentence for each value that is possible, but more often a slip."""
    found = [
        canonical(line.analyte.code, line.typed.value, line.unit, line.typed.comparator).unlikely
        for line in lines
    ]
    return [sentence for sentence in found if sentence]


class _Single(dict[str, str]):
    """A plain mapping in the shape that WTForms reads."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []
