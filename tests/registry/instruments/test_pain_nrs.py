"""Pain: whole numbers from 0 to 10 and nothing between them."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.pain_nrs import check


def reply(**inputs):
    return answer(CALCULATORS["NRS-pain"], json.dumps(inputs).encode())


@pytest.mark.parametrize("value", [0, 10, "7", "7.0"])
def test_a_whole_number_on_the_scale_is_valid(value):
    assert reply(value=value) == {"valid": True, "reason": None}


@pytest.mark.parametrize("value", [-1, 11, 5.5, "0.1", "10.01", 100])
def test_another_number_is_a_result_with_its_reason(value):
    found = reply(value=value)
    assert found["valid"] is False
    assert found["reason"].startswith("pain: ")


@given(st.decimals(-20, 20, places=1))
def test_exactly_eleven_ratings_exist(value):
    assert reply(value=str(value))["valid"] is (value in range(11))


def test_a_rating_is_a_whole_number():
    assert check(Decimal("4.0")) == 4


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "missing_input"),
        ({"value": None}, "missing_input"),
        ({"value": "bad"}, "not_a_number"),
        ({"value": True}, "not_a_number"),
        ({"value": 5, "scale": 100}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(inputs, code):
    assert reply(**inputs)["error"] == code
