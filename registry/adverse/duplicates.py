"""Probable duplicates: two reports that may be one event.  They are linked, never merged.

Policy of the registry: the same patient with the same term or organ class and an onset within 7
days; or the same reporter, lot and day.  Dates are compared in three values.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from registry.partial_date import PartialDate

WINDOW_DAYS = 7


@dataclass(frozen=True, slots=True)
class Report:
    """What two reports are compared by."""

    event_id: str
    patient: UUID | None
    verbatim_term: str
    term: str | None
    soc: str | None
    onset: PartialDate | None
    lot: UUID | None
    reporter: str | None  # who wrote the first version here; None where it was imported


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why another report may be the same event; ``certain`` of the dates, not of the event."""

    event_id: str
    why: str
    certain: bool


def alike(one: Report, other: Report) -> Likeness | None:
    """Return why ``other`` may be the same event as ``one``, or None."""
    if one.event_id == other.event_id:
        return None
    return _same_patient(one, other) or _same_reporter(one, other)


def among(one: Report, others: Iterable[Report]) -> tuple[Likeness, ...]:
    """Return the probable duplicates of one report, by the code of the other."""
    found = (alike(one, other) for other in others)
    return tuple(sorted((like for like in found if like), key=lambda like: like.event_id))


def _same_patient(one: Report, other: Report) -> Likeness | None:
    if one.patient is None or one.patient != other.patient:
        return None
    what = _shared(one, other)
    near = within(one.onset, other.onset, WINDOW_DAYS)
    if what is None or near is False:
        return None
    apart = f"onset within {WINDOW_DAYS} days" if near else "the dates leave it open"
    return Likeness(other.event_id, f"same patient, {what}, {apart}", certain=near is True)


def _same_reporter(one: Report, other: Report) -> Likeness | None:
    if one.lot is None or one.lot != other.lot or not one.reporter:
        return None
    same_day = within(one.onset, other.onset, 0)
    if one.reporter != other.reporter or same_day is not True:
        return None
    return Likeness(other.event_id, "same reporter, same lot, same day", certain=True)


def _shared(one: Report, other: Report) -> str | None:
    """Return what both say it was: the coded term, else the reporters' words, else the class."""
    if _equal(one.term or one.verbatim_term, other.term or other.verbatim_term):
        return "same term"
    return "same organ class" if one.soc and other.soc and _equal(one.soc, other.soc) else None


def _equal(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def within(one: PartialDate | None, other: PartialDate | None, days: int) -> bool | None:
    """Return whether the two lie at most so many days apart; None while that is open."""
    if one is None or other is None:
        return None
    furthest = max((one.latest - other.earliest).days, (other.latest - one.earliest).days)
    nearest = max((one.earliest - other.latest).days, (other.earliest - one.latest).days, 0)
    if furthest <= days:
        return True
    return False if nearest > days else None
