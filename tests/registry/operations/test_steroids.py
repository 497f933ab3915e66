"""One steroid dose for each day, whatever the order in which visits are entered or corrected."""

import pytest

from registry.models import Medication, Visit

TEN = {"steroid__drug": "prednisone", "steroid__daily_dose": "10"}
FIVE = {"steroid__drug": "prednisone", "steroid__daily_dose": "5"}
NONE = {"steroid__drug": "none"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def test_a_new_dose_ends_the_one_before_on_the_day_before(alice):
    alice.log("2026-03-10", **TEN)
    alice.log("2026-04-10", **FIVE)
    assert alice.doses() == [
        ("prednisone 10", "2026-03-10", "2026-04-09"),
        ("prednisone 5", "2026-04-10", None),
    ]


def test_an_unchanged_dose_is_part_of_each_visit_that_stated_it(alice):
    alice.log("2026-03-10", **TEN)
    second = alice.log("2026-04-10", **TEN)
    assert [start for _, start, _ in alice.doses()] == ["2026-03-10", "2026-04-10"]
    assert 'value="10"' in alice.send.client.get(f"/visits/{second}/change").text


def test_a_back_dated_visit_splits_the_dose_that_was_in_force(alice):
    alice.medicine("prednisone", "2026-01-01", "2026-05-31", daily_dose="20", stop_reason="done")
    alice.log("2026-03-10", **TEN)
    assert alice.doses() == [
        ("prednisone 20", "2026-01-01", "2026-03-09"),
        ("prednisone 10", "2026-03-10", "2026-05-31"),
    ]


def test_a_back_dated_visit_ends_before_the_next_known_dose(alice):
    alice.log("2026-04-10", **FIVE)
    alice.log("2026-03-10", **TEN)
    assert alice.doses()[0] == ("prednisone 10", "2026-03-10", "2026-04-09")


def test_a_voided_visit_hands_its_days_back(alice):
    alice.log("2026-03-10", **TEN)
    code = alice.log("2026-04-10", **FIVE)
    alice.log("2026-05-10", **TEN)
    assert alice.void("visit", alice.row(Visit, code=code).id).status_code == 303
    assert alice.doses() == [
        ("prednisone 10", "2026-03-10", "2026-05-09"),
        ("prednisone 10", "2026-05-10", None),
    ]


def test_voiding_the_last_visit_reopens_the_dose_before(alice):
    alice.log("2026-04-10", **FIVE)
    alice.log("2026-03-10", **TEN)
    last = alice.row(Visit, visited_on=alice.rows(Medication)[0].started_on)
    alice.void("visit", last.id)
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]


def test_an_end_that_a_person_typed_stays(alice):
    alice.medicine("prednisone", "2026-01-01", "2026-03-09", daily_dose="20")
    code = alice.log("2026-03-10", **TEN)
    alice.void("visit", alice.row(Visit, code=code).id)
    assert alice.doses() == [("prednisone 20", "2026-01-01", "2026-03-09")]


@pytest.mark.parametrize("moved_to", ["2026-03-20", "2026-02-10", "2026-01-10"])
def test_a_corrected_visit_date_moves_the_dose_and_leaves_no_gap(alice, moved_to):
    alice.log("2026-02-01", **TEN)
    code = alice.log("2026-03-10", **FIVE)
    alice.change(code, moved_to, **FIVE)
    (first, second) = alice.doses()
    assert {first[1], second[1]} == {"2026-02-01", moved_to}
    assert second[2] is None
    assert first[2] == {"2026-03-20": "2026-03-19", "2026-02-10": "2026-02-09"}.get(
        moved_to, "2026-01-31"
    )


def test_a_dose_that_is_cleared_from_a_visit_is_gone(alice):
    alice.log("2026-02-01", **TEN)
    code = alice.log("2026-03-10", **FIVE)
    alice.change(code, "2026-03-10")
    assert alice.doses() == [("prednisone 10", "2026-02-01", None)]


def test_none_ends_every_steroid_and_says_zero(alice):
    alice.medicine("prednisone", "2026-01-01", daily_dose="10")
    alice.medicine("hydrocortisone", "2026-01-01", daily_dose="20")
    alice.log("2026-03-10", **NONE)
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
    alice.log("2026-03-10", **TEN)
    assert alice.doses() == [("prednisone 10", "2026-03-10", None)]
    again = alice.send("/patients/N-001/visits/new", typed_visit(**FIVE))
    assert again.status_code == 422
    assert "is recorded from that very day" in again.text


def test_a_start_of_which_only_the_month_is_known_is_taken_over_too(alice):
    alice.medicine("prednisone", "2026-03", daily_dose="10")
    alice.log("2026-03-20", **FIVE)
    assert alice.doses()[0] == ("prednisone 10", "2026-03", "2026-03-19")


@pytest.mark.parametrize(
    "apart", [{"pulse": "true"}, {"route": "iv"}, {"as_needed": "true"}, {"route": "topical"}]
)
def test_pulses_and_creams_are_left_alone(alice, apart):
    alice.medicine("methylprednisolone", "2026-03-09", daily_dose="500", **apart)
    alice.log("2026-03-10", **TEN)
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
