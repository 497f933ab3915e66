"""The live shape of each table, read from the database and never from the models.

Models describe the newest schema; triggers must fit whatever revision is installed.
"""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, text

TRAIL = frozenset({"audit_tx", "audit_entry", "audit_head"})
APPEND_ONLY = frozenset({"audit_tx", "audit_entry", "access_log"})
# Transient rows (sessions, drafts, throttle counts) and the trail itself leave no trail.
UNAUDITED = TRAIL | {
    "alembic_version",
    "user_session",
    "sign_in_throttle",
    "draft",
    "submission",
    "access_log",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """One table: its columns with their declared types, and the columns of its key."""

    table: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


def live_shapes(connection: Connection) -> dict[str, Shape]:
    """Return the shape of every table of the database, by name."""
    if connection.dialect.name == "sqlite":
        return _sqlite_shapes(connection)
    return _postgresql_shapes(connection)


def audited(shapes: dict[str, Shape]) -> list[Shape]:
    """Return the tables whose every change must be in the trail."""
    found = [shape for name, shape in sorted(shapes.items()) if name not in UNAUDITED]
    keyless = [shape.table for shape in found if not shape.key]
    if keyless:
        raise RuntimeError(f"an audited table needs a primary key: {', '.join(keyless)}")
    return found


# table_xinfo, unlike table_info, lists generated columns; hidden = 1 marks virtual-table internals.
_SQLITE = """
SELECT m.name, x.name, x.type, x.pk
  FROM sqlite_master m, pragma_table_xinfo(m.name) x
 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND x.hidden <> 1
 ORDER BY m.name, x.cid
"""


def _sqlite_shapes(connection: Connection) -> dict[str, Shape]:
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    keys: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for table, column, declared, place in connection.exec_driver_sql(_SQLITE):
        columns[table].append((column, declared.upper()))
        if place:
            keys[table].append((place, column))
    return {
        table: Shape(table, tuple(found), tuple(column for _, column in sorted(keys[table])))
        for table, found in columns.items()
    }


_POSTGRESQL = text("""
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
       array_position(i.indkey::int2[], a.attnum)
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
 WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace
 ORDER BY c.relname, a.attnum
""")


def _postgresql_shapes(connection: Connection) -> dict[str, Shape]:
    columns: dict[str, list[tuple[str, str]]] = defaultdict(list)
    keys: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for table, column, declared, place in connection.execute(_POSTGRESQL):
        columns[table].append((column, declared))
        if place is not None:
            keys[table].append((place, column))
    return {
        table: Shape(table, tuple(found), tuple(column for _, column in sorted(keys[table])))
        for table, found in columns.items()
    }
