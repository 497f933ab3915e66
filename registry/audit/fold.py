"""Folds the trail: the last entry of each row must be the row, to the letter."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from registry.audit import sqlite_triggers
from registry.audit.shape import Shape, audited, live_shapes


def differing(connection: Connection, shape: Shape) -> Iterator[str]:
    """Yield the key of every live row that is not what its last entry says."""
    yield from connection.scalars(text(_differing(connection, shape)), {"tbl": shape.table})


def _differing(connection: Connection, shape: Shape) -> str:
    row_id, body = expressions(connection, shape)
    # The names come from the database itself, quoted.
    return f"""
        SELECT live.row_id FROM (SELECT {row_id} AS row_id, {body} AS body
                                   FROM {sqlite_triggers.quoted(shape.table)} AS t) AS live
         WHERE (SELECT e.new FROM audit_entry AS e
                 WHERE e.tbl = :tbl AND e.row_id = live.row_id ORDER BY e.id DESC LIMIT 1)
               IS DISTINCT FROM live.body
    """  # noqa: S608


def record_differing(connection: Connection, shape: Shape) -> None:
    """Touch every row that is not what its last entry says, so that a trigger records it."""
    row_id, _ = expressions(connection, shape)
    table, first = (sqlite_triggers.quoted(name) for name in (shape.table, shape.key[0]))
    statement = f"""
        UPDATE {table} AS t SET {first} = {first}
         WHERE {row_id} IN ({_differing(connection, shape)})
    """  # noqa: S608
    connection.execute(text(statement), {"tbl": shape.table})


def vanished(connection: Connection, shape: Shape) -> Iterator[str]:
    """Yield the key of every row that the trail knows and the table no longer holds."""
    row_id, _ = expressions(connection, shape)
    statement = f"""
        SELECT row_id FROM audit_entry WHERE tbl = :tbl AND op <> 'X'
           AND id > coalesce((SELECT max(id) FROM audit_entry WHERE tbl = :tbl AND op = 'X'), 0)
        EXCEPT SELECT {row_id} FROM {sqlite_triggers.quoted(shape.table)} AS t
    """  # noqa: S608
    yield from connection.scalars(text(statement), {"tbl": shape.table})


def expressions(connection: Connection, shape: Shape) -> tuple[str, str]:
    """Return key and body of a row ``t`` exactly as the triggers write them."""
    if connection.dialect.name == "sqlite":
        return sqlite_triggers.row_id(shape, "t"), sqlite_triggers.body(shape, "t")
    key = " || '/' || ".join(f"t.{sqlite_triggers.quoted(column)}::text" for column in shape.key)
    return key, "to_jsonb(t)::text"


def dropped_tables(connection: Connection, shapes: dict[str, Shape]) -> list[str]:
    """Return the tables with live rows in the trail that the database does not hold."""
    last = text(
        "SELECT tbl FROM audit_entry GROUP BY tbl HAVING max(id) > "
        "coalesce(max(CASE WHEN op = 'X' THEN id END), 0)"
    )
    return sorted(table for table in connection.scalars(last) if table not in shapes)


def compare(connection: Connection) -> list[str]:
    """Return one sentence for each row where the tables and the trail disagree."""
    shapes = live_shapes(connection)
    found = [
        f"table {table} is in the trail and not in the database"
        for table in dropped_tables(connection, shapes)
    ]
    for shape in audited(shapes):
        found += [
            f"{shape.table} {row_id} is not what its last entry says"
            for row_id in differing(connection, shape)
        ]
        found += [
            f"{shape.table} {row_id} is in the trail and no longer in the table"
            for row_id in vanished(connection, shape)
        ]
    return found
