"""Flares per patient-year before and after the first infusion, of the same patients.

Unit: events per patient-year.  Windows in days from day 0 of the main course: before is -455 to
-91, so that the flare that led to the treatment is left out; -365 to -1 stands in a row of its
own; after is from day 0 on.  Policy of the registry.

Time is observed only between two dated contacts 200 days or fewer apart, and a flare counts only
there.  Paired patients only: two or more contacts in the window before, and observed time in
both.  Flares of one patient are alike, so whole patients are resampled (seeded, percentile
limits): exact Poisson limits of recurrent events covered 78 % where 95 % was meant.  Without any
event there is nothing to resample, and none is a first event: then the exact limit holds.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log
from typing import Any

from registry.analysis.intervals import TAIL, Interval
from registry.analysis.members import Member, infused, populations
from registry.analysis.rounding import MEAN_PLACES, half_up
from registry.followup import clocks
from registry.partial_date import PartialDate

VERSION = "rates/1"
LONGEST_GAP_DAYS = 200
FEWEST_CONTACTS = 2
FEWEST_PATIENTS = 5  # fewer cannot be resampled; policy
REPLICATES, SEED = 2000, 20261122
DAYS_PER_YEAR = 365.25
BOOTSTRAP, EXACT, TOO_FEW = "patient_bootstrap", "exact_poisson", "too_few_patients"
# The row → its first and last day; None is as long as the patient is seen.
PERIODS: tuple[tuple[str, int | None, int | None], ...] = (
    ("before", -455, -91),
    ("before_to_day_minus_1", -365, -1),
    ("after", 0, None),
)
BEFORE, LATE_BEFORE, AFTER = (name for name, _, _ in PERIODS)
_CELLS = 1_000_000  # drawn at once, whatever the number of patients

Span = tuple[date, date]  # both days included


@dataclass(frozen=True, slots=True)
class Observed:
    """What is known of one patient in one window."""

    contacts: int
    days: int
    events: int
    unplaced: int  # may lie in the window, and not certainly in observed time


def rates(members: Sequence[Member]) -> list[dict[str, Any]]:
    """Return the rows of each population in which anybody has a flare on record."""
    if not any(member.patient.flares for member in infused(members)):
        return []  # none recorded is not none happened
    return [row for name, part in populations(members) for row in _rows(name, part)]


def _rows(population: str, members: Sequence[Member]) -> Iterator[dict[str, Any]]:
    known = [found for member in members if (found := _observed(member)) is not None]
    paired = [found for found in known if _is_paired(found, BEFORE)]
    late = [found for found in known if _is_paired(found, LATE_BEFORE)]
    for name, _, _ in PERIODS:
        part = late if name == LATE_BEFORE else paired
        yield {
            "population": population,
            "event": "flare",
            "period": name,
            **rate_of([found[name] for found in part]),
            "not_paired": len(members) - len(part),
        }


def _is_paired(found: dict[str, Observed], period: str) -> bool:
    before, after = found[period], found[AFTER]
    return before.contacts >= FEWEST_CONTACTS and before.days > 0 and after.days > 0


def rate_of(observed: Sequence[Observed]) -> dict[str, Any]:
    """Return the numbers of one row, one entry for each patient."""
    events = [one.events for one in observed]
    years = [one.days / DAYS_PER_YEAR for one in observed]
    total, exposed = sum(events), sum(years)
    (low, high), method = _limits(events, years)
    return {
        "patients": len(observed),
        "person_years": half_up(exposed, MEAN_PLACES),
        "events": total,
        "rate": half_up(total / exposed, MEAN_PLACES) if exposed else None,
        "ci_low": half_up(low, MEAN_PLACES),
        "ci_high": half_up(high, MEAN_PLACES),
        "method": method,
        "unplaced": sum(one.unplaced for one in observed),
    }


def _limits(events: Sequence[int], years: Sequence[float]) -> tuple[Interval, str]:
    if sum(years) and not sum(events):
        return (0.0, -log(TAIL) / sum(years)), EXACT
    if len(events) < FEWEST_PATIENTS:
        return (None, None), TOO_FEW
    return bootstrap(events, years), BOOTSTRAP


def bootstrap(events: Sequence[int], years: Sequence[float]) -> tuple[float, float]:
    """Return the 2.5 and 97.5 % points of the rate when whole patients are drawn again."""
    import numpy as np

    rng, n = np.random.default_rng(SEED), len(events)
    counted, exposed = np.asarray(events, float), np.asarray(years, float)
    at_once = max(1, _CELLS // n)
    drawn = []
    for first in range(0, REPLICATES, at_once):
        chosen = rng.integers(0, n, (min(at_once, REPLICATES - first), n))
        drawn.append(counted[chosen].sum(axis=1) / exposed[chosen].sum(axis=1))
    low, high = np.quantile(np.concatenate(drawn), (TAIL, 1 - TAIL))
    return float(low), float(high)


# --- one patient ----------------------------------------------------------------------------


def _observed(member: Member) -> dict[str, Observed] | None:
    flares = [flare.onset_on for flare in member.patient.flares]
    return observed(member, flares)


def observed(member: Member, onsets: Iterable[PartialDate]) -> dict[str, Observed] | None:
    """Return each window of a patient with its events; None where day 0 is not exactly known."""
    day_0 = clocks.day_0(member.course) if member.course else None
    if day_0 is None:
        return None
    contacts = sorted({*_visit_days(member), day_0})
    seen, began = _joined(contacts), list(onsets)
    windows = {name: _window(day_0, first, last) for name, first, last in PERIODS}
    return {name: _within(window, contacts, seen, began) for name, window in windows.items()}


def _visit_days(member: Member) -> Iterator[date]:
    for visit in member.patient.visits:
        if visit.final and visit.attendance == "done" and visit.visited_on is not None:
            yield visit.visited_on


def _joined(contacts: Sequence[date]) -> list[Span]:
    """Return the stretches of contacts that no gap of more than 200 days breaks."""
    found: list[Span] = []
    for before, after in pairwise(contacts):
        if (after - before).days > LONGEST_GAP_DAYS:
            continue
        if found and found[-1][1] == before:
            found[-1] = (found[-1][0], after)
        else:
            found.append((before, after))
    return found


def _window(day_0: date, first: int | None, last: int | None) -> Span:
    begin = date.min if first is None else day_0 + timedelta(days=first)
    return begin, date.max if last is None else day_0 + timedelta(days=last)


def _within(
    window: Span, contacts: Sequence[date], seen: Sequence[Span], onsets: Sequence[PartialDate]
) -> Observed:
    first, last = window
    clipped = [(max(a, first), min(b, last)) for a, b in seen if a <= last and b >= first]
    near = [onset for onset in onsets if onset.latest >= first and onset.earliest <= last]
    placed = sum(any(a <= on.earliest and on.latest <= b for a, b in clipped) for on in near)
    return Observed(
        contacts=sum(first <= day <= last for day in contacts),
        days=sum((b - a).days for a, b in clipped),
        events=placed,
        unplaced=len(near) - placed,
    )
