"""Rebuild the published cohorts as exchange folders, from the counts that the papers print.

Run ``python docs/published/build.py`` after a change of ``studies.toml`` or of the two tables
in ``tests/documents``; it writes one folder per study here and ``docs/published-results.md``.
"""

import csv
import shutil
import sys
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent.parent / "tests" / "documents"
DENG = "Deng 2017 ARD RCT"

TIMEPOINTS = {
    "baseline": "baseline",
    "3 mo": "month_3",
    "6 mo": "month_6",
    "24 wk": "month_6",
    "9 mo": "month_9",
    "12 mo": "month_12",
    "12 mo (K)": "month_12",
    "1 y": "month_12",
    "2 y": "month_24",
    "3 y": "year_3",
    "4 y": "year_4",
    "5 y": "year_5",
    "7 y": "year_7",
    "10 y": "year_10",
}
STATES = ("met", "not_met", "not_evaluable")
COLUMNS = {
    "sites": "site_code name country time_zone",
    "patients": "patient_id site_code sex enrolled_on birth_date ancestry first_symptom_on "
    "sle_diagnosed_on ascertainment status status_on last_known_alive_on death_on death_cause",
    "courses": "course_id patient_id indication reason legal_basis trial started_on "
    "planned_infusions conditioning mobilised_on engrafted_on",
    "infusions": "infusion_id patient_id started_at cell_type site_code course_id sequence "
    "lot_ids tissue_source donor_type dose_total_cells weight_kg weighed_on dose_cells_per_kg "
    "route premedication concomitant reaction cost_amount cost_currency",
    "endpoints": "patient_id definition timepoint state assessed_on origin",
    "adverse_events": "event_id verbatim_term patient_id lot_id started_on site_code ended_on "
    "term dictionary dictionary_version soc grade scale serious seriousness causality "
    "causality_reviewer expected outcome action infusion_id site_aware_at registry_aware_at "
    "solicited narrative",
}
EVENT_CELLS = ("verbatim_term", "grade", "scale", "serious", "seriousness", "causality", "outcome")


INTRODUCTION = """# Published results as exchange folders

Made by `python docs/published/build.py`; do not edit by hand.

Each folder below `docs/published/` is an example that can be imported as it is:

    registry import docs/published/jayne_2004
    registry summary --cut 2026-11-22

The summary then prints the paper's counts in the paper's denominator, with the exact
(Clopper-Pearson) interval, as *reported* and *reconstructed from published counts*: never mixed
with what the registry computes.

How to read them:

- The papers print counts, not patients. Which numbered patient carries which result is arbitrary;
  no cross-tabulation of two results means anything.
- Sex is unknown. Enrolment and infusion are dated by the year of the paper's first treatment only,
  so no window is derived and the reported timepoints are used. Where the year is *assumed*, our
  source does not state it: use it for nothing.
- Everybody is `retrospective`: the outcome was known when the row was written.
- There are no visits, so the flow counts everybody as not seen; the reported rows carry their own
  denominators. Patients without a row for a result are its `not_seen`, those who could not have it
  (no remission to lose) its `not_evaluable`.
- The row `non_responder_imputed` divides by everybody infused. For a harm (relapse, death) that is
  the kindest possible reading: use the `observed` row.
- Adverse events have no date: the papers print days since the infusion, of which only the year is
  known. They count as arising under treatment, in no phase; the printed day stands in the
  narrative.
  What the paper does not say (grade, seriousness, cause) is empty and counts as not recorded, and
  the deaths of an endpoint are fatal events as well. Person-time is none, so there are no rates.
- Wang 2013, Gu 2014, Wang 2018 and Wen 2019 come from one centre and overlap, and the five of
  Mackensen 2022 are thought to be among the eight of Müller 2024. Never import two of a kind into
  one registry and add them up.

## Folders
"""


@dataclass(frozen=True)
class Row:
    """One line of a table of published results."""

    study: str
    metric: str
    timepoint: str
    x: int | None
    n: int | None
    printed: str


class CountsDifferError(ValueError):
    """The ranges of studies.toml are not the counts of the table."""


def read_rows(documents: Path = DOCUMENTS) -> list[Row]:
    """Return every line of both tables; of the Deng table the treated arm."""
    return [*_published(documents), *_deng(documents)]


def _published(documents: Path) -> Iterable[Row]:
    with (documents / "published_results.csv").open(encoding="utf-8", newline="") as table:
        for line in csv.DictReader(table):
            x, n = line["x"], line["n"]
            counted = (int(x) if x else None, int(n) if n else None)
            names = (line["study"], line["metric"], line["timepoint"])
            yield Row(*names, *counted, line["as_printed"])


def _deng(documents: Path) -> Iterable[Row]:
    with (documents / "deng2017_rct_endpoints.csv").open(encoding="utf-8", newline="") as table:
        for line in csv.DictReader(table):
            metric = line["endpoint"]
            counted = line["kind"] == "count_pct"
            x = int(line["msc_value"]) if counted else None
            timepoint = "6 mo" if metric.endswith("at 6 months") else ""
            printed = f"{line['msc_value']} ({line['msc_sd_or_pct']})"
            yield Row(DENG, metric, timepoint, x, int(line["msc_n"]), printed)


def read_studies(path: Path = HERE / "studies.toml") -> dict[str, Any]:
    """Return the declared studies and the rows that are left out for a reason of their own."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def numbers(ranges: str) -> list[int]:
    """Return the numbers of ``1-3,7``."""
    spans = [part.partition("-") for part in ranges.split(",") if part]
    return [k for low, _, high in spans for k in range(int(low), int(high or low) + 1)]


def source_rows(study: dict[str, Any], endpoint: dict[str, Any], rows: Sequence[Row]) -> list[Row]:
    """Return the lines that an endpoint represents; their counts must be those declared."""
    name = endpoint.get("csv", study["csv"])
    wanted = {(endpoint["metric"], endpoint["timepoint"]), (endpoint.get("also"), "")}
    found = [row for row in rows if row.study == name and (row.metric, row.timepoint) in wanted]
    met, not_met = (len(numbers(endpoint.get(state, ""))) for state in STATES[:2])
    if not found or any((row.x, row.n) != (met, met + not_met) for row in found):
        raise CountsDifferError(f"{endpoint['definition']} at {endpoint['timepoint']}: {found}")
    return found


def told_in(event: dict[str, Any]) -> str:
    """Return where the paper tells of these adverse events, as the page names it."""
    if "source" in event:
        return str(event["source"])
    return f"{event['metric']}, {event['timepoint'] or 'no timepoint'}"


def event_rows(study: dict[str, Any], event: dict[str, Any], rows: Sequence[Row]) -> list[Row]:
    """Return the line that a group of adverse events represents, with all groups of that line.

    None where the paper tells of them outside our tables.  A line that counts the living is
    represented by the deaths of the others.
    """
    if "source" in event:
        return []
    wanted = {(event["metric"], event["timepoint"]), (event.get("also"), "")}
    of_study = (row for row in rows if row.study == study["csv"])
    found = [row for row in of_study if (row.metric, row.timepoint) in wanted]
    written = sum(
        len(numbers(e["patients"])) for e in study["event"] if told_in(e) == told_in(event)
    )
    if {_events_of(row) for row in found} != {written}:
        raise CountsDifferError(f"{written} adverse events of {event['metric']}: {found}")
    return found


def _events_of(row: Row) -> int | None:
    return row.n - row.x if row.metric == "alive" and row.n and row.x else row.x


def timepoint_code(endpoint: dict[str, Any]) -> str:
    """Return the registry's code of the timepoint that the paper prints."""
    return str(endpoint.get("code") or TIMEPOINTS[endpoint["timepoint"]])


def patient_code(study: dict[str, Any], number: int) -> str:
    return f"{study['folder']}-{number:03}"


def site_table(study: dict[str, Any]) -> list[dict[str, str]]:
    name = f"Reconstructed from published counts: {study['citation']}"
    return [{"site_code": study["folder"], "name": name}]


def patient_table(study: dict[str, Any]) -> list[dict[str, str]]:
    everybody = study["patients"] + study.get("not_infused", 0)
    shared = {"site_code": study["folder"], "sex": "unknown", "enrolled_on": study["year"]}
    # Their outcome was known when they were written down.
    shared["ascertainment"] = "retrospective"
    return [{"patient_id": patient_code(study, k + 1)} | shared for k in range(everybody)]


def course_table(study: dict[str, Any]) -> list[dict[str, str]]:
    table = []
    for number, patient in enumerate(patient_table(study), start=1):
        course = {"patient_id": patient["patient_id"], "course_id": f"{patient['patient_id']}-c1"}
        course["legal_basis"] = study.get("legal_basis", "")
        if number > study["patients"]:  # begun, and no product given
            course["started_on"] = study["year"]
        table.append(course)
    return table


def infusion_table(study: dict[str, Any]) -> list[dict[str, str]]:
    shared = {key: study.get(key, "") for key in ("cell_type", "tissue_source", "donor_type")}
    shared |= {"started_at": study["year"], "site_code": study["folder"], "sequence": "1"}
    codes = [patient_code(study, k + 1) for k in range(study["patients"])]
    return [
        {"infusion_id": f"{code}-i1", "patient_id": code, "course_id": f"{code}-c1"} | shared
        for code in codes
    ]


def endpoint_table(study: dict[str, Any]) -> list[dict[str, str]]:
    table = []
    for endpoint in study["endpoint"]:
        citation = endpoint.get("citation", study["citation"])
        shared = {
            "definition": endpoint["definition"],
            "timepoint": timepoint_code(endpoint),
            "origin": f"reconstructed from published counts: {citation}",
        }
        for state in STATES:
            for number in numbers(endpoint.get(state, "")):
                patient = {"patient_id": patient_code(study, number), "state": state}
                table.append(patient | shared)
    return table


def adverse_event_table(study: dict[str, Any]) -> list[dict[str, str]]:
    table: list[dict[str, str]] = []
    for event in study.get("event", ()):
        cells = {name: str(event.get(name, "")) for name in EVENT_CELLS}
        told = f"Reconstructed from published counts: {study['citation']}"
        day = f"; day {event['day']} after the infusion" if "day" in event else ""
        shared = cells | {"site_code": study["folder"], "narrative": f"{told}{day}"}
        for number in numbers(event["patients"]):
            known = {"event_id": f"{study['folder']}-e{len(table) + 1:02}"}
            table.append(known | {"patient_id": patient_code(study, number)} | shared)
    return table


def write_table(path: Path, columns: Sequence[str], table: list[dict[str, str]]) -> None:
    """Write the canonical form: all columns, rows sorted from the first column on."""
    lines = sorted([row.get(column, "") for column in columns] for row in table)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *lines])


def write_folder(study: dict[str, Any], target: Path) -> None:
    folder = target / study["folder"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    tables = {
        "sites": site_table(study),
        "patients": patient_table(study),
        "courses": course_table(study),
        "infusions": infusion_table(study),
        "endpoints": endpoint_table(study),
        "adverse_events": adverse_event_table(study),
    }
    for name, table in tables.items():
        if not table:  # the format has no file without rows
            continue
        write_table(folder / f"{name}.csv", COLUMNS[name].split(), table)


def represented(studies: dict[str, Any], rows: Sequence[Row]) -> set[Row]:
    """Return the lines that some endpoint or some adverse events carry."""
    carried: set[Row] = set()
    for study in studies["study"]:
        for endpoint in study["endpoint"]:
            carried.update(source_rows(study, endpoint, rows))
        for event in study.get("event", ()):
            carried.update(event_rows(study, event, rows))
    return carried


def why_left_out(row: Row, left_out: Sequence[dict[str, str]]) -> str:
    """Say why a line cannot be a reported endpoint of treated patients.

    Raises ValueError where nothing is wrong with the line: then it belongs in a folder.
    """
    for rule in left_out:
        if (rule["csv"], rule["metric"]) == (row.study, row.metric):
            return rule["why"]
    if row.x is None or row.n is None:
        return "not a count of some patients among all (a mean, a median, a total, an estimate)"
    if row.timepoint not in TIMEPOINTS:
        return f"no coded timepoint (“{row.timepoint}”)" if row.timepoint else "no timepoint given"
    raise ValueError(f"in no folder and without a reason: {row}")


def render(studies: dict[str, Any], rows: Sequence[Row]) -> str:
    """Return the page: the folders, what each carries, and every line that none carries."""
    carried = represented(studies, rows)
    parts = [INTRODUCTION, *_folders(studies["study"]), "", "## What each carries", ""]
    parts += [
        "| Folder | Definition | Timepoint | x/n | of | Printed as | Note |",
        "|" + "---|" * 7,
    ]
    for study in studies["study"]:
        parts += [_endpoint_line(study, endpoint, rows) for endpoint in study["endpoint"]]
    parts += ["", "## Adverse events", ""]
    parts += ["| Folder | Result | Events | Patients | of | Written as | Note |", "|" + "---|" * 7]
    for study in studies["study"]:
        parts += _event_lines(study)
    parts += ["", "## Not representable", ""]
    parts += ["| Study | Result | Timepoint | Printed as | Why |"]
    parts += ["|" + "---|" * 5]
    parts += [_left_out_line(row, studies) for row in rows if row not in carried]
    return "\n".join(parts) + "\n"


def _cells(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _folders(studies: Sequence[dict[str, Any]]) -> Iterable[str]:
    yield _cells("Folder", "Source", "Infused", "Cells", "Year written", "Year is", "Note")
    yield "|" + "---|" * 7
    for study in studies:
        basis, _, detail = study["year_source"].partition(": ")
        folder = f"`{study['folder']}`"
        note = study.get("note", "")
        cells = (study["citation"], study["patients"], study["cell_type"], study["year"])
        yield _cells(folder, *cells, f"**{basis}**: {detail}", note)


def _endpoint_line(study: dict[str, Any], endpoint: dict[str, Any], rows: Sequence[Row]) -> str:
    row = source_rows(study, endpoint, rows)[0]
    names = (f"`{study['folder']}`", f"`{endpoint['definition']}`", timepoint_code(endpoint))
    printed = f"{row.metric}, {row.timepoint or 'no timepoint'}: {row.printed or '-'}"
    note = endpoint.get("note", "")
    return _cells(*names, f"{row.x}/{row.n}", study["patients"], printed, note)


def _event_lines(study: dict[str, Any]) -> Iterable[str]:
    """Yield one line for each result of the paper that adverse events carry."""
    events = study.get("event", [])
    for told in dict.fromkeys(map(told_in, events)):
        alike = [event for event in events if told_in(event) == told]
        ill = [number for event in alike for number in numbers(event["patients"])]
        terms = "; ".join(dict.fromkeys(event["verbatim_term"] for event in alike))
        note = " ".join(event["note"] for event in alike if "note" in event)
        cells = (told, len(ill), len(set(ill)), study["patients"], terms, note)
        yield _cells(f"`{study['folder']}`", *cells)


def _left_out_line(row: Row, studies: dict[str, Any]) -> str:
    why = why_left_out(row, studies["left_out"])
    return _cells(row.study, row.metric, row.timepoint or "-", row.printed or "-", why)


def build(target: Path, page: Path) -> None:
    """Write every folder below ``target`` and the page that lists what is and is not there."""
    studies, rows = read_studies(), read_rows()
    for study in studies["study"]:
        write_folder(study, target)
    page.write_text(render(studies, rows), encoding="utf-8")


if __name__ == "__main__":
    build(HERE, HERE.parent / "published-results.md")
    sys.stdout.write("wrote docs/published and docs/published-results.md\n")
