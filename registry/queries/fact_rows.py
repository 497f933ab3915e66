"""Rows of the facts: who may count them, named columns, streamed, grouped by what they hang on."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Table, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from registry.database.types import Id
from registry.models import Enrolment
from registry.partial_date import PartialDate

BATCH = 2_000
DATES_KEPT = 65_536  # few days, asked for again and again; times of infusions are hardly ever twice

_enrolment: Any = Enrolment.__table__

Key = Any  # an identifier as the driver has it: rows are only matched by it, never shown
Grouped = Mapping[Key, list[Any]]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows one person may count; the site of the open enrolment reads all of a patient."""

    reads: frozenset[int] | None
    own_only: Mapping[Key, frozenset[int]]  # patients of whom only a former site's rows are seen

    def within(self, statement: Select[Any], patient_id: Any) -> Select[Any]:
        """Narrow a statement to the patients who are or were enrolled at the sites."""
        if self.reads is None:
            return statement
        here = _enrolment.c.site_id.in_(self.reads) & _enrolment.c.voided_at.is_(None)
        return statement.where(patient_id.in_(select(_enrolment.c.patient_id).where(here)))

    def sees(self, row: Any) -> bool:
        """Whether a clinical row may be counted."""
        own = self.own_only.get(row.patient_id)
        return own is None or row.site_id in own


def named(table: Any, names: Iterable[str]) -> list[Any]:
    """Return the named columns; an identifier is left as the driver has it."""
    found = (table.c[name] for name in names)
    return [
        type_coerce(column, NullType()).label(column.name)
        if isinstance(column.type, Id)
        else column
        for column in found
    ]


def of_patients(table: Any, *names: str) -> Select[Any]:
    """Select the patient and the named columns of the rows that are not voided."""
    return select(*named(table, ("patient_id", *names))).where(table.c.voided_at.is_(None))


def rows_in(session: Session, scope: Scope, statement: Select[Any], table: Table) -> Iterator[Any]:
    """Stream the rows of the patients in scope."""
    return streamed(session, scope.within(statement, table.c.patient_id))


def streamed(session: Session, statement: Select[Any]) -> Iterator[Any]:
    """Yield the rows in batches, so that no table is in memory at once."""
    return iter(session.execute(statement.execution_options(yield_per=BATCH)))


def by_first(rows: Iterable[Any]) -> Grouped:
    """Return the rows by their first column."""
    found: dict[Key, list[Any]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found


@lru_cache(DATES_KEPT)
def parsed(text: str) -> PartialDate:
    """Return a stored date, maybe with a time."""
    return PartialDate.parse(text, allow_time=True)


def parsed_or_none(text: str | None) -> PartialDate | None:
    """Return a stored date that may be empty."""
    return None if text is None else parsed(text)
