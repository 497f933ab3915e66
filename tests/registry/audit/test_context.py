"""No change without saying who and why."""

import sqlite3

import pytest
from sqlalchemy import Engine, text

from registry.audit.context import Context
from registry.database.engine import make_engine, reading, writing, writing_unaudited
from registry.errors import ContextMissingError, EnvironmentProblem, RecordProtectedError
from tests.databases import KEY

ALICE = Context("alice", "corrects a name", "request-7")
SITE = text("INSERT INTO site (id, code, name, row_version) VALUES (:id, :code, 'x', 1)")
RENAME = text("UPDATE site SET name = name || '!'")


def add_site(engine: Engine, number: int = 1) -> None:
    with writing(engine, ALICE) as session:
        session.execute(SITE, {"id": number, "code": f"S{number}"})


def rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with reading(engine) as session:
        return [tuple(row) for row in session.execute(text(statement))]


@pytest.mark.parametrize(("actor", "reason"), [("", "x"), (" ", "x"), ("alice", "")])
def test_a_context_needs_an_actor_and_a_reason(actor: str, reason: str) -> None:
    with pytest.raises(ValueError, match="actor and a reason"):
        Context(actor, reason)


def test_the_seal_names_actor_reason_and_request(engine: Engine) -> None:
    add_site(engine)
    found = rows(engine, "SELECT seq, actor, reason, request, n FROM audit_tx")
    assert found == [(1, "alice", "corrects a name", "request-7", 1)]


@pytest.mark.parametrize("opener", [reading, writing_unaudited])
def test_a_change_without_context_is_refused(engine: Engine, opener: object) -> None:
    add_site(engine)
    with pytest.raises(ContextMissingError), opener(engine) as session:
        session.execute(RENAME)
    assert rows(engine, "SELECT name FROM site") == [("x",)]


def test_the_context_of_one_transaction_does_not_serve_the_next(engine: Engine) -> None:
    bound = engine.execution_options(audit=ALICE)
    with bound.connect() as connection:
        connection.execute(SITE, {"id": 1, "code": "S1"})
        connection.commit()
    with engine.connect() as connection, pytest.raises(ContextMissingError):
        connection.execute(RENAME)


def test_reading_and_rows_outside_the_trail_need_no_context(engine: Engine) -> None:
    with writing_unaudited(engine) as session:
        session.execute(
            text("INSERT INTO sign_in_throttle VALUES ('alice', '2026-01-01 00:00:00', 1)")
        )
    assert rows(engine, "SELECT failures FROM sign_in_throttle") == [(1,)]
    assert rows(engine, "SELECT seq FROM audit_tx") == []


def test_a_savepoint_rolled_back_takes_its_entries_along(engine: Engine) -> None:
    with writing(engine, ALICE) as session:
        session.execute(SITE, {"id": 1, "code": "S1"})
        savepoint = session.begin_nested()
        session.execute(RENAME)
        savepoint.rollback()
    assert rows(engine, "SELECT op FROM audit_entry") == [("I",)]
    assert rows(engine, "SELECT n FROM audit_tx") == [(1,)]


def add_and_fail(engine: Engine) -> None:
    with writing(engine, ALICE) as session:
        session.execute(SITE, {"id": 1, "code": "S1"})
        raise ZeroDivisionError


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_fail(engine)
    assert rows(engine, "SELECT id FROM site") == []
    assert rows(engine, "SELECT id FROM audit_entry") == []


def test_a_transaction_that_changes_nothing_makes_no_seal(engine: Engine) -> None:
    with writing(engine, ALICE) as session:
        session.execute(RENAME)
    assert rows(engine, "SELECT seq FROM audit_tx") == []


def test_without_the_key_nothing_is_stored(engine: Engine, engine_url: str) -> None:
    keyless = make_engine(engine_url, None)
    with pytest.raises(EnvironmentProblem, match="key"):
        add_site(keyless)
    assert rows(keyless, "SELECT id FROM site") == []
    keyless.dispose()


@pytest.mark.parametrize("table", ["audit_entry", "audit_tx", "access_log"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET actor = 'x'"])
def test_the_trail_is_append_only(engine: Engine, table: str, statement: str) -> None:
    add_site(engine)
    with writing_unaudited(engine) as session:
        session.execute(
            text("INSERT INTO access_log (id, at, actor, action) VALUES (:id, :at, 'a', 'b')"),
            {"id": 16 * b"1" if engine.dialect.name == "sqlite" else 32 * "1", "at": "2026-01-01"},
        )
    with pytest.raises(RecordProtectedError), writing(engine, ALICE) as session:
        session.execute(text(statement.format(table).replace("SET actor", column_of(table))))


def column_of(table: str) -> str:
    return "SET tbl" if table == "audit_entry" else "SET actor"


def test_the_head_only_moves_one_step(engine: Engine) -> None:
    add_site(engine)
    for statement in (
        "UPDATE audit_head SET seq = 0",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head VALUES (2, 0, '')",
    ):
        with pytest.raises(RecordProtectedError), writing(engine, ALICE) as session:
            session.execute(text(statement))


def test_an_entry_for_another_transaction_is_refused(engine: Engine) -> None:
    add_site(engine)
    with pytest.raises(RecordProtectedError), writing(engine, ALICE) as session:
        session.execute(
            text(
                "INSERT INTO audit_entry (tx, tbl, row_id, op) "
                "SELECT tx, 'x', '1', 'I' FROM audit_tx"
            )
        )


def test_a_plain_sqlite_shell_cannot_change_a_record(sqlite_engine: Engine) -> None:
    add_site(sqlite_engine)
    shell = sqlite3.connect(sqlite_engine.url.database)
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        shell.execute("UPDATE site SET name = 'y'")
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        shell.execute("DELETE FROM site")
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        shell.execute(
            "INSERT INTO audit_entry (tx, tbl, row_id, op) VALUES ('x', 'site', '1', 'U')"
        )
    shell.close()


def test_a_client_that_skips_the_seal_cannot_commit(engine: Engine) -> None:
    add_site(engine)
    made = make_engine(engine.url, KEY)
    with made.execution_options(audit=ALICE).connect() as connection:
        connection.execute(RENAME)
        # The driver's own commit bypasses the event that seals.
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            connection.connection.driver_connection.commit()
        connection.rollback()
    made.dispose()
    assert rows(engine, "SELECT name FROM site") == [("x",)]
