"""Donation numbers: published and computed vectors, every single wrong character, bad input."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.donation_number import (
    ALPHABET,
    InvalidDonationNumberError,
    check_character,
    flag_of,
    parse,
)

# Number, K and the flag that repeats it; the first is the published example of JPAC.
VECTORS = [
    ("G1234 98 654321", "H", 77),
    ("G1234 17 654321", "A", 70),
    ("A9999 14 123456", "N", 83),
    ("W0000 24 000001", "C", 72),
    ("A9999 14 00000Z", "8", 68),
    ("U1234 26 000042", "Z", 95),
    ("A0001 26 000000", "K", 80),
]
NUMBER = "G123498654321"


@pytest.mark.parametrize(("shown", "check", "flag"), VECTORS)
def test_the_check_character_and_flag_of_each_vector(shown, check, flag):
    found = parse(shown)
    assert (found.check, flag_of(found.number), found.shown) == (check, flag, shown)


def test_every_single_wrong_character_changes_the_check_character():
    changed = [
        NUMBER[:place] + other + NUMBER[place + 1 :]
        for place in range(len(NUMBER))
        for other in ALPHABET[:-1]
        if other != NUMBER[place]
    ]
    assert len(changed) == 455
    assert all(check_character(number) != check_character(NUMBER) for number in changed)


@pytest.mark.parametrize(
    "typed",
    [
        "G1234 98 654321",
        "g1234-98-654321",
        "=G123498654321",
        "=G12349865432177",
        "=G12349865432100",
        "G1234 98 654321 00 H",
        " G1234  98 654321 H ",
        "g1234 98 654321 h",
    ],
)
def test_one_number_in_all_ways_of_writing_it(typed):
    assert parse(typed).number == NUMBER


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("G1234 98 654321 A", "is H, not A"),
        ("G1234 98 654312 H", "compare each character"),
        ("=G12349865432178", "the flags 78 do not belong"),
        ("G1234 98 65432", "has 12 characters"),
        ("", "has 0 characters"),
        ("G1234 98 654321 00 H 1", "has 17 characters"),
        ("G1234 9X 654321", "two digits for the year"),
        ("G1234 98 65432é", "is not a donation number"),
        ("=" * 50, "characters"),
    ],
)
def test_what_is_no_donation_number_is_refused_with_a_reason(typed, says):
    with pytest.raises(InvalidDonationNumberError, match=says):
        parse(typed)


def test_a_check_character_may_be_a_star():
    found = next(
        f"A000126{serial:06}" for serial in range(2000)
        if check_character(f"A000126{serial:06}") == "*"
    )  # fmt: skip
    assert parse(f"{found}*").number == found


characters = st.sampled_from(ALPHABET[:-1])
numbers = st.builds(
    lambda place, year, serial: f"{place}{year:02}{serial}",
    st.text(characters, min_size=5, max_size=5),
    st.integers(0, 99),
    st.text(characters, min_size=6, max_size=6),
)


@given(numbers, st.integers(0, 11))
def test_two_neighbours_swapped_are_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert check_character(swapped) != check_character(number)


@given(numbers)
def test_what_is_shown_is_read_back(number):
    found = parse(number)
    assert parse(f"={number}{flag_of(number)}{found.check}") == parse(found.shown) == found
