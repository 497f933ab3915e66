"""States in words: one word and one sign for each verdict, and the reason as a sentence."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.states import State, Verdict
from registry.followup.timepoints import title
from registry.followup.verdicts import judged_visits, states_over_time, verdicts_at
from registry.templating import addresses, show_date

WORDS = {
    "met": "met",
    "not_met": "not met",
    "indeterminate": "could not be judged",
    "not_evaluable": "not evaluable",
}
SIGNS = {"met": "✓", "not_met": "✗", "indeterminate": "?", "not_evaluable": "–"}
_CAPITALS = {
    "pga": "PGA", "sledai": "SLEDAI", "sledai_2k": "SLEDAI-2K", "bilag": "BILAG", "egfr": "eGFR",
    "upcr": "UPCR", "clasi": "CLASI", "mg": "mg", "lldas": "LLDAS", "dna": "DNA", "2k": "2K",
    "gi": "gastrointestinal", "cns": "CNS",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LimbLine:
    """One criterion in words."""

    title: str
    sign: str
    word: str
    why: str


@dataclass(frozen=True, slots=True)
class StateLine:
    """One state at one visit, with its criteria where there are several."""

    title: str
    sign: str
    word: str
    why: str
    limbs: tuple[LimbLine, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """One state at one visit, as narrow as a sign."""

    state: str  # as of the verdict, harm where it is met and bad, empty: nothing to judge by
    sign: str
    spoken: str


@dataclass(frozen=True, slots=True)
class TickColumn:
    """One visit above the ticks."""

    day: str
    timepoint: str
    href: str


@dataclass(frozen=True, slots=True)
class TickRow:
    title: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class TickTable:
    """Every state over time: visits across, states down, apart by kind."""

    columns: tuple[TickColumn, ...]
    groups: tuple[tuple[str, tuple[TickRow, ...]], ...]


def reason_words(reason: str) -> str:
    """Write the reason codes of a verdict as words: what failed, or what is missing."""
    return "; ".join(_words(code) for code in reason.split(", ") if code)


def _words(code: str) -> str:
    if code in _CAPITALS:
        return _CAPITALS[code]
    for known in ("sledai_2k",):
        code = code.replace(known, known.replace("_", "-"))
    parts = [_CAPITALS.get(part, part) for part in code.split("_")]
    return re.sub(r"sledai-2k", "SLEDAI-2K", " ".join(parts))


def lines_of_visit(patient: PatientFacts, visit_code: str) -> list[tuple[str, list[StateLine]]]:
    """Return the states of one visit under their headings; empty where it has none."""
    visit = next((one for one in patient.visits if one.visit_id == visit_code), None)
    if visit is None or visit.attendance != "done":
        return []
    found = list(verdicts_at(patient, visit))
    return [(heading, lines) for heading, lines in _by_kind(found) if lines]


def _by_kind(
    found: Iterable[tuple[State, Verdict]],
) -> Iterable[tuple[str, list[StateLine]]]:
    pairs = list(found)
    for kind, heading in _HEADINGS.items():
        yield heading, [_line(s, verdict) for s, verdict in pairs if s.kind == kind]


_HEADINGS = {"state": "Target states", "responder": "Response since the baseline"}


def _line(state: State, verdict: Verdict) -> StateLine:
    limbs = tuple(_limb(limb.title, limb.verdict) for limb in verdict.limbs)
    return StateLine(
        state.title,
        SIGNS[verdict.state],
        WORDS[verdict.state],
        reason_words(verdict.reason),
        limbs,
    )


def _limb(title: str, verdict: Verdict) -> LimbLine:
    return LimbLine(title, SIGNS[verdict.state], WORDS[verdict.state], reason_words(verdict.reason))


def ticks_of(patient: PatientFacts, start: date | None) -> TickTable | None:
    """Return every state at every final visit; None where there is none."""
    rows = states_over_time(patient)
    if not rows:
        return None
    visits = judged_visits(patient)
    groups = tuple(
        (heading, tuple(_row(r.state, r.verdicts, visits) for r in rows if r.state.kind == kind))
        for kind, heading in _HEADINGS.items()
    )
    return TickTable(_columns(visits, start), tuple(group for group in groups if group[1]))


def _columns(visits: tuple[VisitFact, ...], start: date | None) -> tuple[TickColumn, ...]:
    show = addresses("visits.show", "visit")
    return tuple(
        TickColumn(
            show_date(visit.visited_on),
            title(visit.timepoint) if visit.timepoint else _day(visit.visited_on, start),
            show(visit.visit_id),
        )
        for visit in visits
    )


def _day(on: date | None, start: date | None) -> str:
    return f"Day {(on - start).days}" if on and start else ""


def _row(
    state: State, verdicts: tuple[Verdict | None, ...], visits: tuple[VisitFact, ...]
) -> TickRow:
    return TickRow(
        state.title,
        tuple(
            _tick(verdict, visit, harm=state.harm)
            for verdict, visit in zip(verdicts, visits, strict=True)
        ),
    )


def _tick(verdict: Verdict | None, visit: VisitFact, *, harm: bool) -> Tick:
    on = show_date(visit.visited_on)
    if verdict is None:
        return Tick("", "", f"{on}: nothing to judge by")
    why = reason_words(verdict.reason)
    spoken = f"{on}: {WORDS[verdict.state]}" + (f", {why}" if why else "")
    tone = "harm" if harm and verdict.state == "met" else verdict.state
    return Tick(tone, SIGNS[verdict.state], spoken)
