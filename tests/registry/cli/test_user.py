"""``registry user`` and ``registry site``: what they store, and what they refuse in which words."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from registry.cli import main
from registry.database.engine import make_engine, reading
from registry.models import AuditTx, RoleGrant, User
from registry.security.passwords import verify_password
from registry.settings import Settings

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REGISTRY_HOME", str(settings.home))
    monkeypatch.setenv("REGISTRY_KEY_FILE", str(settings.key_file))
    return settings.home


def registry(*arguments: str, typed: str = PASSWORD + "\n") -> Result:
    return CliRunner().invoke(main, arguments, input=typed)


def add_alice(**more: str) -> Result:
    registry("site", "add", "NORTH", "North Hospital")
    return registry(
        "user", "add", "alice", "--name", "Alice", "--role", "clinician", "--site", "NORTH", **more
    )


def stored(settings: Settings, statement: object) -> list[object]:
    engine = make_engine(settings.database_url, settings.key())
    with reading(engine) as session:
        found = list(session.scalars(statement))
    engine.dispose()
    return found


def test_an_account_gets_its_role_its_site_and_the_password_from_stdin(settings: Settings) -> None:
    result = add_alice()
    assert (result.exit_code, result.stdout) == (0, "added alice as clinician at NORTH\n")
    [user] = stored(settings, select(User))
    assert verify_password(user.password_hash, PASSWORD, settings)
    [grant] = stored(settings, select(RoleGrant))
    assert (grant.role, grant.site_id) == ("clinician", 1)


def test_a_made_password_is_printed_once_and_works(settings: Settings) -> None:
    registry("user", "add", "adam", "--name", "Adam", "--role", "administrator", "--generate")
    result = registry("user", "reset", "adam", "--generate")
    password = result.stdout.splitlines()[-1].removeprefix("password ")
    [user] = stored(settings, select(User))
    assert verify_password(user.password_hash, password, settings)


def test_changes_are_signed_by_the_shell_user_or_the_account_named(settings: Settings) -> None:
    add_alice()
    registry("user", "grant", "alice", "--role", "auditor", "--as", "alice")
    actors = [seal.actor for seal in stored(settings, select(AuditTx).order_by(AuditTx.seq))]
    assert actors[-2].startswith("cli:")
    assert actors[-1] == "alice"


def test_a_role_can_be_taken_and_an_account_closed_and_opened(settings: Settings) -> None:
    add_alice()
    revoked = registry("user", "revoke", "alice", "--role", "clinician", "--site", "NORTH")
    assert revoked.exit_code == 0
    assert registry("user", "disable", "alice").exit_code == 0
    [user] = stored(settings, select(User))
    [grant] = stored(settings, select(RoleGrant))
    assert user.disabled_at
    assert grant.revoked_at
    assert registry("user", "enable", "alice").exit_code == 0
    assert stored(settings, select(User))[0].disabled_at is None


@pytest.mark.parametrize(
    ("arguments", "typed", "code", "sentence"),
    [
        (("add", "bob", "--name", "B", "--role", "auditor"), "short\n", 1, "12 to 256 characters"),
        (("add", "bob", "--name", "B", "--role", "auditor"), "", 1, "12 to 256 characters"),
        (("add", "b b", "--name", "B", "--role", "auditor"), PASSWORD, 1, "use 1 to 40 letters"),
        (("add", "bob", "--name", "\x00", "--role", "auditor"), PASSWORD, 1, "Name"),
        (("add", "bob", "--name", "B", "--role", "king"), PASSWORD, 2, "king"),
        (("add", "bob", "--name", "B", "--role", "clinician"), PASSWORD, 1, "works at a site"),
        (("add", "alice", "--name", "A", "--role", "auditor"), PASSWORD, 1, "already in use"),
        (("grant", "alice", "--role", "auditor", "--site", "X"), "", 2, "known are NORTH"),
        (("grant", "nobody", "--role", "auditor"), "", 1, "there is no account"),
        (("grant", "alice", "--role", "auditor", "--as", "nobody"), "", 2, "there is no account"),
        (("revoke", "alice", "--role", "auditor"), "", 1, "does not have this role"),
        (("grant", "alice", "--role", "administrator"), "", 1, "cannot be administrator and"),
        (("reset", "nobody"), PASSWORD, 1, "there is no account"),
    ],
)
def test_bad_input_gets_a_sentence_and_stores_nothing(
    settings: Settings, arguments: tuple[str, ...], typed: str, code: int, sentence: str
) -> None:
    add_alice()
    result = registry("user", *arguments, typed=typed)
    assert result.exit_code == code
    assert sentence in result.stderr
    assert len(stored(settings, select(User))) == 1
    assert len(stored(settings, select(RoleGrant))) == 1


def test_input_that_is_no_text_is_refused() -> None:
    result = CliRunner().invoke(
        main, ["user", "add", "bob", "--name", "B", "--role", "auditor"], input=b"\xff" * 20
    )
    assert result.exit_code == 1
    assert "UTF-8" in result.stderr


def test_the_last_administrator_stays() -> None:
    registry("user", "add", "adam", "--name", "Adam", "--role", "administrator")
    result = registry("user", "disable", "adam")
    assert result.exit_code == 1
    assert "last administrator" in result.stderr


def test_a_site_code_is_used_once() -> None:
    assert registry("site", "add", "NORTH", "North").stdout == "added site NORTH\n"
    again = registry("site", "add", "NORTH", "Other")
    assert again.exit_code == 1
    assert "already in use" in again.stderr
    assert registry("site", "add", "a b", "Other").exit_code == 1
    assert registry("site", "add", "S", "x", "--time-zone", "Mars/Base").exit_code == 1
