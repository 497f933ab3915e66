"""The treatment courses of a patient in words: cells, day 0 of each, lots and the dose in all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.cell_dose import cumulative
from registry.codes import CELL_TYPE
from registry.followup import clocks
from registry.followup.facts import CourseFact, PatientFacts
from registry.queries.patient_page import PatientPageRows
from registry.templating import show_date, show_number

NOTHING = "–"


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course as the page shows it."""

    ordinal: int
    code: str
    cells: str
    day_0: str
    today: str
    infusions: int
    lots: tuple[str, ...]
    dose: str


def course_lines(rows: PatientPageRows, facts: PatientFacts, today: date) -> tuple[CourseLine, ...]:
    """Return the courses in order of treatment; infusions of no course are one by themselves."""
    doses = {row.code: row.dose_total_cells for row in rows.infusions}
    return tuple(_line(course, doses, today) for course in facts.courses)


def days_of_later_courses(facts: PatientFacts) -> Mapping[str, str]:
    """Return infusion → day of its own course; those of the first course count in every line."""
    return {
        given.infusion_id: f"day {show_number(clocks.days_after(on, start))} of course {n}"
        for n, course in enumerate(facts.courses, 1)
        for given in course.infusions
        if n > 1 and (start := clocks.day_0(course)) and (on := given.started_at.exact)
    }


def _line(course: CourseFact, doses: Mapping[str, Decimal | None], today: date) -> CourseLine:
    started, start = clocks.day_0_on(course), clocks.day_0(course)
    given = course.infusions
    lots = dict.fromkeys(lot for infusion in given for lot in infusion.lots)
    types = dict.fromkeys(CELL_TYPE[infusion.cell_type] for infusion in given)
    totals = [doses.get(infusion.infusion_id) for infusion in given]
    return CourseLine(
        ordinal=course.ordinal,
        code=course.course_id or "no course",
        cells=", ".join(types) or NOTHING,
        day_0=show_date(str(started)[:10]) if started else "not infused",
        today=f"day {show_number(clocks.days_after(today, start))}" if start else NOTHING,
        infusions=len(given),
        lots=tuple(lots),
        dose=cumulative(totals).words if given else NOTHING,
    )
