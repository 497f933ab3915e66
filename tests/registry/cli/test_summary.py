"""``registry summary``: what it prints, what it logs, and what it refuses in which words."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook
from sqlalchemy import select

from registry.audit.context import Context
from registry.cli import main
from registry.database.engine import make_engine, reading, writing
from registry.models import AccessLog, Enrolment, Patient, Site
from registry.partial_date import PartialDate
from registry.settings import Settings


@pytest.fixture(autouse=True)
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    engine = make_engine(settings.database_url, settings.key())
    with writing(engine, Context("tests", "one patient")) as session:
        session.add(Site(id=1, code="NORTH", name="North"))
        patient = Patient(code="P1", sex="female")
        session.add(patient)
        session.flush()
        day = PartialDate.parse("2024-01-01")
        session.add(Enrolment(patient_id=patient.id, site_id=1, from_on=day))
    engine.dispose()
    return settings.home


def registry(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["summary", *map(str, arguments)])


def test_the_summary_is_json_on_standard_output_and_the_cut_on_the_other() -> None:
    result = registry("--cut", "2025-01-01")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["flow"]["enrolled"] == 1
    assert result.stderr == "data cut 2025-01-01\n"


def test_the_cut_reaches_back() -> None:
    assert json.loads(registry("--cut", "2023-12-31").stdout)["flow"]["enrolled"] == 0


def test_two_runs_have_the_same_hash() -> None:
    first, second = (json.loads(registry("--cut", "2025-01-01").stdout) for _ in range(2))
    assert first["provenance"]["sha256"] == second["provenance"]["sha256"]
    assert first["provenance"]["schema_revision"] == "0003"


def test_the_file_name_chooses_the_format(home: Path) -> None:
    assert registry("-o", home / "out.csv").exit_code == 0
    with (home / "out.csv").open(encoding="utf-8", newline="") as file:
        assert {line["section"] for line in csv.DictReader(file)} >= {"provenance", "flow"}


def test_both_formats_are_written_side_by_side(home: Path) -> None:
    result = registry("--format", "json,csv", "-o", home / "out")
    assert result.exit_code == 0
    assert json.loads((home / "out.json").read_text(encoding="utf-8"))["flow"]
    assert (home / "out.csv").read_text(encoding="utf-8").startswith("section,")


def test_a_workbook_is_written_as_it_is(home: Path) -> None:
    result = registry("--cut", "2025-06-01", "-o", home / "out.xlsx")
    assert result.exit_code == 0
    book = load_workbook(home / "out.xlsx")
    assert book.sheetnames[0] == "About"
    assert book.properties.created.isoformat() == "2025-06-01T00:00:00"


def test_a_cut_after_today_is_said_and_not_hidden() -> None:
    result = registry("--cut", "2999-01-01")
    assert result.exit_code == 0
    assert "after today" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "html"], "html is not built yet; use json or csv or xlsx"),
        (["--format", "docx"], "“docx” is no format"),
        (["-o", "summary.pdf"], "pdf is not built yet"),
        (["--format", "json,csv"], "add -o PATH"),
        (["--cut", "yesterday"], "“yesterday” is not a day like 2026-11-22"),
        (["--cut", "2025-02-29"], "is not a day"),
        (["--cut", "0001-01-01"], "is before 1900-01-01"),
        (["--site", "SOUTH"], "there is no site “SOUTH”; known are NORTH"),
        (["--by", "astrology"], "cell_type"),
    ],
)
def test_wrong_use_is_answered_in_words(arguments: list[str], words: str) -> None:
    result = registry(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


def test_a_file_that_cannot_be_written_is_named(home: Path) -> None:
    result = registry("-o", home / "nowhere" / "out.json")
    assert result.exit_code == 3
    assert "out.json cannot be written" in result.stderr


def test_every_summary_is_logged_with_its_hash(settings: Settings) -> None:
    printed = json.loads(registry("--site", "NORTH", "--by", "lot").stdout)
    with reading(make_engine(settings.database_url, None)) as session:
        (line,) = session.scalars(select(AccessLog)).all()
        session.get_bind().dispose()
    assert (line.action, line.subject) == ("export", "summary")
    assert line.actor.startswith("cli:")
    assert line.detail["sha256"] == printed["provenance"]["sha256"]
    assert line.detail["filter"] == {"site": "NORTH", "by": "lot"}


def test_a_synthetic_registry_says_so_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGISTRY_SYNTHETIC", "true")
    assert "invented patients" in json.loads(registry().stdout)["warnings"][0]
