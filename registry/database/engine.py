"""One engine factory for web, commands, migrations and tests, and the ways to open a session."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.orm import Session

from registry.audit import wiring
from registry.audit.context import Context
from registry.database import problems, sqlite

BUSY_TIMEOUT_MS = 10_000
STATEMENT_TIMEOUT_MS = 60_000
# A client that vanished inside a transaction must not hold the head of the chain for ever;
# an import may think for a while between two statements.
IDLE_TIMEOUT_MS = 300_000


def make_engine(
    url: str | URL,
    key: bytes | None,
    *,
    busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
    pool_size: int = 5,
    **options: Any,
) -> Engine:
    """Return an engine that audits; ``key`` None reads, but cannot commit an audited change.

    ``busy_timeout_ms`` is how long a writer waits for another; ``statement_timeout_ms`` (only
    PostgreSQL has one) 0 means no limit; further ``options`` go to create_engine.
    """
    url = _with_driver(make_url(url))
    if url.get_backend_name() == "sqlite":
        # Parameters hold identities: they never reach a log or a traceback.
        engine = create_engine(url, hide_parameters=True, **_pool(options, pool_size))
        sqlite.attach(engine, busy_timeout_ms)
    else:
        engine = create_engine(
            url,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            connect_args={"options": _session_settings(url, busy_timeout_ms, statement_timeout_ms)},
            **_pool(options, pool_size),
        )
    wiring.attach(engine, key)
    problems.attach(engine)
    return engine


def _with_driver(url: URL) -> URL:
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def _pool(options: dict[str, Any], pool_size: int) -> dict[str, Any]:
    return options if "poolclass" in options else {"pool_size": pool_size, **options}


def _session_settings(url: URL, lock_ms: int, statement_ms: int) -> str:
    settings = {
        "timezone": "UTC",
        "lock_timeout": lock_ms,
        "statement_timeout": statement_ms,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
    }
    given = url.query.get("options", "")
    ours = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return f"{ours} {given if isinstance(given, str) else ' '.join(given)}".strip()


class ReadSession(Session):
    """A session for pages: rows of Core queries come straight from its connection.

    The ORM around a query that loads no object costs as much as the query.
    """

    _direct: Connection | None = None

    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Run a query; one that loads ORM objects, or has options, goes the long way."""
        if options or statement._propagate_attrs:
            return super().execute(statement, params, **options)
        if self._direct is None:
            self._direct = self.connection()
        return self._direct.execute(statement, params)

    def close(self) -> None:
        """Give the connection back."""
        self._direct = None
        super().close()


@contextmanager
def reading(engine: Engine, *, snapshot: bool = False) -> Iterator[Session]:
    """Open a session that never commits.

    ``snapshot`` makes every query see the same instant on PostgreSQL; SQLite always does.
    """
    if snapshot and engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with ReadSession(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine, context: Context) -> Iterator[Session]:
    """Open a session whose changes are recorded and sealed; commit once, at the end."""
    bound = engine.execution_options(**{wiring.OPTION: context})
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def writing_unaudited(engine: Engine) -> Iterator[Session]:
    """Open a session for sessions, throttle counts, drafts and the access log; commit once."""
    bound = engine.execution_options(write=True)
    with Session(bound, expire_on_commit=False) as session, session.begin():
        yield session
