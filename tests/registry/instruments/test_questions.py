"""Questions that rules read: declared words for yes and no, on the form and wherever it is read."""

import pytest

from registry.instruments import INSTRUMENTS, QUESTIONS
from registry.models import Assessment


@pytest.mark.parametrize("code", sorted(QUESTIONS))
def test_a_question_is_answered_by_yes_or_no(code):
    for item in INSTRUMENTS[code].items:
        assert item.titles == {"present": "Yes", "absent": "No", "not_assessed": "Not assessed"}


@pytest.mark.parametrize("code", sorted(INSTRUMENTS))
def test_the_words_of_one_group_are_alike(code):
    """One button answers the rest of a group by the word of its first item."""
    for _, items in INSTRUMENTS[code].sections():
        assert len({item.words for item in items}) == 1


def test_a_finding_is_present_or_absent():
    assert INSTRUMENTS["sledai_2k"].items[0].titles["present"] == "Present"


def test_the_words_stand_on_form_and_visit_and_signed_version_and_history(clinic):
    alice = clinic("alice")
    form = alice.send.client.get("/visit-parts/lldas_questions").text
    assert "</legend>" in form
    assert "> Yes</label>" in form
    assert "> Present</label>" not in form
    assert ">Rest no<span" in form
    answered = {"lldas_questions__maintenance_tolerated": "present"}
    answered |= {"lldas_questions__gi_activity": "absent"}
    code = alice.log("2026-03-01", "rash", **answered)
    sign = alice.send.client.get(f"/visits/{code}/sign").text
    alice.sign(code)
    whole = alice.send.client.get(f"/visits/{code}").text
    page = whole[whole.index("Questions for the target states") :]
    for shown in (sign, page):
        assert _answer_to(shown, "Maintenance tolerated at standard doses") == "Yes"
        assert _answer_to(shown, "Gastrointestinal activity") == "No"
    signed = page[page.index("What version 1 said") :]
    assert _answer_to(signed, "Maintenance tolerated at standard doses") == "yes"
    key = alice.row(Assessment, instrument="lldas_questions").id
    trail = clinic("audrey").send.client.get(f"/audit/records/assessment/{key}").text
    assert "Maintenance tolerated at standard doses" in trail
    assert "Yes" in trail
    assert "Present" not in trail


def _answer_to(page, label):
    row = page[page.index(f">{label}<") :]
    cell = row[row.index("<td") :]
    return cell[cell.index(">") + 1 : cell.index("</td>")].strip()
