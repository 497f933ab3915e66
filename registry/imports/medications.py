"""The step of an import that reads medicines."""

from decimal import Decimal

from registry.exchange.treatment import MEDICATIONS
from registry.imports.known import Person
from registry.imports.listed import Listed, stage
from registry.imports.reading import Row
from registry.imports.run import Check, Run
from registry.imports.staged import Values

LARGEST_MG = Decimal(20_000)  # policy: more is possible, but more often a slip; it is a warning


def stage_medications(run: Run) -> None:
    stage(run, Listed(MEDICATIONS, "started_on", _medication))


def _medication(check: Check, row: Row, person: Person | None) -> Values:
    _check_medication(check, row, person)
    return {}


def _check_medication(check: Check, row: Row, person: Person | None) -> None:
    check.not_future("started_on")
    check.in_order("started_on", "ended_on", "the end lies before the begin")
    check.within_life(person, "started_on")
    check.within_life(person, "ended_on", after_death=True)
    dose, per_day, daily = row["dose"], row["per_day"], row["daily_dose"]
    if dose is not None and per_day is not None and daily is not None and dose * per_day != daily:
        check.warn("daily_dose", f"is not dose x per_day ({dose * per_day:f}); daily_dose is used")
    if (dose is not None or daily is not None) and not row["unit"]:
        check.warn("unit", "a dose without a unit")
    largest = max(dose or 0, daily or 0)
    if row["unit"] == "mg" and largest > LARGEST_MG:
        check.warn("dose", "is unusual: more than 20 g")
