"""What the events of one item of damage add up to, over all that their dates can mean."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from registry.instruments._calendar import ANY_DAY, DateRange, before, months_later
from registry.instruments._damage_items import DamageItem
from registry.instruments._three_valued import all_of, opposite

MONTHS = 6  # of presence, and between two events of one item


@dataclass(frozen=True, slots=True)
class Event:
    """When an item began or happened again: a date, as far as it is known, or months ago."""

    date: DateRange = ANY_DAY
    months_ago: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """The fewest and the most points that the facts allow."""

    known: int
    possible: int


NOTHING = Points(0, 0)


def not_asked(item: DamageItem) -> Points:
    """Return the points of an item that nobody has assessed."""
    return Points(0, item.maximum)


def points(
    item: DamageItem, events: Iterable[Event], on: DateRange | None, diagnosis: DateRange | None
) -> Points:
    """Return what the events of one item add up to; with dates in part it may stay open."""
    seen = [(event, _counts(item, event, on, diagnosis)) for event in events]
    sure = [event for event, counts in seen if counts]
    maybe = [event for event, counts in seen if counts is not False]
    return Points(
        _sum(item, sure, [_apart(*pair) is True for pair in permutations(sure, 2)]),
        _sum(item, maybe, [_apart(*pair) is not False for pair in permutations(maybe, 2)]),
    )


def _sum(item: DamageItem, events: list[Event], apart: list[bool]) -> int:
    if not events:
        return 0
    return item.maximum if any(apart) else item.points


def _apart(first: Event, second: Event) -> bool | None:
    """Whether the second came at least six months after the first."""
    if first.months_ago is not None and second.months_ago is not None:
        return first.months_ago - second.months_ago >= MONTHS
    return opposite(before(second.date, months_later(first.date, MONTHS)))


def _counts(
    item: DamageItem, event: Event, on: DateRange | None, diagnosis: DateRange | None
) -> bool | None:
    """Whether an event is damage: since the diagnosis, not later than the day, and lasting."""
    return all_of(
        True if diagnosis is None else opposite(before(event.date, diagnosis)),
        True if on is None else opposite(before(on, event.date)),
        True if item.ever else _lasted(item, event, on),
    )


def _lasted(item: DamageItem, event: Event, on: DateRange | None) -> bool | None:
    if event.months_ago is not None:
        return event.months_ago > MONTHS if item.strictly else event.months_ago >= MONTHS
    if on is None:
        return None
    due = months_later(event.date, MONTHS)
    return before(due, on) if item.strictly else opposite(before(on, due))
