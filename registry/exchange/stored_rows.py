"""Stored records as rows of a file whose columns are those of its table or codes beside it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, Text, select, type_coerce
from sqlalchemy.orm import Session

from registry.database.types import Entered
from registry.exchange.cells import written
from registry.exchange.columns import DATES, Column, File
from registry.exchange.tables import (
    COURSE,
    EVENT,
    INFUSION,
    LAB,
    LED_BY,
    LOT,
    LOT_TEST,
    PATIENT,
    SITE,
    TABLES,
    VISIT,
)
from registry.exchange.visible import dated_by, refers, with_referred
from registry.queries.final_visits import of_no_draft

Cells = tuple[str, ...]
Found = tuple[Any, Cells]  # the key of the stored record, its row
# Expiry is a property of the lot; a signature elsewhere is kept as text.
_NEVER_HIDDEN = frozenset({"expires_on", "signed_at"})
_CODES: Mapping[str, Table] = {
    "patient_id": PATIENT,
    "site_code": SITE,
    "course_id": COURSE,
    "infusion_id": INFUSION,
    "visit_id": VISIT,
    "lot_id": LOT,
}


def plain(session: Session, file: File, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Return the rows of a file for a batch of leading keys."""
    found = session.execute(with_dates(_select(file, ids, cut), file))
    if cut is None:
        last = len(file.columns) + 1
        return [(row[0], tuple(map(written, row[1:last]))) for row in found]
    writers = [writer(column, cut) for column in file.columns]
    return [
        (row[0], tuple(put(row, place) for place, put in enumerate(writers, 1))) for row in found
    ]


def _select(file: File, ids: Sequence[Any], cut: date | None) -> Select[Any]:
    own, leading = TABLES[file.name], LED_BY[file.name]
    statement = select(own.c.id, *(expression(own, column) for column in file.columns))
    statement = statement.select_from(_joined(file, own, cut))
    if own is leading:
        statement = statement.where(own.c.id.in_(ids))
    else:
        statement = statement.where(own.c[f"{leading.name}_id"].in_(ids), dated_by(own, cut))
    if own is LAB:
        statement = statement.where(of_no_draft(LAB.c.visit_id))
    return statement if own is SITE else statement.where(own.c.voided_at.is_(None))


def _joined(file: File, own: Table, cut: date | None) -> FromClause:
    # An event may happen to a lot alone, at no site.
    joined: FromClause = own
    if "patient_id" in own.c:
        joined = joined.join(PATIENT, PATIENT.c.id == own.c.patient_id, isouter=own is EVENT)
    if "site_code" in file.names and "site_id" in own.c:
        joined = joined.join(SITE, SITE.c.id == own.c.site_id, isouter=own is EVENT)
    if own is LOT_TEST:
        return joined.join(LOT, LOT.c.id == own.c.lot_id)
    for column in file.columns:
        if column.target is None and refers(column.name):
            joined = with_referred(joined, own, column.name, cut)
    return joined


def expression(own: Table, column: Column) -> ColumnElement[Any]:
    """Return what a column of a file is selected from."""
    if column.target is None:
        return _CODES[column.name].c.code
    found = own.c[f"{column.target}_text" if is_partial(own, column) else column.target]
    # As typed is how it is stored: a number need not become one on the way.
    return type_coerce(found, Text()) if isinstance(found.type, Entered) else found


def is_partial(own: Table, column: Column) -> bool:
    """Whether the table keeps first and last possible day beside the text."""
    return column.kind in DATES and f"{column.target}_text" in own.c


def with_dates(statement: Select[Any], file: File) -> Select[Any]:
    """Add the first possible day of each date, by name, for a cut."""
    own = TABLES[file.name]
    return statement.add_columns(
        *(
            own.c[f"{column.target}_earliest"]
            for column in file.columns
            if column.target and is_partial(own, column)
        )
    )


def writer(column: Column, cut: date | None) -> Callable[[Any, int], str]:
    """Return how a cell is written; a day that lies after the cut is not known yet."""
    hidden = cut is not None and column.kind in DATES and column.name not in _NEVER_HIDDEN
    earliest = f"{column.target}_earliest"

    def put(row: Any, place: int) -> str:
        if hidden and row[place] is not None and row._mapping[earliest] > cut:
            return ""
        return written(row[place])

    return put
