"""The patient page, the page of a visit and the summary judge an invented cohort alike."""

from collections.abc import Iterator, Mapping
from datetime import date

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from registry.cli._invented import import_invented
from registry.database.engine import reading, writing
from registry.followup.facts import PatientFacts
from registry.followup.states import Verdict
from registry.followup.verdicts import judged_visits, states_over_time, verdicts_at
from registry.models import Visit
from registry.operations.visit_page import visit_page
from registry.queries.facts import load_facts
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import page_rows
from registry.queries.scope import PatientInReach, Reach, patient_in_reach
from tests.registry.queries.conftest import WHY

TODAY = date(2026, 11, 26)
Judged = Mapping[tuple[str, str], Verdict]  # visit, state


def over_time(patient: PatientFacts) -> Judged:
    visits = judged_visits(patient)
    return {
        (visit.visit_id, row.state.name): verdict
        for row in states_over_time(patient)
        for visit, verdict in zip(visits, row.verdicts, strict=True)
        if verdict
    }


def on_their_pages(session: Session, patient: PatientInReach, facts: PatientFacts) -> Judged:
    return dict(_on_their_pages(session, patient, facts))


def _on_their_pages(
    session: Session, patient: PatientInReach, facts: PatientFacts
) -> Iterator[tuple[tuple[str, str], Verdict]]:
    visits = {v.code: v for v in session.scalars(select(Visit).filter_by(patient_id=patient.id))}
    for judged in judged_visits(facts):
        shown = visit_page(session, patient, visits[judged.visit_id]).facts
        visit = next(one for one in shown.visits if one.visit_id == judged.visit_id)
        for state, verdict in verdicts_at(shown, visit):
            yield (judged.visit_id, state.name), verdict


def test_the_pages_and_the_summary_judge_every_visit_alike(sqlite_engine):
    import_invented(sqlite_engine, 12, 7, TODAY, WHY)
    with writing(sqlite_engine, WHY) as session:  # some visits nobody has signed
        some = select(Visit.id).order_by(func.substr(Visit.code, -1), Visit.code).limit(15)
        session.execute(update(Visit).where(Visit.id.in_(some)).values(source="form"))
    judged = 0
    with reading(sqlite_engine) as session:
        for counted in load_facts(session, TODAY):
            patient = patient_in_reach(session, Reach.everything(), counted.patient_id)
            page = facts_of(patient, page_rows(session, patient))
            assert over_time(page) == over_time(counted)
            assert on_their_pages(session, patient, counted) == over_time(counted)
            judged += len(over_time(counted))
    assert judged > 500
