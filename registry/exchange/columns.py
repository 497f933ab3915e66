"""The vocabulary of the exchange format: what a column and a file are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "key",  # 1 to 40 of A-Z a-z 0-9 . _ -
    "lot_key",  # as makers print it
    "text",
    "code",
    "timepoint",
    "date",  # may be partial
    "moment",  # time with offset, or a date that may be partial
    "number",  # kept as typed
    "integer",
    "boolean",
    "keys",  # lot keys joined by ;
    "list",  # codes or words joined by ;, in the order typed
]
DATES = frozenset({"date", "moment"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one file."""

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    codes: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    low: int | None = None  # impossible below
    high: int | None = None  # impossible above
    future: bool = False  # may lie after today
    stored: str = ""  # name in the table where it differs; "-" when it is stored elsewhere

    @property
    def target(self) -> str | None:
        """The name in the table of the file, None where the value goes elsewhere."""
        return None if self.stored == "-" else self.stored or self.name


@dataclass(frozen=True, slots=True)
class File:
    """One file of the format: columns in canonical order, and what identifies a row."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]  # empty: the whole row is its identity
    required: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)
