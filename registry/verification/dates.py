"""The first and last day of every partial date, from its text."""

from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Table

from registry.models.derived import partial_dates
from registry.partial_date import InvalidDateError, PartialDate
from registry.verification.findings import Check

REMEMBERED = 65_536  # few days, asked for again and again


def check(table: Table) -> Check | None:
    """Return the check of a table that has partial dates."""
    columns = {name: _columns(name) for name in partial_dates(table)}
    if not columns:
        return None
    readers = {name: attrgetter(*parts) for name, parts in columns.items()}

    def judge(row: Any) -> Iterator[str]:
        for name, read in readers.items():
            wrong = disagreement(*read(row))
            if wrong:
                yield f"{name} {wrong}"

    return Check.of_each((part for parts in columns.values() for part in parts), judge)


@lru_cache(REMEMBERED)
def disagreement(text: Any, earliest: Any, latest: Any) -> str | None:
    """Return a sentence where the days are not those of the text; None where they are."""
    stored = f"stored {_words(earliest)} to {_words(latest)}"
    if text is None:
        return None if earliest is latest is None else f"is empty, {stored}"
    try:
        means = PartialDate.parse(str(text), allow_time=True)
    except InvalidDateError as error:
        return f"cannot be read: {error}"
    if (str(earliest), str(latest)) == (str(means.earliest), str(means.latest)):
        return None
    return f"{text}: {stored}, the text means {means.earliest} to {means.latest}"


def _columns(name: str) -> tuple[str, str, str]:
    return f"{name}_text", f"{name}_earliest", f"{name}_latest"


def _words(day: Any) -> str:
    return "nothing" if day is None else str(day)
