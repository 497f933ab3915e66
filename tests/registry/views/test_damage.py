"""The pages of damage and of classification: what they say, and that they tick nothing."""

import pytest

from registry.instruments import INSTRUMENTS
from registry.models import Assessment, Visit


def answers(code, value="absent", **more):
    """Return every item of an instrument as the form sends it, with the other value for some."""
    named = {f"{code}__{item.code}": value for item in INSTRUMENTS[code].items}
    return named | {f"{code}__{name}": text for name, text in more.items()}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def page(alice, name="damage"):
    answer = alice.send.client.get(f"/patients/N-001/{name}")
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_page_of_damage_is_empty_until_somebody_counts(alice):
    assert "No count of damage yet" in page(alice)
    alice.log("2026-03-10", **answers("slicc_damage", cataract="2020-05"))
    assert "is not signed and is left out" in page(alice)


def test_a_count_is_stored_scored_by_its_day_and_shown_with_its_items(alice):
    given = answers("slicc_damage", cataract="2020-05", neuropathy="2026-01")
    alice.signed("2026-03-10", **given)
    row = alice.row(Assessment, instrument="slicc_damage")
    assert (row.total, row.complete, row.parts["domains"]) == (1, True, {"ocular": [1, 1]})
    said = page(alice)
    for words in ("Items found", "Cataract, ever", "0 to 1", "May 2020", "Index over time"):
        assert words in said
    assert "The date of diagnosis is not recorded" in said
    assert "Cranial or peripheral neuropathy" in said


def test_a_lower_count_is_asked_about_before_signing_and_the_higher_stays(alice):
    alice.signed("2026-03-10", **answers("slicc_damage", cataract="present"))
    later = alice.log("2026-05-10", **answers("slicc_damage"))
    asked = " ".join(alice.send.client.get(f"/visits/{later}/sign").text.split())
    assert "The damage index was 1 on 10 Mar 2026" in asked
    assert "leaves out Cataract, ever" in asked
    alice.sign(later)
    said = page(alice)
    assert "absent at visit" in said
    assert "1 on 10 May 2026" in said


def test_an_equal_or_higher_count_is_not_asked_about(alice):
    alice.signed("2026-03-10", **answers("slicc_damage", cataract="present"))
    more = alice.log("2026-05-10", **answers("slicc_damage", cataract="present", diabetes="2010"))
    assert "The damage index was" not in alice.send.client.get(f"/visits/{more}/sign").text


def test_a_voided_visit_takes_its_damage_along(alice):
    code = alice.log("2026-03-10", **answers("slicc_damage", cataract="present"))
    alice.void("visit", alice.row(Visit, code=code).id)
    assert "No count of damage yet" in page(alice)


def test_the_page_of_classification_proposes_and_never_ticks(alice):
    code = alice.log("2026-03-10", "arthritis")
    alice.sign(code)
    said = page(alice, "classification")
    assert said.count("Not recorded") == 3
    assert "SLEDAI-2K, arthritis: present 10 Mar 2026" in said
    assert "Waiting for a judgement: Synovitis of 2 joints" in said
    assert not [row for row in alice.rows(Assessment) if row.instrument == "eular_acr_2019"]


def test_results_of_a_visit_that_nobody_signed_propose_nothing(alice):
    low = {"lab__leukocytes__value": "3.5", "lab__leukocytes__unit": "10^9/L"}
    code = alice.log("2026-03-10", **low)
    assert "Leukocytes 3.5" not in page(alice, "classification")
    alice.sign(code)
    assert "Leukocytes 3.5" in page(alice, "classification")


def test_recorded_answers_classify_and_say_what_was_not_tested(alice):
    given = answers(
        "eular_acr_2019", ana_1_80="present", joint="present", acute_cutaneous="present"
    )
    given["eular_acr_2019__antiphospholipid"] = ""
    alice.signed("2026-03-10", **given)
    row = alice.row(Assessment, instrument="eular_acr_2019")
    assert (row.total, row.known_points, row.max_possible) == (None, 12, 14)
    assert row.parts["classified"] is True
    said = page(alice, "classification")
    assert "Classified as lupus" in said
    assert "12 to 14 points" in said
    assert "Not tested: Antiphospholipid antibodies" in said


def test_an_absence_that_a_finding_contradicts_is_told(alice):
    alice.signed("2026-03-10", "arthritis", **answers("acr_1997"))
    said = page(alice, "classification")
    assert "recorded as absent, but SLEDAI-2K, arthritis: present 10 Mar 2026" in said
    assert "Not classified" in said


def test_another_hospital_sees_neither_page(clinic):
    for name in ("damage", "classification"):
        assert clinic("charlie").send.client.get(f"/patients/N-001/{name}").status_code == 404
