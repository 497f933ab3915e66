"""New damage and admissions per patient-year since day 0 of the main course.

Unit: events per patient-year.  Neither has a row before the treatment: damage is counted against
the count at baseline, and serious events are recorded from the course start on.

*Damage*: points of the SDI that came into force at a count after the baseline and whose items are
dated on or after day 0.  Points of items that began before and were told late do not count; those
whose dates leave it open, and those of a historic total without items, are not placed.  Time runs
from day 0 to the last count that left no item open: what nobody assessed is not absent, and points
first told after it are not placed.  Patients have a count at baseline and such a one after day 0.

*Admissions*: each stay of ``followup.admissions`` whose onset certainly lies in observed time,
which is that of the flares: between contacts 200 days or fewer apart.

Limits as for flares: whole patients resampled.  Policy of the registry, fixed before data are seen.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from registry.analysis.members import Member, infused, populations
from registry.analysis.rates import AFTER, Observed, observed, rate_of
from registry.followup import admissions, clocks, damage
from registry.followup.admissions import HOSPITALISATION, SAME_STAY, admissions_of
from registry.followup.damage import DamageEvent
from registry.followup.facts import PatientFacts
from registry.partial_date import PartialDate

VERSION = "rates-since/1"
DAMAGE, ADMISSION = "damage", "admission"
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    DAMAGE: {
        "counted": "SDI points of items dated on or after day 0, new since the count at baseline",
        "not_placed": "points whose dates leave that open, and those of totals without items",
        "time": "day 0 to the last count that left no item unassessed",
    },
    ADMISSION: {
        "counted": f"flares with an admission and events serious by {HOSPITALISATION}, by onset",
        "stays": admissions.VERSION,
        "same_stay_days": SAME_STAY.days,
        "time": "between contacts 200 days or fewer apart, from day 0 on",
    },
}


def rates_since(members: Sequence[Member]) -> list[dict[str, Any]]:
    """Return the rows of each population, of an event that anybody can be counted for."""
    treated = infused(members)
    found: dict[str, dict[str, Observed | None]] = {}
    damaged = {member.patient.patient_id: _damage_seen(member) for member in treated}
    if any(damaged.values()):
        found[DAMAGE] = damaged
    # None recorded is not none happened.
    if any(admissions_of(member.patient) for member in treated):
        found[ADMISSION] = {m.patient.patient_id: _stays_seen(m) for m in treated}
    return [
        _row(population, event, [seen[member.patient.patient_id] for member in part])
        for population, part in populations(members)
        for event, seen in found.items()
    ]


def _row(population: str, event: str, found: Sequence[Observed | None]) -> dict[str, Any]:
    known = [one for one in found if one is not None]
    return {
        "population": population,
        "event": event,
        "period": AFTER,
        **rate_of(known),
        "not_paired": len(found) - len(known),
    }


def _stays_seen(member: Member) -> Observed | None:
    """Return the admissions after day 0; None where no time is observed."""
    day_0 = clocks.day_0(member.course) if member.course else None
    found = observed(member, admissions_of(member.patient, day_0))
    return found[AFTER] if found and found[AFTER].days else None


def _damage_seen(member: Member) -> Observed | None:
    """Return the new points after day 0; None without a count on either side of it."""
    day_0 = clocks.day_0_on(member.course) if member.course else None
    last = _last_whole_count(member.patient)
    if day_0 is None or day_0.exact is None or last is None or last <= day_0.exact:
        return None
    if damage.baseline_index(member.patient) is None:
        return None
    points = [_points(event, day_0, last) for event in damage.damage_events(member.patient)]
    placed, unplaced = (sum(ends) for ends in zip(*points, strict=True)) if points else (0, 0)
    return Observed(len(points), (last - day_0.exact).days, placed, unplaced)


def _last_whole_count(patient: PatientFacts) -> date | None:
    """Return the day of the last count that assessed every item, or gave a total."""
    whole = (
        one.count.on
        for one in damage.history(patient)
        if one.count.answers is None or not one.not_assessed
    )
    return max(whole, default=None)


def _points(event: DamageEvent, day_0: PartialDate, last: date) -> tuple[int, int]:
    """Return the points of a rise that are placed after day 0, and those that cannot be placed.

    The maximum of a domain may leave the index less than its items.
    """
    if not event.items:
        return 0, event.points
    since = {True: 0, None: 0, False: 0}
    for new in event.items:
        since[damage.is_after(new.dates, day_0)] += new.points
    placed = min(event.points, since[True])
    unplaced = min(event.points - placed, since[None])
    return (placed, unplaced) if event.on <= last else (0, placed + unplaced)
