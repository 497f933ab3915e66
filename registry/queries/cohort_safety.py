"""PURE. The adverse events of a cohort as its two figures draw them.

Unit: patients by worst grade of a term; days since the latest infusion on or before the onset. The
counts are those of the summary: the same events, the same worst grades.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import Any

from registry.analysis.adverse_events import GRADES, Case, cases_of, started
from registry.analysis.exposure import INQUIRY, observed_until
from registry.analysis.members import Member
from registry.codes import CELL_TYPE
from registry.followup import emergence
from registry.plots.adverse_event_onset import SPANS, OnsetData, SpanCounts
from registry.plots.adverse_events_by_term import TermCounts, TermsData

NOT_CODED = "not coded"
ENDS = {INQUIRY: "to the last side-effect inquiry", "last_visit": "to the last visit"}
DEFINITIONS = (f"adverse events {emergence.VERSION}",)


@dataclass(frozen=True, slots=True)
class SafetyData:
    """What the two figures draw of one cohort or group."""

    terms: TermsData
    onset: OnsetData


@dataclass(frozen=True, slots=True)
class _Followed:
    """One infusion and the last day on which an event would be counted from it."""

    given: date
    until: date | None


def safety_of(
    members: Sequence[Member],
    counted: Mapping[str, Any],
    cut: date,
    *,
    within: str = "",
    synthetic: bool = False,
) -> SafetyData:
    """Return both; ``counted`` are the adverse events in the summary of these members.

    ``within`` names the part of the registry that they are.
    """
    treated = started(members)
    population, terms = _population(treated, within), _terms(counted["by_term"])
    return SafetyData(
        TermsData(population, counted["patients"], terms, cut, DEFINITIONS, synthetic),
        _onset(treated, counted["person_time_ends"], cut, population, synthetic=synthetic),
    )


def _population(treated: Sequence[Member], within: str) -> str:
    types = sorted({m.first_infusion.cell_type for m in treated if m.first_infusion})
    named = ", ".join(CELL_TYPE.get(code, code) for code in types)
    mixed = f"mixes {named}" if len(types) > 1 else named
    return ", ".join(filter(None, ("course started", within, mixed)))


def _terms(rows: Iterable[Mapping[str, Any]]) -> tuple[TermCounts, ...]:
    """Return the terms by patients; the same term in two organ classes is one bar for each."""
    found: dict[tuple[str, str], dict[int | None, tuple[int, int]]] = {}
    for row in rows:
        key = row["term"] or NOT_CODED, row["soc"] or ""
        found.setdefault(key, {})[row["grade"]] = row["patients"], row["events"]
    terms = [_term(name, grades) for (name, _), grades in found.items()]
    return tuple(sorted(terms, key=lambda term: (-term.all_patients, -term.events, term.term)))


def _term(name: str, grades: Mapping[int | None, tuple[int, int]]) -> TermCounts:
    one, two, three, four, five, none = (grades.get(grade, (0, 0))[0] for grade in GRADES)
    events = sum(events for _, events in grades.values())
    return TermCounts(name, (one, two, three, four, five, none), events)


def _onset(
    treated: Sequence[Member], ends: str, cut: date, population: str, *, synthetic: bool
) -> OnsetData:
    followed = {m.patient.patient_id: list(_infusions(m, ends)) for m in treated}
    every = [case for case in cases_of(treated) if case.phase != emergence.PRE_COURSE]
    days = [(case, _since(case, followed[case.patient_id])) for case in every]
    given = [infusion for infusions in followed.values() for infusion in infusions]
    return OnsetData(
        population=population,
        infusions=len(given),
        spans=tuple(_span(span, days, given) for span in SPANS),
        undated=sum(day is None for _, day in days),
        before_infusion=sum(day is not None and day < 0 for _, day in days),
        ends=ENDS[ends],
        cut_on=cut,
        definitions=DEFINITIONS,
        synthetic=synthetic,
    )


def _infusions(member: Member, ends: str) -> Iterator[_Followed]:
    """Yield the infusions with a known day; each is followed until the next, or until the end."""
    days = sorted(
        infusion.started_at.exact
        for course in member.patient.courses
        for infusion in course.infusions
        if infusion.started_at.exact
    )
    until = observed_until(member, ends)
    for day, following in zip_longest(days, days[1:]):
        if following is None:
            yield _Followed(day, until)
        elif following > day:  # two bags of one day are followed as one
            last = following - timedelta(days=1)
            yield _Followed(day, min(last, until) if until else None)


def _since(case: Case, infusions: Sequence[_Followed]) -> int | None:
    """Return the days since the infusion before; negative before any, None where not known."""
    began = case.event.started_on
    if began is None or began.exact is None or not infusions:
        return None
    day = began.exact
    before = [infusion.given for infusion in infusions if infusion.given <= day]
    return (day - max(before)).days if before else (day - infusions[0].given).days


def _span(
    span: tuple[int, int | None],
    days: Sequence[tuple[Case, int | None]],
    given: Sequence[_Followed],
) -> SpanCounts:
    first, last = span
    within = [
        case
        for case, day in days
        if day is not None and day >= first and (last is None or day <= last)
    ]
    serious = sum(emergence.is_serious(case.event) is True for case in within)
    followed = sum(i.until is not None and (i.until - i.given).days >= first for i in given)
    return SpanCounts(first, last, serious, len(within) - serious, followed)
