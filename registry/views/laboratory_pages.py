"""What the laboratory pages show: the table by date, and the panels of the entry table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask import url_for

from registry import clock
from registry.extensions import read_session
from registry.forms.dates import read_date
from registry.forms.results import unit_choices
from registry.instruments.lab_items import is_above, is_below
from registry.instruments.units import printed
from registry.laboratory.analytes import ANALYTES, PANELS, Analyte, find
from registry.laboratory.reading import as_number
from registry.partial_date import InvalidDateError
from registry.queries.laboratory import (
    DAYS_ON_A_PAGE,
    ResultRow,
    results_between,
    sample_days,
)
from registry.queries.scope import PatientInReach
from registry.templating import show_code, show_number

USUAL = ("blood", "kidney", "complement", "antibodies", "chemistry")  # open in the entry table
EVERY_ANALYTE = tuple(ANALYTES)
OTHERS = "Other"


@dataclass(frozen=True, slots=True)
class EntryPanel:
    title: str
    usual: bool
    lines: tuple[tuple[Analyte, tuple[str, ...]], ...]


ENTRY_PANELS = tuple(
    EntryPanel(
        title,
        panel in USUAL,
        tuple((a, unit_choices(a)) for a in ANALYTES.values() if a.panel == panel),
    )
    for panel, title in PANELS.items()
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One result in the table."""

    value: str
    flag: str  # low, high or nothing
    canonical: str
    limits: str
    laboratory: str
    href: str


def entry_of(code: str) -> Analyte:
    """Return the analyte; what the registry does not know is kept as words."""
    known = find(code)
    return known or Analyte(code, code, "body", None, "qualitative", words=True)


def table_context(patient: PatientInReach, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return the table of at most eight sample days, and where the older ones are."""
    first, last, problems = _window(asked)
    days = sample_days(read_session(), patient, last + timedelta(days=1), first)
    shown, more = days[:DAYS_ON_A_PAGE], days[DAYS_ON_A_PAGE:]
    newest, oldest = (shown[0], shown[-1]) if shown else (last, last)
    rows = results_between(read_session(), patient, oldest, newest)
    rows = tuple(row for row in rows if row.result.collected_on.latest >= first)
    columns = _columns(rows)
    return {
        "patient": patient,
        "columns": [on for on, _ in columns],
        "panels": _panels(rows, columns, patient),
        "older": _older(patient, oldest, asked) if more else "",
        "newest": url_for("laboratory.index", code=patient.code) if asked.get("to") else "",
        "asked": {name: asked.get(name, "") for name in ("from", "to")},
        "problems": problems,
        "may_write": patient.writable is not None,
    }


def _older(patient: PatientInReach, oldest: date, asked: Mapping[str, str]) -> str:
    """Return the address of the days before the oldest shown; ``from`` stays as it was asked."""
    parts: dict[str, Any] = {"to": (oldest - timedelta(days=1)).isoformat()}
    if asked.get("from"):
        parts["from"] = asked["from"]
    return url_for("laboratory.index", code=patient.code, **parts)


def _window(asked: Mapping[str, str]) -> tuple[date, date, dict[str, str]]:
    """Read the two dates of the filter; one that cannot be read is said and left out."""
    problems: dict[str, str] = {}
    bounds = {"from": date.min, "to": date.max - timedelta(days=1)}
    for name, side in (("from", "earliest"), ("to", "latest")):
        typed = asked.get(name, "").strip()
        if not typed:
            continue
        try:
            bounds[name] = getattr(read_date(typed, clock.today()), side)
        except (InvalidDateError, OverflowError) as error:
            problems[name] = f"{name.capitalize()}: {error}"
    return bounds["from"], min(bounds["to"], date.max - timedelta(days=1)), problems


def _columns(rows: Iterable[ResultRow]) -> list[tuple[str, tuple[date, date]]]:
    """Return the days in words, newest first; a month known only as such has its own column."""
    found = {_day(row): row.result.collected_on.words for row in rows}
    return [(words, day) for day, words in sorted(found.items(), reverse=True)]


def _day(row: ResultRow) -> tuple[date, date]:
    return row.result.collected_on.earliest, row.result.collected_on.latest


def _panels(
    rows: Iterable[ResultRow],
    columns: list[tuple[str, tuple[date, date]]],
    patient: PatientInReach,
) -> list[tuple[str, list[tuple[str, list[list[Cell]]]]]]:
    """Return panel → analyte → the cells of each day, in the order of the analytes."""
    found: dict[str, dict[tuple[date, date], list[Cell]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[row.result.analyte][_day(row)].append(_cell(row, patient))
    panels: dict[str, list[tuple[str, list[list[Cell]]]]] = defaultdict(list)
    for code in sorted(found, key=_order):
        known = ANALYTES.get(code)
        line = [found[code][day] for _, day in columns]
        panels[PANELS[known.panel] if known else OTHERS].append((_title(code), line))
    return list(panels.items())


def _order(code: str) -> tuple[int, str]:
    return (EVERY_ANALYTE.index(code) if code in ANALYTES else len(EVERY_ANALYTE), code)


def _title(code: str) -> str:
    return ANALYTES[code].title if code in ANALYTES else code


def _cell(row: ResultRow, patient: PatientInReach) -> Cell:
    result = row.result
    said = show_code(result.state) if result.value is None else result.value
    place = patient.writable
    mine = place is not None and place.site_id == row.site_id
    return Cell(
        value=f"{result.comparator or ''}{said} {printed(result.unit or '')}".rstrip(),
        flag=_flag(row),
        canonical=_canonical(row),
        limits=_limits(result.lower_limit, result.upper_limit),
        laboratory=row.laboratory or "",
        href=url_for("laboratory.edit", result=row.id) if mine else "",
    )


def _flag(row: ResultRow) -> str:
    """Compare with the limits of the laboratory; a comparator decides only where it can."""
    result = row.result
    number = as_number(entry_of(result.analyte), result.value or "")
    if number is None:
        return ""
    low, high = result.lower_limit, result.upper_limit
    if low is not None and is_below(number, result.comparator, low):
        return "low"
    if high is not None and is_above(number, result.comparator, high):
        return "high"
    return ""


def _canonical(row: ResultRow) -> str:
    """Return the canonical value where it reads differently from what was entered."""
    if row.canonical_value is None or row.canonical_unit == row.result.unit:
        return ""
    if row.result.unit is None:
        return ""
    shown = show_number(row.canonical_value.quantize(Decimal("0.001")))
    return f"= {row.result.comparator or ''}{shown} {printed(row.canonical_unit or '')}"


def _limits(lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is None and upper is None:
        return ""
    if lower is None or upper is None:
        return f"limit {upper if lower is None else lower}"
    return f"limits {lower} to {upper}"
