"""The Single European Code: its parts, its padding, and everything that it cannot be."""

from datetime import date

import pytest

from registry.european_code import InvalidEuropeanCodeError, establishment_code, parse

CODE = "BE00A317G123498654321" + "A" + "0001234" + "001" + "20271231"


def test_the_parts_of_a_code():
    code = parse(CODE)
    assert (code.country, code.establishment) == ("BE", "BE00A317")
    assert (code.donation_number, code.system) == ("G123498654321", "ISBT 128")
    assert code.expires_on == date(2027, 12, 31)
    assert code.shown == f"{CODE[:21]} {CODE[21:]}"
    assert [len(block) for block in code.shown.split()] == [21, 19]


def test_a_short_establishment_is_padded_on_the_left():
    assert establishment_code("be", "a317") == "BE00A317"
    assert parse(f"BEA317G123498654321 {CODE[21:]}").text == CODE


def test_case_spaces_and_hyphens_do_not_matter():
    assert parse(f" {CODE[:21].lower()}  {CODE[21:]}").text == CODE
    assert parse("-".join((CODE[:8], CODE[8:21], CODE[21:]))).text == CODE


def test_no_expiry_is_said_by_zeros():
    assert parse(CODE[:-8] + "0" * 8).expires_on is None


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (CODE[:-1], "has 39 characters"),
        (CODE + "1", "has 41 characters"),
        ("", "has 0 characters"),
        ("B3" + CODE[2:], "two letters for the country"),
        (CODE[:30] + "*" + CODE[31:], "none of its kind"),
        ("QQ" + CODE[2:], "begins with QQ"),
        (CODE[:21] + "C" + CODE[22:], "has C as its coding system"),
        (CODE[:-8] + "20270229", "ends in 20270229"),
        (CODE[:-8] + "2027123X", "none of its kind"),
        ("é" * 40, "none of its kind"),
    ],
)
def test_what_is_no_code_is_refused_with_a_reason(typed, says):
    with pytest.raises(InvalidEuropeanCodeError, match=says):
        parse(typed)
