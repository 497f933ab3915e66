"""One migration run: triggers off, steps, triggers on, changed rows into the trail, checked."""

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, text
from sqlalchemy.types import TypeEngine

from registry.audit import wiring
from registry.audit.fold import compare, dropped_tables, record_differing, vanished
from registry.audit.shape import audited, live_shapes
from registry.audit.triggers import drop_triggers, has_trail, install_triggers
from registry.errors import RefusedError

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext

TYPES = "registry.database.types"
TURN = 20261122  # any number that all versions agree on


def migrate(context: Any, connection: Connection) -> None:
    """Run the requested steps in one transaction that is sealed like any other."""
    from registry.models import AuditEntry

    context.configure(
        connection=connection,
        target_metadata=AuditEntry.metadata,
        render_as_batch=True,
        render_item=render_item,
        transactional_ddl=True,
        **COMPARED,
    )
    with connection.begin():
        if connection.dialect.name == "postgresql":
            _take_turn(connection)
        _before(connection)
        context.run_migrations()
        _after(connection)


def _take_turn(connection: Connection) -> None:
    """Wait for another migration of this database, then take as long as the steps need."""
    connection.execute(text("SET LOCAL lock_timeout = 0"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:turn)"), {"turn": TURN})
    connection.execute(text("SET LOCAL statement_timeout = 0"))


def _before(connection: Connection) -> None:
    if not has_trail(connection):
        return
    # What was changed behind the trail's back must not be written into it as ours.
    findings = compare(connection)
    if findings:
        raise RefusedError(
            "the tables do not match their trail; nothing was migrated. "
            "Run `registry audit verify` and clear this up first",
            findings,
        )
    drop_triggers(connection)


def _after(connection: Connection) -> None:
    if not has_trail(connection):
        wiring.forget(connection)
        return
    install_triggers(connection)
    _mark_dropped(connection)
    _record_changed(connection)
    if connection.dialect.name == "sqlite":
        _check_foreign_keys(connection)


def _mark_dropped(connection: Connection) -> None:
    """Say in the trail which tables the steps removed; their history stays readable."""
    statement = text("INSERT INTO audit_entry (tx, tbl, row_id, op) VALUES (:tx, :tbl, '', 'X')")
    for table in dropped_tables(connection, live_shapes(connection)):
        connection.execute(statement, {"tx": wiring.current_tx(connection), "tbl": table})


def _record_changed(connection: Connection) -> None:
    """Write every row that the steps changed, or gave a new shape, into the trail."""
    for shape in audited(live_shapes(connection)):
        lost = list(vanished(connection, shape))
        if lost:
            raise RefusedError(f"the migration would lose rows of {shape.table}", lost)
        record_differing(connection, shape)


def _check_foreign_keys(connection: Connection) -> None:
    """Refuse what the steps, run with foreign keys off, left dangling.

    The entries of this transaction dangle until its seal is written, just before COMMIT.
    """
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    dangling = [f"{row[0]} row {row[1]} has no {row[2]}" for row in rows if row[0] != "audit_entry"]
    if dangling:
        raise RefusedError("the migration would leave rows that point nowhere", dangling)


def render_item(kind: str, item: Any, context: "AutogenContext") -> str | Literal[False]:
    """Render our column types by name; everything else as Alembic does."""
    if kind != "type" or type(item).__module__ != TYPES:
        return False
    name = type(item).__name__
    context.imports.add(f"from {TYPES} import {name}")
    if name == "Exact":
        return f"Exact({item.scale}, {item.precision})"
    return f"{name}()"


def compare_type(
    context: Any, inspected: Any, column: Any, found: TypeEngine[Any], wanted: TypeEngine[Any]
) -> bool:
    """Tell whether the stored type differs, judged by what the engine would write for it."""
    dialect = context.dialect
    return wanted.compile(dialect=dialect) != found.compile(dialect=dialect)


COMPARED: dict[str, Any] = {"compare_type": compare_type}
