"""States on pages: which criterion decided, and a row of ticks over time."""

import re

import pytest

from registry.followup.states import STATES
from registry.views.state_words import SIGNS, WORDS, reason_words


@pytest.fixture
def alice(clinic):
    return clinic("alice")


@pytest.fixture
def visit_page(alice):
    """Record a visit and return its page."""

    def record(*form, **more):
        return alice.send.client.get(f"/visits/{alice.log(*form, **more)}").text

    return record


def limbs(page):
    """Return the criteria of the page: title → verdict and reason."""
    found = re.findall(
        r'limbs__title">([^<]+)</span> <span class="state [^"]+"><span aria-hidden="true">.</span> '
        r'([^<]+)</span>(?:<span class="states__why">([^<]+)</span>)?',
        page,
    )
    return {title: (word, why) for title, word, why in found}


def test_a_visit_says_which_criterion_failed_and_which_could_not_be_judged(visit_page):
    page = visit_page("2026-05-10", "rash", pga__value="0.4")
    found = limbs(page)
    assert found["Clinical SLEDAI-2K of 0"] == ("not met", "clinical SLEDAI above 0")
    assert found["PGA below 0.5"] == ("met", "")
    assert found["Prednisone 5 mg a day or less"] == ("could not be judged", "no medicines recorded")
    assert "Nobody has signed this visit: what follows counts nowhere yet" in page


def test_every_word_of_a_verdict_has_a_sign_of_its_own():
    assert WORDS.keys() == SIGNS.keys()
    assert len(set(SIGNS.values())) == len(SIGNS)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("pga_not_below_0.5", "PGA not below 0.5"),
        ("score_above_4, dose_above_7.5_mg", "score above 4; dose above 7.5 mg"),
        ("no_sledai_2k", "SLEDAI-2K not recorded"),
        # Missing is not absent: these would read as a healthy kidney and a clear skin.
        ("no_proteinuria", "proteinuria not measured"),
        ("no_baseline_egfr", "eGFR not measured at baseline"),
        ("no_clasi_activity_at_baseline", "CLASI activity not recorded at baseline"),
        ("no_activity_at_baseline", "CLASI activity was 0 at baseline"),
        ("not_due_before_month_6", "not reached, and not due before month 6"),
        ("fall_of_25_percent_not_reached", "fall of 25 % not reached"),
        ("proteinuria_below_0.7_not_reached", "proteinuria not below 0.7"),
        ("upcr_below_0.5_not_certain", "ratio not certain"),
        ("", ""),
    ],
)
def test_reasons_are_words(reason, words):
    assert reason_words(reason) == words


def test_every_gap_of_a_renal_or_organ_response_says_that_it_is_a_gap():
    for name in ("egfr", "upcr", "pga", "sledai", "joints", "clasi_activity"):
        for reason in (f"no_{name}", f"no_{name}_at_baseline"):
            assert re.search("not (recorded|measured)", reason_words(reason)), reason


def test_the_patient_page_shows_no_states_before_a_visit_is_final(alice):
    alice.log("2026-05-10", "rash")
    assert 'id="states"' not in alice.send.client.get("/patients/N-001").text


def test_each_state_is_a_row_of_ticks_over_the_final_visits(alice):
    alice.signed("2026-03-10", "rash")
    alice.signed("2026-06-10", "arthritis rash")
    page = alice.send.client.get("/patients/N-001").text
    table = page[page.index('id="states"') : page.index("Timeline</h2>")]
    row = table[table.index(STATES["sledai_2k_le_4"].title) :].split("</tr>")[0]
    assert re.findall(r'class="tick tick--(\w+)"', row) == ["met", "not_met"]
    assert "10 Jun 2026: not met, score above 4" in row
