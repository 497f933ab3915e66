"""Questions are asked, stored and read by states; no score and no summary sees them."""

from datetime import date

import pytest

from registry import instruments
from registry.database.engine import reading
from registry.followup import timepoints
from registry.followup.states.lldas import EXPOSURE_DAYS
from registry.instruments.lldas_questions import INSTRUMENT, ITEMS, score
from registry.models import AdverseEvent
from registry.queries.facts import load_facts
from registry.queries.patient_facts import visit_fact
from registry.queries.patient_page import visits_of
from registry.queries.scope import Reach, patient_in_reach

EVERY = {f"lldas_questions__{item.code}": "absent" for item in ITEMS}
CUT = date(2026, 11, 1)


@pytest.fixture
def session(app):
    with reading(app.extensions["registry_engine"]) as opened:
        yield opened


def test_it_has_no_total_and_no_command():
    given = dict.fromkeys((item.code for item in ITEMS), 1)
    assert score(given).total is None
    assert score(given).complete
    assert score(given | {"gi_activity": None}).missing == ("gi_activity",)
    assert "lldas_questions" in instruments.QUESTIONS
    assert instruments.INQUIRIES.isdisjoint(instruments.QUESTIONS)
    assert not {"lldas_questions", "LLDAS_QUESTIONS"} & set(instruments.CALCULATORS)


def test_it_is_due_at_every_visit_that_judges_activity():
    assert all(timepoints.is_analysis(code) for code in INSTRUMENT.due_at if code != "baseline")
    assert {"baseline", *timepoints.MONTHS, "year_3"} <= set(INSTRUMENT.due_at)


def test_the_question_names_the_window_of_the_bar():
    assert f"{EXPOSURE_DAYS} days" in INSTRUMENT.item("investigational_drug").definition


def test_the_answers_reach_the_facts_and_open_no_adverse_event(clinic, session):
    alice = clinic("alice")
    answered = EVERY | {"lldas_questions__gi_activity": "present"}
    alice.signed("2026-03-01", "rash", **answered)
    (facts,) = [one for one in load_facts(session, CUT) if one.patient_id == "N-001"]
    (visit,) = facts.visits
    assert [a.instrument for a in visit.assessments] == ["sledai_2k"]
    ((code, answers),) = [(a.instrument, list(a.answers)) for a in visit.questions]
    assert (code, answers) == ("lldas_questions", [0, 1, 0, 0, 0, 0])
    assert not visit.inquired
    assert not session.query(AdverseEvent).count()


def test_the_page_of_a_patient_knows_them_as_the_summary_does(clinic, session):
    clinic("alice").signed("2026-03-01", "rash", **EVERY)
    patient = patient_in_reach(session, Reach.everything(), "N-001")
    (row,) = visits_of(session, patient)
    assert {a.instrument for a in row.assessments} == {"sledai_2k", "lldas_questions"}
    (facts,) = [one for one in load_facts(session, CUT) if one.patient_id == "N-001"]
    page = visit_fact(row)
    assert [a.instrument for a in page.assessments] == ["sledai_2k"]
    assert [list(a.answers) for a in page.questions] == [
        list(a.answers) for a in facts.visits[0].questions
    ]


def test_the_form_asks_without_weights_and_the_summary_has_no_row_of_it(clinic):
    alice = clinic("alice")
    form = alice.send.client.get("/visit-parts/lldas_questions").text
    assert "New lupus activity since the last assessment" in form
    assert "New lupus activity since the last assessment <span" not in form
    alice.send("/patients/N-001/infusions/new", {"cell_type": "msc", "started_at": "2026-01-12"})
    code = alice.signed("2026-04-12", "rash", **EVERY)
    shown = alice.send.client.get(f"/visits/{code}").text
    assert "Gastrointestinal activity" in shown
    assert "Gastrointestinal activity (0)" not in shown
    cohort = alice.send.client.get("/cohort").text
    assert "Questions for the target states" not in cohort
    assert "lldas_questions" not in cohort
