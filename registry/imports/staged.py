"""Rows that passed, kept beside the database until the whole folder has: nothing is half-saved."""

import pickle
import tempfile
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, insert, text, update
from sqlalchemy.orm import Session

from registry.exchange import tables
from registry.exchange.files import FILES

BATCH = 1000
ANALYSE_FROM = 1000
# Rows that have no file of their own, stored right after those they hang on.
HANGING: Mapping[str, Table] = {
    "infusions.csv": tables.INFUSION_LOT,
    "adverse_events.csv": tables.CAUSALITY,
}
# The format lists parents first, as foreign keys ask for.
ORDER = tuple(
    table
    for name in FILES
    for table in (tables.TABLES[name], HANGING.get(name))
    if table is not None
)
Values = dict[str, Any]


class Spool:
    """A list of rows that grows on disk instead of in memory."""

    def __init__(self) -> None:
        self._batch: list[Values] = []
        self._file: Any = None
        self.count = 0

    def add(self, values: Values) -> None:
        self._batch.append(values)
        self.count += 1
        if len(self._batch) == BATCH:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
            pickle.dump(self._batch, self._file, pickle.HIGHEST_PROTOCOL)
            self._batch = []

    def batches(self) -> Iterator[list[Values]]:
        if self._file is not None:
            end = self._file.tell()
            self._file.seek(0)
            while self._file.tell() < end:
                # The file has no name: nobody but this process can write into it.
                yield pickle.load(self._file)  # noqa: S301
        if self._batch:
            yield self._batch

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


class Staged:
    """Every insert and update of one import, in the order that foreign keys ask for."""

    def __init__(self) -> None:
        self._inserts = {table.name: Spool() for table in ORDER}
        self._updates: list[tuple[Table, Any, Values]] = []
        self.cases: set[UUID] = set()  # stored adverse events that change

    def insert(self, table: Table, values: Values) -> None:
        self._inserts[table.name].add(values)

    def update(self, table: Table, key: UUID | int, values: Values) -> None:
        self._updates.append((table, key, values))

    def close(self) -> None:
        for spool in self._inserts.values():
            spool.close()

    def write(self, session: Session) -> None:
        """Store everything; the caller commits once."""
        connection = session.connection()
        for table in ORDER:
            spool = self._inserts[table.name]
            for number, batch in enumerate(spool.batches()):
                connection.execute(insert(table), batch)
                if number == 0 and spool.count >= ANALYSE_FROM:
                    _analyse(connection, table)
        for table, key, values in self._updates:
            raised = {**values, "row_version": table.c.row_version + 1}
            connection.execute(update(table).where(table.c.id == key).values(raised))


def _analyse(connection: Connection, table: Table) -> None:
    """Let PostgreSQL plan foreign-key checks on what the table is becoming, not on empty."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f'ANALYZE "{table.name}"'))
