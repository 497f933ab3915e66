"""Three values: what is decided decides, unknown is never a value, and each reader says so."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments._reading import json_number
from registry.instruments._three_valued import (
    all_of,
    any_of,
    at_most,
    below,
    decided,
    known_codes,
    known_count,
    known_flag,
    known_flag_or_digit,
    known_number,
    named,
    needs_any,
    one_of,
    opposite,
    response,
    state_of,
    without_pulse,
)
from registry.instruments.base import InvalidAnswerError

FIVE = Decimal(5)
answers = st.sampled_from([True, False, None])
criteria = st.lists(answers, max_size=5)


def completions(values):
    """Yield the values with every unknown one replaced, in every possible way."""
    yield from product(*([True, False] if value is None else [value] for value in values))


def refused(read, *inputs):
    with pytest.raises(InvalidAnswerError) as caught:
        read(*inputs)
    return caught.value.code


@given(criteria)
def test_a_verdict_is_what_every_completion_gives(values):
    for judge, plain in ((all_of, all), (any_of, any)):
        assert judge(*values) is decided(plain(full) for full in completions(values))


@given(criteria, answers)
def test_one_failure_decides_wherever_it_stands(values, one):
    assert all_of(*values, False, one) is False
    assert all_of(one, *values) is all_of(*values, one)


@given(criteria)
def test_not_all_is_some_not(values):
    assert opposite(all_of(*values)) is any_of(*(opposite(value) for value in values))


@pytest.mark.parametrize(
    ("dose", "pulse", "met"),
    [
        (True, False, True),
        (True, True, False),
        (None, True, False),
        (True, None, None),
        (False, None, False),
        (None, False, None),
    ],
)
def test_a_pulse_fails_whatever_the_dose(dose, pulse, met):
    assert without_pulse(dose, pulse) is met


def test_the_ceiling_itself_is_within_and_the_limit_itself_is_not_below():
    assert at_most(Decimal("7.50"), Decimal("7.5"))
    assert not at_most(Decimal("7.5000001"), Decimal("7.5"))
    assert not below(Decimal("0.50"), Decimal("0.5"))
    assert at_most(None, Decimal(1)) is below(None, Decimal(1)) is None


def test_a_state_has_three_words():
    assert [state_of(c) for c in (True, False, None)] == ["met", "not_met", "indeterminate"]


@pytest.mark.parametrize("inputs", [{}, {"x": None}])
def test_a_name_left_out_and_null_are_both_unknown(inputs):
    assert known_number(inputs, "x", FIVE) is None
    assert known_count(inputs, "x", FIVE) is None
    assert known_flag_or_digit(inputs, "x") is None
    assert known_codes(inputs, "x", {"a"}) is None
    assert known_flag(inputs, "x") is None


def test_what_is_unsaid_has_its_default_and_null_never_has():
    assert known_flag({}, "x", unsaid=False) is False
    assert known_flag({"x": None}, "x", unsaid=False) is None


def test_a_name_that_has_to_be_there_may_be_null():
    assert named({"x": None}, "x") == "x"
    assert refused(named, {}, "x") == "missing_input"
    needs_any({"y": None}, ("x", "y"))
    assert refused(needs_any, {"z": 1}, ("x", "y")) == "missing_input"


@pytest.mark.parametrize("value", [0, 1, "false", "yes", []])
def test_only_true_and_false_are_flags(value):
    assert refused(known_flag, {"x": value}, "x") == "out_of_range"


@pytest.mark.parametrize(
    ("value", "expected"), [(True, True), (False, False), (1, True), ("0", False)]
)
def test_some_flags_may_be_digits(value, expected):
    assert known_flag_or_digit({"x": value}, "x") is expected


@pytest.mark.parametrize(
    ("value", "code"),
    [(2, "out_of_range"), ("0.5", "out_of_range"), ("yes", "not_a_number"), ([], "not_a_number")],
)
def test_no_other_number_is_a_flag(value, code):
    assert refused(known_flag_or_digit, {"x": value}, "x") == code


@pytest.mark.parametrize(
    ("value", "code"), [("5.01", "out_of_range"), (-1, "out_of_range"), (True, "not_a_number")]
)
def test_a_number_lies_in_its_range(value, code):
    assert refused(known_number, {"x": value}, "x", FIVE) == code
    assert known_number({"x": "5"}, "x", FIVE) == FIVE
    assert refused(known_number, {"x": "0.9"}, "x", FIVE, Decimal(1)) == "out_of_range"


def test_a_count_is_whole():
    assert known_count({"x": "2.0"}, "x", FIVE) == 2
    assert refused(known_count, {"x": "2.5"}, "x", FIVE) == "out_of_range"


@pytest.mark.parametrize(
    ("value", "code"), [("a", "bad_json"), (["b"], "unknown_item"), ([["a"]], "unknown_item")]
)
def test_codes_are_a_list_of_what_exists(value, code):
    assert refused(known_codes, {"x": value}, "x", {"a"}) == code
    assert known_codes({"x": ["a", "a"]}, "x", {"a"}) == {"a"}
    assert known_codes({"x": []}, "x", {"a"}) == frozenset()


def test_a_setting_has_a_default_and_only_its_own_codes():
    assert one_of({}, "x", ("a", "b"), "a") == "a"
    assert one_of({"x": "b"}, "x", ("a", "b"), "a") == "b"
    assert refused(one_of, {"x": "c"}, "x", ("a", "b"), "a") == "out_of_range"


@given(st.dictionaries(st.sampled_from("abcd"), answers), answers)
def test_a_response_needs_a_fair_start_and_one_failure_decides(parts, evaluable):
    found = response(parts, evaluable)
    if evaluable is False:
        assert (found["responder"], found["state"]) == (None, "not_evaluable")
    elif False in parts.values():
        assert (found["responder"], found["state"]) == (False, "not_met")
    elif evaluable is None or None in parts.values():
        assert (found["responder"], found["state"]) == (None, "indeterminate")
    else:
        assert (found["responder"], found["state"]) == (True, "met")
    assert found["failed"] == [name for name, part in parts.items() if part is False]
    assert found["missing"] == [name for name, part in parts.items() if part is None]


@given(st.decimals(0, 1_000_000, places=3))
def test_a_number_is_written_with_its_own_digits(value):
    assert Decimal(repr(json_number(value))) == value
