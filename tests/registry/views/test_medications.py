"""Schedules and the quick end of a medicine, through their forms."""

import pytest

from registry.models import Medication
from registry.views.medicine_words import dose_words

NEW = "/patients/N-001/medicines/new"
DRUG = {"drug": "azathioprine", "started_on": "2025-01-01", "dose": "50", "unit": "mg"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


@pytest.mark.parametrize(
    ("typed", "stored", "words"),
    [
        ({"schedule": "twice_daily"}, "2", "50 mg twice a day"),
        ({"schedule": "alternate_days"}, "0.5", "50 mg on alternate days"),
        ({"schedule": "weekly"}, "0.142857143", "50 mg once a week"),
        ({"schedule": "every_4_weeks", "pulse": "true"}, "0.035714286", "every 4 weeks, pulse"),
        ({"schedule": "twice_daily", "per_day": "2"}, "2", "50 mg twice a day"),
        ({"schedule": "twice_daily", "per_day": "2.0"}, "2.0", "50 mg twice a day"),
        ({"per_day": "4"}, "4", "50 mg × 4 a day"),
        ({"per_day": "0,5"}, "0.5", "50 mg on alternate days"),
        ({"as_needed": "true"}, None, "50 mg, only as needed"),
        ({"daily_dose": "150"}, None, "150 mg a day"),
        ({"dose": "", "unit": ""}, None, "dose not recorded"),
    ],
)
def test_a_schedule_is_stored_as_intakes_and_read_in_words(alice, typed, stored, words):
    assert alice.send(NEW, DRUG | typed).status_code == 303
    row = alice.row(Medication)
    assert (None if row.per_day is None else str(row.per_day)) == stored
    assert words in dose_words(row)
    assert words in alice.send.client.get("/patients/N-001").text


def test_a_schedule_that_contradicts_the_intakes_is_refused(alice):
    answer = alice.send(NEW, DRUG | {"schedule": "weekly", "per_day": "2"})
    assert answer.status_code == 422
    assert "leave one of them empty" in answer.text
    assert '<option value="weekly" selected>' in answer.text
    assert alice.rows(Medication) == []


@pytest.mark.parametrize(
    ("typed", "chosen", "number"),
    [
        ({"schedule": "alternate_days"}, "alternate_days", ""),
        ({"per_day": "1.0"}, None, "1.0"),
        ({"per_day": "4"}, None, "4"),
    ],
)
def test_a_change_keeps_what_was_typed(alice, typed, chosen, number):
    alice.send(NEW, DRUG | typed)
    before = alice.row(Medication)
    drawn = alice.send.client.get(f"/medicines/{before.id}").text
    assert ("selected" in drawn) is bool(chosen)
    assert (
        f'name="per_day" type="text" maxlength="200" spellcheck="false"\n    value="{number}"'
        in drawn
    )
    resent = DRUG | {"schedule": chosen or "", "per_day": number}
    assert alice.send(f"/medicines/{before.id}", resent).status_code == 303
    assert str(alice.row(Medication).per_day) == str(before.per_day)


def test_a_medicine_is_ended_with_two_answers(alice):
    alice.send(NEW, DRUG | {"schedule": "twice_daily"})
    address = f"/medicines/{alice.row(Medication).id}/end"
    assert address in alice.send.client.get("/patients/N-001/history").text
    assert "50 mg twice a day, started 1 Jan 2025" in alice.send.client.get(address).text
    typed = {"ended_on": "2026-02", "stop_reason": "nausea"}
    assert alice.send(address, typed).status_code == 303
    row = alice.row(Medication)
    assert (row.ended_on.text, row.stop_reason, str(row.per_day)) == ("2026-02", "nausea", "2")


@pytest.mark.parametrize("wrong", ["", "2024-12", "soon", "2999"])
def test_an_end_must_be_a_day_after_the_start(alice, wrong):
    alice.send(NEW, DRUG)
    address = f"/medicines/{alice.row(Medication).id}/end"
    answer = alice.send(address, {"ended_on": wrong, "stop_reason": "kept"})
    assert answer.status_code == 422
    assert 'href="#ended_on"' in answer.text
    assert 'value="kept"' in answer.text
    assert alice.row(Medication).ended_on is None


def test_a_dose_stated_at_a_visit_can_be_ended(alice):
    alice.signed("2026-03-10", steroid__drug="prednisolone", steroid__daily_dose="10")
    address = f"/medicines/{alice.row(Medication).id}/end"
    assert alice.send(address, {"ended_on": "2026-04-01"}).status_code == 303
    assert alice.row(Medication).ended_on.text == "2026-04-01"


def test_two_who_end_at_once_do_not_overwrite(alice):
    alice.send(NEW, DRUG)
    address = f"/medicines/{alice.row(Medication).id}/end"
    alice.send(address, {"ended_on": "2026-01-01"})
    assert alice.send(address, {"ended_on": "2026-02-01"}, row_version="1").status_code == 409
