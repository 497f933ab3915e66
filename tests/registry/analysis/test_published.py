"""The summary of the rebuilt cohorts is the papers' own counts, in their own denominators."""

import csv
import importlib.util
import json
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.exchange.cells import read as cell
from registry.exchange.cells import written
from registry.exchange.files import FILES
from registry.followup.facts import (
    CourseFact,
    EndpointFact,
    EnrolmentFact,
    InfusionFact,
    PatientFacts,
)
from registry.partial_date import PartialDate

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs" / "published"
spec = importlib.util.spec_from_file_location("published_build", PUBLISHED / "build.py")
build = importlib.util.module_from_spec(spec)
spec.loader.exec_module(build)

STUDIES, ROWS = build.read_studies(), build.read_rows()
ENDPOINTS = [(study, endpoint) for study in STUDIES["study"] for endpoint in study["endpoint"]]


def read(folder, name):
    with (PUBLISHED / folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by_patient(table):
    found = defaultdict(list)
    for line in table:
        found[line["patient_id"]].append(line)
    return found


def partial(text):
    return PartialDate.parse(text) if text else None


def facts_of(folder):
    courses, infusions, endpoints = (
        by_patient(read(folder, name)) for name in ("courses", "infusions", "endpoints")
    )
    return [
        PatientFacts(
            patient_id=line["patient_id"],
            sex=line["sex"],
            birth_date=None,
            enrolments=(
                EnrolmentFact(
                    line["site_code"], partial(line["enrolled_on"]), None, line["ascertainment"]
                ),
            ),
            statuses=(),
            consents=(),
            courses=tuple(
                CourseFact(
                    course["course_id"],
                    1,
                    partial(course["started_on"]),
                    legal_basis=course["legal_basis"] or None,
                    infusions=tuple(
                        InfusionFact(
                            i["infusion_id"],
                            partial(i["started_at"]),
                            i["site_code"],
                            i["cell_type"],
                        )
                        for i in infusions[line["patient_id"]]
                    ),
                )
                for course in courses[line["patient_id"]]
            ),
            visits=(),
            medicines=(),
            endpoints=tuple(
                EndpointFact(e["definition"], e["timepoint"], e["state"], None, e["origin"])
                for e in endpoints[line["patient_id"]]
            ),
        )
        for line in read(folder, "patients")
    ]


@pytest.fixture(scope="session")
def harms(tmp_path_factory):
    """The adverse events of the summary after ``registry import`` of one folder."""
    made = {}

    def of(folder):
        if folder not in made:
            home = {"REGISTRY_HOME": str(tmp_path_factory.mktemp(folder))}
            run = CliRunner().invoke
            stored = run(main, ["import", str(PUBLISHED / folder)], env=home)
            assert stored.exit_code == 0, stored.output
            printed = run(main, ["summary", "--cut", "2026-11-22"], env=home)
            made[folder] = json.loads(printed.stdout)["adverse_events"]
        return made[folder]

    return of


@pytest.fixture(scope="module")
def summaries(summary):
    made = {}

    def of(folder):
        if folder not in made:
            made[folder] = summary(*facts_of(folder), cut=date(2026, 11, 22))
        return made[folder]

    return of


def published_interval(row):
    """The interval that the table of published results gives, where it gives one."""
    with (build.DOCUMENTS / "published_results.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            key = (line["study"], line["metric"], line["timepoint"])
            if key == (row.study, row.metric, row.timepoint):
                return float(line["cp95_low"]), float(line["cp95_high"])
    return None


@pytest.mark.parametrize(
    ("study", "endpoint"),
    ENDPOINTS,
    ids=[f"{e['definition']}-{e['timepoint']}" for _, e in ENDPOINTS],
)
def test_the_papers_counts_come_out_with_their_interval(summaries, row, study, endpoint):
    source = build.source_rows(study, endpoint, ROWS)[0]
    observed = row(
        summaries(study["folder"])["states"],
        definition=endpoint["definition"],
        timepoint=build.timepoint_code(endpoint),
        row="observed",
    )
    assert (observed["origin"], observed["x"], observed["n"]) == ("reported", source.x, source.n)
    interval = published_interval(source)
    assert interval is None or (observed["ci_low"], observed["ci_high"]) == interval
    left = study["patients"] - source.n - observed["not_evaluable"]
    assert observed["not_seen"] == left
    assert all(s.startswith("reconstructed from published counts: ") for s in observed["sources"])


@pytest.mark.parametrize(
    ("definition", "timepoint", "expected"),
    [
        ("jayne_2004_remission_sledai_lt_3", "month_6", (33, 50, 66.0, 51.2, 78.8, 3)),
        ("kamen_2022_sri_4_composite", "month_6", (5, 6, 83.3, 35.9, 99.6, 0)),
        ("wang_2014_major_clinical_response", "month_12", (13, 40, 32.5, 18.6, 49.1, 0)),
        ("wang_2018_any_remission", "year_5", (28, 81, 34.6, 24.3, 46.0, 0)),
        ("wang_2013_complete_remission", "year_4", (3, 6, 50.0, 11.8, 88.2, 81)),
    ],
)
def test_the_best_known_results_as_typed_by_hand(summaries, row, definition, timepoint, expected):
    folder = "_".join(definition.split("_")[:2])
    keys = {"definition": definition, "timepoint": timepoint, "row": "observed"}
    found = row(summaries(folder)["states"], **keys)
    names = ("x", "n", "percent", "ci_low", "ci_high", "not_seen")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(
    ("folder", "counts", "interval", "deaths", "serious"),
    [
        ("wang_2014", (6, 7, 40), (15.0, 5.7, 29.8), 3, 3),
        ("kamen_2022", (6, 22, 6), (100.0, 54.1, 100.0), 0, 1),
        ("deng_2017", (2, 4, 12), (16.7, 2.1, 48.4), 1, 1),
        ("jayne_2004", (12, 12, 53), (22.6, 12.3, 36.2), 12, 12),
        ("wang_2018", (13, 13, 81), (16.0, 8.8, 25.9), 13, 13),
        ("mackensen_2022", (3, 3, 5), (60.0, 14.7, 94.7), 0, 0),
    ],
)
def test_harms_come_out_as_patients_and_as_events(  # noqa: PLR0917 - one column each
    harms, folder, counts, interval, deaths, serious
):
    found = harms(folder)
    counted = found["any"]
    assert (counted["patients"], counted["events"], counted["n"]) == counts
    assert (counted["percent"], counted["ci_low"], counted["ci_high"]) == interval
    assert (len(found["deaths"]), found["serious"]["events"]) == (deaths, serious)
    assert found["patient_years"] in {0, None}


def test_grades_and_causes_are_those_that_kamen_printed(harms):
    """Seven of grade 1, fourteen of grade 2, four possibly related, one serious without a grade."""
    found = harms("kamen_2022")
    assert {r["grade"]: r["events"] for r in found["by_grade"] if r["events"]} == {
        1: 7,
        2: 14,
        None: 1,
    }
    relations = {row["relation"]: row["events"] for row in found["by_relation"]}
    assert (relations["related"], relations["not_related"], relations["missing"]) == (4, 17, 1)


def test_nobody_who_died_has_a_result_after_death():
    died = {
        line["patient_id"]
        for line in read("wang_2014", "adverse_events")
        if line["outcome"] == "fatal"
    }
    assert died == {"wang_2014-009", "wang_2014-014", "wang_2014-027"}
    met = {
        (line["patient_id"], line["definition"])
        for line in read("wang_2014", "endpoints")
        if line["state"] == "met" and line["patient_id"] in died
    }
    assert {definition for _, definition in met} == {"wang_2014_any_listed_adverse_event"}


@pytest.mark.parametrize("study", STUDIES["study"], ids=lambda s: s["folder"])
def test_everybody_treated_is_infused_and_retrospective(summaries, study):
    flow = summaries(study["folder"])["flow"]
    assert flow["infused"] == flow["ascertainment"]["retrospective"] == study["patients"]
    assert flow["enrolled"] == study["patients"] + study.get("not_infused", 0)


def test_every_published_row_is_in_a_folder_or_in_the_list():
    page = (ROOT / "docs" / "published-results.md").read_text(encoding="utf-8")
    listed = page.partition("## Not representable")[2]
    carried = build.represented(STUDIES, ROWS)
    assert len(carried) >= 40
    for line in ROWS:
        cells = f"| {line.study} | {line.metric} | {line.timepoint or '-'} |"
        assert (cells in listed) == (line not in carried), line


def test_no_row_is_left_out_without_a_reason_and_no_reason_without_a_row():
    rest = [line for line in ROWS if line not in build.represented(STUDIES, ROWS)]
    assert all(build.why_left_out(line, STUDIES["left_out"]) for line in rest)
    named = {(line.study, line.metric) for line in rest}
    assert all((rule["csv"], rule["metric"]) in named for rule in STUDIES["left_out"])


def test_the_folders_are_what_the_builder_writes(tmp_path):
    build.build(tmp_path, tmp_path / "page.md")
    page = (ROOT / "docs" / "published-results.md").read_text(encoding="utf-8")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page
    for made in tmp_path.rglob("*.csv"):
        kept = PUBLISHED / made.relative_to(tmp_path)
        assert made.read_bytes() == kept.read_bytes(), kept


def test_a_count_that_is_not_the_papers_stops_the_builder():
    study = STUDIES["study"][0]
    wrong = study["endpoint"][0] | {"met": "1-3"}
    with pytest.raises(build.CountsDifferError):
        build.source_rows(study, wrong, ROWS)


def test_adverse_events_that_are_not_the_papers_stop_the_builder():
    study = next(study for study in STUDIES["study"] if study["folder"] == "wang_2014")
    fewer = study | {"event": study["event"][:-1]}
    with pytest.raises(build.CountsDifferError):
        build.event_rows(fewer, fewer["event"][0], ROWS)


@pytest.mark.parametrize("folder", [study["folder"] for study in STUDIES["study"]])
def test_every_folder_is_in_the_exchange_format(folder):
    for path in (PUBLISHED / folder).glob("*.csv"):
        columns = FILES[path.name].columns
        with path.open(encoding="utf-8", newline="") as file:
            header, *lines = csv.reader(file)
        assert header == [column.name for column in columns]
        for line in lines:
            for column, text in zip(columns, line, strict=True):
                assert text or not column.required, (path, column.name)
                assert not text or written(cell(column, text)) == text
