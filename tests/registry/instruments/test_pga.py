"""PGA: 0 to 3 with at most two decimals, and the 100 mm line."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.base import InvalidAnswerError
from registry.instruments.pga import INSTRUMENT, from_line, score

values = st.decimals(0, 3, places=2)


@given(values)
def test_the_score_is_the_value_itself(value):
    result = score({"value": value})
    assert (result.total, result.complete) == (value, True)


def test_an_unanswered_pga_may_still_be_anything():
    result = score({"value": None})
    assert (result.total, result.known_points, result.max_possible) == (None, 0, 3)
    assert result.missing == ("value",)


@given(values)
def test_a_stored_value_reads_back_exactly(value):
    assert INSTRUMENT.from_row(INSTRUMENT.to_row({"value": value})) == {"value": value}


@pytest.mark.parametrize("value", ["3.01", "-0.1", "0.555", "x", "nan", "1,5"])
def test_a_value_off_the_scale_is_refused(value):
    with pytest.raises(InvalidAnswerError):
        INSTRUMENT.item("value").parse(value)


def test_the_exchange_writes_a_value_as_it_was_typed():
    item = INSTRUMENT.item("value")
    assert item.text(item.parse("0.50")) == "0.50"
    assert item.text(item.parse("not_assessed")) == "not_assessed"


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_longer_mark_never_gives_less(first, second):
    low, high = sorted((first, second))
    assert 0 <= from_line(Decimal(low)) <= from_line(Decimal(high)) <= 3


def ask(key, **inputs):
    return answer(CALCULATORS[key], json.dumps(inputs).encode())


@pytest.mark.parametrize(("key", "name"), [("PGA", "value"), ("PGA.from_100mm", "mm")])
def test_a_value_nobody_gave_is_neither_valid_nor_wrong(key, name):
    assert set(ask(key, **{name: None}).values()) == {None}
    assert ask(key)["error"] == "missing_input"


@pytest.mark.parametrize("value", ["x", "", "NaN", True, [1], "1,5"])
def test_what_is_no_number_is_an_error_and_not_an_invalid_value(value):
    assert ask("PGA", value=value)["error"] == "not_a_number"
    assert ask("PGA.from_100mm", mm=value)["error"] == "not_a_number"


@pytest.mark.parametrize(
    ("mm", "pga"), [("16.6", "0.50"), ("17.5", "0.53"), ("50.5", "1.52"), (33.3, "1.00")]
)
def test_a_mark_between_two_millimetres_is_rounded_half_up(mm, pga):
    assert ask("PGA.from_100mm", mm=mm)["pga"] == pga


@pytest.mark.parametrize("mm", [-1, "-0.1", "100.1", 101, "1000"])
def test_a_mark_off_the_line_is_refused(mm):
    assert ask("PGA.from_100mm", mm=mm)["error"] == "out_of_range"
