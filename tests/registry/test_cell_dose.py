"""Three statements about one dose agree, or the one worked out is said in words."""

from decimal import Decimal

import pytest

from registry.cell_dose import contradiction, in_words


@pytest.mark.parametrize(
    ("total", "per_kg", "weight", "words"),
    [
        ("70000000", "1000000", "61.5", "make 61.5 million cells, not 70 million"),
        ("600000000", "1000000", "60", "make 60 million cells, not 600 million"),
        ("66000000", "1000000", "60", None),
        ("54000000", "1000000", "60", None),
        ("53999999", "1000000", "60", "60 million"),
        ("5", "0", "60", "make 0 cells, not 5"),
        ("0", "0", "60", None),
        (None, "1000000", "60", None),
        ("1", None, "60", None),
        ("1", "1000000", None, None),
    ],
)
def test_more_than_a_tenth_apart_is_a_contradiction(total, per_kg, weight, words):
    found = contradiction(*(text and Decimal(text) for text in (total, per_kg, weight)))
    assert (words in found) if words else found is None


@pytest.mark.parametrize(
    ("cells", "words"),
    [("999", "999"), ("1500", "1.5 thousand"), ("1E+9", "1 billion"), ("2E+12", "2 trillion")],
)
def test_a_count_is_said_in_words(cells, words):
    assert in_words(Decimal(cells)) == words
