"""The fixed questions of a visit: what is present opens a draft, once; "none" must be ticked."""

import pytest

from registry.models import AdverseEvent, AdverseEventVersion, Assessment, Visit

QUESTIONS = ("fever", "chills", "site_reaction", "fatigue", "sleeplessness", "nausea_vomiting")
QUESTIONS += ("infection_treated", "clot_or_swelling", "other")
FEVER = {"side_effects__fever": "present"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def log(alice, **answers):
    typed = {"visited_on": "2026-03-10", "action": "save", "contact_mode": "in_person"}
    typed |= {name.replace("__", "."): text for name, text in answers.items()}
    assert alice.send("/patients/N-001/visits/new", typed).status_code == 303
    return alice.rows(Visit)[-1].code


def asked(alice):
    return [row for row in alice.rows(Assessment) if row.instrument == "side_effects"]


def events(alice):
    return alice.rows(AdverseEvent)


def test_what_is_present_opens_a_draft_of_that_visit(alice):
    code = log(alice, **FEVER, side_effects__chills="absent")
    (draft,) = events(alice)
    assert (draft.verbatim_term, draft.state, draft.solicited) == ("Fever", "draft", True)
    assert draft.visit_id == alice.row(Visit, code=code).id
    assert (draft.site_aware_at.text, draft.started_on) == ("2026-03-10", None)
    assert alice.row(AdverseEventVersion).content["item"] == "side_effects.fever"


def test_saving_leads_to_the_drafts(alice, typed_visit):
    typed = typed_visit("2026-03-10", **FEVER)
    answer = alice.send("/patients/N-001/visits/new", typed)
    assert answer.location == "/patients/N-001/adverse-events"
    shown = alice.send.client.get(answer.location).text
    assert "1 draft to finish" in shown
    assert f'href="/adverse-events/{events(alice)[0].code}/change"' in shown


def test_saving_again_opens_no_second_draft_and_only_what_is_new(alice):
    code = log(alice, **FEVER)
    alice.change(code, "2026-03-10", **FEVER)
    assert len(events(alice)) == 1
    alice.change(code, "2026-03-10", **FEVER, side_effects__fatigue="present")
    assert [row.verbatim_term for row in events(alice)] == ["Fever", "Fatigue"]


def test_a_draft_that_was_renamed_reported_or_voided_is_not_opened_again(alice):
    code = log(alice, **FEVER, side_effects__chills="present")
    fever, chills = events(alice)
    renamed = {"verbatim_term": "hot for two nights", "grade": "1", "action": "report"}
    assert alice.send(f"/adverse-events/{fever.code}/change", renamed).status_code == 303
    alice.send(f"/adverse-events/{chills.code}/void", {"reason": "known already"})
    alice.change(code, "2026-03-10", **FEVER, side_effects__chills="present")
    assert [row.verbatim_term for row in events(alice)] == ["hot for two nights"]


def test_an_answer_taken_back_leaves_its_draft_and_says_so(alice):
    code = log(alice, **FEVER)
    alice.change(code, "2026-03-10", side_effects__fever="absent")
    assert [row.state for row in events(alice)] == ["draft"]
    sentence = "does not say this any more"
    assert sentence in alice.send.client.get("/patients/N-001/adverse-events").text
    assert sentence in alice.send.client.get(f"/visits/{code}").text
    alice.change(code, "2026-03-10", **FEVER)
    assert sentence not in alice.send.client.get(f"/visits/{code}").text


def test_a_question_taken_back_as_a_whole_says_so_too(alice):
    code = log(alice, **FEVER)
    alice.change(code, "2026-03-10")
    assert asked(alice) == []
    assert "does not say this any more" in alice.send.client.get(f"/visits/{code}").text


def test_none_of_these_must_be_ticked(alice):
    code = log(alice, side_effects__none="true")
    (row,) = asked(alice)
    assert row.answers == [0] * len(QUESTIONS)
    assert (row.complete, row.total, row.reasons) == (True, None, None)
    assert events(alice) == []
    form = alice.send.client.get(f"/visits/{code}/change").text
    assert form.count('value="absent" autocomplete="off"') >= len(QUESTIONS)


def test_what_is_left_empty_was_not_asked(alice):
    log(alice)
    assert asked(alice) == []
    log(alice, **FEVER)
    (row,) = asked(alice)
    assert row.answers == [1] + [None] * (len(QUESTIONS) - 1)
    assert not row.complete


@pytest.mark.parametrize("other", ["present", "not_assessed"])
def test_none_and_something_contradict_each_other(alice, typed_visit, other):
    typed = typed_visit("2026-03-10", side_effects__none="true")
    typed |= {"side_effects.fever": other, "side_effects.fever.reason": "declined"}
    answer = alice.send("/patients/N-001/visits/new", typed)
    assert answer.status_code == 422
    assert 'href="#side_effects-none"' in answer.text
    assert "something else is said of Fever" in answer.text
    assert alice.rows(Visit) == []


def test_not_assessed_needs_its_reason(alice, typed_visit):
    typed = typed_visit("2026-03-10") | {"side_effects.fever": "not_assessed"}
    answer = alice.send("/patients/N-001/visits/new", typed)
    assert 'href="#side_effects-fever-reason"' in answer.text


def test_an_amended_visit_opens_drafts_as_well(alice):
    from tests.population import PASSWORD
    from tests.visiting import visit_form

    code = alice.signed("2026-03-10")
    typed = visit_form("2026-03-10", **FEVER)
    typed |= {"amendment_reason": "forgotten", "password": PASSWORD, "action": "amend"}
    assert alice.send(f"/visits/{code}/amend", typed).status_code == 303
    assert [row.verbatim_term for row in events(alice)] == ["Fever"]


def test_a_draft_is_looked_at_twice_before_the_visit_is_signed(alice):
    code = log(alice, **FEVER)
    assert (
        "wait to be finished and reported: Fever"
        in alice.send.client.get(f"/visits/{code}/sign").text
    )


def test_voiding_a_visit_takes_its_drafts_along_and_leaves_what_was_reported(alice):
    log(alice, **FEVER, side_effects__chills="present")
    fever, _ = events(alice)
    done = {"verbatim_term": "Fever", "grade": "1", "action": "report"}
    alice.send(f"/adverse-events/{fever.code}/change", done)
    visit = alice.row(Visit)
    asked = alice.send.client.get(f"/records/visit/{visit.id}/void").text
    assert "Drafts of adverse events go with it: Chills. What was reported stays: Fever." in asked
    assert alice.void("visit", visit.id).status_code == 303
    assert [(row.verbatim_term, row.state) for row in events(alice)] == [("Fever", "reported")]
