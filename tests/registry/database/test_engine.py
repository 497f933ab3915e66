"""One engine for everybody: what it promises about each connection."""

import traceback

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from registry.audit.context import Context
from registry.database.engine import make_engine, reading, writing, writing_unaudited
from registry.database.sqlite import PRAGMAS
from registry.errors import BusyError, EnvironmentProblem
from tests.databases import KEY

SITE = text("INSERT INTO site (id, code, name, row_version) VALUES (1, 'S1', 'x', 1)")


@pytest.mark.parametrize(("name", "wanted"), PRAGMAS.items())
def test_sqlite_connections_have_every_pragma(
    sqlite_engine: Engine, name: str, wanted: object
) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.exec_driver_sql(f"PRAGMA {name}").scalar() == wanted


def test_a_pragma_that_does_not_hold_stops_the_connection() -> None:
    with pytest.raises(EnvironmentProblem, match="journal_mode"):
        make_engine("sqlite://", KEY).connect()


def test_postgresql_sessions_are_utc_and_read_committed(postgres_engine: Engine) -> None:
    with postgres_engine.connect() as connection:
        assert connection.scalar(text("SHOW timezone")) == "UTC"
        assert connection.scalar(text("SHOW transaction_isolation")) == "read committed"
        assert connection.scalar(text("SHOW lock_timeout")) == "10s"


def test_a_bare_postgresql_url_gets_the_installed_driver() -> None:
    assert make_engine("postgresql://nobody@127.0.0.1/none", None).driver == "psycopg"


def test_a_snapshot_sees_one_instant(engine: Engine) -> None:
    with reading(engine, snapshot=True) as session:
        count = text("SELECT count(*) FROM site")
        assert session.scalar(count) == 0
        with writing(engine, Context("alice", "meanwhile")) as other:
            other.execute(SITE)
        assert session.scalar(count) == 0


def test_ddl_is_rolled_back_on_both_engines(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE passing (id INTEGER)"))
        connection.rollback()
        there = "sqlite_master WHERE name" if is_sqlite(engine) else "pg_class WHERE relname"
        assert connection.scalar(text(f"SELECT count(*) FROM {there} = 'passing'")) == 0


def is_sqlite(engine: Engine) -> bool:
    return engine.dialect.name == "sqlite"


def test_a_second_writer_waits_and_then_is_told_to_try_again(
    sqlite_engine: Engine, sqlite_url: str
) -> None:
    impatient = make_engine(sqlite_url, KEY, busy_timeout_ms=20)
    with writing_unaudited(sqlite_engine) as first:
        first.execute(text("SELECT 1"))
        with pytest.raises(BusyError), writing_unaudited(impatient) as second:
            second.execute(text("SELECT 1"))
    impatient.dispose()


def test_parameters_never_show_in_an_error(engine: Engine) -> None:
    statement = text("INSERT INTO site (id, code, name) VALUES (1, NULL, :name)")
    with (
        pytest.raises(IntegrityError) as caught,
        writing(engine, Context("alice", "test")) as session,
    ):
        session.execute(statement, {"name": "Mrs " + "Secret".upper()})
    whole = "".join(traceback.format_exception(caught.value))
    assert "SECRET" not in whole


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    nowhere = make_engine("postgresql://alice:hush@127.0.0.1:1/none", None)
    with pytest.raises(EnvironmentProblem) as caught:
        nowhere.connect()
    assert "127.0.0.1:1" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: object) -> None:
    with pytest.raises(EnvironmentProblem, match="cannot be opened"):
        make_engine(f"sqlite:///{tmp_path}/none/registry.db", None).connect()
