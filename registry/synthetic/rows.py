"""Rows of the exchange format: a file name and its filled columns, all of them text."""

from collections.abc import Iterable, Iterator
from random import Random

from registry.exchange.files import FILES

Row = dict[str, str]
Rows = Iterator[tuple[str, Row]]


def chance(rng: Random, probability: float) -> bool:
    """Draw whether something of this probability happens."""
    return rng.random() < probability


def in_order(name: str, rows: Iterable[Row]) -> Rows:
    """Yield the few rows that one patient has in a file, in the order of the format."""
    columns = FILES[name].names
    ordered = sorted(rows, key=lambda row: [row.get(column, "") for column in columns])
    yield from ((name, row) for row in ordered)
