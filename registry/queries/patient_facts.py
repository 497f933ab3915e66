"""Turn the rows of one patient's page into the frozen facts that follow-up rules read."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from registry.followup import clocks
from registry.followup.facts import (
    AdverseEventFact,
    AssessmentFact,
    ConsentFact,
    CourseFact,
    EnrolmentFact,
    FlareFact,
    InfusionFact,
    IntercurrentFact,
    MedicineFact,
    PatientFacts,
    StatusFact,
    VisitFact,
)
from registry.instruments import QUESTIONS, UNSCORED
from registry.models import Medication
from registry.queries.adverse_events import EventRow
from registry.queries.flares import FlareRow
from registry.queries.patient_page import AssessmentRow, MedicationRow, PatientPageRows, VisitRow
from registry.queries.scope import PatientInReach
from registry.queries.treatment import CourseRow, InfusionRow


def facts_of(patient: PatientInReach, rows: PatientPageRows) -> PatientFacts:
    """Return the facts of one patient, as far as this person may see them."""
    return PatientFacts(
        patient_id=patient.code,
        sex=patient.sex,
        birth_date=patient.birth_date,
        enrolments=tuple(
            EnrolmentFact(row.site_code, row.from_on, row.to_on, row.ascertainment)
            for row in patient.enrolments
        ),
        statuses=tuple(StatusFact(row.status, row.on, row.reason) for row in rows.statuses),
        consents=tuple(
            ConsentFact(row.version, row.decision, row.decided_on) for row in rows.consents
        ),
        courses=courses_in_order(rows.courses, rows.infusions),
        visits=tuple(visit_fact(row) for row in rows.visits),
        medicines=tuple(medicine_fact(row) for row in rows.medications if row.counts),
        endpoints=(),
        death_on=patient.death_on,
        last_known_alive_on=patient.last_known_alive_on,
        unsigned_visits=sum(not row.final for row in rows.visits),
        sle_diagnosed_on=patient.sle_diagnosed_on,
        adverse_events=tuple(_event(row) for row in rows.events if row.state == "reported"),
        labs=rows.labs,
        conditions=rows.conditions,
        biopsies=rows.biopsies,
        flares=tuple(_flare(row) for row in rows.flares),
        intercurrent=_intercurrent(rows),
    )


def visit_fact(row: VisitRow) -> VisitFact:
    """Return one visit as the rules see it; a day that is not known exactly is no day."""
    return VisitFact(
        visit_id=row.code,
        visited_on=row.visited_on.exact if row.visited_on else None,
        timepoint=row.timepoint,
        attendance=row.attendance,
        final=row.final,
        contact_mode=row.contact_mode,
        assessor=row.assessor,
        # Inquiries measure nothing, and what is asked for a state is read by states alone.
        assessments=tuple(
            _assessment(one) for one in row.assessments if one.instrument not in UNSCORED
        ),
        questions=tuple(_assessment(one) for one in row.assessments if one.instrument in QUESTIONS),
    )


def medicine_fact(row: MedicationRow | Medication) -> MedicineFact:
    """Return one medicine row as the steroid rules see it."""
    return MedicineFact(
        drug=row.drug,
        started_on=row.started_on,
        ended_on=row.ended_on,
        dose=row.dose,
        unit=row.unit,
        per_day=row.per_day,
        daily_dose=row.daily_dose,
        route=row.route,
        pulse=row.pulse,
        as_needed=row.as_needed,
    )


def _assessment(row: AssessmentRow) -> AssessmentFact:
    return AssessmentFact(
        instrument=row.instrument,
        version=row.rule_version,
        total=row.total,
        known_points=row.known_points,
        max_possible=row.max_possible,
        complete=row.complete,
        total_only=row.total_only,
        parts=row.parts,
        answers=row.answers,
    )


def _flare(row: FlareRow) -> FlareFact:
    organs = tuple(part.strip() for part in (row.organs or "").split(";") if part.strip())
    return FlareFact(row.code, row.onset_on, row.ended_on, row.severity, organs, row.admitted)


def _intercurrent(rows: PatientPageRows) -> tuple[IntercurrentFact, ...]:
    codes: dict[UUID | None, str] = {course.id: course.code for course in rows.courses}
    return tuple(
        IntercurrentFact(row.type, row.on, codes.get(row.course_id), row.planned, row.reason)
        for row in rows.intercurrent
    )


def _event(row: EventRow) -> AdverseEventFact:
    return AdverseEventFact(
        event_id=row.code,
        verbatim_term=row.verbatim_term,
        started_on=row.started_on,
        ended_on=row.ended_on,
        term=row.term,
        soc=row.soc,
        grade=row.grade,
        serious=row.serious,
        outcome=row.outcome,
        solicited=row.solicited,
        infusion_id=row.infusion,
        lot=row.lot,
    )


def courses_in_order(
    courses: tuple[CourseRow, ...], infusions: tuple[InfusionRow, ...]
) -> tuple[CourseFact, ...]:
    """Return the courses in order of treatment; infusions of no course are one by themselves."""
    shown = {course.id for course in courses}
    given: dict[UUID | None, list[InfusionRow]] = defaultdict(list)
    for row in sorted(infusions, key=_infusion_order):
        given[row.course_id if row.course_id in shown else None].append(row)
    facts = [_course(course, given[course.id]) for course in courses]
    if given[None]:
        facts.append(_course(None, given[None]))
    return clocks.in_order_of_treatment(facts)


def _infusion_order(row: InfusionRow) -> tuple[date, int, str, str]:
    # Of one day and without a sequence, the text holds the time, at one site with one offset.
    return row.started_at.earliest, row.sequence or 0, row.started_at.text, row.code


def _course(course: CourseRow | None, given: list[InfusionRow]) -> CourseFact:
    return CourseFact(
        course_id=course.code if course else "",
        ordinal=0,  # numbered when all are in order
        started_on=course.started_on if course else None,
        mobilised_on=course.mobilised_on if course else None,
        legal_basis=course.legal_basis if course else None,
        infusions=tuple(
            InfusionFact(
                infusion_id=row.code,
                started_at=row.started_at,
                site_code=row.site_code,
                cell_type=row.cell_type,
                tissue_source=row.tissue_source,
                lots=row.lots,
                sequence=row.sequence,
                premedication=row.premedication,
            )
            for row in given
        ),
    )
