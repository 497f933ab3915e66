"""Reads an entry back: the JSON a trigger wrote, as the Python values of the columns."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Date, Dialect, LargeBinary, Table

from registry.database.types import Entered, Exact, Id, JsonText, UtcDateTime


def row_of(table: Table, written: str | None, dialect: Dialect) -> dict[str, Any]:
    """Return the row an entry holds, by column name; empty where there is none.

    A column that the table no longer has keeps the raw value the trigger wrote.
    """
    if written is None:
        return {}
    raw = json.loads(written, parse_float=Decimal)
    return {name: _value(table, name, value, dialect) for name, value in raw.items()}


def changes(
    table: Table, old: str | None, new: str | None, dialect: Dialect
) -> dict[str, tuple[Any, Any]]:
    """Return what an entry changed: column name to before and after."""
    before, after = row_of(table, old, dialect), row_of(table, new, dialect)
    names = [*before, *(name for name in after if name not in before)]
    pairs = {name: (before.get(name), after.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _value(table: Table, name: str, value: Any, dialect: Dialect) -> Any:
    columns = {column.name: column for column in table.columns}
    if value is None or name not in columns:
        return value
    kind = columns[name].type
    if isinstance(kind, Exact) and dialect.name == "sqlite":
        return kind.process_result_value(value, dialect)
    if isinstance(kind, UtcDateTime):
        return kind.process_result_value(datetime.fromisoformat(value), dialect)
    for known, read in READERS.items():
        if isinstance(kind, known):
            return read(value)
    return value


def _bytes(written: str) -> bytes:
    return bytes.fromhex(written.removeprefix("\\x"))


def _exact(written: int | Decimal) -> Decimal:
    value = Decimal(written).normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


READERS: Mapping[type, Callable[[Any], Any]] = {
    Id: UUID,
    Exact: _exact,
    Entered: Decimal,
    JsonText: json.loads,
    Date: date.fromisoformat,
    Boolean: bool,
    LargeBinary: _bytes,
}
