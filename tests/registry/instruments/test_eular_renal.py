"""EULAR milestones: how far proteinuria fell by when, and what is not due yet."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.eular_renal import milestones

grams = st.decimals(0, 20, places=2)
months = st.decimals(0, 36, places=1)
INPUTS = {"proteinuria_baseline_g": "4.0", "proteinuria_now_g": "2.0", "months": 6}
ON_VALUE = ("milestone_25pct", "milestone_50pct", "target_lt_0_7", "lt_0_5")


def reply(**change):
    return answer(CALCULATORS["renal.EULAR-milestones"], json.dumps(INPUTS | change).encode())


@pytest.mark.parametrize(
    ("now", "month", "name", "expected"),
    [
        ("3", 3, "milestone_25pct", True),
        ("3.01", 3, "milestone_25pct", False),
        ("3.01", "2.9", "milestone_25pct", None),
        ("3", 1, "milestone_25pct", True),
        ("2", 6, "milestone_50pct", True),
        ("2.01", 6, "milestone_50pct", False),
        ("2.01", 5, "milestone_50pct", None),
        ("0.7", 12, "target_lt_0_7", False),
        ("0.699", 12, "target_lt_0_7", True),
        ("0.7", 11, "target_lt_0_7", None),
        ("0.5", 12, "lt_0_5", False),
        ("0.499", 12, "lt_0_5", True),
        ("0", 0, "lt_0_5", True),
    ],
)
def test_each_milestone_has_its_limit_and_its_month(now, month, name, expected):
    assert reply(proteinuria_now_g=now, months=month)[name] is expected


@pytest.mark.parametrize(("baseline", "allowed", "due"), [("3.5", True, 24), ("3.49", False, 12)])
def test_a_nephrotic_baseline_may_take_longer(baseline, allowed, due):
    found = reply(proteinuria_baseline_g=baseline, months=12)
    assert found["nephrotic_extension_allowed"] is allowed
    assert found["target_due_by_month"] == due
    assert found["target_lt_0_7"] is False


def test_what_was_not_measured_is_not_judged():
    assert {reply(proteinuria_now_g=None)[name] for name in ON_VALUE} == {None}
    found = reply(proteinuria_baseline_g=None, proteinuria_now_g="0.4", months=12)
    assert (found["milestone_25pct"], found["target_lt_0_7"]) == (None, True)
    assert (found["nephrotic_extension_allowed"], found["target_due_by_month"]) == (None, None)


def test_without_proteinuria_before_there_is_nothing_to_fall():
    found = reply(proteinuria_baseline_g=0, proteinuria_now_g=0)
    assert (found["milestone_25pct"], found["milestone_50pct"]) == (None, None)


@given(grams, grams, months)
def test_the_harder_milestone_never_stands_without_the_easier(baseline, now, month):
    found = milestones(baseline, now, month)
    assert not (found["milestone_50pct"] and not found["milestone_25pct"])
    assert not (found["lt_0_5"] and not found["target_lt_0_7"])


@given(grams, grams, months, months)
def test_time_alone_never_turns_one_verdict_into_the_other(baseline, now, first, second):
    early, late = (milestones(baseline, now, month) for month in sorted((first, second)))
    for name in ON_VALUE:
        assert early[name] in (None, late[name])


@given(grams, grams, grams, months)
def test_less_proteinuria_never_loses_a_milestone(baseline, first, second, month):
    low, high = (milestones(baseline, value, month) for value in sorted((first, second)))
    for name in ON_VALUE:
        assert low[name] is high[name] or not high[name]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"months": None}, "missing_input"),
        ({"months": -1}, "out_of_range"),
        ({"months": "six"}, "not_a_number"),
        ({"proteinuria_now_g": "-1"}, "out_of_range"),
        ({"proteinuria_now_g": 700}, "out_of_range"),  # mg in the wrong field
        ({"proteinuria_baseline_g": "much"}, "not_a_number"),
        ({"egfr": 80}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(change, code):
    assert reply(**change)["error"] == code


@pytest.mark.parametrize("name", list(INPUTS))
def test_a_name_that_is_not_given_is_an_error(name):
    line = json.dumps({key: value for key, value in INPUTS.items() if key != name}).encode()
    assert answer(CALCULATORS["renal.EULAR-milestones"], line)["error"] == "missing_input"


def test_a_third_is_not_rounded_onto_the_limit():
    baseline = Decimal("1.333333333333333333333")
    above = baseline * Decimal("0.75") + Decimal("1e-21")
    assert milestones(baseline, above, Decimal(3))["milestone_25pct"] is False
