"""Every state over the visits of one patient: what is judged, and what stays empty."""

import pytest

from registry.followup import states, verdicts
from registry.followup.states import AtVisit, State, Verdict


@pytest.fixture
def response(monkeypatch):
    """Add a responder that every visit with a SLEDAI-2K meets."""
    asked = []

    def judge(at: AtVisit):
        asked.append(at)
        return Verdict("met")

    more = dict(states.STATES) | {
        "better": State("better", "1", "Better", "nobody", judge, kind="responder")
    }
    monkeypatch.setattr(verdicts, "STATES", more)
    return asked


def named(rows):
    return {row.state.name: [v and v.state for v in row.verdicts] for row in rows}


def test_only_final_done_and_dated_visits_are_judged(a_patient, a_visit, a_course):
    kept = a_visit(91)
    patient = a_patient(
        kept,
        a_visit(182, final=False),
        a_visit(None, "month_9", attendance="missed"),
        a_visit(200, assessments=()),
        courses=(a_course(),),
    )
    assert verdicts.judged_visits(patient) == (kept,)
    assert named(verdicts.states_over_time(patient))["sledai_2k_le_4"] == ["met"]


def test_a_state_with_nothing_to_judge_by_has_no_row(a_patient, a_visit, a_course):
    patient = a_patient(a_visit(91, instruments=("clasi",)), courses=(a_course(),))
    rows = named(verdicts.states_over_time(patient))
    assert "sledai_2k_le_4" not in rows
    assert "doris_2021" not in rows


def test_a_response_is_judged_after_day_0_only(response, a_patient, a_visit, a_course):
    before, on_the_day, after = a_visit(-7), a_visit(0), a_visit(91)
    patient = a_patient(before, on_the_day, after, courses=(a_course(),))
    assert named(verdicts.states_over_time(patient))["better"] == [None, None, "met"]
    assert [at.visit for at in response] == [after]
    assert response[0].baseline["sledai_2k"] == on_the_day


def test_without_a_known_day_0_there_is_no_response(response, a_patient, a_visit, a_course):
    patient = a_patient(a_visit(91), courses=(a_course("2024-05"),))
    assert "better" not in named(verdicts.states_over_time(patient))


def test_an_unsigned_visit_is_judged_on_its_own_page(a_patient, a_visit, a_course):
    unsigned = a_visit(91, final=False)
    patient = a_patient(unsigned, courses=(a_course(),))
    found = {
        state.name: verdict.state for state, verdict in verdicts.verdicts_at(patient, unsigned)
    }
    assert found["sledai_2k_le_4"] == "met"
    assert verdicts.states_over_time(patient) == ()


def test_the_last_assessed_final_visit_before_is_the_previous_one(a_patient, a_visit):
    first, empty, open_one = a_visit(30), a_visit(60, assessments=()), a_visit(80, final=False)
    last = a_visit(91)
    patient = a_patient(first, empty, open_one, last)
    assert AtVisit(patient, last).previous == first
    assert AtVisit(patient, first).previous is None


def test_an_index_used_in_a_draft_only_gives_no_rows(a_patient, a_visit, a_course):
    signed = (a_visit(-5, "baseline"), a_visit(182))
    draft = a_visit(274, instruments=("sledai_2k", "bilag_2004"), final=False)
    patient = a_patient(*signed, draft, courses=(a_course(),))
    without = a_patient(*signed, courses=(a_course(),))
    assert verdicts.states_over_time(patient) == verdicts.states_over_time(without)
    assert "bicla" in {state.name for state, _ in verdicts.verdicts_at(patient, draft)}
