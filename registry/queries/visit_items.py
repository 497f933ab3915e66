"""What the stored results propose for the nine derived items of one visit."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from registry.followup import clocks
from registry.followup.facts import CourseFact
from registry.laboratory.proposals import Proposal, Result, propose, window_of
from registry.queries.laboratory import results_for_items
from registry.queries.patient_facts import courses_in_order
from registry.queries.patient_page import treatment_of
from registry.queries.scope import PatientInReach


def proposals_for(
    session: Session,
    patient: PatientInReach,
    on: date,
    typed: Iterable[Result] = (),
    leave_out: UUID | None = None,
) -> dict[str, Proposal]:
    """Return the proposals of a visit on a day; two queries.

    ``typed`` are results of the visit itself that are not stored yet; ``leave_out`` is the visit
    whose stored ones they replace.
    """
    courses = courses_in_order(*treatment_of(session, patient))
    return proposals_within(session, patient, on, courses, typed=typed, leave_out=leave_out)


def proposals_within(  # noqa: PLR0913 - the facts a proposal rests on
    session: Session,
    patient: PatientInReach,
    on: date,
    courses: Iterable[CourseFact],
    *,
    typed: Iterable[Result] = (),
    leave_out: UUID | None = None,
) -> dict[str, Proposal]:
    """Return the proposals where the courses are known already; one query."""
    stored = results_for_items(session, patient, on, leave_out)
    return propose([*typed, *stored], window_of(on, *_day_0_in_force(courses, on)))


def _day_0_in_force(courses: Iterable[CourseFact], on: date) -> tuple[date | None, date | None]:
    """Return the first and last day that day 0 can be, of the last course begun by a day."""
    known = (day for course in courses if (day := clocks.day_0_on(course)))
    begun = [day for day in known if day.earliest <= on]
    if not begun:
        return None, None
    return max(day.earliest for day in begun), max(day.latest for day in begun)
