"""Criteria with three values: one that is decided decides, and unknown is never a value."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments._judging import (
    all_of,
    any_of,
    flag_or_unknown,
    json_number,
    number_or_unknown,
)
from registry.instruments.base import InvalidAnswerError

criteria = st.lists(st.sampled_from([True, False, None]), max_size=5)


def completions(values):
    """Yield the values with every unknown one replaced, in every possible way."""
    yield from product(*([True, False] if value is None else [value] for value in values))


@given(criteria)
def test_a_verdict_is_what_every_completion_gives(values):
    for judge, plain in ((all_of, all), (any_of, any)):
        possible = {plain(full) for full in completions(values)}
        assert judge(*values) is (possible.pop() if len(possible) == 1 else None)


def test_null_is_unknown_and_a_name_that_is_not_given_is_an_error():
    assert number_or_unknown({"x": None}, "x", Decimal(5)) is None
    assert flag_or_unknown({"x": None}, "x") is None
    for read in (lambda: number_or_unknown({}, "x", Decimal(5)), lambda: flag_or_unknown({}, "x")):
        with pytest.raises(InvalidAnswerError) as caught:
            read()
        assert caught.value.code == "missing_input"


@pytest.mark.parametrize("value", [0, 1, "false", "yes", []])
def test_only_true_and_false_are_flags(value):
    with pytest.raises(InvalidAnswerError) as caught:
        flag_or_unknown({"x": value}, "x")
    assert caught.value.code == "out_of_range"


@given(st.decimals(0, 1_000_000, places=3))
def test_a_number_is_written_with_its_own_digits(value):
    assert Decimal(repr(json_number(value))) == value
