"""KDIGO 2024: thresholds, the tolerance for function, and what cannot be judged."""

import json
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.kdigo_2024 import Course, response

UPCRS = [Decimal(text) for text in ("0.3", "0.5", "1.5", "2.9", "3", "8")]
EGFRS = [Decimal(text) for text in ("30", "68", "80", "200", "250")]
BETTER = ("none", "partial", "complete")
COURSE = {
    "upcr_baseline_g_g": "3.0",
    "upcr_now_g_g": "0.4",
    "egfr_baseline": 80,
    "egfr_now": 80,
    "tolerance_pct": 15,
}
upcrs = st.decimals(0, 10, places=2)
egfrs = st.decimals(1, 150, places=1)


def reply(**change):
    return answer(CALCULATORS["renal.KDIGO-2024"], json.dumps(COURSE | change).encode())


@pytest.mark.parametrize(
    ("baseline", "now", "expected"),
    [
        ("3", "0.499", "complete"),
        ("3", "0.5", "partial"),
        ("3", "1.5", "partial"),
        ("3", "1.501", "none"),
        ("8", "2.999", "partial"),
        ("8", "3", "none"),
        ("0.6", "0.4", "complete"),
        ("0.4", "0.4", "complete"),
        ("0", "0", "complete"),
    ],
)
def test_the_thresholds_of_proteinuria(baseline, now, expected):
    assert reply(upcr_baseline_g_g=baseline, upcr_now_g_g=now)["response"] == expected


@pytest.mark.parametrize(
    ("egfr", "tolerance", "expected"),
    [
        ("68", 15, "complete"),
        ("67.99", 15, "none"),
        ("72", 10, "complete"),
        ("71.99", 10, "none"),
        ("71.99", "12.5", "complete"),
        ("240", 10, "complete"),
    ],
)
def test_function_is_kept_up_to_the_tolerance_itself(egfr, tolerance, expected):
    assert reply(egfr_now=egfr, tolerance_pct=tolerance)["response"] == expected


def test_the_tolerance_is_fifteen_per_cent_unless_said_and_is_printed():
    without = {name: value for name, value in COURSE.items() if name != "tolerance_pct"}
    found = answer(CALCULATORS["renal.KDIGO-2024"], json.dumps(without).encode())
    assert found == reply()
    assert found["tolerance_pct"] == "15"


def test_who_was_below_the_limit_before_treatment_is_told_apart():
    assert reply()["already_below_0_5"] is False
    assert reply(upcr_baseline_g_g="0.49")["already_below_0_5"] is True
    assert reply(upcr_baseline_g_g=None)["already_below_0_5"] is None


def with_none(values):
    return [*values, None]


def completions(course):
    parts = (course.upcr_baseline, course.upcr_now, course.egfr_baseline, course.egfr_now)
    wider = [Decimal(1), *EGFRS, Decimal(300)]
    grids = (UPCRS, UPCRS, wider, wider)
    choices = (
        [part] if part is not None else grid for part, grid in zip(parts, grids, strict=True)
    )
    return {response(Course(*full)) for full in product(*choices)}


def test_a_response_is_indeterminate_exactly_where_the_unknown_could_change_it():
    for parts in product(*(with_none(grid) for grid in (UPCRS, UPCRS, EGFRS, EGFRS))):
        possible = completions(Course(*parts))
        expected = possible.pop() if len(possible) == 1 else "indeterminate"
        assert response(Course(*parts)) == expected, parts


@given(upcrs, upcrs, upcrs, egfrs, egfrs)
def test_less_proteinuria_is_never_a_worse_response(baseline, first, second, before, now):
    low, high = sorted((first, second))
    best, worst = (
        BETTER.index(response(Course(baseline, value, before, now))) for value in (low, high)
    )
    assert best >= worst


@given(upcrs, upcrs, egfrs, egfrs, egfrs)
def test_more_filtration_is_never_a_worse_response(baseline, now, before, first, second):
    low, high = sorted((first, second))
    worst, best = (
        BETTER.index(response(Course(baseline, now, before, value))) for value in (low, high)
    )
    assert best >= worst


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"upcr_now_g_g": "x"}, "not_a_number"),
        ({"upcr_now_g_g": True}, "not_a_number"),
        ({"upcr_now_g_g": "-0.1"}, "out_of_range"),
        ({"upcr_now_g_g": 490}, "out_of_range"),  # mg/g in the wrong field
        ({"egfr_now": 251}, "out_of_range"),
        ({"tolerance_pct": 9}, "out_of_range"),
        ({"tolerance_pct": "15.1"}, "out_of_range"),
        ({"tolerance_pct": "some"}, "not_a_number"),
        ({"creatinine": 1}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(change, code):
    assert reply(**change)["error"] == code


@pytest.mark.parametrize("name", ["upcr_baseline_g_g", "upcr_now_g_g", "egfr_baseline", "egfr_now"])
def test_a_name_that_is_not_given_is_an_error_and_null_is_unknown(name):
    line = json.dumps({key: value for key, value in COURSE.items() if key != name}).encode()
    assert answer(CALCULATORS["renal.KDIGO-2024"], line)["error"] == "missing_input"
    assert "error" not in reply(**{name: None})
