"""The outcome summary as one tidy table: a line for each result, its x, n and interval beside it.

Meant for spreadsheets: text that a spreadsheet would take for a formula gets an apostrophe.
The columns are described in docs/outcome-summary.md.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from registry.exports import summary_endpoint_lines as endpoint_lines
from registry.exports import summary_safety_lines as safety_lines
from registry.exports.summary_state_lines import state_course
from registry.spreadsheets import as_cell

Line = Mapping[str, Any]

#: What a line is about, then how many, then how sure, then who is missing, then scores.
COLUMNS = (
    *("section", "group", "population", "name", "version", "origin", "timepoint", "row"),
    *("period", "direction", "level", "soc", "term", "grade", "cause", "relation"),
    *("value", "unit", "x", "events", "n", "patients", "person_years", "rate"),
    *("percent", "ci_low", "ci_high", "method", "wilson_low", "wilson_high"),
    "per_100_patient_years",
    *("indeterminate", "not_evaluable", "not_seen", "not_yet_due", "not_paired", "unplaced"),
    *("total_only", "incomplete", "missing", "mean", "sd", "median", "q1", "q3"),
    *("bounds_n", "bounds_known_points", "bounds_max_possible"),
    *("change_n_pairs", "change_mean", "change_sd", "change_ci_low", "change_ci_high"),
    "change_other_method",
    "sources",
)


def render(summary: Mapping[str, Any]) -> str:
    """Return the table, header first, lines in the order of the summary."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for line in lines(summary):
        writer.writerow({column: _cell(value) for column, value in line.items()})
    return target.getvalue()


def lines(summary: Mapping[str, Any]) -> Iterator[Line]:
    """Yield every line: where it comes from, what it cannot say, the cohort, then each group."""
    yield from _provenance(summary["provenance"])
    yield {"section": "design", "value": summary["design"]}
    for limit in summary["limits"]:
        yield {"section": "limits", "value": limit}
    yield from _outcomes(summary)
    for group in summary.get("groups", ()):
        for line in _outcomes(group):
            yield {**line, "group": group["value"]}


def _provenance(block: Mapping[str, Any]) -> Iterator[Line]:
    for name, value in block.items():
        if name == "definitions":
            for definition, entry in value.items():
                settings = json.dumps(entry["settings"], sort_keys=True, ensure_ascii=False)
                named = {"section": "definitions", "name": definition}
                yield {**named, "version": entry["version"], "value": settings}
        elif isinstance(value, Mapping):
            for part, inner in value.items():
                yield {"section": "provenance", "name": f"{name}.{part}", "value": inner}
        else:
            yield {"section": "provenance", "name": name, "value": value}


def _outcomes(part: Mapping[str, Any]) -> Iterator[Line]:
    yield from _flow(part["flow"])
    yield from safety_lines.table1(part["table1"])
    yield from endpoint_lines.lines(part)
    for row in part["activity"]:
        yield {"section": "activity", **_flat(row), "name": row["instrument"]}
    for row in part["states"]:
        yield {"section": "states", **_flat(row), "name": row["definition"]}
    yield from state_course(part["state_course"])
    for row in part["rates"]:
        yield {"section": "rates", **_flat(row), "name": row["event"]}
    yield from safety_lines.adverse_events(part["adverse_events"])
    for sentence in part["warnings"]:
        yield {"section": "warnings", "value": sentence}


def _flow(flow: Mapping[str, Any]) -> Iterator[Line]:
    for name, value in flow.items():
        if name == "not_infused":
            pairs = [(f"{name}.{entry['reason']}", entry["n"]) for entry in value]
        elif isinstance(value, Mapping):
            pairs = [(f"{name}.{part}", n) for part, n in value.items()]
        else:
            pairs = [] if name == "at" else [(name, value)]
        yield from ({"section": "flow", "name": key, "value": n} for key, n in pairs)
    for at in flow["at"]:
        for state, n in at.items():
            if state != "timepoint":
                named = {"section": "flow", "name": state, "timepoint": at["timepoint"]}
                yield {**named, "value": n}


def _flat(row: Line) -> dict[str, Any]:
    """Spread bounds and change over columns of their own; the name has its column already."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{key}_{part}": inner for part, inner in value.items()}
        elif key not in {"instrument", "definition", "change", "event"}:
            flat[key] = value
    return flat


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = "; ".join(value)
    return as_cell(value)
