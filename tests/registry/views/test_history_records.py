"""Conditions, biopsies, pregnancies and earlier scores through their forms."""

import pytest

from registry.models import Assessment, Biopsy, Condition, Pregnancy, Signature, Visit

CONDITION = "/patients/N-001/conditions/new"
BIOPSY = "/patients/N-001/biopsies/new"
PREGNANCY = "/patients/N-001/pregnancies/new"
SCORE = "/patients/N-001/earlier-score"
PAGE = "/patients/N-001/history"
GOOD = {
    CONDITION: {"condition": "Lupus nephritis", "answer": "present", "onset_on": "2019-04"},
    BIOPSY: {"taken_on": "2019-05", "classes": "III (A/C) + V"},
    PREGNANCY: {"began_on": "2016-02"},
    SCORE: {"visited_on": "2023-11-20", "total": "14"},
}
MODELS = {CONDITION: Condition, BIOPSY: Biopsy, PREGNANCY: Pregnancy, SCORE: Visit}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def page(alice, address=PAGE):
    return alice.send.client.get(address).text


@pytest.mark.parametrize("address", GOOD)
def test_a_record_is_saved_and_shown(alice, address):
    assert alice.send(address, GOOD[address]).status_code == 303
    row = alice.row(MODELS[address])
    assert (row.site_id, row.source) == (1, "form")
    shown = page(alice)
    words = {
        CONDITION: "Apr 2019",
        BIOPSY: "III (A/C) + V",
        PREGNANCY: "Feb 2016",
        SCORE: "14 (tot",
    }
    assert words[address] in shown


@pytest.mark.parametrize(
    ("address", "wrong", "field"),
    [
        (CONDITION, {"condition": " "}, "condition"),
        (CONDITION, {"condition": "a\0b"}, "condition"),
        (CONDITION, {"answer": ""}, "answer"),
        (CONDITION, {"answer": "maybe"}, "answer"),
        (CONDITION, {"condition": "Gout", "answer": "absent", "onset_on": ""}, "condition"),
        (CONDITION, {"answer": "absent"}, "onset_on"),
        (CONDITION, {"answer": "absent", "onset_on": "", "active": "true"}, "active"),
        (CONDITION, {"answer": "unknown", "onset_on": ""}, "detail"),
        (CONDITION, {"condition": "Kidney biopsy", "onset_on": ""}, "answer"),
        (CONDITION, {"ended_on": "2018"}, "ended_on"),
        (CONDITION, {"ended_on": "2020", "active": "true"}, "active"),
        (CONDITION, {"onset_on": "2019-02-30"}, "onset_on"),
        (CONDITION, {"onset_on": "2999"}, "onset_on"),
        (CONDITION, {"detail": "x" * 4001}, "detail"),
        (BIOPSY, {"taken_on": ""}, "taken_on"),
        (BIOPSY, {"classes": ""}, "classes"),
        (BIOPSY, {"activity_index": "25"}, "activity_index"),
        (BIOPSY, {"activity_index": "-1"}, "activity_index"),
        (BIOPSY, {"activity_index": "7.5"}, "activity_index"),
        (BIOPSY, {"chronicity_index": "13"}, "chronicity_index"),
        (BIOPSY, {"chronicity_index": "nan"}, "chronicity_index"),
        (PREGNANCY, {"began_on": ""}, "began_on"),
        (PREGNANCY, {"ended_on": "2015"}, "ended_on"),
        (PREGNANCY, {"ended_on": "2017-06"}, "ended_on"),
        (SCORE, {"visited_on": ""}, "visited_on"),
        (SCORE, {"total": ""}, "total"),
        (SCORE, {"total": "106"}, "total"),
        (SCORE, {"total": "4.5"}, "total"),
        (SCORE, {"contact_mode": "phone"}, "contact_mode"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_at_its_field_and_nothing_is_half_saved(alice, address, wrong, field):
    answer = alice.send(address, GOOD[address] | {"found_in": "kept", "scheme": "kept"} | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert ('value="kept"' in answer.text) is (address in {BIOPSY, SCORE})
    assert alice.rows(MODELS[address]) == []


@pytest.mark.parametrize(
    ("index", "highest"), [("activity_index", "24"), ("chronicity_index", "12")]
)
def test_the_highest_index_is_possible(alice, index, highest):
    assert alice.send(BIOPSY, GOOD[BIOPSY] | {index: highest}).status_code == 303
    assert str(getattr(alice.row(Biopsy), index)) == highest


def test_none_and_nobody_can_say_are_records(alice):
    none = {"condition": "Earlier cell therapy, anywhere", "answer": "absent"}
    lost = {"condition": "Cancer", "answer": "unknown", "detail": "records burnt"}
    assert "Earlier cell therapy, anywhere</a>" in page(alice)
    for typed in (none, lost):
        assert alice.send(CONDITION, typed).status_code == 303
    stored = [(row.condition, row.active, row.detail) for row in alice.rows(Condition)]
    assert stored == [
        ("no_prior_cell_therapy", False, None),
        ("unknown_cancer", None, "records burnt"),
    ]
    shown = page(alice)
    assert "no, asked and absent" in shown
    assert "Earlier cell therapy, anywhere</a>" not in shown
    assert "Cancer: had before" not in shown


def test_a_missing_answer_opens_its_form_filled(alice):
    address = f"{CONDITION}?condition=prior_cell_therapy"
    assert address in page(alice)
    assert 'value="Earlier cell therapy, anywhere"' in page(alice, address)
    assert page(alice, f"{CONDITION}?condition=<b>").count("<b>") == 0


def test_the_list_of_conditions_is_offered(alice):
    drawn = page(alice, CONDITION)
    assert 'list="condition-list"' in drawn
    assert '<datalist id="condition-list"><option value="Skin and mucosal lupus">' in drawn


def test_a_condition_is_changed_as_it_was_typed(alice):
    alice.send(CONDITION, GOOD[CONDITION] | {"active": "true", "detail": "class IV"})
    address = f"/conditions/{alice.row(Condition).id}"
    drawn = page(alice, address)
    for words in ('value="Lupus nephritis"', 'value="2019-04"', ">class IV<"):
        assert words in drawn
    ended = GOOD[CONDITION] | {"ended_on": "2021", "active": "false"}
    assert alice.send(address, ended).status_code == 303
    row = alice.row(Condition)
    assert (row.condition, row.ended_on.text, row.active) == ("lupus_nephritis", "2021", False)


def test_an_answer_can_be_corrected(alice):
    alice.send(CONDITION, {"condition": "Cancer", "answer": "absent"})
    address = f"/conditions/{alice.row(Condition).id}"
    assert '<option value="absent" selected>' in page(alice, address)
    assert alice.send(address, {"condition": "Cancer", "answer": "present"}).status_code == 303
    assert alice.row(Condition).condition == "cancer"


def test_biopsy_and_pregnancy_are_changed(alice):
    alice.send(BIOPSY, GOOD[BIOPSY] | {"scheme": "isn/rps 2003"})
    address = f"/biopsies/{alice.row(Biopsy).id}"
    assert 'value="ISN/RPS 2003"' in page(alice, address)
    assert alice.send(address, GOOD[BIOPSY] | {"activity_index": "11"}).status_code == 303
    assert "11 of 24" in page(alice)
    alice.send(PREGNANCY, GOOD[PREGNANCY])
    address = f"/pregnancies/{alice.row(Pregnancy).id}"
    ended = GOOD[PREGNANCY] | {"ended_on": "2016-11", "outcome": "Live birth"}
    assert alice.send(address, ended).status_code == 303
    assert alice.row(Pregnancy).outcome == "live_birth"
    assert "Live birth" in page(alice, address)


def test_two_who_change_at_once_do_not_overwrite(alice):
    alice.send(CONDITION, GOOD[CONDITION])
    address = f"/conditions/{alice.row(Condition).id}"
    assert alice.send(address, GOOD[CONDITION] | {"detail": "first"}).status_code == 303
    late = alice.send(address, GOOD[CONDITION] | {"detail": "second"}, row_version="1")
    assert late.status_code == 409
    assert alice.row(Condition).detail == "first"


@pytest.mark.parametrize("address", [CONDITION, BIOPSY, PREGNANCY])
def test_what_is_voided_is_nowhere_and_the_page_names_it(alice, address):
    alice.send(address, GOOD[address])
    row = alice.row(MODELS[address])
    kind = MODELS[address].__tablename__
    words = {CONDITION: "Lupus nephritis, began Apr 2019", BIOPSY: "Biopsy of May 2019, III",
             PREGNANCY: "Pregnancy that began Feb 2016"}  # fmt: skip
    assert words[address] in page(alice, f"/records/{kind}/{row.id}/void")
    answer = alice.void(kind, row.id)
    assert answer.location.endswith("/history")
    assert alice.rows(MODELS[address]) == []
    assert page(alice).count("not recorded") >= 1
    assert not any(day in page(alice) for day in ("Apr 2019", "May 2019", "Feb 2016"))


def test_a_pregnancy_of_a_male_is_a_slip(alice, app):
    from sqlalchemy import update

    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.models import Patient

    with writing(app.extensions["registry_engine"], Context("tests", "male")) as session:
        session.execute(update(Patient).where(Patient.code == "N-001").values(sex="male"))
    answer = alice.send(PREGNANCY, GOOD[PREGNANCY])
    assert answer.status_code == 422
    assert "recorded as male" in answer.text


# --- earlier scores -------------------------------------------------------------------------


def test_an_earlier_score_is_a_visit_that_counts_once_it_is_signed(alice):
    answer = alice.send(SCORE, GOOD[SCORE] | {"found_in": "discharge letter"})
    visit, stored = alice.row(Visit), alice.row(Assessment)
    assert answer.location == f"/visits/{visit.code}"
    assert (stored.total, stored.total_only, stored.complete) == (14, True, True)
    assert (stored.answers, stored.reasons) == (None, {"total": "discharge letter"})
    assert "found in: discharge letter" in page(alice, answer.location)
    assert "0 of at least 2" in page(alice)
    alice.sign(visit.code)
    assert "1 of at least 2" in page(alice)
    assert '"historic_total":"14"' in alice.row(Signature).content
    alice.send(SCORE, {"visited_on": "2022", "total": "9"})
    alice.sign(next(v.code for v in alice.rows(Visit) if v.visited_on.text == "2022"))
    assert "of at least 2" not in page(alice)


def test_a_score_after_the_treatment_is_no_earlier_score(alice):
    given = {"cell_type": "msc", "lot": "L-1", "started_at": "2026-01-12"}
    alice.send("/patients/N-001/infusions/new", given)
    answer = alice.send(SCORE, {"visited_on": "2026-01-13", "total": "8"})
    assert answer.status_code == 422
    assert "after the treatment began on 12 Jan 2026" in answer.text
    assert alice.send(SCORE, {"visited_on": "2026-01-12", "total": "8"}).status_code == 303


def test_a_day_has_one_visit(alice):
    code = alice.log("2023-11-20", "rash")
    answer = alice.send(SCORE, GOOD[SCORE])
    assert answer.status_code == 422
    assert code in answer.text
    assert len(alice.rows(Visit)) == 1


def test_a_score_survives_a_change_of_its_visit(alice, typed_visit):
    alice.send(SCORE, GOOD[SCORE])
    code = alice.row(Visit).code
    facts = {"visited_on": "2023-11-21", "contact_mode": "in_person", "action": "save"}
    assert alice.send(f"/visits/{code}/change", facts).status_code == 303
    assert (alice.row(Assessment).total, alice.row(Visit).visited_on.text) == (14, "2023-11-21")
