"""``registry recall``: who received a lot, in a table or as CSV, and what it refuses."""

import csv
import io
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from registry import clock
from registry.audit.context import Context
from registry.cli import main
from registry.cli.recall import COLUMNS
from registry.database.engine import make_engine, reading, writing
from registry.models import AccessLog, Enrolment, Infusion, InfusionLot, Lot, Patient, Site
from registry.partial_date import PartialDate
from registry.settings import Settings

DAY = PartialDate.parse("2026-03-02")


@pytest.fixture(autouse=True)
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    engine = make_engine(settings.database_url, settings.key())
    with writing(engine, Context("tests", "two recipients")) as session:
        lots = [
            Lot(code="L-204", cell_type="msc", din="G123498654321", release_status="recalled"),
            Lot(code="=L-9", cell_type="msc", din="G123498654321"),
            Lot(code="L-unused", cell_type="msc"),
        ]
        session.add_all(lots)
        for n, name in ((1, "NORTH"), (2, "SOUTH")):
            session.add(Site(id=n, code=name, name=name.title()))
            session.flush()
            infused(session, n, lots)
    engine.dispose()
    return settings.home


def infused(session: object, site: int, lots: list[Lot]) -> None:
    """One patient with one infusion of the first two lots; the second one's is voided."""
    patient = Patient(code=f"P{site}", sex="female")
    session.add(patient)
    session.flush()
    stay = Enrolment(patient_id=patient.id, site_id=site, from_on=DAY)
    session.add(stay)
    session.flush()
    place = {"patient_id": patient.id, "enrolment_id": stay.id, "site_id": site}
    row = Infusion(**place, code=f"I-{site}", started_at=DAY, cell_type="msc")
    if site == 2:
        row.voided_at, row.voided_by, row.void_reason = clock.now(), "tests", "wrong day"
    session.add(row)
    session.flush()
    session.add_all(
        InfusionLot(infusion_id=row.id, lot_id=lot.id, ordinal=n, volume_ml=n * 10)
        for n, lot in enumerate(lots[:2], 1)
    )


def recall(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["recall", *arguments])


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


@pytest.mark.parametrize("search", ["L-204", "l2O4", "l 204"])
def test_a_lot_is_found_with_every_recipient_voided_ones_too(search: str) -> None:
    found = rows(recall(search, "--format", "csv"))
    assert [(row["patient_id"], row["voided"]) for row in found] == [("P1", "no"), ("P2", "yes")]
    assert {row["volume_ml"] for row in found} == {"10"}
    assert tuple(found[0]) == COLUMNS


def test_a_donation_number_finds_all_its_lots_and_formulas_are_defused() -> None:
    found = rows(recall("=G12349865432177", "--format", "csv"))
    assert [row["lot_id"] for row in found] == ["'=L-9", "L-204", "'=L-9", "L-204"]


def test_the_table_says_who_and_the_summary_stands_beside_it() -> None:
    result = recall("L-204")
    lines = result.stdout.splitlines()
    assert lines[0].split() == list(COLUMNS)
    assert "P1" in lines[1]
    assert "P2" in lines[2]
    assert result.stderr.splitlines() == [
        "lots: L-204 (recalled)", "recipients: 2",
        "other lots of the same donor or donation: =L-9",
    ]  # fmt: skip


def test_a_lot_that_nobody_received_says_so() -> None:
    result = recall("L-unused")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "recipients: 0" in result.stderr


@pytest.mark.parametrize("search", ["\x1b[31m", "\udcff"])
def test_what_cannot_be_printed_is_wrong_use(search: str) -> None:
    assert recall(search).exit_code == 2


@pytest.mark.parametrize("search", ["L-20", "", "%"])
def test_what_names_no_lot_is_an_error(search: str) -> None:
    result = recall(search)
    assert result.exit_code == 1
    assert "no lot, donation number or donor key is" in result.stderr


def test_every_look_up_is_logged_even_in_vain(settings: Settings) -> None:
    recall("L-204")
    recall("L-nothing")
    engine = make_engine(settings.database_url, settings.key())
    with reading(engine) as session:
        lines = session.scalars(select(AccessLog).order_by(AccessLog.id)).all()
    assert [(line.action, line.subject, line.detail["recipients"]) for line in lines] == [
        ("read", "recipients of L-204", 2),
        ("read", "recipients of L-nothing", 0),
    ]
    assert all(line.actor.startswith("cli:") for line in lines)
    engine.dispose()
