"""What the stored results propose for the nine derived items of one visit."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from registry.followup import clocks
from registry.followup.facts import CourseFact
from registry.followup.kidney.course import unit_of_patient
from registry.laboratory.proposals import Proposal, Result, propose, window_of
from registry.queries.laboratory import LOOK_BACK, results_for_items
from registry.queries.patient_facts import courses_in_order
from registry.queries.scope import PatientInReach
from registry.queries.treatment import treatment_of


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
    given = tuple(courses)
    results = [*typed, *results_for_items(session, patient, on, leave_out)]
    recent = [r for r in results if r.collected_on.earliest >= on - LOOK_BACK]
    window = window_of(on, *_day_0_in_force(given, on))
    return propose(recent, window, _unit_of_ratios(results, given))


def _unit_of_ratios(results: Iterable[Result], courses: Sequence[CourseFact]) -> str:
    """Return the unit in which the ratios of the patient are compared, as on the kidney's page."""
    ratios = [r for r in results if r.analyte == "upcr" and r.value is not None]
    ratios.sort(key=lambda result: result.collected_on.earliest)
    course = next((one for one in courses if one.infusions), courses[0] if courses else None)
    return unit_of_patient([(r.collected_on, r.unit or "") for r in ratios], course).policy.unit


def _day_0_in_force(courses: Iterable[CourseFact], on: date) -> tuple[date | None, date | None]:
    """Return the first and last day that day 0 can be, of the last course begun by a day."""
    known = (day for course in courses if (day := clocks.day_0_on(course)))
    begun = [day for day in known if day.earliest <= on]
    if not begun:
        return None, None
    return max(day.earliest for day in begun), max(day.latest for day in begun)
