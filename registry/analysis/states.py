"""How many reached a state: always four rows, so that who is missing is part of the answer.

Rows: ``observed`` met of met + not met; ``non_responder_imputed`` met of all who were due or
gone; ``worst`` and ``best`` bound what the indeterminate could have been.
Computed states and those reported by others stand in rows of their own.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.analysis.intervals import proportion
from registry.analysis.members import Member, infused, populations
from registry.followup.facts import EndpointFact
from registry.followup.states import STATES

VERDICTS = ("met", "not_met", "indeterminate", "not_evaluable")
LEFT_OUT = ("indeterminate", "not_evaluable", "not_seen", "not_yet_due")
Reported = Mapping[tuple[str, str], EndpointFact]


@dataclass(frozen=True, slots=True)
class Tally:
    """One state of one population at one timepoint; the six parts are all it concerns."""

    met: int
    not_met: int
    indeterminate: int
    not_evaluable: int
    not_seen: int
    not_yet_due: int

    @classmethod
    def of(cls, counted: Counter[str]) -> "Tally":
        return cls(*(counted[name] for name in cls.__slots__))

    @property
    def due_or_gone(self) -> int:
        """E: everybody but those who may still come."""
        return self.met + self.not_met + self.indeterminate + self.not_evaluable + self.not_seen


def computed_states(
    members: Sequence[Member], timepoints: Sequence[str], definitions: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the rows of each of these definitions, also of one that nobody here was judged by.

    Only those whom a definition is about are counted: a response of the kidney is no question to
    patients without nephritis.
    """
    return [
        row
        for population, part in populations(members)
        for tally in [_counted(part)]
        for definition in definitions
        for timepoint in timepoints
        if STATES[definition].estimated_at(timepoint)
        for row in rows_of(
            {"definition": definition, "origin": "computed", "timepoint": timepoint},
            population,
            tally(definition, timepoint),
        )
    ]


def _counted(members: Sequence[Member]) -> Callable[[str, str], Tally]:
    """Count all verdicts at once; return what gives the tally of a definition at a timepoint."""
    verdicts = Counter((key, state) for member in members for key, state in member.judged.items())
    expected = Counter(
        (code, place.state != "not_yet_due", name)
        for member in members
        for code, place in member.places.items()
        # Under None stand all: whom a definition is not about is taken off again.
        for name in (None, *member.not_about)
    )

    def tally(definition: str, timepoint: str) -> Tally:
        due, open_still = (
            expected[timepoint, is_due, None] - expected[timepoint, is_due, definition]
            for is_due in (True, False)
        )
        counted = Counter({state: verdicts[(definition, timepoint), state] for state in VERDICTS})
        # Not seen: dead, gone, missed, or seen without what the definition needs.
        counted["not_seen"] = due - counted.total()
        counted["not_yet_due"] = open_still
        return Tally.of(counted)

    return tally


def judged_definitions(members: Sequence[Member]) -> tuple[str, ...]:
    """Return the states by which anybody infused was judged, in their order."""
    known = {name for member in infused(members) for name, _ in member.judged}
    return tuple(name for name in STATES if name in known)


def reported_states(
    members: Sequence[Member], order: Sequence[tuple[str, str]]
) -> list[dict[str, Any]]:
    """Return the rows of each (definition, timepoint) that somebody reported, in this order."""
    rows = []
    for population, part in populations(members):
        reports = [reported_by(member) for member in part]
        rows += [row for key in order for row in _reported_rows(key, population, reports)]
    return rows


def reported_by(member: Member) -> dict[tuple[str, str], EndpointFact]:
    """Return the reported results of one patient by definition and timepoint."""
    return {(fact.definition, fact.timepoint): fact for fact in member.patient.endpoints}


def _reported_rows(
    key: tuple[str, str], population: str, reports: Sequence[Reported]
) -> Iterator[dict[str, Any]]:
    found = [report[key] for report in reports if key in report]
    counted = Counter(fact.state for fact in found)
    counted["not_seen"] = len(reports) - len(found)
    sources = sorted({fact.origin for fact in found if fact.origin})
    labels = {"definition": key[0], "origin": "reported", "timepoint": key[1]}
    for row in rows_of(labels, population, Tally.of(counted)):
        yield row | {"sources": sources}


def rows_of(labels: Mapping[str, str], population: str, tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield the four rows of one state with whom and what they are about."""
    for row in four_rows(tally):
        yield {"population": population, **labels, "sources": [], **row}


def four_rows(tally: Tally) -> Iterator[dict[str, Any]]:
    """Yield the four rows of one tally; x and n of each as the module says."""
    decided = tally.met + tally.not_met
    counts = {
        "observed": (tally.met, decided),
        "non_responder_imputed": (tally.met, tally.due_or_gone),
        "worst": (tally.met, decided + tally.indeterminate),
        "best": (tally.met + tally.indeterminate, decided + tally.indeterminate),
    }
    rest = {name: getattr(tally, name) for name in LEFT_OUT}
    for row, (x, n) in counts.items():
        yield {"row": row, **proportion(x, n)._asdict(), **rest}
