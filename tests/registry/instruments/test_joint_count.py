"""The 28-joint count: which joints are in the set, and what an unseen joint leaves open."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.joint_count import JOINTS, OUTSIDE

COUNT = CALCULATORS["joint_count_28"]
joints = st.lists(st.sampled_from(JOINTS + OUTSIDE), max_size=40)


def ask(**inputs):
    return answer(COUNT, json.dumps(inputs).encode())


def test_the_set_has_twenty_eight_joints_and_shares_none_with_the_others():
    assert len(set(JOINTS)) == len(JOINTS) == 28
    assert not set(JOINTS) & set(OUTSIDE)


@pytest.mark.parametrize("joint", JOINTS)
def test_every_joint_of_the_set_counts_once_however_often_it_is_named(joint):
    given = ask(swollen=[joint, joint])
    assert (given["count"], given["all_joints_in_set"]) == (1, True)


@pytest.mark.parametrize("joint", OUTSIDE)
def test_a_joint_outside_is_named_and_not_counted(joint):
    given = ask(swollen=[joint, "knee_L"])
    assert (given["count"], given["all_joints_in_set"]) == (1, False)
    assert given["not_counted"] == [joint]


def test_a_joint_that_was_not_assessed_leaves_no_count():
    given = ask(swollen=["knee_L"], not_assessed=["knee_R", "hip_L"])
    assert (given["count"], given["known_count"], given["max_possible"]) == (None, 1, 2)
    assert (given["complete"], given["missing"]) == (False, ["knee_R"])


def test_an_unseen_joint_outside_the_set_leaves_the_count():
    assert ask(swollen=["knee_L"], not_assessed=["hip_L"])["count"] == 1


def test_joints_that_nobody_examined_are_not_quiet():
    given = ask(swollen=None)
    assert (given["count"], given["all_joints_in_set"]) == (None, None)
    assert (given["known_count"], given["max_possible"]) == (0, 28)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{}", "missing_input"),
        (b'{"not_assessed": []}', "missing_input"),
        (b'{"swollen": "knee_L"}', "bad_json"),
        (b'{"swollen": 3}', "bad_json"),
        (b'{"swollen": ["knee"]}', "unknown_item"),
        (b'{"swollen": ["pip1_L"]}', "unknown_item"),
        (b'{"swollen": [1]}', "unknown_item"),
        (b'{"swollen": [["knee_L"]]}', "unknown_item"),
        (
            b'{"swollen": ["knee_L"], "not_assessed": ["knee_L"]}',
            "item_both_present_and_not_assessed",
        ),
        (b'{"swollen": [], "tender": []}', "unknown_input"),
    ],
)
def test_bad_input_has_its_code(line, code):
    assert answer(COUNT, line)["error"] == code


@given(joints, joints, joints)
def test_any_way_to_fill_the_gaps_stays_between_the_bounds(swollen, unseen, filling):
    unseen = sorted(set(unseen) - set(swollen))
    partial = ask(swollen=swollen, not_assessed=unseen)
    filled = ask(swollen=swollen + [joint for joint in filling if joint in unseen])
    assert 0 <= partial["known_count"] <= filled["count"] <= partial["max_possible"] <= 28


@given(joints)
def test_neither_order_nor_repetition_matters(swollen):
    assert ask(swollen=swollen) == ask(swollen=swollen[::-1] + swollen)
