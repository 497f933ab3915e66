"""What the counts of damage say against each other: an item that went, dates that cannot be.

The index keeps the higher answer in every case; each sentence names the item and the visits.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from registry.followup.damage import CODE, Count, Index, Standing, history
from registry.followup.facts import PatientFacts
from registry.instruments._damage_items import BY_CODE
from registry.instruments.base import Answer
from registry.partial_date import PartialDate

STAYS = "it stays until the earlier entry is amended or its visit voided"


def warnings(patient: PatientFacts) -> tuple[str, ...]:
    """Return a sentence for each contradiction between counts, dates and the diagnosis."""
    indices = history(patient)
    return (
        *_gone(indices),
        *_lower_totals(indices),
        *(sentence for index in indices for sentence in _dates(index, patient)),
        *_moved(indices),
        *_no_diagnosis(indices, patient),
        *_left_out(patient),
    )


def gone_at(before: Mapping[str, Standing], answers: Mapping[str, Answer]) -> list[Standing]:
    """Return the items in force before a count that this count says are absent."""
    return [s for code, s in before.items() if s.points.known and answers.get(code) == 0]


def _gone(indices: tuple[Index, ...]) -> Iterator[str]:
    """Name the items that a later count says are absent, with every visit that says so."""
    absent: dict[str, list[Count]] = defaultdict(list)
    stood: Mapping[str, Standing] = {}
    for index in indices:
        for standing in gone_at(stood, index.count.answers or {}):
            absent[standing.item.code].append(index.count)
        stood = index.items
    for code, places in absent.items():
        since = stood[code].since
        where = " and ".join(_place(place) for place in places)
        found = f"present at {_place(since)}" if since else "present before"
        yield f"{BY_CODE[code].label}: {found}, absent at {where}; {STAYS}."


def _lower_totals(indices: tuple[Index, ...]) -> Iterator[str]:
    """Name each count that cannot reach a historic total before it."""
    highest: Count | None = None
    for index in indices:
        fact = index.count.fact
        if fact.total_only and (highest is None or (fact.total or 0) > (highest.fact.total or 0)):
            highest = index.count
        elif highest is not None and (fact.max_possible or 0) < (highest.fact.total or 0):
            yield (
                f"The count of {_place(index.count)} reaches {fact.max_possible:f} at most, the "
                f"total of {_place(highest)} is {highest.fact.total:f}; the higher stays."
            )


def _dates(index: Index, patient: PatientFacts) -> Iterator[str]:
    """Name the dates of one count that do not count or may not."""
    diagnosis = patient.sle_diagnosed_on
    for code, day in _told(index.count):
        label = BY_CODE[code].label
        if day.earliest > index.count.on:
            yield f"{label}: {day.words} is after {_place(index.count)}, where it stands."
        elif diagnosis and day.certainly_before(diagnosis):
            yield f"{label}: {day.words} is before the diagnosis ({diagnosis.words}): not counted."
        elif diagnosis and day.earliest < diagnosis.latest:
            yield (
                f"{label}: {day.words} may be before the diagnosis ({diagnosis.words}); "
                "it stays open."
            )


def _moved(indices: tuple[Index, ...]) -> Iterator[str]:
    """Name the items whose dates at one count leave out one told before, both being kept."""
    last: dict[str, Index] = {}
    for index in indices:
        listed: dict[str, list[PartialDate]] = defaultdict(list)
        for code, day in _told(index.count):
            listed[code].append(day)
        for code, days in listed.items():
            before = last.get(code)
            if before is not None and (lost := _lost(before.items[code].dates, days)):
                said = ", ".join(day.words for day in lost)
                yield (
                    f"{BY_CODE[code].label}: {said} of {_place(before.count)} is not among the "
                    f"dates of {_place(index.count)}; both are kept."
                )
            last[code] = index


def _lost(before: tuple[PartialDate, ...], now: list[PartialDate]) -> list[PartialDate]:
    """Return the earlier dates that no date of now can mean."""
    return [d for d in before if all(d.certainly_before(n) or d.certainly_after(n) for n in now)]


def _no_diagnosis(indices: tuple[Index, ...], patient: PatientFacts) -> Iterator[str]:
    dated = any(True for index in indices for _ in _told(index.count))
    if dated and patient.sle_diagnosed_on is None:
        yield (
            "The date of diagnosis is not recorded: dated damage may be older than the lupus, so "
            "that it stays open."
        )


def _left_out(patient: PatientFacts) -> Iterator[str]:
    read = {index.count.visit_id for index in history(patient)}
    out = [
        visit.visit_id
        for visit in patient.visits
        if visit.final
        and visit.visit_id not in read
        and any(fact.instrument == CODE for fact in visit.assessments)
    ]
    if out:
        yield f"Left out, without an exact day or by another version: {', '.join(out)}."


def _told(count: Count) -> Iterator[tuple[str, PartialDate]]:
    """Yield each date of a count with its item."""
    for code, answer in (count.answers or {}).items():
        if answer is not None and answer not in (0, 1):
            for text in str(answer).split(";"):
                yield code, PartialDate.parse(text)


def _place(count: Count) -> str:
    return f"visit {count.visit_id} of {count.day.words}"
