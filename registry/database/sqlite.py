"""SQLite: the pragmas, asserted by reading them back, and transactions begun by ourselves."""

from typing import Any

from sqlalchemy import Connection, Engine, event

from registry.errors import EnvironmentProblem

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL: an acknowledged save survives a power cut
    "foreign_keys": 1,
    "busy_timeout": 10_000,  # milliseconds
    "recursive_triggers": 1,  # without it REPLACE would skip the triggers that refuse deletes
    "secure_delete": 1,
    "cell_size_check": 1,
    # Must stay on: the triggers call audit_ctx, which SQLite calls "unsafe use" when it is off.
    "trusted_schema": 1,
}


def attach(engine: Engine, busy_timeout_ms: int) -> None:
    """Set up every new connection; let us, not the driver, begin transactions."""
    pragmas = PRAGMAS | {"busy_timeout": busy_timeout_ms}

    def on_connect(dbapi_connection: Any, record: Any) -> None:
        # The driver's own mode begins no transaction before a SELECT and loses updates.
        dbapi_connection.isolation_level = None
        # Waiting must work before anything that may need to wait, such as the change to WAL.
        dbapi_connection.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
        for name, wanted in pragmas.items():
            dbapi_connection.execute(f"PRAGMA {name} = {wanted}")
        for name, wanted in pragmas.items():
            assert_pragma(dbapi_connection, name, wanted)

    def on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        # IMMEDIATE, or two writers that read first would fail with SQLITE_BUSY_SNAPSHOT.
        writes = options.get("audit") is not None or options.get("write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def assert_pragma(dbapi_connection: Any, name: str, wanted: object) -> None:
    """Raise unless the pragma took effect: SQLite ignores what it cannot do without a word."""
    found = dbapi_connection.execute(f"PRAGMA {name}").fetchone()[0]
    if found != wanted:
        raise EnvironmentProblem(
            f"SQLite did not accept {name} = {wanted} (it is {found}); "
            "is the database on a network drive or in memory? Put it on a local disk"
        )


def set_foreign_keys(dbapi_connection: Any, *, on: bool) -> None:
    """Switch foreign keys, outside a transaction: inside one SQLite would ignore it."""
    dbapi_connection.execute(f"PRAGMA foreign_keys = {int(on)}")
    assert_pragma(dbapi_connection, "foreign_keys", int(on))
