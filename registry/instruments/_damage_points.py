"""What events of damage add up to, item by item and together, over all their dates can mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from registry.instruments._calendar import ANY_DAY, DateRange, before, months_later
from registry.instruments._damage_items import (
    BY_CODE,
    DOMAINS,
    ITEMS,
    DamageItem,
    Domain,
    items_of,
)
from registry.instruments._three_valued import all_of, opposite

WARN_LOWER = "total_lower_than_previous"
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
Finding = Points | tuple[Event, ...]  # points as judged, or the events that decide them


@dataclass(frozen=True, slots=True)
class Damage:
    """The index over the items in force; ``total`` is a lower bound until it is complete."""

    total: int
    max_possible: int
    domains: Mapping[str, Points]
    missing: tuple[str, ...]
    warning: str | None = None

    @property
    def complete(self) -> bool:
        return not self.missing


def not_asked(item: DamageItem) -> Points:
    """Return the points of an item that nobody has assessed."""
    return Points(0, item.maximum)


def maximum_of(form: int) -> int:
    """Return the most points on a form: 45, 46 or 47."""
    return damage({item.code: not_asked(item) for item in items_of(form)}).max_possible


def damage(
    findings: Mapping[str, Finding],
    *,
    on: DateRange | None = None,
    diagnosis: DateRange | None = None,
) -> Damage:
    """Sum the items in force on a day, each domain up to its maximum.

    An item that is not among the findings adds nothing: whoever asks decides whether it is
    absent or not assessed. It falls only by leaving a finding out, as when a row is voided.
    """
    items = {
        code: found if isinstance(found, Points) else points(BY_CODE[code], found, on, diagnosis)
        for code, found in findings.items()
    }
    domains = {domain.code: _within(domain, items) for domain in DOMAINS}
    return Damage(
        sum(part.known for part in domains.values()),
        sum(part.possible for part in domains.values()),
        domains,
        tuple(
            item.code for item in ITEMS if _is_open(items.get(item.code, NOTHING), item, domains)
        ),
    )


def recount(now: Damage, previous_total: int) -> Damage:
    """Keep the higher total: damage does not heal, so that a lower recount is an error.

    It warns only where the new items cannot reach the old total, whatever is not assessed.
    """
    lower = now.max_possible < previous_total
    return Damage(
        max(now.total, previous_total),
        max(now.max_possible, previous_total),
        now.domains,
        now.missing,
        WARN_LOWER if lower else None,
    )


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


def _within(domain: Domain, items: Mapping[str, Points]) -> Points:
    found = [part for code, part in items.items() if BY_CODE[code].domain == domain.code]
    return Points(
        min(domain.maximum, sum(part.known for part in found)),
        min(domain.maximum, sum(part.possible for part in found)),
    )


def _is_open(found: Points, item: DamageItem, domains: Mapping[str, Points]) -> bool:
    """Whether an item is undecided and could still change the total."""
    domain = domains[item.domain]
    return found.known < found.possible and domain.known < domain.possible
