"""The published schema is the summary: nothing more, nothing less."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from registry.analysis.groups import FIELDS
from registry.analysis.provenance import Maker, Question
from registry.analysis.summary import Beside, summarise
from registry.followup.facts import AssessmentFact, VisitFact
from registry.instruments.bilag_2004 import VERSION

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "outcome-summary.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("by", [None, *FIELDS])
def test_a_summary_keeps_to_the_schema(patients, by):
    maker = Maker("registry 1", "0001", datetime(2026, 1, 1, tzinfo=UTC), "cli:test")
    summary = summarise(patients, Question(date(2025, 6, 1), None, by), maker, Beside(["A note."]))
    # Through text, as a reader gets it.
    assert list(VALIDATOR.iter_errors(json.loads(json.dumps(summary)))) == []


def test_every_end_point_keeps_to_the_schema_with_and_without_grades(summarised, patients):
    graded = AssessmentFact(
        "bilag_2004", VERSION, None, None, None, complete=True, answers=["B", *"EEEEEEEE"]
    )
    before, after = date(2024, 1, 5), date(2025, 1, 8)
    visits = tuple(
        VisitFact(f"g{day}", day, None, "done", True, assessments=(graded,))
        for day in (before, date(2024, 7, 10), after)
    )
    summary = summarised([replace(patients[0], visits=visits), patients[1]])
    assert summary["primary"]["background"] is not None
    assert [other["endpoint"] for other in summary["endpoints"]] == ["kamen_2022"]
    VALIDATOR.validate(json.loads(json.dumps(summary)))


def test_an_empty_registry_keeps_to_the_schema(summarised):
    VALIDATOR.validate(summarised([]))


def test_every_key_of_the_schema_is_in_a_summary(summarised, patients):
    summary = summarised(patients, by="site")
    for name, part in (("state", "states"), ("activity", "activity"), ("rate", "rates")):
        assert set(SCHEMA["$defs"][name]["properties"]) == set(summary[part][0])
    events = summary["adverse_events"]
    for name, row in (
        ("table1", summary["table1"][0]),
        ("endpoint", summary["primary"]),
        ("adverse_events", events),
        ("event_share", events["any"]),
        ("event_by_term", events["by_term"][0]),
        ("event_by_soc", events["by_soc"][0]),
        ("death", events["deaths"][0]),
    ):
        assert set(SCHEMA["$defs"][name]["properties"]) == set(row), name
    assert set(SCHEMA["properties"]) == set(summary)
    assert set(SCHEMA["$defs"]["flow"]["properties"]) == set(summary["flow"])
    assert set(SCHEMA["$defs"]["provenance"]["properties"]) == set(summary["provenance"])


@pytest.mark.parametrize("part", ["provenance", "flow"])
def test_a_key_that_is_not_published_is_refused(summarised, patients, part):
    summary = summarised(patients)
    summary[part]["surprise"] = 1
    assert not VALIDATOR.is_valid(summary)


def test_keys_not_built_yet_are_absent_from_both(summarised, patients):
    later = {"time_to_event", "data_quality", "claims"}
    assert not later & set(SCHEMA["properties"])
    assert not later & set(summarised(patients))
