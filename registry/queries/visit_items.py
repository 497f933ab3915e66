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
    return propose([*typed, *stored], window_of(on, _course_in_force(courses, on)))


def _course_in_force(courses: Iterable[CourseFact], on: date) -> date | None:
    """Return day 0 of the last course that had begun by a day."""
    begun = [day for course in courses if (day := clocks.day_0(course)) and day <= on]
    return max(begun, default=None)
