"""One answer, or one score, in words: by the kind of the item and the scales of the instrument."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Protocol

from registry.instruments import INSTRUMENTS, UNSCORED
from registry.instruments.base import Answer, Item
from registry.instruments.units import printed
from registry.templating import show_date, show_number

MOST_SCALES = 2  # of one instrument on that line; a questionnaire of eight is named only
MOST_NAMED = 4  # measures beside the SLEDAI-2K on one line of a timeline
UNNAMED = "Total"  # the label of an item that is the total of its instrument


class Scored(Protocol):
    """A stored result, whatever row it was read from."""

    @property
    def instrument(self) -> str: ...
    @property
    def total(self) -> Decimal | None: ...
    @property
    def known_points(self) -> Decimal | None: ...
    @property
    def max_possible(self) -> Decimal | None: ...
    @property
    def parts(self) -> Any: ...


def answer_words(item: Item, answer: Answer) -> str:
    """Write an answer as a page shows it."""
    if answer is None or item.kind == "yes_no" or (item.kind == "dates" and answer in (0, 1)):
        return item.titles[item.text(answer)]
    if item.kind == "choice":
        return item.choices.get(str(answer), str(answer))
    if item.kind == "dates":
        days = ", ".join(show_date(day) for day in str(answer).split(";"))
        return f"{item.titles['present']}: {days}"
    return f"{item.text(answer)} {printed(item.unit)}".rstrip()


def signed_words(item: Item, answer: Any) -> str:
    """Write an answer of a signed version, exactly as it was signed and in its own words."""
    if item.kind in {"yes_no", "dates"} and answer in (0, 1):
        return item.words[0 if answer == 1 else 1]
    return item.choices.get(str(answer), str(answer))


def score_words(row: Scored) -> str:
    """Write what the answers came to: the total or its bounds, or each scale by itself."""
    declared = INSTRUMENTS[row.instrument]
    if declared.totalled:
        if row.total is not None:
            return f"{show_number(row.total)} ({_range(declared.minimum, declared.maximum)})"
        return f"incomplete, {_range(row.known_points, row.max_possible)}"
    known = row.parts or {}
    found = [
        f"{scale.title} {show_number(Decimal(str(known[scale.code])))}"
        for scale in declared.scales
        if scale.code in known
    ]
    return " · ".join(found) or "nothing to score yet"


def further_words(rows: Iterable[Scored], first: Scored | None) -> list[str]:
    """Name the other measures of a visit in few words: totals with their number.

    Questions measure nothing, and one line has room for so many; the visit shows them all.
    """
    found = []
    for row in sorted(rows, key=lambda row: (row.instrument != "pga", row.instrument)):
        declared = INSTRUMENTS.get(row.instrument)
        if declared is not None and row is not first and row.instrument not in UNSCORED:
            alone = declared.items[0].label if len(declared.items) == 1 else UNNAMED
            name = declared.title if alone == UNNAMED else alone
            found.append(_named(name, row))
    more = len(found) - MOST_NAMED
    return [*found[:MOST_NAMED], f"{more} more"] if more > 1 else found


def _named(name: str, row: Scored) -> str:
    """Name a result with its total, or with its two scales: ``CLASI 9 activity, 1 damage``."""
    if row.total is not None:
        return f"{name} {show_number(row.total)}"
    scales, known = INSTRUMENTS[row.instrument].scales, row.parts or {}
    if len(scales) > MOST_SCALES or not all(scale.code in known for scale in scales):
        return name
    values = (f"{show_number(Decimal(str(known[s.code])))} {s.title.lower()}" for s in scales)
    return f"{name} {', '.join(values)}".rstrip()


def _range(low: Decimal | None, high: Decimal | None) -> str:
    return f"{show_number(low)} to {show_number(high)}"
