"""The form of one infusion: what was given, from which lots, in which dose, and what happened."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from registry import codes
from registry.errors import InvalidRecordError
from registry.forms.base import RecordForm, typed_values
from registry.forms.fields import (
    ChoiceField,
    DecimalField,
    LongTextField,
    MomentField,
    PartialDateField,
    TypedField,
    WholeNumberField,
    storable,
)
from registry.lot_rules import LONGEST_CODE, GivenLot

MOST_LOTS = 12  # rows of the form; a dose of more bags than that has not been published
MOST_CELLS = "999999999999999"
MOST_PER_KG = "999999999999"
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


class CurrencyField(TypedField):
    """Three letters of ISO 4217."""

    def read(self, typed: str) -> str:
        if not _CURRENCY.fullmatch(typed.upper()):
            raise ValueError("three letters are needed, like EUR, USD or CNY")
        return typed.upper()


class LotCodeField(TypedField):
    """The code of a lot; one that came in a file may hold spaces and other letters."""

    def read(self, typed: str) -> str:
        if not typed.isprintable() or ";" in typed:
            raise ValueError("printed characters without ; are possible")
        return storable(typed, LONGEST_CODE)


class InfusionForm(RecordForm):
    """One administration; each lot is a row, named by its code."""

    course = ChoiceField("Course", codes={})
    started_at = MomentField(
        "Given at",
        required=True,
        hint="A day, or with the time at your site: 27 3 2026 10:30. Partial dates are possible",
    )
    ended_at = MomentField("Ended at", hint="In the same way")
    sequence = WholeNumberField("Number in the course", low="1", high="100")
    cell_type = ChoiceField("Cell type", codes=codes.CELL_TYPE, required=True)
    tissue_source = ChoiceField("Tissue source", codes=codes.TISSUE_SOURCE)
    donor_type = ChoiceField("Donor", codes=codes.DONOR_TYPE)
    route = ChoiceField("Route", codes=codes.ROUTE)
    viability_percent = DecimalField("Viability after thaw", high="100", unit="%")
    planned_total_cells = DecimalField("Cells planned in all", high=MOST_CELLS)
    planned_cells_per_kg = DecimalField("Cells per kg planned", high=MOST_PER_KG)
    dose_total_cells = DecimalField("Cells given in all", low="0", high=MOST_CELLS)
    dose_cells_per_kg = DecimalField("Cells per kg", low="0", high=MOST_PER_KG)
    weight_kg = DecimalField("Weight", low="1", high="400", unit="kg")
    weighed_on = PartialDateField("Weighed on")
    premedication = TypedField("Premedication")
    concomitant = TypedField("Concomitant immunosuppression")
    observed_hours = DecimalField("Observed afterwards", high="1000", unit="hours")
    reaction = LongTextField("Reaction", hint="What happened during and after; “none” if none")
    cost_amount = DecimalField("Cost", high="999999999")
    cost_currency = CurrencyField("Currency", hint="Three letters, like EUR")
    cost_covers = TypedField("What it pays for", hint="For example cells only, or the whole stay")
    cost_paid_by = ChoiceField("Paid by", codes=codes.COST_PAYER)

    # How the page draws it; the lots stand after the first part.
    parts = (
        (
            "What was given",
            ("course", "started_at", "ended_at", "sequence", "cell_type", "tissue_source",
             "donor_type", "route"),
        ),
        (
            "Dose",
            ("dose_total_cells", "dose_cells_per_kg", "weight_kg", "weighed_on",
             "planned_total_cells", "planned_cells_per_kg", "viability_percent"),
        ),
        (
            "Around the infusion",
            ("premedication", "concomitant", "observed_hours", "reaction"),
        ),
        (
            "Cost, if it is recorded",
            ("cost_amount", "cost_currency", "cost_covers", "cost_paid_by"),
        ),
    )  # fmt: skip

    def set_zone(self, zone: str | None) -> None:
        """Say whose clock the times are read by."""
        for field in self:
            if isinstance(field, MomentField):
                field.zone = zone

    def checked(self) -> dict[str, Any]:
        """Return the values meant, with the rows of lots as ``lots``."""
        values = super().checked()
        rows = [_taken(values, n) for n in range(1, MOST_LOTS + 1)]
        return values | {"lots": _complete(rows)}

    def lot_rows(self, values: Mapping[str, str]) -> list[tuple[str, ...]]:
        """Return the names of the rows to draw: all that hold something, and an empty one."""
        filled = [n for n in range(1, MOST_LOTS + 1) if any(values.get(f) for f in row_of(n))]
        shown = max(max(filled, default=1), _whole(values.get("lot_rows", "")))
        return [row_of(n) for n in range(1, min(shown + 1, MOST_LOTS) + 1)]


def _whole(text: str) -> int:
    return min(int(text[:4]), MOST_LOTS) if text.isascii() and text.isdigit() else 0


def row_of(n: int) -> tuple[str, str, str, str]:
    """Return the field names of one row: code, volume, cells, thaw."""
    name = "lot" if n == 1 else f"lot_{n}"
    return name, f"{name}_volume_ml", f"{name}_cells", f"{name}_thawed_at"


def typed_lots(lots: Iterable[GivenLot]) -> dict[str, str]:
    """Return stored lots as a person would type them into the rows."""
    typed: dict[str, str] = {}
    for n, lot in enumerate(lots, 1):
        values = (lot.code, lot.volume_ml, lot.cells, lot.thawed_at)
        typed |= typed_values(dict(zip(row_of(n), values, strict=True)))
    return typed


def _add_rows() -> None:
    """Declare the fields of every row, which differ in their number only."""
    for n in range(1, MOST_LOTS + 1):
        which = "" if n == 1 else f" {n}"
        fields = (
            LotCodeField(f"Lot code{which}"),
            DecimalField(f"Volume of lot{which}", high="100000", unit="mL"),
            DecimalField(f"Cells of lot{which}", high=MOST_CELLS),
            MomentField(f"Thaw of lot{which}"),
        )
        for name, field in zip(row_of(n), fields, strict=True):
            setattr(InfusionForm, name, field)


_add_rows()


def _taken(values: dict[str, Any], n: int) -> GivenLot:
    code, volume_ml, cells, thawed_at = (values.pop(name) for name in row_of(n))
    return GivenLot(code or "", volume_ml, cells, thawed_at, field=row_of(n)[0])


def _complete(rows: Iterable[GivenLot]) -> tuple[GivenLot, ...]:
    """Leave out the empty rows; refuse facts of a lot without its code, and one lot twice."""
    filled: dict[str, GivenLot] = {}
    wrong: dict[str, str] = {}
    for row in rows:
        if not row.code and row.says_something:
            wrong[row.field] = "Lot code: this is needed where volume, cells or thaw are given"
        elif row.code in filled:
            wrong[row.field] = f"Lot code: {row.code} has a row already; add the volumes up"
        elif row.code:
            filled[row.code] = row
    if wrong:
        raise InvalidRecordError(wrong)
    return tuple(filled.values())
