"""Steps of files about a patient where the whole row is the identity, or a key that may be empty.

A changed row without a key is another record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from registry.exchange import tables
from registry.exchange.cells import read, written
from registry.exchange.columns import File
from registry.imports.known import Known, Person, Thing
from registry.imports.people import whole_rows
from registry.imports.reading import Row
from registry.imports.run import Check, Record, Run, values_of
from registry.imports.staged import Values
from registry.imports.treatment import once_owned, placed

Look = Callable[[Check, Row, Person | None], Values]


def nothing(_known: Known, _batch: list[Row]) -> None:
    """Refer to nothing but the patient."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file; ``look`` checks a row and returns what it refers to and what is derived."""

    file: File
    dated: str  # the date whose enrolment the row hangs on
    look: Look
    load: Callable[[Known, list[Row]], None] = nothing
    derived: tuple[str, ...] = ()  # columns of the table that follow from several of the file

    @property
    def code(self) -> str | None:
        """The column of the key, where rows may have one."""
        return self.file.key[0] if self.file.key else None


def stage(run: Run, listed: Listed) -> None:
    """Check and stage every row of the file."""
    seen: dict[Any, int] = {}
    coded: dict[str, Thing] = {}
    for batch in run.batches(listed.file):
        run.known.load_people(row["patient_id"] for row in batch)
        listed.load(run.known, batch)
        whole = whole_rows(run, listed.file, batch)
        keyed = _by_code(run, listed, batch, whole, coded) if listed.code else {}
        for row in batch:
            _row(run.check(listed.file, row), row, listed, seen, (whole, coded, keyed))


def _row(
    check: Check,
    row: Row,
    listed: Listed,
    seen: dict[Any, int],
    stored: tuple[set[tuple[str, ...]], dict[str, Thing], dict[str, Record]],
) -> None:
    whole, coded, keyed = stored
    person = check.person()
    code = row[listed.code] if listed.code else None
    cells = None if code else _cells(row, listed.file)
    if not check.once(seen, code or _digest(cells), (code and listed.code) or _second(listed)):
        return
    if code and code in keyed:
        _fill(row, listed.file, keyed[code])
    more = listed.look(check, row, person)
    if cells in whole:
        check.run.report.counts[listed.file.name].unchanged += 1
        return
    if code and not once_owned(check, coded.get(code), person, listed.code or ""):
        return
    values = values_of(listed.file, row) | more
    if code in keyed:
        check.settle(keyed[code], values, derived=listed.derived)
    else:
        check.insert(values | (placed(check, person, None, row[listed.dated]) or {}))


def _fill(row: Row, file: File, record: Record) -> None:
    """Take columns that the file does not have from the record: what is derived needs them all."""
    for column, cell in zip(file.columns, record[0], strict=True):
        if column.name not in row.values:
            row.values[column.name] = read(column, cell) if cell else None


def _second(listed: Listed) -> str:
    """Return the column that says what the row is about; the first one is the patient."""
    return listed.file.columns[1].name


def _cells(row: Row, file: File) -> tuple[str, ...]:
    return tuple(written(row[column.name]) for column in file.columns)


def _digest(cells: tuple[str, ...] | None) -> bytes:
    """Stand for a row in memory: cells hold no NUL, and a million rows must fit."""
    return blake2b("\0".join(cells or ()).encode(), digest_size=16).digest()


def _by_code(
    run: Run, listed: Listed, batch: list[Row], whole: set[tuple[str, ...]], coded: dict[str, Thing]
) -> dict[str, Record]:
    """Return the stored rows of the batch's patients by their code."""
    table, name = tables.TABLES[listed.file.name], listed.code or ""
    coded |= run.known.load_coded(table, (row[name] for row in batch))
    place = listed.file.names.index(name)
    return {
        cells[place]: (cells, coded[cells[place]].id) for cells in whole if cells[place] in coded
    }


def same_patient(
    check: Check, person: Person | None, column: str, found: Thing | None, file: str
) -> Any:
    """Return the key of what a column refers to; another patient's is an error."""
    thing = check.thing(column, found, file)
    if thing is not None and person is not None and thing.person is not person:
        check.error(column, "this record belongs to another patient")
    return thing.id if thing else None
