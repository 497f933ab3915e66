"""The canonical folder: the same bytes after a round trip, and nothing that must not leave."""

import csv
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, update

from registry import clock
from registry.audit.context import Context
from registry.database.engine import make_engine, reading, writing
from registry.errors import RefusedError
from registry.exchange.files import FILES
from registry.exports.exchange import export_folder
from registry.exports.exchange_target import write_csv
from registry.imports import source
from registry.imports.importer import import_folder
from registry.instruments import INSTRUMENTS
from registry.models import AccessLog, Medication, Patient, PatientStatus, Visit
from tests.databases import KEY

TODAY = date(2026, 11, 22)
CONTEXT = Context("cli:test", "round trip")

# --- registries to draw ---------------------------------------------------------------------

awkward = st.sampled_from(["a\r", "a\r\nb", '"', ",", " x ", "=1+1", ";", "\ufeff", "\x85", "null"])
words = awkward | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8
)
maybe_words = st.just("") | words
days = st.dates(date(2005, 1, 1), date(2025, 12, 31)).map(date.isoformat)
partial = st.builds(lambda day, length: day[:length], days, st.sampled_from([4, 7, 10]))
maybe_date = st.just("") | partial
numbers = st.just("") | st.sampled_from(["0", "2.50", "0.010", "100000000", "7"])
keys = st.text("abcXYZ019._-", min_size=1, max_size=6)
answers = st.sampled_from(["present", "absent", "not_assessed"])
ITEMS = [item.code for item in INSTRUMENTS["sledai_2k"].items]


def code(file: str, column: str, *, empty: bool = True) -> st.SearchStrategy[str]:
    found = st.sampled_from(list(FILES[file].column(column).codes))
    return st.just("") | found if empty else found


@st.composite
def registries(draw) -> dict[str, list[dict[str, str]]]:
    """Draw a folder that breaks no rule; the letters in it are as odd as they come."""
    files: dict[str, list[dict[str, str]]] = {name: [] for name in FILES}
    sites = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    files["sites.csv"] = [{"site_code": site, "name": draw(words)} for site in sites]
    lots = draw(st.lists(words.filter(fit_for_lot), max_size=2, unique=True))
    for lot in lots:
        row = {"lot_id": lot, "cell_type": draw(code("lots.csv", "cell_type", empty=False))}
        files["lots.csv"].append(row | {"product_name": draw(maybe_words)})
    for patient in draw(st.lists(keys, max_size=4, unique=True)):
        person(draw, files, patient, sites)
        treatment(draw, files, patient, lots)
        for number in range(draw(st.integers(0, 2))):
            visit(draw, files, patient, f"{patient}.{number}")
    return files


def fit_for_lot(text: str) -> bool:
    return text == text.strip() and text.isprintable() and ";" not in text


def person(draw, files, patient: str, sites: list[str]) -> None:
    stays = sorted(draw(st.lists(days, min_size=1, max_size=3, unique=True)))
    row = {"patient_id": patient, "site_code": draw(st.sampled_from(sites)), "sex": "female"}
    row |= {
        "enrolled_on": stays[0],
        "ancestry": draw(maybe_words),
        "death_cause": draw(maybe_words),
    }
    row |= {"ascertainment": draw(code("patients.csv", "ascertainment"))}
    statuses = sorted(draw(st.lists(days, max_size=3)))
    if statuses:
        row |= {"status": draw(code("patients.csv", "status", empty=False))}
        row |= {"status_on": statuses[-1]}
    for on in statuses:
        status = draw(code("patients.csv", "status", empty=False))
        found = {"patient_id": patient, "status": status, "on": on, "reason": draw(maybe_words)}
        if found not in files["patient_status.csv"]:
            files["patient_status.csv"].append(found)
    for on in stays[draw(st.integers(0, 1)) :]:
        site = row["site_code"] if on == stays[0] else draw(st.sampled_from(sites))
        end = draw(st.sampled_from(["", "2026"]))
        stay = {"patient_id": patient, "site_code": site, "from_on": on, "to_on": end}
        files["enrolments.csv"].append(stay)
    files["patients.csv"].append(row)


def treatment(draw, files, patient: str, lots: list[str]) -> None:
    course = f"c{patient}"
    files["courses.csv"].append(
        {"course_id": course, "patient_id": patient, "trial": draw(maybe_words)}
    )
    given = draw(st.sampled_from(["2026", "2026-01", "2026-02-01T10:30+02:00", "2026-03-04"]))
    infusion = {"infusion_id": f"i{patient}", "patient_id": patient, "started_at": given}
    infusion |= {"cell_type": draw(code("lots.csv", "cell_type", empty=False)), "course_id": course}
    infusion |= {"lot_ids": ";".join(lots), "dose_total_cells": draw(numbers)}
    files["infusions.csv"].append(infusion | {"reaction": draw(maybe_words)})
    for _ in range(draw(st.integers(0, 2))):
        drug = {"patient_id": patient, "drug": draw(words), "started_on": draw(partial)}
        drug |= {"dose": draw(numbers), "pulse": draw(st.sampled_from(["", "true", "false"]))}
        if drug not in files["medications.csv"]:
            files["medications.csv"].append(drug)
    endpoint = {"patient_id": patient, "definition": draw(words), "timepoint": "year_3"}
    files["endpoints.csv"].append(
        endpoint | {"state": "not_evaluable", "origin": draw(maybe_words)}
    )


def visit(draw, files, patient: str, visit_id: str) -> None:
    row = {"visit_id": visit_id, "patient_id": patient, "visited_on": draw(partial)}
    files["visits.csv"].append(row | {"reason": draw(maybe_words), "signed_by": draw(maybe_words)})
    for item in draw(st.lists(st.sampled_from(ITEMS), unique=True, max_size=4)):
        answer = {"visit_id": visit_id, "instrument": "sledai_2k", "item": item}
        value = draw(answers)
        reason = draw(maybe_words) if value == "not_assessed" else ""
        files["assessments.csv"].append(answer | {"value": value, "reason": reason})
    if draw(st.booleans()):
        pga = {"visit_id": visit_id, "instrument": "pga", "item": "value"}
        value = draw(st.sampled_from(["0", "1.50", "not_assessed", "3.0"]))
        files["assessments.csv"].append(pga | {"value": value, "assessed_on": draw(maybe_date)})


# --- the way there and back -----------------------------------------------------------------


def written(folder: Path, files: dict[str, list[dict[str, str]]]) -> Path:
    folder.mkdir()
    for name, rows in files.items():
        if rows or FILES[name].required:
            names = FILES[name].names
            with (folder / name).open("wb") as stream:
                write_csv(stream, names, ([row.get(c, "") for c in names] for row in rows))
    return folder


def imported(engine: Engine, folder: Path) -> None:
    with source.opened(folder) as found:
        report = import_folder(engine, found, CONTEXT, TODAY)
    assert report.errors == []


def exported(engine: Engine, folder: Path, cut: date | None = None) -> dict[str, bytes]:
    export_folder(engine, folder, "cli:test", TODAY, cut=cut)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    engine = make_engine(url, KEY)
    yield engine
    engine.dispose()


def round_trip(urls, folder: Path, files) -> None:
    """Import, export, import into an empty registry, export: the same bytes."""
    with engine_at(urls()) as one, engine_at(urls()) as other:
        imported(one, written(folder / "in", files))
        first = exported(one, folder / "first")
        imported(other, folder / "first")
        assert exported(other, folder / "second") == first
        with source.opened(folder / "first") as found:
            again = import_folder(one, found, CONTEXT, TODAY)
        assert (again.errors, again.imported) == ([], False)


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=40, suppress_health_check=SLOW)
@given(files=registries())
def test_export_import_export_gives_the_same_bytes(sqlite_template, tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("round")

    def urls() -> str:
        return f"sqlite:///{shutil.copy(sqlite_template, folder / f'{uuid4().hex}.db')}"

    round_trip(urls, folder, files)


@settings(max_examples=5, suppress_health_check=SLOW)
@given(files=registries())
def test_the_round_trip_holds_on_postgresql(
    postgres_maker, postgres_template, tmp_path_factory, files
):
    round_trip(lambda: postgres_maker(postgres_template), tmp_path_factory.mktemp("round"), files)


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
