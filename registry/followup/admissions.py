"""Stays in hospital as they are known: by flares with an admission and by serious events.

Neither record has the day of the admission, so each stands at its onset.  One stay is often told
twice, as a flare and as an event: what began 14 days or fewer after the first record of a stay is
that stay, and so is a record whose partial date may be such a day (policy of the registry).  What
began on or after day 0, or may have, is never taken for a stay of before it: no harm of a treatment
is lost so.  An event without an onset is a stay of its own only where it can be no other one.
Unit: calendar days.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from registry.followup.facts import PatientFacts
from registry.partial_date import PartialDate

VERSION = "admissions/1"
HOSPITALISATION = "hospitalisation"
SAME_STAY = timedelta(days=14)
SOMETIME = PartialDate("", date.min, date.max)


def admissions_of(patient: PatientFacts, day_0: date | None = None) -> tuple[PartialDate, ...]:
    """Return the onset of each stay once, by date; ``SOMETIME`` where nobody dated the only one."""
    told = list(_told(patient))
    days = sorted(on.earliest for on in told if on.exact)
    stays: list[date] = []
    for day in days:
        if not stays or _parts(stays[-1], day_0, day) or day - stays[-1] > SAME_STAY:
            stays.append(day)
    found = [PartialDate.on(day) for day in stays]
    # The vaguest last: what may be a stay that is known better is no other one.
    for on in sorted((on for on in told if not on.exact), key=lambda on: on.latest - on.earliest):
        maybe = (other for other in found if not _parts(other.latest, day_0, on.latest))
        if not any(_may_be_one(on, other) for other in maybe):
            found.append(on)
    return tuple(sorted(found, key=lambda on: (on.earliest, on.latest)))


def _parts(earlier: date, day_0: date | None, later: date) -> bool:
    """Whether day 0 lies between two days: what began then is another stay."""
    return day_0 is not None and earlier < day_0 <= later


def _told(patient: PatientFacts) -> Iterable[PartialDate]:
    """Yield the onset of each record that tells of a stay."""
    yield from (flare.onset_on for flare in patient.flares if flare.admitted)
    for event in patient.adverse_events:
        if HOSPITALISATION in event.seriousness:
            yield event.started_on or SOMETIME


def _may_be_one(one: PartialDate, other: PartialDate) -> bool:
    """Whether two records may lie close enough; compared so that no date leaves the calendar."""
    return one.earliest - other.latest <= SAME_STAY and other.earliest - one.latest <= SAME_STAY
