"""Rows as the driver has them: a value that no type can read must be reported, not raised."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import Table, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from registry.analysis.rescoring import Stored
from registry.database.types import plain
from registry.models import Assessment
from registry.queries.fact_rows import BATCH, streamed
from registry.verification.findings import Rows

_total: Any = Assessment.__table__.c.total
_SCALE: int = _total.type.scale


def batches(
    session: Session, table: Table, names: Sequence[str], beside: Mapping[str, Any]
) -> Iterator[Rows]:
    """Yield the rows of a table with their id and the named columns, voided ones too."""
    columns = (table.c[name] for name in ("id", *names))
    raw: Any = (type_coerce(column, NullType()).label(column.key) for column in columns)
    more = (column.label(name) for name, column in beside.items())
    rows = streamed(session, select(*raw, *more))
    while batch := list(islice(rows, BATCH)):
        yield batch


def exact(raw: Any) -> Decimal | None:
    """Return the points that a column of scores holds; raises ValueError for anything else."""
    if raw is None:
        return None
    if isinstance(raw, Decimal):
        return plain(raw)
    if isinstance(raw, int):  # SQLite
        return plain(Decimal(raw).scaleb(-_SCALE))
    raise ValueError(f"{raw!r} is not a number of points")


def stored_result(row: Any) -> Stored:
    """Return answers and result of an assessment; raises ValueError where one cannot be read."""
    return Stored(
        answers=row.answers,
        visited_on=row.visited_on,
        total=exact(row.total),
        known_points=exact(row.known_points),
        max_possible=exact(row.max_possible),
        complete=bool(row.complete),
        parts={} if row.parts is None else loaded("parts", row.parts, dict),
    )


def loaded(name: str, text: str, kind: type[Any]) -> Any:
    """Parse the JSON that a column of this name holds; raises ValueError with a sentence."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{name} cannot be read: {error}") from error
    if not isinstance(value, kind):
        wanted = "object" if kind is dict else "array"
        raise ValueError(f"{name} cannot be read: it is no JSON {wanted}")  # noqa: TRY004
    return value
