"""Drafts of the visit forms: one's own, never a password, and gone when the visit is saved."""

import pytest

from registry.models import Draft
from tests.sending import hidden_fields

NEW = "/patients/N-001/visits/new"


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def test_a_draft_comes_back_to_its_writer_only_until_the_visit_is_saved(clinic, typed_visit):
    alice, cora = clinic("alice"), clinic("cora")
    alice.send(NEW, {"reason": "half a sent", "action": "draft"})
    alice.send("/patients/N-001/visits/new", {"reason": "half a sentence", "action": "draft"})
    assert "half a sentence" in clinic("alice").send.client.get(NEW).text
    assert "half a sentence" not in cora.send.client.get(NEW).text
    alice.log()
    assert "half a sentence" not in alice.send.client.get(NEW).text


def keep(person, address, form_address, typed):
    """Save a draft in the background, the way the form's script does."""
    fields = hidden_fields(person.send.client.get(form_address).text)
    return person.send.client.post(address, data=fields | typed)


def test_a_draft_that_arrives_after_its_visit_was_saved_is_not_kept(alice, typed_visit):
    fields = hidden_fields(alice.send.client.get(NEW).text)
    assert alice.send.client.post(NEW, data=fields | typed_visit()).status_code == 303
    late = alice.send.client.post("/patients/N-001/visits/draft", data=fields | {"reason": "late"})
    assert late.status_code == 409
    assert alice.rows(Draft) == []


def test_a_draft_of_a_change_is_left_out_once_the_visit_changed(alice, clinic):
    code = alice.log()
    change = f"/visits/{code}/change"
    assert keep(alice, f"/visits/{code}/draft", change, {"reason": "mine"}).status_code == 204
    assert 'value="mine"' in alice.send.client.get(change).text
    clinic("cora").change(code, reason="theirs")
    seen = alice.send.client.get(change).text
    assert "was left out" in seen
    assert 'value="theirs"' in seen
    assert 'value="mine"' not in seen


def test_no_password_is_kept_in_a_draft(alice):
    code = alice.signed()
    typed = {"password": "of alice", "new_password": "of alice", "amendment_reason": "because"}
    keep(alice, f"/visits/{code}/draft", f"/visits/{code}/amend", typed)
    fields = alice.row(Draft, form="visit-amend", subject=code).fields
    assert fields["amendment_reason"] == "because"
    assert "of alice" not in str(fields)
    assert fields.keys().isdisjoint({"csrf_token", "submission_id", "action"})


def test_a_draft_of_a_change_is_kept_by_its_button_and_forgotten_when_saved(alice):
    code = alice.log()
    answer = alice.send(f"/visits/{code}/change", {"reason": "half a", "action": "draft"})
    assert (answer.status_code, answer.location) == (303, f"/visits/{code}")
    assert 'value="half a"' in alice.send.client.get(f"/visits/{code}/change").text
    alice.change(code)
    assert alice.rows(Draft) == []


def test_discarding_drops_only_ones_own_draft(alice, clinic):
    cora = clinic("cora")
    for person in (alice, cora):
        person.send(NEW, {"reason": "half a sentence", "action": "draft"})
    alice.send.client.post(
        "/patients/N-001/visits/draft/discard",
        data=hidden_fields(alice.send.client.get(NEW).text),
    )
    assert "half a sentence" not in alice.send.client.get(NEW).text
    assert "half a sentence" in cora.send.client.get(NEW).text


def test_a_draft_that_is_too_long_says_so_and_keeps_the_form(alice):
    answer = alice.send(NEW, {"reason": "x" * 70_000, "action": "draft", "pga.value": "1.5"})
    assert answer.status_code == 422
    assert "too long to be kept" in answer.text
    assert 'value="1.5"' in answer.text
