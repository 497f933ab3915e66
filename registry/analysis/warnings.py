"""Sentences about what in the data makes a summary weaker than it looks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from registry.analysis.members import Member, infused
from registry.analysis.states import reported_by
from registry.followup import clocks, selection, timepoints
from registry.instruments import INSTRUMENTS
from registry.instruments._organ_function import METHOD


def warnings(members: Sequence[Member]) -> list[str]:
    """Return the sentences that apply, in a fixed order."""
    treated = infused(members)
    return [
        *_consent(members),
        *_visits(members),
        *_clocks(treated),
        *_mixtures(treated),
        *_versions(treated),
        *_other_rules(members),
        *_methods(treated),
        *_reported(members),
        *_mismatches(treated),
    ]


def _consent(members: Sequence[Member]) -> Iterator[str]:
    missing = sum(not member.patient.consents for member in members)
    if missing:
        yield f"Consent is not recorded for {missing} of {len(members)} patients."


def _visits(members: Sequence[Member]) -> Iterator[str]:
    unsigned = sum(member.patient.unsigned_visits for member in members)
    if unsigned:
        yield f"Not signed, so left out of every result: {_count(unsigned, 'visit')}."
    undated = sum(
        visit.attendance == "done" and visit.visited_on is None
        for member in members
        for visit in member.patient.visits
    )
    if undated:
        yield f"Without an exact day, so left out of every result: {_count(undated, 'visit')}."


def _clocks(treated: Sequence[Member]) -> Iterator[str]:
    partial = sum(bool(m.course and clocks.day_0(m.course) is None) for m in treated)
    if partial:
        yield (
            f"Day 0 is known only by month or year for {partial} of {len(treated)} infused "
            "patients: their windows are not derived and the given timepoints are used."
        )
    unvisited = sum(not member.patient.visits for member in treated)
    if unvisited:
        yield (
            f"{unvisited} of {len(treated)} infused patients have no visit at all: the flow "
            "counts them as not seen, whatever was reported about them elsewhere."
        )
    if treated and not any(member.ascertainment == "prospective" for member in treated):
        yield "Nobody was enrolled prospectively: the population of the main analysis is empty."


def _mixtures(treated: Sequence[Member]) -> Iterator[str]:
    types = sorted({m.first_infusion.cell_type for m in treated if m.first_infusion})
    if len(types) > 1:
        yield (
            f"These rows mix {', '.join(types)}: efficacy is not to be pooled across kinds of "
            "cells. Read the groups by cell type."
        )
    repeated = sum(len(member.patient.courses) > 1 for member in treated)
    if repeated:
        yield f"Only the first course is analysed; {_count(repeated, 'patient')} had more than one."


def _versions(treated: Sequence[Member]) -> Iterator[str]:
    measures = {key for m in treated for place in m.places.values() for key in place.readings}
    for instrument, versions in sorted(Counter(name for name, _ in measures).items()):
        if versions > 1:
            yield (
                f"{instrument} was scored by {versions} versions, in rows of their own: what one "
                "version lacks may be in another."
            )


def _other_rules(members: Sequence[Member]) -> Iterator[str]:
    """Say how many scores an earlier rule made; a historic total has no answers to score anew."""
    found = Counter(
        fact.instrument
        for member in members
        for visit in member.patient.visits
        for fact in visit.assessments
        if fact.answers is not None
        and (known := INSTRUMENTS.get(fact.instrument))
        and fact.version != known.version
    )
    for instrument, n in sorted(found.items()):
        title, version = INSTRUMENTS[instrument].title, INSTRUMENTS[instrument].version
        yield (
            f"{title}: {_count(n, 'final score')} by another rule than the present {version}; "
            "states and figures read them as they were signed. Amending a visit scores it anew."
        )


def _methods(treated: Sequence[Member]) -> Iterator[str]:
    """Say which changes compare two devices or equations, or may do so."""
    found: Counter[tuple[str, bool]] = Counter()
    for member in treated:
        before = member.places[timepoints.BASELINE].readings
        for code, place in member.places.items():
            for measure, now in place.readings.items():
                then = before.get(measure)
                if code == timepoints.BASELINE or then is None or not _has_method(measure[0]):
                    continue
                alike = then.same_method(now)
                if not alike and None not in {then.total, now.total}:
                    found[measure[0], alike is None] += 1
    for (instrument, unknown), n in sorted(found.items()):
        told = f"{INSTRUMENTS[instrument].title}: {_count(n, 'change')} from baseline"
        if unknown:
            yield (
                f"{told} without the device or the reference equation of both; they are in the "
                "mean."
            )
        else:
            yield f"{told} left out, measured by another device or reference equation."


@cache
def _has_method(instrument: str) -> bool:
    known = INSTRUMENTS.get(instrument)
    return known is not None and any(item.code in METHOD for item in known.items)


def _reported(members: Sequence[Member]) -> Iterator[str]:
    treated = infused(members)
    if any(reported_by(member) for member in treated):
        yield (
            "Reported results: everybody infused without a result counts as not seen, and "
            "non_responder_imputed counts them as not met. For a harm such as relapse or death "
            "that is the kindest reading: use the observed row."
        )
    undated = sum(fact.assessed_on is None for m in treated for fact in m.patient.endpoints)
    if undated:
        yield f"Placed by the timepoint, without a date: {_count(undated, 'reported result')}."
    outside = sum(bool(m.patient.endpoints) for m in members if not m.infused)
    if outside:
        yield f"Reported, but left out because not infused: {_count(outside, 'patient')}."


def _mismatches(treated: Sequence[Member]) -> Iterator[str]:
    found: Mapping[tuple[str, str | None], int] = Counter(
        (wrong.given, wrong.derived)
        for m in treated
        if m.course
        for wrong in selection.mismatches(m.patient, m.course)
    )
    for (given, derived), n in sorted(found.items(), key=str):
        used = f"{derived} is used" if derived else "used at no timepoint"
        yield f"Given as {given}, by the date {used}: {_count(n, 'visit')}."


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
