"""Disease activity at each timepoint: means with n and SD, never without who is missing.

Unit: points of the instrument.  Change: against the patient's own baseline, Student t.
Versions of an instrument are never averaged together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from registry.analysis.descriptive import describe, mean_of, paired_change
from registry.analysis.members import Member, due_or_gone, infused, populations
from registry.analysis.readings import Measure, Reading


def activity(members: Sequence[Member], timepoints: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row per population, instrument version and timepoint."""
    measures = sorted({key for member in infused(members) for key in _measures_of(member)})
    return [
        {"population": population, **_row(part, measure, timepoint)}
        for population, part in populations(members)
        for measure in measures
        for timepoint in timepoints
    ]


def _measures_of(member: Member) -> Iterator[Measure]:
    for place in member.places.values():
        yield from place.readings


def _row(members: Sequence[Member], measure: Measure, timepoint: str) -> dict[str, Any]:
    found = [member.places[timepoint].readings.get(measure) for member in members]
    known = [reading for reading in found if reading]
    totals = [reading.total for reading in known if reading.total is not None]
    described = asdict(describe(totals))
    instrument, version = measure
    return {
        "instrument": instrument,
        "version": version,
        "timepoint": timepoint,
        "n": described.pop("n"),
        "total_only": sum(reading.total_only for reading in known),
        "incomplete": len(known) - len(totals),
        "missing": due_or_gone(members, timepoint) - len(known),
        **described,
        "bounds": _bounds(known),
        "change": None if timepoint == "baseline" else _change(members, measure, timepoint),
    }


def _bounds(known: Sequence[Reading]) -> dict[str, Any]:
    """Return the means between which the mean lies, had every incomplete score been finished."""
    bounds = [reading.bounds for reading in known if reading.bounds]
    return {
        "n": len(bounds),
        "known_points": mean_of([low for low, _ in bounds]),
        "max_possible": mean_of([high for _, high in bounds]),
    }


def _change(members: Sequence[Member], measure: Measure, timepoint: str) -> dict[str, Any]:
    pairs = (
        [_total(member, measure, when) for when in ("baseline", timepoint)] for member in members
    )
    differences = [b - a for a, b in pairs if a is not None and b is not None]
    return asdict(paired_change(differences))


def _total(member: Member, measure: Measure, timepoint: str) -> Decimal | None:
    reading = member.places[timepoint].readings.get(measure)
    return reading.total if reading else None
