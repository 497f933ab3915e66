"""SLE responder index: each criterion at its edge, and one failure decides."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.bilag_2004 import SYSTEMS

SRI = CALCULATORS["SRI"]
RESPONSE = {
    "threshold": 4,
    "sledai_baseline": 10,
    "sledai_now": 6,
    "new_bilag_A": 0,
    "new_bilag_B": 0,
    "pga_baseline": "1.0",
    "pga_now": "1.0",
    "treatment_failure": False,
}
QUIET = dict.fromkeys(SYSTEMS, "E")
visits = st.fixed_dictionaries(
    {
        "threshold": st.sampled_from([4, 5, 6, 7, 8]),
        "sledai_baseline": st.sampled_from([0, 3, 4, 8, 10, 20, 105]),
        "sledai_now": st.sampled_from([0, 2, 4, 6, 97, 102, 105]),
        "new_bilag_A": st.sampled_from([0, 1, 4]),
        "new_bilag_B": st.sampled_from([0, 1, 2, 5]),
        "pga_baseline": st.sampled_from(["0", "0.9", "1", "2.8", "3"]),
        "pga_now": st.sampled_from(["0", "0.29", "1.2", "1.3", "3"]),
        "treatment_failure": st.booleans(),
    }
)
gaps = st.sets(st.sampled_from([name for name in RESPONSE if name != "threshold"]))


def ask(**changes):
    return answer(SRI, json.dumps(RESPONSE | changes).encode())


@pytest.mark.parametrize("threshold", [4, 5, 6, 7, 8])
def test_sledai_must_fall_by_the_threshold_or_more(threshold):
    exactly = ask(threshold=threshold, sledai_now=10 - threshold)
    assert (exactly["responder"], exactly["state"]) == (True, "met")
    less = ask(threshold=threshold, sledai_now=11 - threshold)
    assert (less["responder"], less["failed"]) == (False, ["sledai"])


@pytest.mark.parametrize("threshold", [4, 5, 6, 7, 8])
def test_a_baseline_below_the_threshold_is_not_evaluable(threshold):
    below = ask(threshold=threshold, sledai_baseline=threshold - 1, sledai_now=0)
    assert (below["responder"], below["state"]) == (None, "not_evaluable")
    at_it = ask(threshold=threshold, sledai_baseline=threshold, sledai_now=0)
    assert at_it["responder"] is True


def test_not_evaluable_comes_before_every_failure():
    given = ask(sledai_baseline=3, treatment_failure=True)
    assert (given["responder"], given["state"]) == (None, "not_evaluable")


@pytest.mark.parametrize(
    ("before", "now", "responder"),
    [
        ("1.0", "1.29", True),
        ("1.0", "1.3", False),
        ("0.9", "1.2", False),
        ("2.0", "2.3", False),
        (0.9, 1.2, False),
        ("1.0", "0.2", True),
    ],
)
def test_a_rise_of_the_pga_by_exactly_three_tenths_fails(before, now, responder):
    assert ask(pga_baseline=before, pga_now=now)["responder"] is responder


@pytest.mark.parametrize(
    ("a", "b", "responder"), [(0, 1, True), (0, 2, False), (1, 0, False), (None, 2, False)]
)
def test_one_new_b_is_tolerated_and_no_new_a(a, b, responder):
    assert ask(new_bilag_A=a, new_bilag_B=b)["responder"] is responder


def test_the_grades_of_both_visits_may_be_given_instead():
    counts = {"new_bilag_A": None, "new_bilag_B": None}
    now = QUIET | {"renal": "B"}
    assert ask(**counts, bilag_baseline=QUIET, bilag_now=now)["responder"] is True
    now |= {"ophthalmic": "B"}
    assert ask(**counts, bilag_baseline=QUIET, bilag_now=now)["failed"] == ["bilag"]
    assert ask(**counts, bilag_baseline=QUIET)["missing"] == ["bilag"]
    assert ask(bilag_baseline=QUIET, bilag_now=now)["error"] == "out_of_range"


def test_treatment_failure_fails_and_unknown_it_is_open():
    assert ask(treatment_failure=True)["responder"] is False
    unknown = ask(treatment_failure=None)
    assert (unknown["responder"], unknown["state"]) == (None, "indeterminate")


@pytest.mark.parametrize("name", [name for name in RESPONSE if name != "threshold"])
def test_what_is_missing_is_never_taken_for_good(name):
    left_out = {key: value for key, value in RESPONSE.items() if key != name}
    for reply in (ask(**{name: None}), answer(SRI, json.dumps(left_out).encode())):
        assert (reply["responder"], reply["state"]) == (None, "indeterminate")
        assert len(reply["missing"]) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"threshold": None}, "missing_input"),
        ({"threshold": 3}, "out_of_range"),
        ({"threshold": 9}, "out_of_range"),
        ({"threshold": "4.5"}, "out_of_range"),
        ({"sledai_baseline": 106}, "out_of_range"),
        ({"sledai_now": "6.5"}, "out_of_range"),
        ({"new_bilag_A": -1}, "out_of_range"),
        ({"new_bilag_A": 5, "new_bilag_B": 5}, "out_of_range"),
        ({"pga_now": 4}, "out_of_range"),
        ({"pga_now": True}, "not_a_number"),
        ({"treatment_failure": 2}, "out_of_range"),
        ({"bilag_now": [], "new_bilag_A": None, "new_bilag_B": None}, "bad_json"),
        ({"bilag": 1}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(changes, code):
    assert ask(**changes)["error"] == code


@given(visits, gaps)
def test_what_is_decided_with_gaps_holds_however_they_are_filled(full, unknown):
    whole, partial = ask(**full), ask(**full | dict.fromkeys(unknown))
    for name, word in partial["criteria"].items():
        assert word in ("indeterminate", whole["criteria"][name])
    if partial["responder"] is True:
        assert whole["responder"] is True
    if partial["responder"] is False:
        assert whole["responder"] is not True


@given(visits)
def test_a_higher_threshold_is_never_easier(full):
    if full["threshold"] < 8 and ask(**full | {"threshold": full["threshold"] + 1})["responder"]:
        assert ask(**full)["responder"] is True


@given(visits)
def test_one_definite_failure_decides(full):
    given = ask(**full)
    if given["state"] != "not_evaluable":
        assert given["responder"] is (given["failed"] == [])
