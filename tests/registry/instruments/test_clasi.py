"""CLASI activity: bands and response at their edges."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.clasi import band_of

BAND, RESPONSE = CALCULATORS["CLASI-A.band"], CALCULATORS["CLASI-A.response"]
totals = st.integers(0, 70)


def band(activity):
    return answer(BAND, json.dumps({"activity": activity}).encode())


def response(baseline, now):
    return answer(RESPONSE, json.dumps({"baseline": baseline, "now": now}).encode())


@pytest.mark.parametrize(
    ("activity", "name"),
    [
        (0, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (20, "moderate"),
        (21, "severe"),
        ("70", "severe"),
        (None, None),
    ],
)
def test_a_total_is_in_its_band(activity, name):
    assert band(activity) == {"band": name}


@given(totals)
def test_a_higher_total_is_never_in_a_milder_band(activity):
    order = ["mild", "moderate", "severe"]
    higher = order.index(band_of(Decimal(activity + 1)))
    assert order.index(band_of(Decimal(activity))) <= higher


@pytest.mark.parametrize(
    ("baseline", "now", "improved"),
    [
        (40, 36, True),  # by points alone
        (40, 37, False),
        (20, 16, True),
        (20, 17, False),
        (15, 12, True),  # exactly 20 %
        (14, 12, False),
        (5, 4, True),
        (3, 2, True),
        (12, 13, False),
        (0, 0, None),
        (0, 5, None),
        (None, 5, None),
        (20, None, None),
    ],
)
def test_four_points_or_a_fifth_is_improvement(baseline, now, improved):
    assert response(baseline, now)["improved"] is improved


@pytest.mark.parametrize(
    ("baseline", "now", "half"), [(20, 10, True), (20, 11, False), (7, 3, True), (7, 4, False)]
)
def test_a_fall_by_half_is_answered_beside_it(baseline, now, half):
    assert response(baseline, now)["clasi_50"] is half


def test_the_fall_is_told_in_points_and_percent():
    given = response(15, 12)
    assert (given["fall_points"], given["fall_percent"]) == (3, "20.0")
    assert response(12, 13)["fall_percent"] == "-8.3"


@given(st.integers(1, 70), st.integers(0, 69))
def test_a_higher_total_now_is_never_more_of_a_response(baseline, now):
    for name in ("improved", "clasi_50"):
        assert response(baseline, now)[name] >= response(baseline, now + 1)[name]


@pytest.mark.parametrize(
    ("calculator", "line", "code"),
    [
        (BAND, b"{}", "missing_input"),
        (BAND, b'{"activity": 71}', "out_of_range"),
        (BAND, b'{"activity": -1}', "out_of_range"),
        (BAND, b'{"activity": 9.5}', "out_of_range"),
        (BAND, b'{"activity": "mild"}', "not_a_number"),
        (BAND, b'{"damage": 5}', "unknown_input"),
        (RESPONSE, b'{"baseline": 5}', "missing_input"),
        (RESPONSE, b'{"now": 5}', "missing_input"),
        (RESPONSE, b'{"baseline": 71, "now": 5}', "out_of_range"),
        (RESPONSE, b'{"baseline": 5, "now": true}', "not_a_number"),
    ],
)
def test_bad_input_has_its_code(calculator, line, code):
    assert answer(calculator, line)["error"] == code
