"""What refers to a record that does not leave leaves without it; drafts never leave."""

import csv
from datetime import date

import pytest
from sqlalchemy import insert, select, update

from registry import clock
from registry.database.engine import reading, writing
from registry.exchange.files import FILES
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    Course,
    Infusion,
    Lot,
    Patient,
    Visit,
)
from tests.exchanging import CONTEXT, engine_at, exported, imported, written

GONE = {"voided_by": "cli:test", "void_reason": "wrong patient"}
SMALL = {
    "sites.csv": [{"site_code": "A", "name": "A"}],
    "patients.csv": [
        {"patient_id": "P1", "site_code": "A", "sex": "female", "enrolled_on": "2024-01-10"}
    ],
    "conditions.csv": [{"patient_id": "P1", "condition": "asthma", "onset_on": "2025"}],
    "biopsies.csv": [{"patient_id": "P1", "taken_on": "2025-02", "classes": "IV"}],
    "pregnancies.csv": [{"patient_id": "P1", "began_on": "2023-01", "ended_on": "2023-09"}],
    "lots.csv": [{"lot_id": "L1", "cell_type": "msc", "manufactured_on": "2024-01-01"}],
    "lot_tests.csv": [
        {"lot_id": "L1", "test": "sterility", "state": "failed", "reported_on": "2025-03-01"},
        {"lot_id": "L1", "test": "viability", "result": "90", "reported_on": "2024-01-02"},
    ],
    "courses.csv": [{"course_id": "C1", "patient_id": "P1", "started_on": "2025-01-01"}],
    "infusions.csv": [
        {
            "infusion_id": "I1",
            "patient_id": "P1",
            "started_at": "2025-01-01",
            "cell_type": "msc",
            "course_id": "C1",
            "lot_ids": "L1",
        }
    ],
    "adjuncts.csv": [
        {"patient_id": "P1", "adjunct": "x", "given_on": "2024-12", "infusion_id": "I1"}
    ],
    "visits.csv": [{"visit_id": "V1", "patient_id": "P1", "visited_on": "2025-01-05"}],
    "labs.csv": [
        {"patient_id": "P1", "collected_on": "2024-12-30", "analyte": "c3", "visit_id": "V1"}
    ],
    "flares.csv": [
        {"flare_id": "F1", "patient_id": "P1", "onset_on": "2024-06", "ended_on": "2025-06"}
    ],
    "intercurrent_events.csv": [
        {"patient_id": "P1", "type": "rescue", "on": "2024-12", "course_id": "C1"}
    ],
    "adverse_events.csv": [
        {
            "event_id": "E1",
            "verbatim_term": "fever",
            "patient_id": "P1",
            "lot_id": "L1",
            "started_on": "2024-12-31",
            "ended_on": "2025-01-04T10:00Z",
            "infusion_id": "I1",
            "causality": "possible",
        },
        {"event_id": "E2", "verbatim_term": "bag burst", "lot_id": "L1", "started_on": "2025"},
        {"event_id": "E3", "verbatim_term": "mix-up", "lot_id": "L1"},
    ],
    "contacts.csv": [
        {"patient_id": "P1", "attempted_at": "2025-03-01", "mode": "phone", "result": "none"}
    ],
}


@pytest.fixture
def small(sqlite_engine, tmp_path):
    imported(sqlite_engine, written(tmp_path / "small", SMALL))
    return sqlite_engine


def cells(found, file, column):
    return [row[column] for row in csv.DictReader(found[file].decode().splitlines())]


def void(engine, model) -> None:
    with writing(engine, CONTEXT) as session:
        session.execute(update(model).values(voided_at=clock.now(), **GONE))


@pytest.mark.parametrize(
    "case",
    [
        (Course, "intercurrent_events.csv", "course_id", [""]),
        (Infusion, "adjuncts.csv", "infusion_id", [""]),
        (Infusion, "adverse_events.csv", "infusion_id", ["", "", ""]),
        (Visit, "labs.csv", "visit_id", [""]),
        (Lot, "adverse_events.csv", "event_id", ["E1"]),
        (Lot, "adverse_events.csv", "lot_id", [""]),
        (Lot, "infusions.csv", "lot_ids", [""]),
        (Patient, "adverse_events.csv", "event_id", ["E2", "E3"]),
    ],
)
def test_a_voided_record_is_not_referred_to(small, tmp_path, sqlite_template, case):
    model, file, column, left = case
    void(small, model)
    found = exported(small, tmp_path / "out")
    assert cells(found, file, column) == left
    again(found, tmp_path, sqlite_template)


def again(found, tmp_path, sqlite_template) -> None:
    """Import what left into an empty registry: it lacks nothing."""
    other = tmp_path / "other.db"
    other.write_bytes(sqlite_template.read_bytes())
    with engine_at(f"sqlite:///{other}") as engine:
        imported(engine, tmp_path / "out")
        assert exported(engine, tmp_path / "second") == found


def test_a_lot_takes_its_tests_with_it(small, tmp_path):
    void(small, Lot)
    assert "lot_tests.csv" not in exported(small, tmp_path / "out")


@pytest.mark.parametrize(("signed", "leave"), [(0, False), (1, True)])
def test_an_unsigned_visit_keeps_its_results(small, tmp_path, signed, leave):
    with writing(small, CONTEXT) as session:
        session.execute(update(Visit).values(source="form", signed_version=signed))
    found = exported(small, tmp_path / "out")
    assert ("visits.csv" in found, "labs.csv" in found) == (leave, leave)


def test_a_draft_of_an_event_stays_in_the_registry(small, tmp_path):
    with writing(small, CONTEXT) as session:
        session.execute(update(AdverseEvent).where(AdverseEvent.code != "E2").values(state="draft"))
    assert cells(exported(small, tmp_path / "out"), "adverse_events.csv", "event_id") == ["E2"]


def test_only_verdicts_about_the_product_leave_and_the_latest_one(small, tmp_path):
    with reading(small) as session:
        event = session.scalar(select(AdverseEvent.id).where(AdverseEvent.code == "E1"))
    with writing(small, CONTEXT) as session:
        for cause, verdict in (("lupus", "certain"), ("product", "unlikely")):
            said = {"cause": cause, "assessor": "reporter", "verdict": verdict}
            session.execute(insert(AdverseEventCausality).values(event_id=event, **said))
    found = exported(small, tmp_path / "out")
    assert cells(found, "adverse_events.csv", "causality") == ["unlikely", "", ""]


AT_CUT = {  # on 31 December 2024
    "conditions.csv": 0,
    "biopsies.csv": 0,
    "pregnancies.csv": 1,
    "lots.csv": 1,
    "lot_tests.csv": 1,
    "courses.csv": 0,
    "infusions.csv": 0,
    "adjuncts.csv": 1,
    "visits.csv": 0,
    "labs.csv": 1,
    "flares.csv": 1,
    "intercurrent_events.csv": 1,
    "adverse_events.csv": 2,
    "contacts.csv": 0,
}


def test_a_cut_leaves_out_what_came_later_and_what_refers_to_it(small, tmp_path, sqlite_template):
    found = exported(small, tmp_path / "out", cut=date(2024, 12, 31))
    rows = {
        name: len(list(csv.DictReader(text.decode().splitlines()))) for name, text in found.items()
    }
    assert {name: rows.get(name, 0) for name in AT_CUT} == AT_CUT
    assert cells(found, "flares.csv", "ended_on") == [""]
    assert cells(found, "adverse_events.csv", "event_id") == ["E1", "E3"]
    for column in ("ended_on", "infusion_id"):
        assert cells(found, "adverse_events.csv", column) == ["", ""]
    assert cells(found, "labs.csv", "visit_id") == [""]
    again(found, tmp_path, sqlite_template)


def test_every_file_of_the_format_has_a_row_here_or_in_the_other_tests():
    elsewhere = {"enrolments.csv", "patient_status.csv", "consents.csv"}
    elsewhere |= {"assessments.csv", "medications.csv", "endpoints.csv"}
    assert set(SMALL) | elsewhere == set(FILES)


def test_a_death_after_the_cut_is_in_no_column_of_an_event(tmp_path, sqlite_engine):
    event = {
        "event_id": "E1", "verbatim_term": "sepsis", "patient_id": "P1",
        "started_on": "2025-01-03", "ended_on": "2025-06-01", "grade": "5", "serious": "true",
        "seriousness": "hospitalisation;death", "outcome": "fatal",
    }  # fmt: skip
    folder = SMALL | {"adverse_events.csv": [event]}
    folder["patients.csv"] = [SMALL["patients.csv"][0] | {"death_on": "2025-06-01"}]
    imported(sqlite_engine, written(tmp_path / "in", folder))
    (row,) = csv.DictReader(
        exported(sqlite_engine, tmp_path / "cut", cut=date(2025, 5, 31))["adverse_events.csv"]
        .decode()
        .splitlines()
    )
    said = {name: row[name] for name in ("ended_on", "grade", "seriousness", "outcome")}
    assert said == {"ended_on": "", "grade": "", "seriousness": "hospitalisation", "outcome": ""}
    whole = exported(sqlite_engine, tmp_path / "all", cut=date(2025, 6, 1))["adverse_events.csv"]
    assert b"hospitalisation;death" in whole
