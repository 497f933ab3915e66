"""PURE. The adverse events of a cohort for its two figures, by the rules of the summary.

The counts by term are taken from the summary itself, so that picture and table cannot disagree.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from registry.analysis.adverse_events import Case, cases_of, started
from registry.analysis.members import Member
from registry.codes import CELL_TYPE
from registry.followup import clocks, emergence
from registry.followup.facts import CourseFact
from registry.partial_date import PartialDate
from registry.plots.adverse_event_grades import GRADES, GradesData, TermCount
from registry.plots.adverse_event_onset import OnsetData, OnsetMark

Term = tuple[str | None, str | None]


def grades_of(
    section: Mapping[str, Any], members: Sequence[Member], cut: date, *,
    within: str = "", synthetic: bool = False,
) -> GradesData:  # fmt: skip
    """Draw the section ``adverse_events`` of a summary of the members."""
    return GradesData(
        population=_population(members, within),
        n=section["patients"],
        affected=section["any"]["patients"],
        events=section["any"]["events"],
        before_course=section["before_course"]["events"],
        terms=_terms(section["by_term"]),
        cut_on=cut,
        definitions=(emergence.VERSION,),
        synthetic=synthetic,
    )


def onset_of(
    members: Sequence[Member], cut: date, *, within: str = "", synthetic: bool = False
) -> OnsetData:
    """Place each treatment-emergent event on days from the first infusion of its course."""
    cases = cases_of(members)
    counted = [case for case in cases if case.phase != emergence.PRE_COURSE]
    courses = {member.patient.patient_id: member.patient.courses for member in members}
    marks = [mark for case in counted if (mark := _mark(case, courses[case.patient_id]))]
    return OnsetData(
        population=_population(members, within),
        n=len(started(members)),
        marks=tuple(sorted(marks, key=_mark_order)),
        without_day=len(counted) - len(marks),
        before_course=len(cases) - len(counted),
        cut_on=cut,
        definitions=(emergence.VERSION,),
        synthetic=synthetic,
    )


def _population(members: Sequence[Member], within: str) -> str:
    """Say who is counted; kinds of cells that were given are named."""
    types = sorted({m.first_infusion.cell_type for m in started(members) if m.first_infusion})
    named = [CELL_TYPE.get(code, code) for code in types]
    cells = [f"mixes {', '.join(named)}"] if len(named) > 1 else named
    return ", ".join(["course begun", *([within] if within else []), *cells])


def _terms(rows: Sequence[Mapping[str, Any]]) -> tuple[TermCount, ...]:
    """Bring the rows of one term and its grades together, the most frequent first."""
    patients: dict[Term, dict[int | None, int]] = defaultdict(dict)
    events: dict[Term, int] = defaultdict(int)
    for row in rows:
        key = row["term"], row["soc"]
        patients[key][row["grade"]] = row["patients"]
        events[key] += row["events"]
    found = [
        TermCount(term, soc, tuple(by_grade.get(grade, 0) for grade in GRADES), events[term, soc])
        for (term, soc), by_grade in patients.items()
    ]
    return tuple(sorted(found, key=_term_order))


def _term_order(term: TermCount) -> tuple[bool, int, int, str, str]:
    return term.term is None, -term.affected, -term.events, term.title, term.soc or ""


def _mark(case: Case, courses: Sequence[CourseFact]) -> OnsetMark | None:
    """Return where an event stands; None where its date or that of an infusion is open."""
    event, onset = case.event, case.event.started_on
    day_0 = _day_0_before(onset, courses) if onset else None
    if onset is None or day_0 is None:
        return None
    return OnsetMark(
        first_day=clocks.days_after(onset.earliest, day_0),
        last_day=clocks.days_after(onset.latest, day_0),
        soc=event.soc,
        grade=case.grade,
        serious=emergence.is_serious(event),
    )


def _day_0_before(onset: PartialDate, courses: Sequence[CourseFact]) -> date | None:
    """Return day 0 of the latest course begun; None where a date leaves open which that is."""
    starts = [(start, course) for course in courses if (start := clocks.course_start(course))]
    if any(not _is_decided(onset, start) for start, _ in starts):
        return None
    begun = [pair for pair in starts if pair[0].latest <= onset.earliest]
    if not begun:
        return None
    return clocks.day_0(max(begun, key=lambda pair: pair[0].earliest)[1])


def _is_decided(onset: PartialDate, start: PartialDate) -> bool:
    """Whether the onset is certainly before the start, or certainly on it or after."""
    return start.latest <= onset.earliest or onset.certainly_before(start)


def _mark_order(mark: OnsetMark) -> tuple[Any, ...]:
    return mark.first_day, mark.last_day, mark.soc or "", mark.grade or 0, str(mark.serious)
