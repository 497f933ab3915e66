"""One visit among all of its patient: what it says, and what states and changes are judged by."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from registry.followup.facts import PatientFacts
from registry.followup.flare_index import PREVIOUS_DAYS
from registry.instruments import UNSCORED
from registry.instruments.sledai_2k import WINDOW_DAYS
from registry.models import LaboratoryResult, Visit
from registry.operations.dose_periods import as_if_final, objection_at
from registry.operations.visit_rows import VisitRows
from registry.partial_date import PartialDate
from registry.queries.kidney_labs import lab_fact_of, results_around
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import (
    AssessmentRow,
    PatientPageRows,
    VisitRow,
    medicines_and_statements_of,
    visits_of,
)
from registry.queries.scope import PatientInReach
from registry.queries.treatment import whole_treatment_of
from registry.queries.visit_change import Around, around
from registry.queries.visit_form import Previous, in_words


@dataclass(frozen=True, slots=True)
class VisitPage:
    """The visit's own rows, the last visit before it, and the facts of the patient."""

    rows: VisitRows
    previous: Previous
    facts: PatientFacts  # what states, responses and changes at the visit are judged by
    around: Around
    dose_problem: str  # why the dose of an open visit cannot count as it is, or nothing


def visit_page(session: Session, patient: PatientInReach, visit: Visit) -> VisitPage:
    """Load a visit with what it is set against; five queries."""
    courses, infusions = whole_treatment_of(session, patient)
    visits = visits_of(session, patient)
    medications = medicines_and_statements_of(session, patient)
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses,
        infusions=infusions,
        visits=visits,
        # An open visit is shown as it will be read once it is signed.
        medications=as_if_final(medications, visit.id),
    )
    beside = around(session, patient, visit)
    results = results_around(session, patient, visit.id, _blood_from(visit))
    facts = replace(
        facts_of(patient, rows),
        # By date as everywhere: the unit of a ratio is read from the first or the last of them.
        labs=tuple(lab_fact_of(row) for row in sorted(results, key=_collected)),
        flares=beside.flares,
        intercurrent=beside.intercurrent,
        conditions=beside.conditions,
        biopsies=beside.biopsies,
    )
    objected = objection_at(medications, visit.id)
    own = next((row for row in visits if row.id == visit.id), None)
    return VisitPage(
        rows=VisitRows(
            assessments={row.instrument: row for row in own.assessments} if own else {},
            steroid=next((row for row in medications if row.visit_id == visit.id), None),
            results=[row for row in results if row.visit_id == visit.id],
        ),
        previous=previous_among(visits, visit.visited_on, visit.code),
        facts=facts,
        around=beside,
        dose_problem=objected.at_signing if objected else "",
    )


def _blood_from(visit: Visit) -> date:
    """Return the first day on which a blood count may stand for the visit or the one before it."""
    if visit.visited_on is None:
        return date.max
    return visit.visited_on.earliest - timedelta(days=PREVIOUS_DAYS + WINDOW_DAYS)


def previous_among(
    visits: Iterable[VisitRow], before: PartialDate | None, leave_out: str
) -> Previous:
    """Return the latest final visit that is certainly earlier, with a checklist if there is any."""
    found = [
        row
        for row in visits
        if row.final and row.code != leave_out and _measured(row)
        and (before is None or (row.visited_on and row.visited_on.latest < before.earliest))
    ]  # fmt: skip
    if not found:
        return Previous()
    last = max(found, key=lambda row: (row.checklist is not None, _day(row)))
    score = last.checklist
    pga = next((row for row in last.assessments if row.instrument == "pga"), None)
    return Previous(
        on=last.visited_on.earliest if last.visited_on else None,
        answers=_answers(score),
        total=score.total if score else None,
        pga="" if pga is None or pga.total is None else str(pga.total),
    )


def _measured(row: VisitRow) -> bool:
    return any(one.instrument not in UNSCORED for one in row.assessments)


def _collected(row: LaboratoryResult) -> date:
    return row.collected_on.earliest


def _day(row: VisitRow) -> int:
    return row.visited_on.earliest.toordinal() if row.visited_on else 0


def _answers(score: AssessmentRow | None) -> dict[str, str]:
    known = score is not None and score.answers is not None and not score.total_only
    return in_words(score.answers) if known and score and score.answers else {}
