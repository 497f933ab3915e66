"""Rates of a summary arranged for reading: flares by period, damage and admissions since day 0."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

UNDEFINED = "–"
PERIODS: Mapping[str, str] = MappingProxyType(
    {
        "before": "Day \u2212455 to \u221291, without the flare that led to treatment",
        "before_to_day_minus_1": "Day \u2212365 to \u22121, with it",
        "after": "From day 0 on, the patients of the first row",
    }
)
SINCE: Mapping[str, str] = MappingProxyType(
    {
        "damage": "New points of the SDI, dated on or after day 0",
        "admission": "Stays in hospital, each once",
    }
)
METHODS: Mapping[str, str] = MappingProxyType(
    {
        "patient_bootstrap": "patients resampled",
        "exact_poisson": "exact, no event",
        "too_few_patients": "too few patients",
    }
)
FLARES = "Flares before and after treatment, of the same patients"
NEW_SINCE = "New damage and admissions since treatment"
NOTE = (
    "Time and flares count only between contacts 200 days or fewer apart. No control group: a "
    "lower rate after is an observation, not an effect."
)
NOTE_SINCE = (
    "Damage is told against the count before treatment, up to the last count that left no item "
    "open. A stay in hospital is told by a flare or a serious event, and stands at its onset."
)

Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RateTable:
    """One table with the sentence under it."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[object]]
    note: str


def arranged(lines: Iterable[Line]) -> list[RateTable]:
    """Return a table of flares and one of what is only counted since day 0, if there are any."""
    flares: list[list[object]] = []
    since: list[list[object]] = []
    for line in lines:
        if line["event"] in SINCE:
            since.append([SINCE[line["event"]], *_numbers(line)])
        else:
            flares.append([PERIODS[line["period"]], *_numbers(line)])
    tables = (
        RateTable(FLARES, _columns("When", "Patients, paired", "Flares"), flares, NOTE),
        RateTable(NEW_SINCE, _columns("What", "Patients", "Counted"), since, NOTE_SINCE),
    )
    return [table for table in tables if table.rows]


def _columns(first: str, patients: str, events: str) -> list[tuple[str, str]]:
    numbers = (patients, "Left out", "Years observed", events, "Not placed")
    rate = (f"{events} a year", "95 % CI")
    return [(first, ""), *((name, "numeric") for name in (*numbers, *rate)), ("Limits", "")]


def _numbers(line: Line) -> list[object]:
    low, high = line["ci_low"], line["ci_high"]
    return [
        line["patients"],
        line["not_paired"],
        _two(line["person_years"]),
        line["events"],
        line["unplaced"],
        _two(line["rate"]),
        UNDEFINED if low is None else f"{_two(low)} to {_two(high)}",
        METHODS[line["method"]],
    ]


def _two(value: float | None) -> str:
    return UNDEFINED if value is None else f"{value:.2f}"
