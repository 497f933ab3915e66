from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.rounding import half_up, percent


@pytest.mark.parametrize(
    ("value", "places", "printed"),
    [
        (Fraction(1, 8), 2, 0.13),
        (Decimal("2.675"), 2, 2.68),
        (Decimal("-2.125"), 2, -2.13),
        (Decimal("0.25"), 1, 0.3),
        (Decimal("-0.004"), 2, 0.0),
        (7, 1, 7.0),
    ],
)
def test_ties_are_rounded_away_from_zero(value, places, printed):
    assert half_up(value, places) == printed


def test_a_rounded_zero_has_no_sign():
    assert str(half_up(Decimal("-0.001"), 2)) == "0.0"


def test_an_undefined_number_stays_undefined():
    assert half_up(None, 1) is None


def test_nobody_counted_gives_no_percentage():
    assert percent(0, 0) is None


def test_a_percentage_on_a_tie_goes_up():
    assert percent(1, 16) == 6.3  # 6.25
    assert percent(33, 50) == 66.0


@given(st.decimals(-1000, 1000, places=6))
def test_rounding_moves_a_value_by_half_a_step_at_most(value):
    assert abs(Decimal(str(half_up(value, 2))) - value) <= Decimal("0.005")
