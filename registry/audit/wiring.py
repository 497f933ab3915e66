"""Ties an engine to the trail: binds the context at BEGIN, seals at COMMIT.

Listening on the engine, not on the Session, covers ORM, Core, bulk and text SQL alike.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, event

from registry.audit.context import Context
from registry.audit.seal import seal

OPTION = "audit"


@dataclass(slots=True)
class Open:
    """The transaction under way on one database connection; bound at BEGIN, never re-read."""

    context: Context | None = None
    tx: str | None = None

    def audit_ctx(self, name: str) -> str:
        """Answer the SQLite triggers; raising here refuses the write."""
        if name != "tx" or self.tx is None:
            raise RuntimeError("audit context missing")
        return self.tx


def attach(engine: Engine, key: bytes | None) -> None:
    """Make every transaction of ``engine`` follow the audit rules."""

    def on_connect(dbapi_connection: Any, record: Any) -> None:
        record.info[OPTION] = state = Open()
        if engine.dialect.name == "sqlite":
            dbapi_connection.create_function("audit_ctx", 1, state.audit_ctx)

    def on_begin(connection: Connection) -> None:
        begin(connection, connection.get_execution_options().get(OPTION))

    def on_commit(connection: Connection) -> None:
        state: Open = connection.info[OPTION]
        if state.context is not None and state.tx is not None:
            seal(connection, state.tx, state.context, key)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "commit", on_commit)


def begin(connection: Connection, context: Context | None) -> None:
    """Bind the context, or none, to the transaction that has just begun."""
    state: Open = connection.info[OPTION]
    state.context = context
    state.tx = None if context is None else uuid4().hex
    if state.tx is not None and connection.dialect.name == "postgresql":
        # Local to the transaction; afterwards the setting is '', not NULL.
        connection.exec_driver_sql("SELECT set_config('audit.tx', %s, true)", (state.tx,))


def forget(connection: Connection) -> None:
    """Unbind the context: for the migration that removes the trail tables themselves."""
    state: Open = connection.info[OPTION]
    state.context = state.tx = None


def current_tx(connection: Connection) -> str:
    """Return the id of the transaction under way; raise if it has no context."""
    state: Open = connection.info[OPTION]
    return state.audit_ctx("tx")
