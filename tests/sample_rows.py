"""Makes one valid row for every table from the models themselves, so that no table is forgotten."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Date, Integer, LargeBinary, Table, Text, insert
from sqlalchemy.orm import Mapper

from registry.audit.shape import UNAUDITED
from registry.database.base import Base
from registry.database.types import Entered, Exact, Id, JsonText, UtcDateTime, new_id

NUMBERS = count(1)
# Columns that accept only one of some values; any other takes any of its type.
FIXED = {
    "sex": "female",
    "decision": "given",
    "status": "active",
    "cell_type": "msc",
    "role": "auditor",
    "meaning": "review",
    "state": "met",
    "cause": "product",
    "assessor": "reporter",
    "verdict": "possible",
    "grade": 2,
    "mode": "phone",
    "lot_decision.decision": "recalled",
    "adverse_event.state": "reported",
    "source": "form",
    "row_version": 1,
}
# Columns that may be empty and are filled all the same: for their type, or for a check.
ALSO_FILLED = {"ancestry", "reasons", "lower_limit", "lot_id"}
VALUES: dict[type, Any] = {
    Id: new_id,
    UtcDateTime: lambda: datetime(2026, 3, 1, 12, 30, 15, 120, tzinfo=UTC),
    Date: lambda: date(2026, 3, 1),
    Exact: lambda: Decimal("2.50"),
    Entered: lambda: Decimal("2.50"),
    JsonText: lambda: {"a": [1, None, "ü\n\"'"]},
    LargeBinary: lambda: bytes(range(16)),
    Boolean: lambda: False,
    Integer: lambda: next(NUMBERS),
    Text: lambda: f'O\'Brien "{next(NUMBERS)}" – ü',
}


def audited_mappers() -> list[Mapper[Any]]:
    """Return the mapper of every audited table, parents first."""
    by_table = {mapper.local_table: mapper for mapper in Base.registry.mappers}
    return [by_table[t] for t in Base.metadata.sorted_tables if t.name not in UNAUDITED]


class Rows:
    """Values for new rows that point at rows made before."""

    def __init__(self) -> None:
        self.parents: dict[str, dict[str, Any]] = {}

    def make(self, table: Table) -> dict[str, Any]:
        """Return the values of a new, valid row by column key."""
        return {column.key: self._value(column) for column in table.columns if _needed(column)}

    def keep(self, table: Table, row: dict[str, Any]) -> None:
        """Let later rows point at ``row``, which is stored by now."""
        self.parents[table.name] = row

    def _value(self, column: Column[Any]) -> Any:
        for key in sorted(column.foreign_keys, key=lambda key: key.column.table.name):
            parent = self.parents[key.column.table.name]
            return parent[key.column.key]
        for name in (f"{column.table.name}.{column.name}", column.name):
            if name in FIXED:
                return FIXED[name]
        for kind, value in VALUES.items():
            if isinstance(column.type, kind):
                return value()
        raise AssertionError(f"no sample for {column}")


def _needed(column: Column[Any]) -> bool:
    return column.primary_key or not column.nullable or column.name in ALSO_FILLED


def store_all(connection: Connection, rows: Rows | None = None) -> Rows:
    """Insert one row into every audited table."""
    rows = rows or Rows()
    for mapper in audited_mappers():
        table = mapper.local_table
        row = rows.make(table)
        connection.execute(insert(table).values(row))
        rows.keep(table, row)
    return rows
