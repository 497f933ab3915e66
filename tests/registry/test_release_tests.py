"""Release tests against the published limits, and everything that must stay open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.release_tests import WITHOUT_RESULT, contradiction, meets, verdict


@pytest.mark.parametrize(
    ("result", "comparator", "unit", "limit", "met"),
    [
        ("80", None, "%", ">80 %", False),
        ("80.1", None, "%", ">80 %", True),
        ("80", None, "%", ">=80%", True),
        ("79,9", None, "%", "≥ 80 %", False),
        ("5", None, "EU/kg", "<=5 EU/kg", True),
        ("5", None, "EU/kg", "<5 EU/kg", False),
        ("0.2", "<", "EU/mL", "<0.5 EU/mL", True),
        ("0.5", "<", "EU/mL", "<0.5 EU/mL", True),
        ("0.5", "<=", "EU/mL", "<0.5 EU/mL", None),
        ("2", "<", "EU/mL", "<0.5 EU/mL", None),
        ("<0.2", None, "EU/mL", "<0.5 EU/mL", True),
        ("2", ">", "EU/mL", "<0.5 EU/mL", False),
        ("0.2", None, "EU/mL", "<=5 EU/kg", None),
        ("0.2", None, None, "<=5 EU/kg", True),
        ("5.0", None, None, "4.5 to 6.0", True),
        ("6.1", None, None, "4.5-6.0", False),
        ("5.0", None, None, "4.5-6.0 x 10^7", None),
        ("95", None, "%", ">=95 x 10^1", None),
        ("no growth", None, None, "Negative", True),
        ("Growth", None, None, "no growth", False),
        ("46,XX", None, None, "normal", None),
        ("80", None, None, None, None),
        (None, None, None, ">80", None),
        ("80", None, None, "", None),
        ("5", None, None, "6 to 4", None),
    ],
)
def test_a_result_is_held_against_its_limit(result, comparator, unit, limit, met):
    assert meets(result, comparator, unit, limit) is met


@pytest.mark.parametrize("state", sorted(WITHOUT_RESULT))
def test_pending_is_a_value_and_no_verdict(state):
    assert verdict(state=state, result=None, limit=">80 %") == state
    assert "Is the test still without one" in contradiction(state, "85", None, "%", ">80 %")
    assert contradiction(state, None, None, None, ">80 %") is None


def test_what_was_entered_stands_and_what_contradicts_it_is_asked():
    assert verdict(state="passed", result="70", unit="%", limit=">80 %") == "passed"
    assert "70 % does not meet" in contradiction("passed", "70", None, "%", ">80 %")
    assert "meets the limit" in contradiction("failed", "85", None, "%", ">80 %")
    assert contradiction("passed", "85", None, "%", ">80 %") is None
    assert contradiction("passed", "46,XX", None, None, "normal") is None


def test_without_a_state_the_arithmetic_answers_or_leaves_it_open():
    assert verdict(state=None, result="85", unit="%", limit=">80 %") == "passed"
    assert verdict(state=None, result="75", unit="%", limit=">80 %") == "failed"
    assert verdict(state=None, result="46,XX", limit="normal") is None


numbers = st.decimals(min_value=0, max_value=100, places=1).map(str)
signs = st.sampled_from(["<", "<=", ">", ">=", ""])


@given(numbers, signs, numbers, signs)
def test_no_result_both_meets_a_limit_and_its_opposite(result, comparator, limit, sign):
    opposite = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}.get(sign)
    if opposite is None:
        return
    one = meets(result, comparator or None, None, f"{sign}{limit}")
    other = meets(result, comparator or None, None, f"{opposite}{limit}")
    assert (one, other) in {(True, False), (False, True), (None, None)}


@given(st.text(max_size=20), st.text(max_size=5), st.text(max_size=20))
def test_any_text_is_answered_with_one_of_three_values(result, unit, limit):
    assert meets(result, None, unit, limit) in {True, False, None}
