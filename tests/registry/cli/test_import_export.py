"""``registry import`` and ``registry export`` from the shell: exit codes, lists, dry run."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from registry.cli import main
from registry.database.engine import make_engine
from tests.registry.imports.conftest import BASE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REGISTRY_KEY_FILE", raising=False)
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "cohort"
    made.mkdir()
    for name, content in BASE.items():
        (made / name).write_text(content)
    return made


def registry(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def spoil(folder: Path) -> None:
    (folder / "visits.csv").write_text("visit_id,patient_id,visited_on\nV1,P9,2030-13-01\n")


def test_the_first_import_makes_the_database(home, folder):
    result = registry("import", folder)
    assert result.exit_code == 0, result.output
    assert "patients.csv: 2 new, 0 changed, 0 unchanged" in result.output
    assert (home / "registry.db").exists()


def test_errors_end_with_1_and_the_list(home, folder):
    spoil(folder)
    result = registry("import", folder)
    assert result.exit_code == 1
    assert "nothing was stored" in result.stderr
    assert "visits.csv line 2, visited_on “2030-13-01”: month 13 does not exist" in result.stderr


def test_a_dry_run_stores_nothing_and_says_so(home, folder):
    assert "dry run: nothing was stored" in registry("import", folder, "--dry-run").output
    assert "patients.csv: 2 new" in registry("import", folder).output


def test_the_second_time_there_is_nothing_to_store(home, folder):
    registry("import", folder)
    result = registry("import", folder)
    assert (result.exit_code, "nothing to store" in result.output) == (0, True)


def test_an_update_prints_old_and_new_and_keeps_its_reason(home, folder):
    registry("import", folder)
    (folder / "patients.csv").write_text(BASE["patients.csv"].replace("1990-02", "1991"))
    assert registry("import", folder).exit_code == 1
    result = registry("import", folder, "--update", "birth certificate seen")
    assert result.exit_code == 0
    assert "patients.csv P1, birth_date: “1990-02” → “1991”" in result.output
    engine = make_engine(f"sqlite:///{home / 'registry.db'}", None)
    with engine.connect() as connection:
        reason = connection.scalar(text("SELECT reason FROM audit_tx ORDER BY seq DESC LIMIT 1"))
    engine.dispose()
    assert reason.startswith("birth certificate seen; import cohort, SHA-256 ")


@pytest.mark.parametrize(
    "arguments",
    [("import", "no-such-folder"), ("import",), ("export", "out", "--cut", "May")],
)
def test_wrong_use_ends_with_2(home, arguments):
    assert registry(*arguments).exit_code == 2


def test_an_update_without_a_reason_is_wrong_use(home, folder):
    assert registry("import", folder, "--update", " ").exit_code == 2


def test_an_unknown_account_is_wrong_use(home, folder):
    assert registry("import", folder, "--as", "nobody").exit_code == 2


def test_an_older_schema_ends_with_3(home, folder):
    registry("db", "upgrade")
    registry("db", "downgrade", "base", "--yes")
    result = registry("import", folder)
    assert result.exit_code == 3
    assert "registry db upgrade" in result.stderr


def test_an_export_prints_its_cut_and_imports_elsewhere(home, folder, tmp_path, monkeypatch):
    registry("import", folder)
    result = registry("export", tmp_path / "out.zip", "--cut", "2026-01-31")
    assert result.exit_code == 0, result.output
    assert "data cut 2026-01-31" in result.output
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "elsewhere"))
    assert registry("import", tmp_path / "out.zip").exit_code == 0


def test_an_export_into_a_full_folder_ends_with_1(home, folder):
    registry("import", folder)
    assert registry("export", folder).exit_code == 1


def test_an_export_without_a_database_ends_with_3(home, tmp_path):
    assert registry("export", tmp_path / "out").exit_code == 3
