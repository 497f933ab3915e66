"""Fixtures that hand each test its own migrated database, on SQLite and on PostgreSQL.

Migrations run once: the result is a template that is copied (SQLite) or cloned (PostgreSQL).
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, make_url

from tests import postgres

# Public on purpose: what it seals lives for one test.
KEY = b"sealing key of the tests, known to all"
RUN = pytest.StashKey[str]()
SERVER = pytest.StashKey[postgres.Server]()
TEMPLATE_LOCK = 2026


def migrate(url: str) -> None:
    """Bring an empty database to the newest schema, as an operator would."""
    from registry.database.engine import make_engine
    from registry.database.schema import upgrade

    engine = make_engine(url, KEY)
    try:
        upgrade(engine)
    finally:
        engine.dispose()


# --- one server for all workers -------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    given = getattr(config, "workerinput", {})
    config.stash[RUN] = given.get("run", uuid4().hex[:10])
    if "postgres_url" in given:
        config.stash[SERVER] = postgres.Server(given["postgres_url"])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a new worker which server to use (called by xdist in the controlling process)."""
    node.workerinput["run"] = node.config.stash[RUN]
    node.workerinput["postgres_url"] = running_server(node.config).url


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server is None or hasattr(config, "workerinput"):
        return
    drop_everything(server.url, prefix(config))
    server.stop()


def running_server(config: pytest.Config) -> postgres.Server:
    """Return the server of this test session, started at the first call."""
    if SERVER not in config.stash:
        try:
            config.stash[SERVER] = postgres.start()
        except postgres.NoServerError as problem:
            pytest.exit(str(problem), returncode=3)
    return config.stash[SERVER]


def prefix(config: pytest.Config) -> str:
    return f"registry_test_{config.stash[RUN]}_"


# --- PostgreSQL -----------------------------------------------------------------------------


@contextmanager
def administering(server: str) -> Iterator[psycopg.Connection]:
    """Connect for CREATE DATABASE, which takes no transaction."""
    url = make_url(server).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        yield connection


def run_on(connection: psycopg.Connection, statement: str, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def exists(connection: psycopg.Connection, name: str) -> bool:
    found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def url_of(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_everything(server: str, start: str) -> None:
    with administering(server) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [start]
        )
        for (name,) in found.fetchall():
            run_on(connection, "DROP DATABASE {} WITH (FORCE)", name)


def build_template(server: str, name: str) -> None:
    """Make the migrated template unless another worker has."""
    draft = f"{name}_draft"
    with administering(server) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        if exists(connection, name):
            return
        run_on(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", draft)
        run_on(connection, "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", draft)
        migrate(url_of(server, draft))
        # The name says "ready": a failed migration never leaves half a template behind it.
        run_on(connection, "ALTER DATABASE {} RENAME TO {}", draft, name)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> str:
    """URL of the server's maintenance database, for tests that make databases themselves."""
    return running_server(pytestconfig).url


@pytest.fixture(scope="session")
def postgres_maker(
    pytestconfig: pytest.Config, postgres_server: str, worker_id: str
) -> Callable[[str | None], str]:
    """Make a database and return its URL; ``None`` as template makes an empty one."""
    numbers = count(1)

    def make(template: str | None) -> str:
        name = f"{prefix(pytestconfig)}{worker_id}_{next(numbers)}"
        with administering(postgres_server) as connection:
            # Copying the files takes a third of the time of the default since version 15.
            quickly = " STRATEGY file_copy" if connection.info.server_version >= 150_000 else ""
            statement = f"CREATE DATABASE {{}} TEMPLATE {{}}{quickly}"
            run_on(connection, statement, name, template or "template0")
        return url_of(postgres_server, name)

    return make


@pytest.fixture(scope="session")
def postgres_template(pytestconfig: pytest.Config, postgres_server: str) -> str:
    name = f"{prefix(pytestconfig)}template"
    build_template(postgres_server, name)
    return name


def dropped_after(server: str, url: str) -> Iterator[str]:
    yield url
    with administering(server) as connection:
        run_on(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", make_url(url).database)


@pytest.fixture
def postgres_url(
    postgres_server: str, postgres_template: str, postgres_maker: Callable[[str | None], str]
) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    yield from dropped_after(postgres_server, postgres_maker(postgres_template))


@pytest.fixture
def empty_postgres_url(
    postgres_server: str, postgres_maker: Callable[[str | None], str]
) -> Iterator[str]:
    """A PostgreSQL database without any schema, for tests of the migrations."""
    yield from dropped_after(postgres_server, postgres_maker(None))


# --- SQLite ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "registry.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file of this test's own."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'registry.db')}"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet, for tests of the migrations."""
    return f"sqlite:///{tmp_path / 'empty.db'}"


# --- either ---------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def engine_url(request: pytest.FixtureRequest, engine_name: str) -> str:
    """A migrated database of this test's own; the test runs once per kind of database."""
    short = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[engine_name]
    return request.getfixturevalue(short)


@pytest.fixture
def empty_engine_url(request: pytest.FixtureRequest, engine_name: str) -> str:
    """A database without any schema; the test runs once per kind of database."""
    short = {"sqlite": "empty_sqlite_url", "postgresql": "empty_postgres_url"}[engine_name]
    return request.getfixturevalue(short)


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    """An engine of the product's own making over ``engine_url``."""
    yield from disposed_after(engine_url)


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    yield from disposed_after(sqlite_url)


@pytest.fixture
def postgres_engine(postgres_url: str) -> Iterator[Engine]:
    yield from disposed_after(postgres_url)


def disposed_after(url: str) -> Iterator[Engine]:
    from registry.database.engine import make_engine

    made = make_engine(url, KEY)
    yield made
    made.dispose()
