"""Rows of the exchange format: a file name and its filled columns, all of them text."""

from collections.abc import Iterator
from random import Random

Row = dict[str, str]
Rows = Iterator[tuple[str, Row]]


def chance(rng: Random, probability: float) -> bool:
    """Draw whether something of this probability happens."""
    return rng.random() < probability
