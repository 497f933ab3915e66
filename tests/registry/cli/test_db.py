"""``registry db`` and ``registry audit``: first run, later runs, and what is refused."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from registry.audit.context import Context
from registry.cli import main
from registry.database.engine import make_engine, writing
from registry.database.opening import opened, opened_or_created
from registry.database.schema import head
from registry.errors import EnvironmentProblem
from registry.settings import Settings

SITE = text("INSERT INTO site (id, code, name, row_version) VALUES (1, 'S1', 'x', 1)")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("REGISTRY_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def registry(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def add_site() -> None:
    settings = Settings.from_env()
    engine = make_engine(settings.database_url, settings.key())
    with writing(engine, Context("alice", "test")) as session:
        session.execute(SITE)
    engine.dispose()


def test_the_first_upgrade_makes_folder_file_and_key_private(home: Path) -> None:
    result = registry("db", "upgrade")
    assert (result.exit_code, result.output) == (0, f"database at revision {head()}\n")
    assert (mode(home), mode(home / "registry.db"), mode(home / "registry.key")) == (
        0o700,
        0o600,
        0o600,
    )
    assert registry("db", "check").exit_code == 0


def test_another_upgrade_keeps_the_key(home: Path) -> None:
    registry("db", "upgrade")
    key = (home / "registry.key").read_bytes()
    add_site()
    assert registry("db", "upgrade").exit_code == 0
    assert (home / "registry.key").read_bytes() == key
    assert registry("audit", "verify").exit_code == 0


def test_a_key_that_others_can_read_is_refused(home: Path) -> None:
    registry("db", "upgrade")
    (home / "registry.key").chmod(0o640)
    result = registry("db", "check")
    assert result.exit_code == 3
    assert "chmod 600" in result.stderr


def test_a_lost_key_is_not_replaced_once_something_was_sealed(home: Path) -> None:
    registry("db", "upgrade")
    add_site()
    (home / "registry.key").unlink()
    result = registry("db", "upgrade")
    assert result.exit_code == 3
    assert "put the key back" in result.stderr
    assert not (home / "registry.key").exists()


def test_a_database_that_is_not_there_is_not_made_by_looking(home: Path) -> None:
    result = registry("db", "check")
    assert result.exit_code == 3
    assert "registry db upgrade" in result.stderr
    assert not home.exists()


def test_check_names_what_is_not_as_expected(home: Path) -> None:
    registry("db", "upgrade")
    engine = make_engine(Settings.from_env().database_url, None)
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("DROP TRIGGER audit_site_delete"))
    engine.dispose()
    result = registry("db", "check")
    assert result.exit_code == 3
    assert "trigger audit_site_delete is missing" in result.stderr


def test_downgrade_asks_first(home: Path) -> None:
    registry("db", "upgrade")
    assert registry("db", "downgrade", "base").exit_code == 1
    assert registry("db", "downgrade", "base", "--yes").output == "database at revision base\n"


def test_verify_prints_the_head_to_keep(home: Path) -> None:
    registry("db", "upgrade")
    add_site()
    result = registry("audit", "verify")
    assert result.exit_code == 0
    assert result.output.startswith("1 seals, 1 entries\nhead 1 ")
    mac = result.output.split()[6]
    assert registry("audit", "verify", "--anchor", "1", mac).exit_code == 0
    assert registry("audit", "verify", "--anchor", "1", "0" * 64).exit_code == 1


def test_verify_lists_findings_and_exits_one(home: Path) -> None:
    registry("db", "upgrade")
    add_site()
    engine = make_engine(Settings.from_env().database_url, None)
    with engine.execution_options(write=True).begin() as connection:
        connection.execute(text("DROP TRIGGER audit_site_update"))
        connection.execute(text("UPDATE site SET name = 'forged'"))
    engine.dispose()
    result = registry("audit", "verify")
    assert result.exit_code == 1
    assert "site 1 is not what its last entry says" in result.stderr
    assert "Traceback" not in result.stderr


def test_commands_create_a_missing_file_but_never_migrate_an_old_one(home: Path) -> None:
    opened_or_created(Settings.from_env()).dispose()
    opened(Settings.from_env()).dispose()
    registry("db", "downgrade", "base", "--yes")
    with pytest.raises(EnvironmentProblem, match="revision base"):
        opened_or_created(Settings.from_env())


def test_help_lists_every_command_and_an_unknown_one_is_wrong_use() -> None:
    listed = registry("--help").output
    assert " db " in listed
    assert " audit " in listed
    assert registry("nonsense").exit_code == 2


def test_postgresql_gets_no_key_of_its_own_making(
    home: Path, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", empty_postgres_url)
    result = registry("db", "upgrade")
    assert result.exit_code == 3
    assert "REGISTRY_KEY_FILE" in result.stderr
    assert not home.exists()
