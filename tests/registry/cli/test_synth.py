"""``registry synth``: invented patients through the importer, never among real ones."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from registry import clock
from registry.audit.context import Context
from registry.cli import main
from registry.cli._demo_content import fill
from registry.cli.demo import demo_settings
from registry.database.engine import make_engine, reading, writing
from registry.imports.importer import check_folder
from registry.imports.source import opened
from registry.models import Draft, Patient, RoleGrant, Visit
from registry.settings import Settings
from registry.synthetic import write_folder


@pytest.fixture(autouse=True)
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    return settings.home


def synth(*words: str) -> Result:
    return CliRunner().invoke(main, ["synth", *words])


def patients(settings: Settings) -> int:
    engine = make_engine(settings.database_url, settings.key())
    with reading(engine) as session:
        count = session.scalar(select(func.count()).select_from(Patient))
    engine.dispose()
    return int(count or 0)


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 11, 22), date(2031, 1, 1)])
def test_the_importer_finds_nothing_wrong_and_nothing_unusual_but_the_bad_lot(
    settings: Settings, tmp_path: Path, today: date
) -> None:
    write_folder(tmp_path / "folder", 240, 7, today=today)
    engine = make_engine(settings.database_url, settings.key())
    with reading(engine) as session, opened(tmp_path / "folder") as source:
        report = check_folder(source, session, today)
    engine.dispose()
    assert report.errors == []
    assert {(p.file, p.column) for p in report.warnings} == {("infusions.csv", "lot_ids")}
    assert all("is recalled" in p.rule for p in report.warnings)
    assert len({p.value for p in report.warnings}) == 1


def test_it_fills_the_configured_database_and_a_second_run_adds_nothing(
    settings: Settings,
) -> None:
    first = synth("--patients", "30", "--seed", "3")
    assert first.exit_code == 0
    assert "30 rows of patients.csv" in first.stdout
    assert "REGISTRY_SYNTHETIC" in first.stderr
    assert synth("--patients", "30", "--seed", "3").exit_code == 0
    assert patients(settings) == 30


def test_other_patients_under_the_same_codes_are_refused(settings: Settings) -> None:
    synth("--patients", "2", "--seed", "3")
    result = synth("--patients", "2", "--seed", "4")
    assert result.exit_code == 1
    assert "differs from the stored" in result.stderr
    assert patients(settings) == 2


def test_a_registry_of_real_patients_is_left_alone(settings: Settings) -> None:
    engine = make_engine(settings.database_url, settings.key())
    with writing(engine, Context("tests", "a real patient")) as session:
        session.add(Patient(code="LR-1", sex="female"))
    engine.dispose()
    result = synth("--patients", "2")
    assert result.exit_code == 1
    assert "not invented (LR-1)" in result.stderr
    assert patients(settings) == 1
    assert synth("--patients", "2", "--force").exit_code == 0


def test_an_older_schema_exits_3(settings: Settings) -> None:
    CliRunner().invoke(main, ["db", "downgrade", "base", "--yes"])
    result = synth("--patients", "2")
    assert result.exit_code == 3
    assert "registry db upgrade" in result.stderr


@pytest.mark.parametrize("words", [("--patients", "0"), ("--seed", "x"), ("--patients", "1e9")])
def test_wrong_use_exits_2(words: tuple[str, ...]) -> None:
    assert synth(*words).exit_code == 2


def test_the_demo_leaves_an_unsigned_visit_and_a_draft(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path / "demo")
    lines = list(fill(settings, 30, 3))
    engine = make_engine(settings.database_url, settings.key())
    with reading(engine) as session:
        sources = Counter(session.scalars(select(Visit.source)))
        [draft] = session.scalars(select(Draft))
        roles = Counter(session.scalars(select(RoleGrant.role)))
    engine.dispose()
    assert len(lines) == 5
    assert sources["form"] == 1
    assert draft.fields["visited_on"] == clock.today().isoformat()
    assert roles["coordinator"] == 2
