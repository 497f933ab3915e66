import csv
import io
import re
from pathlib import Path

import pytest

from registry.exports.summary_csv import COLUMNS, render

DESCRIBED = Path(__file__).parents[3] / "docs" / "outcome-summary.md"


@pytest.fixture
def table(summarised, patients):
    return list(csv.DictReader(io.StringIO(render(summarised(patients, by="lot")))))


def test_every_percentage_stands_beside_its_x_n_interval_and_method(table):
    rows = [line for line in table if line["section"] == "states"]
    assert rows
    for line in rows:
        assert line["method"] == "clopper_pearson"
        assert (line["percent"] == "") == (line["n"] == "0")
        assert all(line[name] for name in ("x", "n", "not_seen", "indeterminate"))


def test_a_known_line_reads_as_it_should(table):
    (line,) = [
        line
        for line in table
        if (line["name"], line["timepoint"], line["row"], line["group"])
        == ("sledai_2k_le_4", "month_6", "observed", "")
    ]
    printed = [line[name] for name in ("x", "n", "percent", "ci_low", "ci_high")]
    assert printed == ["1", "2", "50.0", "1.3", "98.7"]


def test_the_flow_has_a_line_for_every_state(table):
    lines = {
        line["name"]: line["value"]
        for line in table
        if line["section"] == "flow" and line["timepoint"] == "month_6" and not line["group"]
    }
    assert lines == {
        "seen": "2", "died": "0", "withdrawn": "0", "lost": "0", "not_yet_due": "0",
        "missed": "0", "due": "2",
    }  # fmt: skip


def test_every_number_of_the_summary_is_in_the_table(summarised, patients, table):
    summary = summarised(patients, by="lot")
    parts = [summary, *summary["groups"]]
    for section in ("table1", "activity", "states", "rates", "warnings"):
        expected = sum(len(part[section]) for part in parts)
        assert sum(line["section"] == section for line in table) == expected


def test_every_event_row_and_death_is_in_the_table(summarised, patients, table):
    part = summarised(patients, by="lot")["adverse_events"]
    lines = [line for line in table if not line["group"]]
    for name in ("by_phase", "by_soc", "by_term", "by_grade", "by_relation"):
        assert sum(line["name"] == name for line in lines) == len(part[name])
    assert sum(line["section"] == "deaths" for line in lines) == len(part["deaths"]) == 2
    (anybody,) = [line for line in lines if line["name"] == "any"]
    assert [anybody[name] for name in ("x", "events", "n", "ci_low")] == ["2", "2", "2", "15.8"]


def test_the_primary_end_point_is_in_the_table_with_every_reason(summarised, patients, table):
    part = summarised(patients, by="lot")["primary"]
    lines = [line for line in table if (line["section"], line["group"]) == ("primary", "")]
    assert {line["name"] for line in lines} == {"default_primary"}
    rows = {line["row"]: line for line in lines if line["method"]}
    assert list(rows) == [row["row"] for row in part["rows"]]
    assert [(rows["composite"][name]) for name in ("x", "n", "percent")] == ["0", "2", "0.0"]
    reasons = {line["level"]: line for line in lines if line["row"] == "reason"}
    assert list(reasons) == [reason["reason"] for reason in part["reasons"]]
    # Nobody was seen at month 12, and nobody has a medicine history.
    assert [reasons["missing"][name] for name in ("value", "x", "n")] == ["2", "2", "2"]
    assert reasons["new_treatment"]["indeterminate"] == "2"
    sizes = {line["level"]: line["value"] for line in lines if not line["row"]}
    assert (sizes["infused"], sizes["n"], sizes["responder"]) == ("2", "2", "csledai_4")
    assert sizes["background"] == "no matched background"


def test_text_that_looks_like_a_formula_is_disarmed(table):
    cells = [cell for line in table for cell in line.values()]
    assert not any(cell.startswith(("=", "@", "+")) for cell in cells)
    assert '\'=HYPERLINK("http://example.org")' in cells
    assert "'=1+1" in cells


def test_a_negative_number_is_left_alone(summarised, patients):
    assert "'-" not in render(summarised(patients))


def test_every_column_is_described_in_the_documentation():
    described = DESCRIBED.read_text(encoding="utf-8").partition("## Columns of the CSV")[2]
    assert set(re.findall(r"`([a-z0-9_]+)`", described)) >= set(COLUMNS)


def test_where_it_comes_from_is_in_the_table(table):
    known = {line["name"]: line["value"] for line in table if line["section"] == "provenance"}
    assert known["data_cut"] == "2025-06-01"
    assert len(known["sha256"]) == 64


def test_the_course_of_a_state_has_a_line_for_each_count(summarised, patients, table):
    entries = summarised(patients, by="lot")["state_course"]
    lines = [line for line in table if line["section"] == "state_course" and not line["group"]]
    assert entries
    for entry in entries:
        mine = {
            (line["level"], line["row"]): line
            for line in lines
            if (line["name"], line["population"]) == (entry["definition"], entry["population"])
        }
        assert len(mine) == len(entry["baseline"]) + 4 + 4 + 4 + 1
        assert mine["baseline_not_seen", ""]["x"] == str(entry["baseline"]["not_seen"])
        for level in ("attained", "sustained"):
            for row in entry[level]:
                line = mine[level, row["row"]]
                assert (line["x"], line["n"]) == (str(row["x"]), str(row["n"]))
                assert line["method"] == "clopper_pearson"
        assert mine["days_unobserved", ""]["unit"] == "days"
        share = mine["share_of_days_observed", ""]
        assert (share["n"], share["method"]) == (
            str(entry["time"]["patients"]),
            entry["time"]["method"],
        )
