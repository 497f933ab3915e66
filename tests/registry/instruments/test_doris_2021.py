"""DORIS 2021: both published readings of the steroid dose, and nothing met by being unknown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS

DORIS = CALCULATORS["DORIS-2021"]
REMISSION = {
    "clinical_sledai": 0,
    "clinical_complete": True,
    "pga": "0.2",
    "pred_mg": "0",
    "stable_maintenance": True,
}
FAILS = {"clinical_sledai": 1, "pga": "0.5", "pred_mg": "5.01", "stable_maintenance": False}


def doris(**changes):
    return answer(DORIS, json.dumps(REMISSION | changes).encode())


def both(**changes):
    found = doris(**changes)
    return found["remission"], found["remission_strict_lt5"]


@pytest.mark.parametrize(
    ("mg", "expected"),
    [
        ("4.99", (True, True)),
        ("5", (True, False)),
        (5.0, (True, False)),
        ("5.00", (True, False)),
        ("5.01", (False, False)),
        (None, (None, None)),
    ],
)
def test_exactly_5_mg_divides_the_two_readings(mg, expected):
    assert both(pred_mg=mg) == expected


@pytest.mark.parametrize(("pga", "met"), [("0.49", True), ("0.5", False), (0.499, True)])
def test_the_pga_is_strictly_below_a_half(pga, met):
    assert both(pga=pga) == (met, met)


@pytest.mark.parametrize("name", sorted(FAILS))
def test_each_limb_fails_alone_and_is_named(name):
    found = doris(**{name: FAILS[name]})
    assert (found["remission"], found["failed"], found["missing"]) == (False, [name], [])


@pytest.mark.parametrize("name", sorted(FAILS))
def test_a_limb_that_is_not_known_leaves_it_open(name):
    found = doris(**{name: None})
    assert (found["remission"], found["state"]) == (None, "indeterminate")
    assert found["missing"] == [name]


@pytest.mark.parametrize(
    ("points", "complete", "met"),
    [(0, True, True), (0, False, None), (0, None, None), (1, False, False), (1, None, False)],
)
def test_points_decide_at_once_and_only_a_complete_0_is_no_activity(points, complete, met):
    assert both(clinical_sledai=points, clinical_complete=complete) == (met, met)


@pytest.mark.parametrize(
    ("pulse", "mg", "met"), [(True, "0", False), (None, "0", None), (None, "6", False)]
)
def test_a_recent_pulse_fails_both_readings(pulse, mg, met):
    assert both(recent_pulse=pulse, pred_mg=mg) == (met, met)
    assert doris(recent_pulse=pulse)["reason"] == ("recent_pulse" if pulse else None)


@pytest.mark.parametrize("points", [0, 2, 4, None])
def test_serology_does_not_count(points):
    assert both(serology_points=points) == (True, True)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"clinical_sledai": 102}, "out_of_range"),
        ({"clinical_sledai": "0.5"}, "out_of_range"),
        ({"clinical_complete": "yes"}, "out_of_range"),
        ({"serology_points": 5}, "out_of_range"),
        ({"pga": "none"}, "not_a_number"),
        ({"pred_mg": -5}, "out_of_range"),
        ({"sledai2k": 0}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(changes, code):
    assert doris(**changes)["error"] == code


facts = st.fixed_dictionaries(
    {name: st.sampled_from([REMISSION[name], value, None]) for name, value in FAILS.items()}
)


@given(facts)
def test_the_answer_holds_for_every_way_of_filling_the_gaps(known):
    blanks = [name for name, value in known.items() if value is None]
    best = both(**known | {name: REMISSION[name] for name in blanks})
    worst = both(**known | {name: FAILS[name] for name in blanks})
    expected = tuple(b if b == w else None for b, w in zip(best, worst, strict=True))
    assert both(**known) == expected


@given(st.decimals(0, 12, places=2))
def test_the_strict_reading_is_never_met_alone(mg):
    wide, strict = both(pred_mg=str(mg))
    assert wide or not strict


@pytest.mark.parametrize("key", ["DORIS-2021", "DORIS-2017-framework"])
def test_a_question_about_nothing_is_refused(key):
    assert answer(CALCULATORS[key], b"{}")["error"] == "missing_input"
