"""Treatment as every figure of one patient shows it: day 0, and a mark for each infusion."""

from datetime import date

from sqlalchemy.orm import Session

from registry.codes import CELL_TYPE
from registry.followup import clocks
from registry.followup.facts import CourseFact
from registry.plots.trajectory import InfusionMark
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import PatientPageRows
from registry.queries.scope import PatientInReach
from registry.queries.treatment import courses_of, infusions_of

# A label beside an infusion line has room for the name that clinics use.
SHORT = {"msc": "MSC", "hsc": "HSC", "car_t": "CAR-T"}


def courses_in_reach(session: Session, patient: PatientInReach) -> tuple[CourseFact, ...]:
    """Return the courses with their infusions, in order of treatment: two queries."""
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses_of(session, patient),
        infusions=infusions_of(session, patient),
        visits=(),
        medications=(),
    )
    return facts_of(patient, rows).courses


def day_0_of(courses: tuple[CourseFact, ...]) -> date | None:
    """Return day 0 of the first course; None while it is partial or nothing was given."""
    return clocks.day_0(courses[0]) if courses else None


def day_from(on: date | None, origin: date | None) -> int | None:
    """Return days from the origin, None where either is not known."""
    return None if on is None or origin is None else clocks.days_after(on, origin)


def infusion_marks(
    courses: tuple[CourseFact, ...], origin: date | None
) -> tuple[InfusionMark, ...]:
    """Return every infusion by date, with its lots."""
    marks = [
        InfusionMark(
            day=day_from(infusion.started_at.exact, origin),
            given_on=infusion.started_at,
            product=SHORT.get(infusion.cell_type) or CELL_TYPE[infusion.cell_type],
            lots=infusion.lots,
            course=course.ordinal,
            is_day_0=infusion == clocks.first_infusion(course),
        )
        for course in courses
        for infusion in course.infusions
    ]
    return tuple(sorted(marks, key=lambda mark: mark.given_on.earliest))
