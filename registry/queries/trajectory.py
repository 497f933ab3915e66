"""Load the trajectory of one patient: scores, infusions and steroid steps from day 0."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from registry.analysis.definitions import rules_named
from registry.followup import clocks
from registry.followup.facts import AdverseEventFact, AssessmentFact, PatientFacts, VisitFact
from registry.followup.selection import baseline_visit
from registry.followup.steroid_steps import steroid_steps
from registry.followup.verdicts import judged_visits, states_over_time
from registry.instruments import INSTRUMENTS
from registry.partial_date import PartialDate
from registry.plots.trajectory import (
    EventMark,
    FlareMark,
    Point,
    Score,
    StateLane,
    StateMark,
    StepPeriod,
    TrajectoryData,
)
from registry.queries.adverse_events import events_of
from registry.queries.flares import FlareRow, flares_of
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import PatientPageRows, medications_of, visits_of
from registry.queries.scope import PatientInReach
from registry.queries.treatment import courses_of, infusions_of
from registry.queries.treatment_marks import day_0_of, day_from, infusion_marks

SLEDAI, CLINICAL = "sledai_2k", "csledai_2k"
NOT_CODED = "not coded"  # the reporter's own words stay out of files: they may name a person


def load(
    session: Session, patient: PatientInReach, *, today: date, synthetic: bool = False
) -> TrajectoryData:
    """Read what the figure needs: six queries beside the patient."""
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses_of(session, patient),
        infusions=infusions_of(session, patient),
        visits=visits_of(session, patient),
        medications=medications_of(session, patient),
        events=events_of(session, patient),
    )
    flares = flares_of(session, patient)
    return trajectory_of(facts_of(patient, rows), flares, today=today, synthetic=synthetic)


def trajectory_of(
    facts: PatientFacts, flares: tuple[FlareRow, ...] = (), *, today: date, synthetic: bool
) -> TrajectoryData:
    """Place all that happened on days from day 0, or from the first visit."""
    course = facts.courses[0] if facts.courses else None
    start = day_0_of(facts.courses)
    dated = sorted(visit.visited_on for visit in facts.visits if visit.visited_on)
    origin = start or (dated[0] if dated else None)
    baseline = baseline_visit(facts, course, SLEDAI) if course and start else None
    return TrajectoryData(
        patient_code=facts.patient_id,
        origin_on=origin,
        day_0_known=start is not None,
        points=tuple(_point(visit, origin) for visit in facts.visits),
        infusions=infusion_marks(facts.courses, origin),
        events=tuple(_event(event, origin) for event in facts.adverse_events),
        flares=tuple(
            FlareMark(*_span(row.onset_on, origin), row.onset_on, row.severity) for row in flares
        ),
        steroids=_steroids(facts, origin, _until(facts, today)),
        states=_states(facts, origin),
        baseline=_point(baseline, origin) if baseline else None,
        cut_on=today,
        last_data_on=dated[-1] if dated else None,
        definitions=tuple(
            name for code in (SLEDAI, CLINICAL) for name in rules_named(code, _rules(facts))
        ),
        synthetic=synthetic,
    )


def _rules(facts: PatientFacts) -> list[str]:
    """Return the rules of the scores that are drawn; the clinical part has that of its whole."""
    stored = (one for visit in facts.visits for one in visit.assessments if visit.final)
    return [one.version for one in stored if one.instrument == SLEDAI]


def _until(facts: PatientFacts, today: date) -> date:
    """Medicines without an end are drawn to today, or to the death."""
    return min(today, facts.death_on.latest) if facts.death_on else today


def _point(visit: VisitFact, origin: date | None) -> Point:
    stored = next((a for a in visit.assessments if a.instrument == SLEDAI), None)
    return Point(
        day=day_from(visit.visited_on, origin),
        visited_on=visit.visited_on,
        sledai=_score(stored),
        clinical=_clinical(stored),
        timepoint=visit.timepoint,
        final=visit.final,
        total_only=stored.total_only if stored else False,
    )


def _score(stored: AssessmentFact | None) -> Score | None:
    if stored is None:
        return None
    return Score(stored.total, stored.known_points, stored.max_possible)


def _clinical(stored: AssessmentFact | None) -> Score | None:
    """Clinical SLEDAI from the stored parts; a historic total alone has none."""
    from_parts = INSTRUMENTS[CLINICAL].from_parts
    if stored is None or stored.total_only or from_parts is None:
        return None
    score = from_parts(stored.parts)
    return Score(score.total, score.known_points, score.max_possible) if score else None


def _states(facts: PatientFacts, origin: date | None) -> tuple[StateLane, ...]:
    """Return the states with a place on the strip, at every visit where they can be judged."""
    visits = judged_visits(facts)
    lanes = (
        StateLane(
            row.state.short,
            row.state.title,
            tuple(
                StateMark(clocks.days_after(on, origin), on, verdict.state, verdict.reason)
                for on, verdict in zip(
                    (visit.visited_on for visit in visits), row.verdicts, strict=True
                )
                if on and origin and verdict
            ),
        )
        for row in states_over_time(facts)
        if row.state.short
    )
    return tuple(lane for lane in lanes if lane.marks)


def _event(event: AdverseEventFact, origin: date | None) -> EventMark:
    return EventMark(
        *_span(event.started_on, origin),
        started_on=event.started_on,
        term=event.term or NOT_CODED,
        grade=event.grade,
        serious=event.serious,
    )


def _span(on: PartialDate | None, origin: date | None) -> tuple[int | None, int | None]:
    """Return the first and last day that a date can mean."""
    if on is None:
        return None, None
    return day_from(on.earliest, origin), day_from(on.latest, origin)


def _steroids(facts: PatientFacts, origin: date | None, until: date) -> tuple[StepPeriod, ...]:
    if origin is None:
        return ()
    return tuple(
        StepPeriod(
            clocks.days_after(step.first, origin),
            clocks.days_after(step.last, origin),
            None if step.mg_per_day is None else Decimal(step.mg_per_day),
        )
        for step in steroid_steps(facts.medicines, until)
    )
