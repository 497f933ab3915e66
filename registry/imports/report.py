"""What an import found: problems with their place, counts, and what an update would change."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from registry.exchange.cells import shown

MOST_LISTED = 1000  # of each kind; the rest is counted


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell, row or file that breaks a rule, in words for the person who has the file."""

    file: str
    line: int | None
    column: str | None
    value: str
    rule: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file} line {self.line}"
        column = f", {self.column}" if self.column else ""
        value = f" “{shown(self.value)}”" if self.value else ""
        return f"{place}{column}{value}: {self.rule}"


@dataclass(frozen=True, slots=True)
class Change:
    """One stored value that an update replaces."""

    file: str
    key: str
    column: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.file} {self.key}, {self.column}: “{shown(self.old)}” → “{shown(self.new)}”"


@dataclass(slots=True)
class Count:
    """Records of one file by what happens to them."""

    new: int = 0
    unchanged: int = 0
    changed: int = 0


@dataclass(slots=True)
class Report:
    """Everything to say about one folder; the lists are cut, the totals are not."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    total_errors: int = 0
    total_warnings: int = 0
    rows: Counter[str] = field(default_factory=Counter)  # lines read, by file
    counts: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    changes: list[Change] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)  # files given up half-way
    sha256: str = ""
    imported: bool = False

    @property
    def ok(self) -> bool:
        return self.total_errors == 0

    @property
    def writes(self) -> bool:
        """Whether there is anything to store."""
        return any(count.new or count.changed for count in self.counts.values())

    def error(self, file: str, line: int | None, column: str | None, value: str, rule: str) -> None:
        self.total_errors += 1
        if len(self.errors) < MOST_LISTED:
            self.errors.append(Problem(file, line, column, value, rule))

    def warn(self, file: str, line: int | None, column: str | None, value: str, rule: str) -> None:
        self.total_warnings += 1
        if len(self.warnings) < MOST_LISTED:
            self.warnings.append(Problem(file, line, column, value, rule))
