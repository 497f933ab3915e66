"""Stored records as rows of a file whose columns are those of its table or codes beside it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import reduce
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Table,
    Text,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from registry.exchange.columns import DATES, Column, File
from registry.exchange.tables import (
    COURSE,
    EVENT,
    INFUSION,
    LAB,
    LED_BY,
    LOT,
    LOT_TEST,
    MEDICATION,
    PATIENT,
    SITE,
    TABLES,
    VISIT,
)
from registry.exchange.visible import dated_by, leaves, refers, with_referred
from registry.queries.final_visits import of_no_draft

Cells = tuple[str, ...]
Found = tuple[Any, Cells]  # the key of the stored record, its row
# Expiry is a property of the lot; a signature elsewhere is kept as text.
_NEVER_HIDDEN = frozenset({"expires_on", "signed_at"})
_EMPTY, _TRUE, _FALSE = (literal_column(f"'{word}'", Text()) for word in ("", "true", "false"))
_COMMA, _QUOTE = (literal_column(f"'{mark}'", Text()) for mark in (",", '"'))
STREAMED = 1000  # rows held at a time
# What such cells may hold needs no quotes.
NEVER_QUOTED = frozenset(
    {"key", "code", "timepoint", "date", "moment", "number", "integer", "boolean"}
)
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
    own, leading = TABLES[file.name], LED_BY[file.name]
    key = own.c.id if own is leading else own.c[f"{leading.name}_id"]
    statement = _select(file, cut, [*_cells(file, cut), own.c.id]).where(key.in_(ids))
    if own is not leading:
        statement = statement.where(dated_by(own, cut))
    return [(row[-1], row[:-1]) for row in session.execute(statement)]


def streamed(session: Session, file: File, cut: date | None) -> Iterator[Cells]:
    """Return all rows of a file in canonical order, read as they are taken."""
    statement = _ordered(session, file, cut, _cells(file, cut))
    return iter(session.execute(statement, execution_options={"yield_per": STREAMED}))


def streamed_lines(session: Session, file: File, cut: date | None) -> Iterator[str]:
    """Return the same rows as lines of CSV without their ends, put together by the database.

    To take a row apart and put it together again in Python costs more than to read it.
    """
    cells = zip(_cells(file, cut), file.columns, strict=True)
    parts = [found if column.kind in NEVER_QUOTED else _quoted(found) for found, column in cells]
    line = reduce(lambda before, cell: before.concat(_COMMA).concat(cell), parts)
    statement = _ordered(session, file, cut, [line])
    found = session.execute(statement, execution_options={"yield_per": STREAMED})
    return iter(found.scalars())


def _ordered(session: Session, file: File, cut: date | None, selected: list[Any]) -> Select[Any]:
    own, leading = TABLES[file.name], LED_BY[file.name]
    statement = _select(file, cut, selected).where(leaves(leading, cut))
    if own is not leading:
        statement = statement.where(dated_by(own, cut))
    # No code is empty; asked so, SQLite walks the index of codes and sorts within one code alone.
    cells = [leading.c.code, *([] if file.key == file.names[:1] else _cells(file, cut)[1:])]
    return statement.where(leading.c.code > "").order_by(
        *(in_byte_order(session, cell) for cell in cells)
    )


def _quoted(found: ColumnElement[str]) -> ColumnElement[str]:
    """Return a cell as the csv module writes it with minimal quoting."""
    special = or_(*(found.contains(mark) for mark in (",", '"', "\n", "\r")))
    doubled = func.replace(found, _QUOTE, literal_column("'\"\"'", Text()), type_=Text())
    return case(
        (found == _EMPTY, _EMPTY), (special, _QUOTE.concat(doubled).concat(_QUOTE)), else_=found
    )


def _select(file: File, cut: date | None, selected: list[Any]) -> Select[Any]:
    own = TABLES[file.name]
    statement = select(*selected).select_from(_joined(file, own, cut))
    if own in {LAB, MEDICATION}:
        statement = statement.where(of_no_draft(own.c.visit_id))
    return statement if own is SITE else statement.where(own.c.voided_at.is_(None))


def _cells(file: File, cut: date | None) -> list[Any]:
    return [cell(TABLES[file.name], column, cut) for column in file.columns]


def in_byte_order(session: Session, code: ColumnElement[str]) -> ColumnElement[str]:
    """Compare as bytes of UTF-8, which is how Python and SQLite order text."""
    return code.collate("C") if session.get_bind().dialect.name == "postgresql" else code


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


def cell(own: Table, column: Column, cut: date | None) -> ColumnElement[str]:
    """Return the text of a cell as the database writes it: what ``cells.read`` takes.

    Empty where nothing is stored, and for a day after the cut, which is not known yet.
    """
    if column.target is None:
        return func.coalesce(_CODES[column.name].c.code, _EMPTY)
    found = own.c[f"{column.target}_text" if is_partial(own, column) else column.target]
    if cut is None or column.kind not in DATES or column.name in _NEVER_HIDDEN:
        return _as_text(found)
    return case((own.c[f"{column.target}_earliest"] > cut, _EMPTY), else_=_as_text(found))


def _as_text(found: ColumnElement[Any]) -> ColumnElement[str]:
    if isinstance(found.type, Boolean):
        return case((found.is_(True), _TRUE), (found.is_(False), _FALSE), else_=_EMPTY)
    if isinstance(found.type, Integer):
        return func.coalesce(cast(found, Text), _EMPTY)
    # As typed is how it is stored: a number need not become one on the way.
    return func.coalesce(type_coerce(found, Text()), _EMPTY)


def is_partial(own: Table, column: Column) -> bool:
    """Whether the table keeps first and last possible day beside the text."""
    return column.kind in DATES and f"{column.target}_text" in own.c
