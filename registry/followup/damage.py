"""The damage index of one patient over all counts: it never falls, save by correcting a count.

Unit: points, 0 to 47.  Window: from the diagnosis to a count.
Source: registry/instruments/slicc_damage.py (Gladman D et al. Arthritis Rheum 1996;39:363-9).
Policies of this registry: what lasted six months at one count is in force from then on, whatever
a later count says; a later "absent" is a warning, and settles only what was still open; a count
that does not assess an item leaves it open again; the dates of all counts add up, and a date told
more exactly later is the same event; damage before the diagnosis does not count, and without a
date of diagnosis dated damage stays open.  Only final visits with an exact day are read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from registry.followup import clocks
from registry.followup.damage_dates import merged
from registry.followup.facts import AssessmentFact, PatientFacts
from registry.followup.selection import baseline_visit
from registry.instruments._calendar import ANY_DAY, DateRange
from registry.instruments._damage_items import BY_CODE, DamageItem
from registry.instruments._damage_points import (
    NOTHING,
    Damage,
    Event,
    Points,
    damage,
    not_asked,
    points,
    recount,
)
from registry.instruments.base import Answer
from registry.instruments.slicc_damage import INSTRUMENT
from registry.partial_date import PartialDate

VERSION = "damage/1"
CODE = INSTRUMENT.code
# Steroids and the conditioning of a transplant bring these; they count like any other.
KNOWN_HARMS = frozenset(
    {"premature_gonadal_failure", "cataract", "avascular_necrosis", "malignancy"}
)


@dataclass(frozen=True, slots=True)
class Count:
    """One count at one visit; ``answers`` is None for a historic total without its items."""

    visit_id: str
    on: date
    fact: AssessmentFact
    answers: Mapping[str, Answer] | None

    @property
    def day(self) -> PartialDate:
        return PartialDate.on(self.on)


@dataclass(frozen=True, slots=True)
class Standing:
    """One item as of a count: its points, the answers that gave dates, since when in force."""

    item: DamageItem
    points: Points
    lists: tuple[str, ...] = ()  # 2019-05;2021-03 as each count told them
    since: Count | None = None  # the first count at which it was in force

    @property
    def dates(self) -> tuple[PartialDate, ...]:
        """The dates that all counts told, oldest first; of one event the most exact."""
        return merged(self.lists)


@dataclass(frozen=True, slots=True)
class Index:
    """The index as of one count, beside what that count alone came to."""

    count: Count
    damage: Damage
    items: Mapping[str, Standing]

    @property
    def low(self) -> int:
        return self.damage.total

    @property
    def high(self) -> int:
        return self.damage.max_possible

    @property
    def total(self) -> int | None:
        """The index where both bounds agree."""
        return self.low if self.low == self.high else None

    @property
    def found(self) -> tuple[Standing, ...]:
        """Every item that a count has found, whether or not it is in force."""
        return tuple(s for s in self.items.values() if s.points.known or s.lists)

    @property
    def not_assessed(self) -> tuple[Standing, ...]:
        """The items that nobody has found and the last count did not assess."""
        unseen = (s for s in self.items.values() if not s.points.known and not s.lists)
        return tuple(standing for standing in unseen if standing.points.possible)


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item that came into force, or rose, after the baseline."""

    item: DamageItem
    points: int  # of the item, before the maximum of its domain
    dates: tuple[PartialDate, ...]  # those that the baseline did not have
    after_treatment: bool | None  # False: it began before; None: its date does not say


@dataclass(frozen=True, slots=True)
class DamageEvent:
    """A rise of the index at a count after the baseline, first seen then."""

    visit_id: str
    on: date
    points: int
    items: tuple[NewItem, ...]  # none where only a historic total tells it

    @property
    def after_treatment(self) -> bool | None:
        """True where a new item began since; False where all are older and were told late."""
        found = {new.after_treatment for new in self.items}
        if True in found:
            return True
        return False if found == {False} else None


def counts(patient: PatientFacts) -> tuple[Count, ...]:
    """Return the counts that can be read and placed, oldest first."""
    found = [
        Count(visit.visit_id, visit.visited_on, fact, _answers(fact))
        for visit in patient.visits
        if visit.final and visit.attendance == "done" and visit.visited_on is not None
        for fact in visit.assessments
        if fact.instrument == CODE
    ]
    readable = [c for c in found if c.answers is not None or c.fact.total is not None]
    return tuple(sorted(readable, key=lambda count: (count.on, count.visit_id)))


def history(patient: PatientFacts) -> tuple[Index, ...]:
    """Return the index as of each count, oldest first."""
    diagnosis = _diagnosis(patient)
    items: Mapping[str, Standing] = {}
    highest, found = 0, []
    for count in counts(patient):
        if count.answers is not None:
            items = _counted(items, count, diagnosis)
        elif count.fact.total is not None:
            highest = max(highest, int(count.fact.total))
        found.append(Index(count, _index(items, highest), items))
    return tuple(found)


def index_on(patient: PatientFacts, day: date) -> Index | None:
    """Return the index as of the last count on or before a day."""
    return max((i for i in history(patient) if i.count.on <= day), key=_order, default=None)


def baseline_index(patient: PatientFacts) -> Index | None:
    """Return the index before the treatment, from a count of 180 days or fewer before it."""
    course = clocks.main_course(patient)
    visit = baseline_visit(patient, course, CODE, INSTRUMENT.baseline_days) if course else None
    if visit is None:
        return None
    return next((i for i in history(patient) if i.count.visit_id == visit.visit_id), None)


def new_items(patient: PatientFacts, before: Index, now: Index) -> tuple[NewItem, ...]:
    """Return the items that came into force or rose between two counts."""
    course = clocks.main_course(patient)
    start = clocks.course_start(course) if course else None
    return tuple(_new_items(before, now, start))


def damage_events(patient: PatientFacts) -> tuple[DamageEvent, ...]:
    """Return every rise of the index since the baseline, oldest first; none without a baseline.

    A rate of new damage leaves out those whose ``after_treatment`` is False: they were only
    recorded late.
    """
    before = baseline_index(patient)
    if before is None:
        return ()
    later = [i for i in history(patient) if _order(i) > _order(before)]
    return tuple(
        DamageEvent(i.count.visit_id, i.count.on, i.low - last.low, new_items(patient, last, i))
        for last, i in pairwise((before, *later))
        if i.low > last.low
    )


def open_after_treatment(patient: PatientFacts) -> tuple[Standing, ...]:
    """Return the items that began since the treatment and have no point yet, as of now."""
    course, last = clocks.main_course(patient), history(patient)[-1:]
    start = clocks.course_start(course) if course else None
    found = (one for index in last for one in index.found if not one.points.known)
    return tuple(one for one in found if is_after(one.dates, start))


def _order(index: Index) -> tuple[date, str]:
    return index.count.on, index.count.visit_id


def _answers(fact: AssessmentFact) -> Mapping[str, Answer] | None:
    """Return the answers of a count whose version is known here."""
    if fact.total_only or fact.answers is None or fact.version != INSTRUMENT.version:
        return None
    return _read(tuple(fact.answers))


@lru_cache(maxsize=4096)  # most patients have little damage, so that their rows are alike
def _read(row: tuple[int | float | str | None, ...]) -> Mapping[str, Answer]:
    return MappingProxyType(INSTRUMENT.from_row(row))


def _diagnosis(patient: PatientFacts) -> DateRange:
    day = patient.sle_diagnosed_on
    return DateRange(day.earliest, day.latest) if day else ANY_DAY


def _index(items: Mapping[str, Standing], highest: int) -> Damage:
    """Add the items up; a historic total that is higher stays."""
    if not items:
        return Damage(highest, highest, {}, ())
    some = {code: one.points for code, one in items.items() if one.points.possible}
    return recount(damage(some), highest)


def _counted(
    before: Mapping[str, Standing], count: Count, diagnosis: DateRange
) -> dict[str, Standing]:
    """Return every item after one more count."""
    answers = count.answers or {}
    stood = before or _UNSEEN
    return {code: _after(stood[code], answers[code], count, diagnosis) for code in stood}


_UNSEEN: Mapping[str, Standing] = {code: Standing(item, NOTHING) for code, item in BY_CODE.items()}


def _after(before: Standing, answer: Answer, count: Count, diagnosis: DateRange) -> Standing:
    item, known = before.item, before.points.known
    if answer is None:
        return replace(before, points=Points(known, max(known, not_asked(item).possible)))
    if answer == 0:  # most items at most counts: nothing changes
        is_open = before.points.possible > known
        return replace(before, points=Points(known, known)) if is_open else before
    lists = before.lists if answer == 1 else (*before.lists, str(answer))
    judged = item.points if answer == 1 else 0  # without a date the clinician has judged it
    on = DateRange(count.on, count.on)
    dated = points(item, _events(lists), on, diagnosis)
    sure = max(known, judged, dated.known)
    since = before.since or (count if sure else None)
    return Standing(item, Points(sure, max(sure, dated.possible)), lists, since)


def _events(lists: Sequence[str]) -> tuple[Event, ...]:
    return tuple(Event(DateRange(day.earliest, day.latest)) for day in merged(lists))


def _new_items(before: Index, now: Index, start: PartialDate | None) -> Iterator[NewItem]:
    for code, standing in now.items.items():
        earlier = before.items.get(code)
        rise = standing.points.known - (earlier.points.known if earlier else 0)
        if rise <= 0:
            continue
        old = {day.text for day in earlier.dates} if earlier else set()
        dates = tuple(day for day in standing.dates if day.text not in old) or standing.dates
        yield NewItem(standing.item, rise, dates, is_after(dates, start))


def is_after(dates: Sequence[PartialDate], start: PartialDate | None) -> bool | None:
    """Whether all dates are on or after the start; False where all are before, else None."""
    if start is None or not dates:
        return None
    if all(day.earliest >= start.latest for day in dates):
        return True
    return False if all(day.certainly_before(start) for day in dates) else None
