"""Disease activity at each timepoint: means with n and SD, never without who is missing.

Unit: points of the instrument.  Change: against the patient's own baseline, Student t.
Versions of an instrument are never averaged together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from registry.analysis.descriptive import describe, mean_of, paired_change
from registry.analysis.measures import direction_of
from registry.analysis.members import Member, due_or_gone, infused, populations
from registry.analysis.readings import Measure, Reading
from registry.followup.timepoints import BASELINE

Found = Mapping[int, Reading]  # by the place of the member among the others


def activity(members: Sequence[Member], timepoints: Sequence[str]) -> list[dict[str, Any]]:
    """Return one row per population, instrument version and timepoint; none without any result."""
    measures = sorted({key for member in infused(members) for key in _measures_of(member)})
    return [
        {"population": population, **row}
        for population, part in populations(members)
        for row in _rows(part, measures, timepoints)
    ]


def _measures_of(member: Member) -> Iterator[Measure]:
    for place in member.places.values():
        yield from place.readings


def _rows(
    members: Sequence[Member], measures: Sequence[Measure], timepoints: Sequence[str]
) -> Iterator[dict[str, Any]]:
    due = {timepoint: due_or_gone(members, timepoint) for timepoint in timepoints}
    stood = {timepoint: _by_measure(members, timepoint) for timepoint in timepoints}
    for measure in measures:
        before = stood[BASELINE].get(measure, {})
        for timepoint in timepoints:
            found = stood[timepoint].get(measure, {})
            change = None if timepoint == BASELINE else _change(before, found)
            instrument, version = measure
            labels = {
                "instrument": instrument,
                "version": version,
                "direction": direction_of(instrument),
                "timepoint": timepoint,
            }
            yield {**labels, **_row(found, due[timepoint]), "change": change}


def _by_measure(members: Sequence[Member], timepoint: str) -> Mapping[Measure, Found]:
    found: dict[Measure, dict[int, Reading]] = {}
    for number, member in enumerate(members):
        for measure, reading in member.places[timepoint].readings.items():
            found.setdefault(measure, {})[number] = reading
    return found


def _row(found: Found, due: int) -> dict[str, Any]:
    known = list(found.values())
    totals = [reading.total for reading in known if reading.total is not None]
    described = asdict(describe(totals))
    return {
        "n": described.pop("n"),
        "total_only": sum(reading.total_only for reading in known),
        "incomplete": len(known) - len(totals),
        "missing": due - len(known),
        **described,
        "bounds": _bounds(known),
    }


def _bounds(known: Sequence[Reading]) -> dict[str, Any]:
    """Return the means between which the mean lies, had every incomplete score been finished."""
    bounds = [bound for reading in known if (bound := reading.bounds)]
    return {
        "n": len(bounds),
        "known_points": mean_of([low for low, _ in bounds]),
        "max_possible": mean_of([high for _, high in bounds]),
    }


def _change(before: Found, after: Found) -> dict[str, Any]:
    """Describe the differences of those who have both totals, measured by one device and equation.

    The others are counted: a change of the device looks like a change of the patient.
    """
    differences, other_method = [], 0
    for number, now in after.items():
        then = before.get(number)
        if then is None or then.total is None or now.total is None:
            continue
        if then.same_method(now) is False:
            other_method += 1
        else:
            differences.append(now.total - then.total)
    return asdict(paired_change(differences)) | {"other_method": other_method}
