"""The sign page: the score that is signed, what is worth a second look, and the password."""

import re

import pytest

from registry.models import AccessLog, Signature
from tests.sending import hidden_fields

GIVEN = {"started_at": "2026-03-27", "cell_type": "msc"}
SIGNATURE = {"meaning": "authorship", "password": "a long enough password"}
TICKED = SIGNATURE | {"checks_read": "true"}
COMPLETE = {"pga__value": "1", "steroid__drug": "none"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def sign_page(alice, code):
    page = alice.send.client.get(f"/visits/{code}/sign").text
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# --- the score -------------------------------------------------------------------------------


def test_the_score_is_shown_with_its_changes(alice):
    alice.send("/patients/N-001/infusions/new", GIVEN)
    alice.signed("2026-03-20", "seizure arthritis low_complement")
    alice.signed("2026-05-20", "arthritis")
    shown = sign_page(alice, alice.log("2026-06-20", "rash low_complement"))
    assert re.search(r"SLEDAI-2K 4 ", shown)
    assert "Clinical SLEDAI-2K 2 " in shown
    assert "Change from the last visit 0 (it was 4 on 20 May 2026)" in shown
    assert "Change from baseline −10 (it was 14 on 20 Mar 2026)" in shown


def test_an_incomplete_score_is_a_range_and_has_no_change(alice):
    alice.signed("2026-05-20", "arthritis")
    code = alice.log("2026-06-20", "rash", sledai_2k__seizure="not_assessed",
                     sledai_2k__seizure__reason="not_done")  # fmt: skip
    shown = sign_page(alice, code)
    assert "SLEDAI-2K incomplete, 2 to 10" in shown
    assert "this score is incomplete, it was 4 on 20 May 2026" in shown
    assert "Change from baseline nothing to compare with" in shown


# --- checks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"steroid__drug": "dexamethasone", "steroid__daily_dose": "10"},
         "equals 66.7 mg prednisone a day, more than 60 mg"),
        ({"steroid__drug": "prednisone", "steroid__daily_dose": "61"}, "equals 61 mg"),
        ({"timepoint": "month_6"}, "The timepoint says Month 6; by the date it is Month 3"),
        ({"on": "2026-04-01", "timepoint": "month_1"}, "it belongs to no timepoint"),
        ({"pga__value": ""}, "No global assessment"),
        ({"pga__value": "2"}, "PGA is 2 or more, but the SLEDAI-2K is 0"),
        ({"steroid__drug": ""}, "No steroid dose was entered"),
    ],
)  # fmt: skip
def test_what_is_worth_a_second_look_must_be_ticked(alice, more, words):
    alice.send("/patients/N-001/infusions/new", GIVEN)
    code = alice.log(more.pop("on", "2026-06-26"), **(COMPLETE | more))
    assert words in sign_page(alice, code)
    refused = alice.send(f"/visits/{code}/sign", SIGNATURE)
    assert refused.status_code == 422
    assert 'href="#checks_read"' in refused.text
    assert alice.rows(Signature) == []
    alice.sign(code)


@pytest.mark.parametrize(
    "more",
    [
        {"timepoint": "month_3", "steroid__drug": "prednisone", "steroid__daily_dose": "60"},
        {"timepoint": "unscheduled"},
    ],
)
def test_a_plain_visit_is_signed_without_a_tick(alice, more):
    alice.send("/patients/N-001/infusions/new", GIVEN)
    code = alice.log("2026-06-26", **(COMPLETE | more))
    assert "checks_read" not in alice.send.client.get(f"/visits/{code}/sign").text
    assert alice.send(f"/visits/{code}/sign", SIGNATURE).status_code == 303


def test_a_second_visit_on_one_day_is_named(alice):
    first = alice.signed("2026-06-26", **COMPLETE)
    second = alice.log("2026-06-26", "rash", **COMPLETE)
    assert f"on the same day: {first}." in sign_page(alice, second)


def test_a_visit_without_any_content_is_named(alice):
    typed = {"visited_on": "2026-06-26", "action": "save"}
    code = alice.send("/patients/N-001/visits/new", typed).location.split("/")[2]
    assert "no answers, no PGA, no steroid dose" in sign_page(alice, code)


def test_what_was_saved_and_what_was_signed_are_said_apart(alice):
    code = alice.log()
    assert "Visit saved, not signed yet." in alice.send.client.get(f"/visits/{code}").text
    alice.sign(code)
    assert "Signed. The visit is locked" in alice.send.client.get(f"/visits/{code}").text


# --- the password ----------------------------------------------------------------------------


def test_an_empty_password_is_asked_for_and_never_counted(alice, app):
    code = alice.log(**COMPLETE)
    for _ in range(11):
        answer = alice.send(f"/visits/{code}/sign", SIGNATURE | {"password": ""})
        assert answer.status_code == 422
        assert "Your password: this is needed" in answer.text
    assert [row for row in alice.rows(AccessLog) if row.action == "signing_refused"] == []
    alice.sign(code)


# --- who changed what ------------------------------------------------------------------------


def test_who_signs_after_somebody_else_is_told_that_nothing_was_signed(clinic, alice):
    code = alice.log("2026-05-20", "arthritis")
    late = hidden_fields(alice.send.client.get(f"/visits/{code}/sign").text)
    assert clinic("alice").send(f"/visits/{code}/sign", TICKED).status_code == 303
    answer = alice.send.client.post(f"/visits/{code}/sign", data=late | TICKED)
    assert answer.status_code == 409
    assert "somebody signed this visit while you were reading it" in answer.text
    assert len(alice.rows(Signature)) == 1


def test_who_signs_is_told_that_the_dose_takes_over_from_the_one_before(alice):
    told = "a daily dose of a steroid before it ends the day before"
    dose = {"steroid__drug": "methylprednisolone", "steroid__daily_dose": "8"}
    assert told in sign_page(alice, alice.log("2026-05-20", "rash", **dose))
    assert told not in sign_page(alice, alice.log("2026-06-20", "rash"))


def test_the_same_signature_sent_twice_is_one_and_no_conflict(alice):
    code = alice.log("2026-05-20", "arthritis")
    page = f"/visits/{code}/sign"
    sent = hidden_fields(alice.send.client.get(page).text) | TICKED
    answers = [alice.send.client.post(page, data=sent).status_code for _ in range(2)]
    assert (answers, len(alice.rows(Signature))) == ([303, 303], 1)


def test_an_auditor_is_led_to_the_trail_of_the_visit_and_its_answers(clinic, alice):
    code = alice.log("2026-03-10", "rash", pga__value="1", steroid__drug="none")
    assert "Audit trail" not in alice.send.client.get(f"/visits/{code}").text
    audrey = clinic("audrey").send.client
    addresses = re.findall(r'href="(/audit/records/[^"]+)"', audrey.get(f"/visits/{code}").text)
    assert [address.split("/")[3] for address in addresses] == [
        "visit", "assessment", "assessment", "medication",
    ]  # fmt: skip
    assert all(audrey.get(address).status_code == 200 for address in addresses)
