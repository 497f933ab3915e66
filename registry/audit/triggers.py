"""Install, drop and check the triggers that write the trail, from the live schema."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from registry.audit import postgresql_triggers, sqlite_triggers
from registry.audit.shape import Shape, audited, live_shapes
from registry.errors import EnvironmentProblem


def install_triggers(connection: Connection) -> None:
    """Create every trigger, in the caller's transaction; the schema must hold the trail tables."""
    shapes = live_shapes(connection)
    _seed_head(connection)
    if connection.dialect.name == "sqlite":
        for statement in sqlite_triggers.statements(shapes, audited(shapes)).values():
            connection.exec_driver_sql(statement)
        return
    schema = connection.scalar(text("SELECT current_schema()"))
    for name, source in postgresql_triggers.FUNCTIONS.items():
        statement = postgresql_triggers.function_statement(name, source, schema)
        # The driver would take the percent signs of RAISE for parameters.
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
    for trigger in postgresql_triggers.triggers(shapes, audited(shapes)):
        connection.exec_driver_sql(trigger.statement)


def _seed_head(connection: Connection) -> None:
    """Write the head of an empty chain; a lost head of a used chain is never made up."""
    connection.execute(
        text(
            "INSERT INTO audit_head (id, seq, mac) SELECT 1, 0, '' "
            "WHERE NOT EXISTS (SELECT 1 FROM audit_head) AND NOT EXISTS (SELECT 1 FROM audit_tx)"
        )
    )


def drop_triggers(connection: Connection) -> None:
    """Drop every trigger of ours; only a migration does this, and reinstalls them."""
    if connection.dialect.name == "sqlite":
        for name in _sqlite_triggers(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {sqlite_triggers.quoted(name)}")
        return
    for name in postgresql_triggers.FUNCTIONS:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {name}() CASCADE")


def has_trail(connection: Connection) -> bool:
    """Tell whether the database holds the trail tables."""
    return "audit_entry" in live_shapes(connection)


def trigger_drift(connection: Connection) -> list[str]:
    """Return one sentence for each trigger that is missing, changed or not ours."""
    shapes = live_shapes(connection)
    if "audit_entry" not in shapes:
        return ["the trail tables are missing"]
    if connection.dialect.name == "sqlite":
        expected = sqlite_triggers.statements(shapes, audited(shapes))
        return _differences(expected, _sqlite_triggers(connection))
    return _postgresql_drift(connection, shapes)


def check_triggers(connection: Connection) -> None:
    """Refuse to run on a database whose triggers are not exactly those of this version."""
    drift = trigger_drift(connection)
    if drift:
        raise EnvironmentProblem(
            "the audit triggers of the database are not intact; run `registry audit verify`, "
            "then `registry db upgrade` to install them again",
            drift,
        )


def _sqlite_triggers(connection: Connection) -> dict[str, str]:
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    return {row.name: row.sql for row in rows}


def _differences(expected: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    missing = [f"trigger {name} is missing" for name in sorted(expected.keys() - found.keys())]
    foreign = [f"trigger {name} is not ours" for name in sorted(found.keys() - expected.keys())]
    both = sorted(expected.keys() & found.keys())
    changed = [f"trigger {name} was changed" for name in both if expected[name] != found[name]]
    return missing + foreign + changed


_TRIGGERS = text("""
SELECT c.relname || '.' || t.tgname, c.relname, p.proname, t.tgtype, t.tgenabled,
       t.tgargs, t.tgqual IS NULL
  FROM pg_trigger t
  JOIN pg_class c ON c.oid = t.tgrelid
  JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
""")
_FUNCTIONS = text("""
SELECT proname, prosrc,
       prosecdef AND proconfig IS NOT NULL AND proconfig @> ARRAY[
         'search_path=' || quote_ident(current_schema()) || ', pg_temp', 'TimeZone=UTC']
  FROM pg_proc
 WHERE proname LIKE 'audit\\_%' AND pronamespace = current_schema()::regnamespace
""")


def _postgresql_drift(connection: Connection, shapes: dict[str, Shape]) -> list[str]:
    expected = {
        f"{trigger.table}.{trigger.name}": (
            trigger.table,
            trigger.function,
            trigger.type_bits,
            "O",  # enabled for origin, that is for every ordinary session
            b"".join(argument.encode() + b"\0" for argument in trigger.arguments),
            True,
        )
        for trigger in postgresql_triggers.triggers(shapes, audited(shapes))
    }
    found = {name: _comparable(rest) for name, *rest in connection.execute(_TRIGGERS)}
    sources = {name: (source, True) for name, source in postgresql_triggers.FUNCTIONS.items()}
    stored = {name: (source, as_made) for name, source, as_made in connection.execute(_FUNCTIONS)}
    functions = [line.replace("trigger", "function", 1) for line in _differences(sources, stored)]
    return functions + _differences(expected, found)


def _comparable(row: list[Any]) -> tuple[Any, ...]:
    table, function, type_bits, enabled, arguments, unconditional = row
    letter = enabled.decode() if isinstance(enabled, bytes) else enabled
    return table, function, type_bits, letter, bytes(arguments), unconditional
