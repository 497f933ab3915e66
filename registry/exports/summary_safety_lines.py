"""Table 1 and the adverse events of a summary as lines of one table.

Patients with an event are its ``x``; the category that a row is about is its ``level``.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
EVENTS = "adverse_events"
DEATHS = "deaths"
#: Which key of a breakdown is the level of its line; SOC, term and grade have their own columns.
LEVELS: Mapping[str, str] = {
    "by_relation": "relation",
    "by_cause": "cause",
    "by_solicited": "solicited",
    "by_phase": "phase",
}
BREAKDOWNS = (*LEVELS, "by_grade", "by_soc", "by_term")


def table1(rows: Sequence[Line]) -> Iterator[Line]:
    """Yield a line for each variable, or for each category of one."""
    for row in rows:
        yield {"section": "table1", "name": row["variable"], **_without(row, "variable")}


def adverse_events(part: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the sizes, the headlines, every breakdown and every death."""
    for name, value in part.items():
        named = {"section": EVENTS, "name": name}
        if name in BREAKDOWNS:
            yield from ({**named, **_breakdown(name, row)} for row in value)
        elif name == DEATHS:
            yield from (_death(row) for row in value)
        elif name == "product_events":
            counts = (value or {}).items()
            yield from ({**named, "name": f"{name}.{key}", "value": n} for key, n in counts)
        elif isinstance(value, Mapping):
            yield {**named, **_counted(value)}
        else:
            yield {**named, "value": value}


def _breakdown(name: str, row: Line) -> Line:
    key = LEVELS.get(name)
    counted = _counted(_without(row, key or ""))
    return {**counted, "level": row[key]} if key else counted


def _counted(row: Line) -> Line:
    return {**_without(row, "patients"), "x": row["patients"]}


def _death(row: Line) -> Line:
    return {
        "section": DEATHS,
        "name": "day",
        "value": row["day"],
        "level": row["phase"],
        "cause": row["cause"],
        "term": row["terms"],
        "relation": row["relation"],
    }


def _without(row: Line, key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}
