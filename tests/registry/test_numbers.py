"""Numbers are read as people type them, and nothing that a machine would call a number slips in."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.numbers import InvalidNumberError, check_range, parse_decimal


@given(st.decimals(-(10**15) + 1, 10**15 - 1, allow_nan=False, places=3))
def test_a_plain_number_comes_back_exactly(number):
    assert parse_decimal(format(number, "f")) == number


@pytest.mark.parametrize(
    "text",
    ["", "nan", "inf", "-Infinity", "1e400", "1_000", "1,000.5", "<10", "٣", "１", "0x1F", "1 000",
     "+5", ".5", "5.", "1\0", "\ud800", "9" * 10_000, "1." + "0" * 10],
)  # fmt: skip
def test_anything_else_gets_a_sentence(text):
    with pytest.raises(InvalidNumberError, match="is not a number like 7 or") as problem:
        parse_decimal(text, comma=True)
    assert len(str(problem.value)) < 90


def test_a_comma_is_for_forms_only():
    assert parse_decimal(" 7,50 ", comma=True) == Decimal("7.50")
    with pytest.raises(InvalidNumberError, match="needs a decimal point"):
        parse_decimal("7,5")


def test_digits_are_kept_as_typed_and_zero_has_no_sign():
    assert str(parse_decimal("2.50")) == "2.50"
    assert str(parse_decimal("-0")) == "0"


def test_a_range_includes_its_ends():
    assert check_range(Decimal(3), 0, 3) == 3
    with pytest.raises(InvalidNumberError, match=r"3\.01 is outside 0 to 3 mg"):
        check_range(Decimal("3.01"), 0, 3, "mg")
