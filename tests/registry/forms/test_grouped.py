"""Thousands may be parted by gaps; commas and points could be decimals, so nobody guesses."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.forms.grouped import ungrouped
from registry.numbers import InvalidNumberError

CELLS, KG = Decimal(10**15), Decimal(400)


@given(st.integers(0, 10**15), st.sampled_from(" \u00a0\u2009\u202f'’"))
def test_any_number_may_have_gaps_between_thousands(number, gap):
    assert ungrouped(f"{number:,}".replace(",", gap), CELLS) == str(number)


@pytest.mark.parametrize(
    ("typed", "read"),
    [("61,5", "61,5"), ("61.500", "61.500"), ("7 00", "7 00"), ("1 2345", "1 2345"), ("", "")],
)
def test_everything_else_is_left_as_it_is(typed, read):
    assert ungrouped(typed, KG) == read


@pytest.mark.parametrize(
    ("typed", "high"), [("70,000,000", CELLS), ("70.000", CELLS), ("70,000", CELLS),
                        ("1,234,567", KG)],
)  # fmt: skip
def test_marks_between_thousands_are_refused_with_the_way_to_write_it(typed, high):
    spaced = typed.replace(",", " ").replace(".", " ")
    with pytest.raises(InvalidNumberError, match=f"write {spaced} with spaces"):
        ungrouped(typed, high)


@pytest.mark.parametrize(
    "typed",
    ["52 million", "52 Million", "52 x 10^6", "52 × 10⁶", "52*10^6", "0,52 × 10^8"],
)
def test_a_count_of_cells_may_be_written_with_a_power_of_ten(typed):
    assert Decimal(ungrouped(typed, CELLS)) == 52_000_000


@pytest.mark.parametrize("typed", ["52e6", "52 million", "5 x 10^1"])
def test_a_small_number_has_no_power_of_ten(typed):
    assert ungrouped(typed, KG) == typed


@pytest.mark.parametrize("typed", ["1e9", "1 x 10^400", "1 x 10^16", "nan million", "-3 million"])
def test_no_other_power_of_ten_is_a_number(typed):
    assert ungrouped(typed, CELLS) == typed
