"""One steroid dose for each day, whatever the order in which visits are signed or corrected."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.models import Medication, Visit
from registry.operations.steroids import hand_back_of_open_visits
from registry.operations.visit_page import visit_page
from registry.partial_date import PartialDate
from registry.queries.facts import load_facts
from registry.queries.history_page import history_rows
from registry.queries.kidney import kidney_facts
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import page_rows
from registry.queries.scope import Reach, patient_in_reach
from registry.verification import Report, verify
from tests.population import PASSWORD

TEN = {"steroid__drug": "prednisone", "steroid__daily_dose": "10"}
FIVE = {"steroid__drug": "prednisone", "steroid__daily_dose": "5"}
NONE = {"steroid__drug": "none"}
TODAY = date(2026, 11, 26)
WHY, ENDED = Context("tests", "as an earlier version wrote it"), "next dose from 2026-04-10"


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def test_a_new_dose_ends_the_one_before_on_the_day_before(alice):
    alice.signed("2026-03-10", **TEN)
    alice.signed("2026-04-10", **FIVE)
    assert alice.doses() == [
        ("prednisone 10", "2026-03-10", "2026-04-09"),
        ("prednisone 5", "2026-04-10", None),
    ]


def test_an_unchanged_dose_is_part_of_each_visit_that_stated_it(alice):
    alice.signed("2026-03-10", **TEN)
    second = alice.signed("2026-04-10", **TEN)
    assert [start for _, start, _ in alice.doses()] == ["2026-03-10", "2026-04-10"]
    assert 'value="10"' in alice.send.client.get(f"/visits/{second}/amend").text


def test_a_back_dated_visit_splits_the_dose_that_was_in_force(alice):
    alice.medicine("prednisone", "2026-01-01", "2026-05-31", daily_dose="20", stop_reason="done")
    alice.signed("2026-03-10", **TEN)
    assert alice.doses() == [
        ("prednisone 20", "2026-01-01", "2026-03-09"),
        ("prednisone 10", "2026-03-10", "2026-05-31"),
    ]


def test_a_back_dated_visit_ends_before_the_next_known_dose(alice):
    alice.signed("2026-04-10", **FIVE)
    alice.signed("2026-03-10", **TEN)
    assert alice.doses()[0] == ("prednisone 10", "2026-03-10", "2026-04-09")


def test_a_dose_taken_out_of_a_signed_visit_hands_its_days_back(alice):
    alice.signed("2026-03-10", **TEN)
    code = alice.signed("2026-04-10", **FIVE)
    alice.signed("2026-05-10", **TEN)
    alice.amend(code, "2026-04-10")
    assert alice.doses() == [
        ("prednisone 10", "2026-03-10", "2026-05-09"),
        ("prednisone 10", "2026-05-10", None),
    ]


def test_the_last_dose_taken_out_reopens_the_dose_before(alice):
    last = alice.signed("2026-04-10", **FIVE)
    alice.signed("2026-03-10", **TEN)
    alice.amend(last, "2026-04-10")
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]


def test_an_end_that_a_person_typed_stays(alice):
    alice.medicine("prednisone", "2026-01-01", "2026-03-09", daily_dose="20")
    code = alice.signed("2026-03-10", **TEN)
    alice.amend(code, "2026-03-10")
    assert alice.doses() == [("prednisone 20", "2026-01-01", "2026-03-09")]


@pytest.mark.parametrize("moved_to", ["2026-03-20", "2026-02-10", "2026-01-10"])
def test_a_corrected_visit_date_moves_the_dose_and_leaves_no_gap(alice, moved_to):
    alice.signed("2026-02-01", **TEN)
    code = alice.signed("2026-03-10", **FIVE)
    alice.amend(code, moved_to, **FIVE)
    (first, second) = alice.doses()
    assert {first[1], second[1]} == {"2026-02-01", moved_to}
    assert second[2] is None
    assert first[2] == {"2026-03-20": "2026-03-19", "2026-02-10": "2026-02-09"}.get(
        moved_to, "2026-01-31"
    )


def test_a_dose_that_is_cleared_from_a_visit_is_gone(alice):
    alice.signed("2026-02-01", **TEN)
    code = alice.signed("2026-03-10", **FIVE)
    alice.amend(code, "2026-03-10")
    assert alice.doses() == [("prednisone 10", "2026-02-01", None)]


def test_none_ends_every_steroid_and_says_zero(alice):
    alice.medicine("prednisone", "2026-01-01", daily_dose="10")
    alice.medicine("hydrocortisone", "2026-01-01", daily_dose="20")
    alice.signed("2026-03-10", **NONE)
    assert [end for *_, end in alice.doses()] == ["2026-03-09", "2026-03-09", None]
    assert alice.doses()[-1][0] == "prednisone 0"


def test_one_dose_cannot_replace_two_steroids_by_guessing(alice, typed_visit):
    alice.medicine("prednisone", "2026-01-01", daily_dose="10")
    alice.medicine("hydrocortisone", "2026-01-01", daily_dose="20")
    answer = alice.send("/patients/N-001/visits/new", typed_visit(**FIVE))
    assert answer.status_code == 422
    assert "prednisone 10 mg and hydrocortisone 20 mg are taken on that day" in answer.text
    assert 'value="prednisone"' in answer.text


def test_the_same_dose_entered_as_medicine_and_at_the_visit_counts_once(alice, typed_visit):
    alice.medicine("prednisone", "2026-03-10", daily_dose="10")
    alice.signed("2026-03-10", **TEN)
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]
    again = alice.send("/patients/N-001/visits/new", typed_visit(**FIVE))
    assert again.status_code == 422
    assert "is recorded from that very day" in again.text


def test_a_start_of_which_only_the_month_is_known_is_taken_over_too(alice):
    alice.medicine("prednisone", "2026-03", daily_dose="10")
    alice.signed("2026-03-20", **FIVE)
    assert alice.doses()[0] == ("prednisone 10", "2026-03", "2026-03-19")


@pytest.mark.parametrize(
    "apart", [{"pulse": "true"}, {"route": "iv"}, {"as_needed": "true"}, {"route": "topical"}]
)
def test_pulses_and_creams_are_left_alone(alice, apart):
    alice.medicine("methylprednisolone", "2026-03-09", daily_dose="500", **apart)
    alice.signed("2026-03-10", **TEN)
    assert alice.doses()[0] == ("methylprednisolone 500", "2026-03-09", None)


def test_the_dose_of_a_visit_changes_only_with_the_visit(alice):
    code = alice.signed("2026-03-10", **TEN)
    row = alice.row(Medication)
    typed = {"drug": "prednisone", "daily_dose": "5", "unit": "mg", "route": "oral"}
    started = {"started_on": "2026-03-10"}
    answer = alice.send(f"/medicines/{row.id}", typed | started)
    assert answer.status_code == 422
    assert code in answer.text
    address = f"/records/medication/{row.id}/void"
    assert alice.send.client.get(address).location.startswith("/visits/")
    assert len(alice.rows(Medication)) == 1
    ended = typed | started | {"daily_dose": "10", "ended_on": "2026-04-01"}
    assert alice.send(f"/medicines/{row.id}", ended).status_code == 303


@pytest.mark.parametrize("drug", ["methotrexate", "budesonide", "aspirin"])
def test_another_medicine_in_the_steroid_box_is_refused(alice, typed_visit, drug):
    typed = typed_visit(steroid__drug=drug, steroid__daily_dose="10")
    answer = alice.send("/patients/N-001/visits/new", typed)
    assert answer.status_code == 422
    assert "is not known as a steroid" in answer.text


@pytest.mark.parametrize(
    ("typed", "ends"),
    [
        ({"started_on": "2026-05-10"}, ["2026-05-09", None]),
        ({"started_on": "2026-04-01"}, ["2026-03-31", None]),
        ({"daily_dose": "7"}, ["2026-04-09", None]),
        ({"drug": "azathioprine"}, [None, None]),
        ({"drug": "azathioprine", "ended_on": "2026-06-01"}, ["2026-06-01"] * 2),
    ],
)
def test_a_corrected_medicine_leaves_no_day_without_the_dose_before_it(alice, typed, ends):
    alice.medicine("prednisone", "2026-04-10", daily_dose="5")
    alice.signed("2026-03-10", **TEN)
    address = f"/medicines/{alice.row(Medication, daily_dose=5).id}"
    stored = {"drug": "prednisone", "daily_dose": "5", "unit": "mg", "started_on": "2026-04-10"}
    assert alice.send(address, stored | typed).status_code == 303
    assert [end for *_, end in alice.doses()] == ends


def test_a_dose_goes_on_to_the_next_one_when_the_one_after_it_moves(alice):
    alice.medicine("prednisone", "2026-04-10", daily_dose="5")
    alice.signed("2026-03-10", **TEN)
    alice.signed("2026-04-20", steroid__drug="prednisone", steroid__daily_dose="7.5")
    address = f"/medicines/{alice.row(Medication, daily_dose=5).id}"
    typed = {"drug": "prednisone", "daily_dose": "5", "unit": "mg", "started_on": "2026-05-10"}
    assert alice.send(address, typed).status_code == 303
    assert alice.doses()[0] == ("prednisone 10", "2026-03-10", "2026-04-19")


# --- while nobody has signed the visit -------------------------------------------------------


def signature(alice, code):
    typed = {"meaning": "authorship", "password": PASSWORD, "checks_read": "true"}
    return alice.send(f"/visits/{code}/sign", typed)


def facts_by_page(alice, code):
    """Return the patient's facts as the summary and each page have them."""
    with reading(alice.app.extensions["registry_engine"]) as session:
        patient = patient_in_reach(session, Reach.everything(), "N-001")
        visit = session.scalars(select(Visit).filter_by(code=code)).one()
        (summary,) = [p for p in load_facts(session, TODAY) if p.patient_id == "N-001"]
        return {
            "summary": summary,
            "patient": facts_of(patient, page_rows(session, patient)),
            "history": history_rows(session, patient, TODAY).facts,
            "kidney": kidney_facts(session, patient),
            "visit": visit_page(session, patient, visit).facts,
        }


def counted(alice):
    """Return the doses that results are made of: drug, dose, start and end."""
    with reading(alice.app.extensions["registry_engine"]) as session:
        (patient,) = [p for p in load_facts(session, TODAY) if p.patient_id == "N-001"]
    return periods(patient)


def periods(patient):
    return [
        (f"{m.drug} {m.daily_dose}", m.started_on.text, m.ended_on and m.ended_on.text)
        for m in patient.medicines
    ]


def test_a_dose_of_an_open_visit_is_kept_and_changes_nothing(alice):
    alice.signed("2026-03-10", **TEN)
    before = counted(alice)
    code = alice.log("2026-04-10", **FIVE)
    assert counted(alice) == before == [("prednisone 10", "2026-03-10", None)]
    assert alice.doses()[1] == ("prednisone 5", "2026-04-10", None)
    assert 'value="5"' in alice.send.client.get(f"/visits/{code}/change").text


def test_a_dose_counts_from_the_signature_on(alice):
    alice.signed("2026-03-10", **TEN)
    alice.sign(alice.log("2026-04-10", **FIVE))
    assert counted(alice) == [
        ("prednisone 10", "2026-03-10", "2026-04-09"),
        ("prednisone 5", "2026-04-10", None),
    ]


def test_a_changed_open_visit_changes_its_statement_alone(alice):
    alice.signed("2026-03-10", **TEN)
    code = alice.log("2026-04-10", **FIVE)
    row = alice.row(Medication, daily_dose=5)
    alice.change(code, "2026-02-10", **NONE)
    assert alice.doses() == [
        ("prednisone 0", "2026-02-10", None),
        ("prednisone 10", "2026-03-10", None),
    ]
    assert alice.row(Medication, daily_dose=0).id == row.id
    alice.change(code, "2026-02-10")
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]


def test_an_open_visit_that_is_voided_leaves_the_doses_alone(alice):
    alice.signed("2026-03-10", **TEN)
    code = alice.log("2026-04-10", **FIVE)
    assert alice.void("visit", alice.row(Visit, code=code).id).status_code == 303
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]


def test_open_visits_know_nothing_of_each_other_and_are_signed_in_any_order(alice):
    codes = [alice.log(f"2026-0{month}-10", **dose) for month, dose in ((3, TEN), (4, FIVE))]
    assert counted(alice) == []
    for code in reversed(codes):
        alice.sign(code)
    assert counted(alice) == [
        ("prednisone 10", "2026-03-10", "2026-04-09"),
        ("prednisone 5", "2026-04-10", None),
    ]


@pytest.mark.parametrize("dose", [TEN, FIVE])
def test_a_dose_recorded_meanwhile_from_that_day_stops_the_signature(alice, dose):
    code = alice.log("2026-04-10", **FIVE)
    alice.signed("2026-04-10", **dose)
    answer = signature(alice, code)
    assert answer.status_code == 422
    assert f"prednisone {dose['steroid__daily_dose']} mg is recorded from that very" in answer.text
    assert "change the visit and leave its dose empty" in answer.text
    assert (alice.row(Visit, code=code).signed_version, len(counted(alice))) == (0, 1)
    alice.change(code, "2026-04-10")
    alice.sign(code)
    assert len(counted(alice)) == 1


def test_two_steroids_recorded_meanwhile_stop_the_signature(alice):
    code = alice.log("2026-04-10", **FIVE)
    alice.medicine("prednisone", "2026-01-01", daily_dose="10")
    alice.medicine("hydrocortisone", "2026-01-01", daily_dose="20")
    answer = signature(alice, code)
    assert answer.status_code == 422
    assert "prednisone 10 mg and hydrocortisone 20 mg are taken on that day" in answer.text
    assert alice.row(Visit, code=code).signed_version == 0
    assert [end for *_, end in counted(alice)] == [None, None]


def test_the_page_of_an_open_visit_says_what_stands_against_its_dose(alice):
    code = alice.log("2026-04-10", **FIVE)
    sentence = "The steroid dose of this visit cannot count"
    assert sentence not in alice.send.client.get(f"/visits/{code}").text
    alice.medicine("prednisone", "2026-04-10", daily_dose="10")
    assert sentence in alice.send.client.get(f"/visits/{code}").text


def test_no_page_but_its_own_counts_the_dose_of_an_open_visit(alice):
    alice.signed("2026-03-10", **TEN)
    code = alice.log("2026-04-10", **FIVE)
    alice.log("2026-04-20", **NONE)
    found = {page: periods(facts) for page, facts in facts_by_page(alice, code).items()}
    assert found.pop("visit") == [
        ("prednisone 10", "2026-03-10", "2026-04-09"),
        ("prednisone 5", "2026-04-10", None),
    ]
    as_it_was = [("prednisone 10", "2026-03-10", None)]
    assert found == dict.fromkeys(("summary", "patient", "history", "kidney"), as_it_was)


def test_the_last_dose_beside_the_field_is_one_that_counts(alice):
    alice.log("2026-02-10", **FIVE)
    alice.signed("2026-03-10", **TEN)
    page = alice.send.client.get("/patients/N-001/visits/new").text
    assert "prednisone 10 mg" in page
    assert "prednisone 5 mg" not in page


def test_the_page_of_an_open_visit_leaves_a_dose_out_that_cannot_count(alice):
    code = alice.log("2026-04-10", **FIVE)
    alice.medicine("prednisone", "2026-04-10", daily_dose="10")
    assert periods(facts_by_page(alice, code)["visit"]) == [("prednisone 10", "2026-04-10", None)]


def test_states_of_an_open_visit_are_those_it_has_once_signed(alice):
    code = alice.log("2026-04-10", pga__value="0.1", **NONE)
    before = states(alice, code)
    assert len(before) > 10
    assert not any("no medicines recorded" in why for why, _ in before)
    alice.sign(code)
    assert states(alice, code) == before


def states(alice, code):
    page = alice.send.client.get(f"/visits/{code}").text
    return re.findall(r'states__why">([^<]*)<|class="state state--(\w+)"', page)


@pytest.mark.parametrize("address", ["/patients/N-001", "/patients/N-001/history"])
def test_a_dose_of_an_open_visit_is_listed_as_not_counting_yet(alice, address):
    code = alice.log("2026-04-10", **FIVE)
    words = "tated at an unsigned visit, counts when it is signed"
    page = alice.send.client.get(address).text
    assert page.count(words) == 1
    row = alice.row(Medication)
    assert f"/visits/{code}" in page
    assert not {f"/medicines/{row.id}", f"/records/medication/{row.id}/void"} & links(page)
    alice.sign(code)
    page = alice.send.client.get(address).text
    assert words not in page
    assert f"/medicines/{row.id}" in links(page)


def links(page):
    return set(re.findall(r'href="([^"]+)"', page))


def test_the_dose_of_an_open_visit_is_neither_ended_nor_changed_by_itself(alice):
    code = alice.log("2026-04-10", **FIVE)
    address = f"/medicines/{alice.row(Medication).id}"
    typed = {"drug": "prednisone", "daily_dose": "5", "unit": "mg", "started_on": "2026-04-10"}
    typed |= {"route": "oral", "ended_on": "2026-05-01"}
    for page in (address, f"{address}/end"):
        answer = alice.send(page, typed)
        assert answer.status_code == 422
        assert f"stated at visit {code}" in answer.text
    assert alice.row(Medication).ended_on is None


# --- rows of earlier versions, which let the dose of an open visit count at once --------------


@pytest.fixture
def legacy(alice):
    """Return the code of an open visit whose dose has ended a signed one."""
    alice.signed("2026-03-10", **TEN)
    code = alice.log("2026-04-10", **FIVE)
    with writing(alice.app.extensions["registry_engine"], WHY) as session:
        first = session.scalars(select(Medication).filter_by(daily_dose=10)).one()
        first.ended_on, first.stop_reason = PartialDate.parse("2026-04-09"), ENDED
    return code


def findings(alice):
    with reading(alice.app.extensions["registry_engine"]) as session:
        return [str(found) for found in verify(session, Report())]


def hand_back(alice):
    with writing(alice.app.extensions["registry_engine"], WHY) as session:
        return hand_back_of_open_visits(session)


def test_an_upgrade_hands_back_the_days_that_an_open_visit_took(alice, legacy):
    assert counted(alice) == [("prednisone 10", "2026-03-10", "2026-04-09")]
    (found,) = findings(alice)
    assert "was ended for a visit that nobody signed; run `registry db upgrade`" in found
    assert hand_back(alice) == 1
    assert counted(alice) == [("prednisone 10", "2026-03-10", None)]
    assert (findings(alice), hand_back(alice)) == ([], 0)
    alice.sign(legacy)
    assert [end for *_, end in counted(alice)] == ["2026-04-09", None]


def test_days_taken_one_after_another_are_handed_back_to_the_dose_that_counts(alice, legacy):
    third = alice.log("2026-05-10", **TEN)
    with writing(alice.app.extensions["registry_engine"], WHY) as session:
        second = session.scalars(select(Medication).filter_by(daily_dose=5)).one()
        second.ended_on = PartialDate.parse("2026-05-09")
        second.stop_reason = "next dose from 2026-05-10"
    hand_back(alice)
    assert [end for *_, end in alice.doses()] == [None, None, None]
    alice.sign(third)
    assert [end for *_, end in counted(alice)] == ["2026-05-09", None]


def test_a_dose_signed_on_the_same_day_keeps_what_it_took(alice):
    alice.signed("2026-03-10", **TEN)
    alice.log("2026-04-10", **NONE)
    alice.signed("2026-04-10", **FIVE)
    assert (findings(alice), hand_back(alice)) == ([], 0)
    assert [end for *_, end in counted(alice)] == ["2026-04-09", None]


def test_a_visit_of_an_earlier_version_is_signed_as_it_stands(alice, legacy):
    alice.sign(legacy)
    assert alice.doses() == [
        ("prednisone 10", "2026-03-10", "2026-04-09"),
        ("prednisone 5", "2026-04-10", None),
    ]


def test_a_visit_of_an_earlier_version_hands_its_days_back_when_it_is_voided(alice, legacy):
    alice.void("visit", alice.row(Visit, code=legacy).id)
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]
