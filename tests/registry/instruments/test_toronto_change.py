"""Toronto change rule: more than three points either way, and zero is remission."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS

TORONTO = CALCULATORS["SLEDAI-2K.change_Toronto"]
scores = st.integers(0, 105)


def ask(previous, current):
    return answer(TORONTO, json.dumps({"previous": previous, "current": current}).encode())


@pytest.mark.parametrize(
    ("previous", "current", "delta", "state"),
    [
        (4, 7, 3, "persistently_active"),
        (4, 8, 4, "flare"),
        (8, 5, -3, "persistently_active"),
        (8, 4, -4, "improvement"),
        (3, 0, -3, "remission"),
        (105, 0, -105, "remission"),
        (0, 0, 0, "remission"),
        (0, 3, 3, "persistently_active"),
        ("4", "8", 4, "flare"),
        (4.0, "8.0", 4, "flare"),
    ],
)
def test_a_change_has_its_name(previous, current, delta, state):
    assert ask(previous, current) == {"delta": delta, "state": state}


@pytest.mark.parametrize(("previous", "current"), [(None, 8), (4, None), (None, 0), (None, None)])
def test_with_a_score_that_is_not_complete_there_is_no_answer(previous, current):
    assert ask(previous, current) == {"delta": None, "state": "indeterminate"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{}", "missing_input"),
        (b'{"previous": 4}', "missing_input"),
        (b'{"current": 4}', "missing_input"),
        (b'{"previous": 4, "current": 106}', "out_of_range"),
        (b'{"previous": -1, "current": 4}', "out_of_range"),
        (b'{"previous": 4.5, "current": 4}', "out_of_range"),
        (b'{"previous": "four", "current": 4}', "not_a_number"),
        (b'{"previous": false, "current": 4}', "not_a_number"),
        (b'{"previous": 4, "now": 4}', "unknown_input"),
    ],
)
def test_bad_input_has_its_code(line, code):
    assert answer(TORONTO, line)["error"] == code


@given(scores, scores)
def test_what_is_a_flare_one_way_is_better_the_other_way(first, second):
    if ask(first, second)["state"] == "flare":
        assert ask(second, first)["state"] in ("improvement", "remission")


@given(scores, st.integers(0, 104))
def test_a_higher_score_now_is_never_a_better_state(previous, current):
    order = ["remission", "improvement", "persistently_active", "flare"]
    better, worse = (order.index(ask(previous, now)["state"]) for now in (current, current + 1))
    assert better <= worse
