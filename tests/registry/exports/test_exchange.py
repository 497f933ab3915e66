"""The canonical folder: the same bytes after a round trip, and nothing that must not leave."""

import csv
import shutil
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from registry import clock
from registry.database.engine import reading, writing
from registry.errors import RefusedError
from registry.exports.exchange import export_folder
from registry.models import AccessLog, Medication, Patient, PatientStatus, Visit
from tests.exchanging import CONTEXT, TODAY, engine_at, exported, imported, written

# --- what leaves, and how -------------------------------------------------------------------

SMALL = {
    "sites.csv": [{"site_code": "A", "name": "Site, A"}, {"site_code": "B", "name": "B"}],
    "patients.csv": [
        {
            "patient_id": "P1",
            "site_code": "A",
            "sex": "female",
            "enrolled_on": "2024-01-10",
            "status": "died",
            "status_on": "2025-03-01",
            "death_on": "2025-03-01",
            "death_cause": "infection",
        },
        {"patient_id": "P2", "site_code": "B", "sex": "male", "enrolled_on": "2025-06"},
    ],
    "patient_status.csv": [{"patient_id": "P1", "status": "active", "on": "2024-01-10"}],
    "visits.csv": [
        {"visit_id": "V1", "patient_id": "P1", "visited_on": "2024-02-01"},
        {"visit_id": "V2", "patient_id": "P1", "visited_on": "2024-08-01"},
        {"visit_id": "V3", "patient_id": "P1", "attendance": "missed", "reason": "travel"},
    ],
    "assessments.csv": [
        {"visit_id": "V1", "instrument": "PGA", "item": "value", "value": "1.50"},
        {"visit_id": "V1", "instrument": "sledai_2k", "item": "fever", "value": "present"},
    ],
    "medications.csv": [
        {"patient_id": "P1", "drug": "prednisone", "started_on": "2024", "ended_on": "2024-08"},
    ],
}


@pytest.fixture
def small(sqlite_engine: Engine, tmp_path: Path) -> Engine:
    imported(sqlite_engine, written(tmp_path / "small", SMALL))
    return sqlite_engine


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode().splitlines()))


def test_a_canonical_folder_exports_to_itself(small, tmp_path, sqlite_template):
    canonical = exported(small, tmp_path / "one")
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}"
    with engine_at(url) as other:
        imported(other, tmp_path / "one")
        assert exported(other, tmp_path / "two") == canonical


def test_every_item_is_written_with_its_reason(small, tmp_path):
    rows = rows_of(exported(small, tmp_path / "out")["assessments.csv"])
    sledai = [row for row in rows if row["instrument"] == "sledai_2k"]
    assert len(sledai) == 24
    assert {row["reason"] for row in sledai if row["item"] != "fever"} == {"not_recorded"}


def test_files_have_line_feeds_and_minimal_quotes_and_only_rows(small, tmp_path):
    found = exported(small, tmp_path / "out")
    assert found["sites.csv"] == b'site_code,name,country,time_zone\nA,"Site, A",,\nB,B,,\n'
    assert sorted(found) == sorted(SMALL)


def test_an_empty_registry_exports_a_folder_that_imports(sqlite_engine, tmp_path):
    assert set(exported(sqlite_engine, tmp_path / "out")) == {"sites.csv", "patients.csv"}
    imported(sqlite_engine, tmp_path / "out")


def test_the_status_is_the_one_in_force_on_the_cut(small, tmp_path):
    found = exported(small, tmp_path / "out", cut=date(2024, 6, 30))
    (patient,) = rows_of(found["patients.csv"])
    assert (patient["patient_id"], patient["status"]) == ("P1", "active")
    assert (patient["death_on"], patient["death_cause"]) == ("", "")
    assert [row["visit_id"] for row in rows_of(found["visits.csv"])] == ["V1", "V3"]
    assert rows_of(found["medications.csv"])[0]["ended_on"] == ""


def test_a_cut_export_can_be_imported(small, tmp_path, sqlite_template):
    cut = exported(small, tmp_path / "cut", cut=date(2024, 6, 30))
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'other.db')}"
    with engine_at(url) as other:
        imported(other, tmp_path / "cut")
        assert exported(other, tmp_path / "again") == cut


def test_voided_rows_stay_in_the_registry(small, tmp_path):
    gone = {"voided_at": clock.now(), "voided_by": "x", "void_reason": "wrong patient"}
    with writing(small, CONTEXT) as session:
        session.execute(update(Visit).where(Visit.code == "V1").values(gone))
        session.execute(update(Patient).where(Patient.code == "P2").values(gone))
        session.execute(update(Medication).values(gone))
    found = exported(small, tmp_path / "out")
    assert {"assessments.csv", "medications.csv"}.isdisjoint(found)
    assert [row["patient_id"] for row in rows_of(found["patients.csv"])] == ["P1"]


def test_an_unsigned_visit_and_its_answers_stay_in_the_registry(small, tmp_path):
    with writing(small, CONTEXT) as session:
        session.execute(update(Visit).where(Visit.code == "V1").values(source="form"))
    found = exported(small, tmp_path / "out")
    assert "assessments.csv" not in found
    assert [row["visit_id"] for row in rows_of(found["visits.csv"])] == ["V2", "V3"]


@pytest.mark.parametrize("signed_version", [0, 1])
def test_a_dose_leaves_with_the_signature_of_its_visit(small, tmp_path, signed_version):
    before = exported(small, tmp_path / "before")
    with writing(small, CONTEXT) as session:
        visit = session.scalars(select(Visit).filter_by(code="V1")).one()
        place = {"patient_id": visit.patient_id, "enrolment_id": visit.enrolment_id}
        place |= {"site_id": visit.site_id, "source": "form"}
        made = Visit(code="V9", signed_version=signed_version, visited_on=visit.visited_on, **place)
        session.add(made)
        session.flush()
        dose = {"drug": "prednisone", "daily_dose": Decimal(5), "unit": "mg"}
        session.add(Medication(visit_id=made.id, started_on=visit.visited_on, **dose, **place))
    after = exported(small, tmp_path / "after")
    started = [row["started_on"] for row in rows_of(after["medications.csv"])]
    assert started == (["2024", "2024-02-01"] if signed_version else ["2024"])
    assert (after == before) is (not signed_version)


def test_a_visit_signed_here_leaves(small, tmp_path):
    with writing(small, CONTEXT) as session:
        session.execute(update(Visit).values(source="form", signed_version=1))
    assert len(rows_of(exported(small, tmp_path / "out")["visits.csv"])) == 3


def test_of_two_statuses_on_one_day_the_later_entry_is_in_force(small, tmp_path):
    with writing(small, CONTEXT) as session:
        patient = session.scalars(select(Patient.id).where(Patient.code == "P2")).one()
        day = date(2025, 7, 1)
        on = {"on_date_text": "2025-07-01", "on_date_earliest": day, "on_date_latest": day}
        for status in ("withdrew_visits", "active"):
            session.execute(
                insert(PatientStatus.__table__).values(patient_id=patient, status=status, **on)
            )
    patients = rows_of(exported(small, tmp_path / "out")["patients.csv"])
    assert patients[1]["status"] == "active"


def test_a_zip_holds_the_same_files_dated_by_the_cut(small, tmp_path):
    folder = exported(small, tmp_path / "out", cut=date(2025, 12, 31))
    names = [tmp_path / "one.zip", tmp_path / "two.zip"]
    for name in names:
        export_folder(small, name, "cli:test", TODAY, cut=date(2025, 12, 31))
    assert names[0].read_bytes() == names[1].read_bytes()
    with zipfile.ZipFile(names[0]) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == folder
        assert {info.date_time[:3] for info in archive.infolist()} == {(2025, 12, 31)}


def test_a_folder_that_holds_something_is_never_written_into(small, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(RefusedError, match="not empty"):
        exported(small, tmp_path / "out")


def test_the_export_is_in_the_access_log_even_when_it_fails(small, tmp_path, monkeypatch):
    def fails(*_arguments) -> None:
        raise RefusedError("the disk is full")

    monkeypatch.setattr("registry.exports.exchange.write_exchange", fails)
    with pytest.raises(RefusedError):
        exported(small, tmp_path / "out")
    with reading(small) as session:
        lines = session.execute(select(AccessLog.actor, AccessLog.action)).all()
    assert lines == [("cli:test", "export")]
    assert list(tmp_path.glob("out*")) == []


def test_of_two_statuses_on_one_day_patients_csv_names_the_one_in_force(tmp_path, sqlite_engine):
    patient = {"status": "active", "status_on": "2025-07-01"}
    one_day = {"patient_id": "P1", "on": "2025-07-01"}
    files = {
        "sites.csv": SMALL["sites.csv"],
        "patients.csv": [SMALL["patients.csv"][1] | {"patient_id": "P1"} | patient],
        "patient_status.csv": [
            one_day | {"status": "active", "reason": "came back"},
            one_day | {"status": "lost"},
        ],
    }
    imported(sqlite_engine, written(tmp_path / "in", files))
    (found,) = rows_of(exported(sqlite_engine, tmp_path / "out")["patients.csv"])
    assert found["status"] == "active"
