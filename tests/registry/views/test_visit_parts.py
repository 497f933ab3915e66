"""The optional parts of the visit form: closed unless typed, wrong or due; one tab stop each."""

import re
from decimal import Decimal

import pytest

from registry.models import Assessment
from registry.views.visit_parts import due_words, one_sledai, optional_parts
from tests.visiting import visit_form

NEW = "/patients/N-001/visits/new"


def opened(values, errors=None):
    return {
        part.instrument.code
        for subject in optional_parts(values, errors or {})
        for part in subject.parts
        if part.open
    }


def test_nothing_is_open_on_an_empty_form():
    subjects = optional_parts({}, {})
    assert opened({}) == set()
    assert not any(subject.open for subject in subjects)
    assert [subject.title for subject in subjects][:1] == ["Activity"]


def test_what_is_typed_or_wrong_is_open_and_its_subject_with_it():
    assert opened({"clasi.activity": "3"}) == {"clasi"}
    assert opened({"clasi.activity": ""}) == set()
    assert opened({}, {"bilag_2004.renal": "no"}) == {"bilag_2004"}
    subject = next(s for s in optional_parts({"clasi.activity": "3"}, {}) if s.open)
    assert subject.title == "Activity"


def test_what_is_due_at_the_timepoint_is_open():
    assert {"rand_36", "clasi", "joint_count_28"} <= opened({"timepoint": "baseline"})
    assert opened({"timepoint": "day_7"}) == set()
    assert "rand_36" in opened({"timepoint": "year_3"})


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((), ""),
        (("baseline",), "due at baseline"),
        (("baseline", "month_12", "month_24", *(f"year_{n}" for n in range(3, 16))),
         "due at baseline and yearly"),
        (("month_3", "month_6"), "due at month 3, month 6"),
    ],
)  # fmt: skip
def test_when_it_is_due_is_said_in_words(codes, words):
    assert due_words(codes) == words


def test_two_versions_of_the_sledai_get_a_soft_hint():
    both = {"sledai_2k.rash": "present", "selena_sledai.rash": "present"}
    assert "Two versions of the SLEDAI" in one_sledai(both)
    assert one_sledai({"sledai_2k.rash": "present", "clasi.activity": "3"}) == ""


def test_without_script_the_button_of_a_part_opens_it_and_keeps_what_was_typed(clinic):
    alice = clinic("alice")
    typed = visit_form() | {"action": "open:bilag_2004", "clasi.activity": "3"}
    page = alice.send(NEW, typed)
    assert page.status_code == 200
    assert 'name="bilag_2004.renal"' in page.text
    assert 'value="3"' in page.text
    assert 'name="rand_36.q1"' not in page.text
    assert alice.rows(Assessment) == []


@pytest.mark.parametrize("code", ["sledai_2k", "csledai_2k", "nothing"])
def test_only_an_optional_instrument_is_a_part(clinic, code):
    assert clinic("alice").send.client.get(f"/visit-parts/{code}").status_code == 404


def test_the_closed_parts_weigh_little(clinic):
    client = clinic("alice").send.client
    assert len(client.get(NEW).text) < 130_000
    assert len(client.get("/visit-parts/rand_36").text) > 15_000


def test_a_mistake_in_a_closed_part_opens_it_and_keeps_everything(clinic):
    alice = clinic("alice")
    typed = visit_form() | {
        "bilag_2004.renal": "B", "sle_das.proteinuria_flag": "present", "rand_36.q21": "3",
        "pga.value": "7", "eq_5d_5l.profile": "2123",
    }  # fmt: skip
    answer = alice.send(NEW, typed)
    assert answer.status_code == 422
    for field in ("sle_das-proteinuria_mg", "pga-value", "eq_5d_5l-profile"):
        assert f'href="#{field}"' in answer.text
    assert '<option value="B" selected>' in answer.text
    assert 'value="2123"' in answer.text
    for code in ("bilag_2004", "sle_das", "rand_36", "eq_5d_5l"):
        assert re.search(rf'data-part="{code}"[^>]* open>', answer.text), code
    assert not re.search(r'data-part="clasi"[^>]* open>', answer.text)
    assert alice.rows(Assessment) == []


def test_all_of_it_is_stored_shown_amended_and_kept(clinic):
    alice = clinic("alice")
    code = alice.signed(
        **{
            "bilag_2004__renal": "B", "bilag_2004__reason": "remote_contact",
            "rand_36__q21": "3", "rand_36__q22": "2", "fatigue_vas__value": "5.5/10",
            "pga__value": "35 mm",
        }
    )  # fmt: skip
    page = alice.send.client.get(f"/visits/{code}").text
    for words in ("incomplete, 8 to 104", "Pain 67.5", "B, moderate", "55 mm: Entered as 5.5/10"):
        assert words in page
    assert "1.05, entered as 35 mm" in page
    assert alice.row(Assessment, instrument="pga").total == Decimal("1.05")
    amended = alice.send.client.get(f"/visits/{code}/amend").text
    for kept in ('value="5.5/10"', 'value="35 mm"', 'value="remote_contact" selected'):
        assert kept in amended


def test_the_page_to_sign_asks_to_look_twice_at_two_versions(clinic):
    alice = clinic("alice")
    code = alice.log(selena_sledai__rash="present")
    page = alice.send.client.get(f"/visits/{code}/sign").text
    assert "Two versions of the SLEDAI are recorded at this visit" in page
