"""PGA: 0 to 3 with at most two decimals, and the 100 mm line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
