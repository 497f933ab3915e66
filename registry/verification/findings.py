"""The vocabulary of verification: what a check asks for, finds, and had to leave out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Rows = Sequence[
    Any
]  # a batch of one table: ``id`` and the columns asked for, as the driver has them
Problems = Iterator[tuple[Any, str]]  # a row, and one sentence about it


class Finding(NamedTuple):
    """One disagreement between a stored row and what it should be."""

    table: str
    record: str
    problem: str

    def __str__(self) -> str:
        return f"{self.table} {self.record}: {self.problem}"


@dataclass(slots=True)
class Report:
    """How many rows were read by table, and how many could not be judged and why."""

    rows: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Check:
    """What one check reads of a table, and the function that judges a batch of its rows."""

    columns: tuple[str, ...]
    problems: Callable[[Rows, Report], Problems]
    # Of another table, by the name under which a row has it.
    beside: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_each(cls, columns: Iterable[str], judge: Callable[[Any], Iterator[str]]) -> "Check":
        """Return a check that judges every row by itself."""

        def problems(rows: Rows, _report: Report) -> Problems:
            return ((row, problem) for row in rows for problem in judge(row))

        return cls(tuple(columns), problems)
