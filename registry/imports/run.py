"""One pass over a folder: what every file's step shares."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from registry.database.types import new_id
from registry.exchange import tables
from registry.exchange.cells import written
from registry.exchange.columns import DATES, Column, File
from registry.exchange.files import FILES
from registry.exchange.stored_rows import is_partial
from registry.imports.known import Known, Person, Thing
from registry.imports.reading import Progress, Row, rows
from registry.imports.report import Change, Report
from registry.imports.source import Source
from registry.imports.staged import Staged, Values
from registry.rules import CLOCK_GRACE

BATCH = 500
Record = tuple[tuple[str, ...], Any]  # the cells of a stored record, and its key
NEVER = frozenset({"patient_id", "site_code"})


@dataclass(slots=True)
class Run:
    """The state of one pass; ``update`` allows stored values to be replaced."""

    session: Session
    source: Source
    report: Report
    today: date
    known: Known
    staged: Staged
    progress: Progress
    update: bool = False

    def batches(self, file: File) -> Iterator[list[Row]]:
        found = rows(file, self.source, self.report, self.progress)
        while batch := list(islice(found, BATCH)):
            yield batch

    def check(self, file: File, row: Row) -> "Check":
        return Check(self, file, row)


class Check:
    """Speaks about one row: every error and warning names its file and line."""

    __slots__ = ("errors", "file", "row", "run")

    def __init__(self, run: Run, file: File, row: Row) -> None:
        self.run = run
        self.file = file
        self.row = row
        self.errors = 0

    @property
    def ok(self) -> bool:
        return not self.errors and not self.row.broken

    def text(self, column: str) -> str:
        return written(self.row[column])

    def error(self, column: str, rule: str) -> None:
        self.errors += 1
        self.run.report.error(self.file.name, self.row.line, column, self.text(column), rule)

    def warn(self, column: str, rule: str) -> None:
        self.run.report.warn(self.file.name, self.row.line, column, self.text(column), rule)

    def once(self, seen: dict[Any, int], key: Any, column: str) -> bool:
        """Refuse a key that an earlier line has; return whether this is the first."""
        first = seen.setdefault(key, self.row.line)
        if first != self.row.line:
            self.error(column, f"this key is already in line {first}")
            return False
        return True

    def not_future(self, *columns: str) -> None:
        for column in columns:
            value = self.row[column]
            if value is not None and value.earliest > self.run.today + CLOCK_GRACE:
                self.error(column, "the date lies in the future")

    def in_order(self, first: str, then: str, rule: str) -> None:
        """Refuse ``then`` where it certainly lies before ``first``."""
        if self.row[first] and self.row[then] and self.row[then].certainly_before(self.row[first]):
            self.error(then, rule)

    def within_life(self, person: Person | None, column: str, *, after_death: bool = False) -> None:
        """Refuse a date certainly before birth or, unless ``after_death``, after death."""
        value = self.row[column]
        if person is None or value is None:
            return
        if person.birth and value.certainly_before(person.birth):
            self.error(column, f"lies before the birth of the patient ({person.birth})")
        if person.death and value.certainly_after(person.death):
            rule = f"lies after the death of the patient ({person.death})"
            (self.warn if after_death else self.error)(column, rule)

    def person(self) -> Person | None:
        """Return the patient of the row; an unknown one is an error."""
        code = self.row["patient_id"]
        person = self.run.known.people.get(code) if code else None
        if person is None:
            self.orphan("patient_id", "patients.csv")
        elif person.voided:
            self.error("patient_id", "this patient is voided in the registry")
        return person

    def thing(self, column: str, found: Thing | None, file: str) -> Thing | None:
        """Return what a column refers to; an unknown or voided one is an error."""
        if self.row[column] and found is None:
            self.orphan(column, file)
        elif found is not None and found.voided:
            self.error(column, "this record is voided in the registry")
        return found

    def orphan(self, column: str, file: str) -> None:
        # A file that could not be read makes orphans of every row; it has its own error.
        if self.row[column] and file not in self.run.report.unreadable:
            self.error(column, f"is neither in {file} nor in the registry")

    def settle(
        self,
        record: Record,
        values: Values,
        never: frozenset[str] = NEVER,
        derived: tuple[str, ...] = (),
    ) -> bool:
        """Compare with the stored record: the same is nothing to do, else an update or errors.

        A column that the file does not have is left as it is; what is ``derived`` from several
        is replaced with any of them. Returns whether values changed.
        """
        cells, key = record
        changed = []
        for column, old in zip(self.file.columns, cells, strict=True):
            if column.name in self.row.values and self.text(column.name) != old:
                self._differs(column, old, never)
                changed.append((column, old))
        counts = self.run.report.counts[self.file.name]
        counts.unchanged += not changed
        if not changed or not self.ok:
            return False
        counts.changed += 1
        self._replace(changed, key, values, derived)
        return True

    def _differs(self, column: Column, old: str, never: frozenset[str]) -> None:
        if column.name in never:
            self.error(column.name, f"differs from the stored “{old}”, which is never replaced")
        elif not self.run.update:
            rule = f"differs from the stored “{old}”; give a reason (--update REASON) to replace it"
            self.error(column.name, rule)

    def _replace(
        self, changed: list[tuple[Column, str]], key: Any, values: Values, derived: tuple[str, ...]
    ) -> None:
        names = [name for column, _ in changed for name in stored_names(self.file, column)]
        replaced = {name: values[name] for name in (*names, *derived) if name in values}
        if replaced:
            self.run.staged.update(tables.TABLES[self.file.name], key, replaced)
        for column, old in changed:
            label = " ".join(self.text(name) for name in self.file.key or ("patient_id",))
            change = Change(self.file.name, label, column.name, old, self.text(column.name))
            self.run.report.changes.append(change)

    def insert(self, values: Values) -> None:
        """Stage a new record, unless the row was refused."""
        self.run.report.counts[self.file.name].new += 1
        if self.ok and not self.run.report.total_errors:
            self.run.staged.insert(tables.TABLES[self.file.name], values)


def stored_names(file: File, column: Column) -> tuple[str, ...]:
    """Return the columns of the table that hold one column of the file."""
    if column.target is None:
        return (column.name,)
    if is_partial(tables.TABLES[file.name], column):
        return tuple(f"{column.target}_{part}" for part in ("text", "earliest", "latest"))
    return (column.target,)


_PLANS: dict[str, list[tuple[str, tuple[str, ...], bool]]] = {
    file.name: [
        (column.name, stored_names(file, column), column.kind in DATES)
        for column in file.columns
        if column.target is not None
    ]
    for file in FILES.values()
}


def values_of(file: File, row: Row) -> Values:
    """Return the columns of the table that a row fills by itself, with a new key."""
    values: Values = {"id": new_id(), "source": "import", "row_version": 1}
    for name, targets, is_date in _PLANS[file.name]:
        value = row[name]
        if len(targets) == 1:
            values[targets[0]] = str(value) if is_date and value is not None else value
        elif value is None:
            values.update(dict.fromkeys(targets))
        else:
            values.update(zip(targets, (value.text, value.earliest, value.latest), strict=True))
    return values
