"""Targets, analysis windows and schedule windows, as the definitions print them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.timepoints import (
    SCHEDULE_TOLERANCE,
    analysis_timepoint,
    in_order,
    is_analysis,
    is_timepoint,
    opened_by,
    schedule_window,
    target,
    title,
    window,
)

PRINTED = [
    ("month_1", 30, 15, 60),
    ("month_3", 91, 61, 136),
    ("month_6", 182, 137, 228),
    ("month_9", 274, 229, 319),
    ("month_12", 365, 320, 456),
    ("month_18", 547, 457, 638),
    ("month_24", 730, 639, 913),
    ("year_3", 1096, 914, 1278),
    ("year_4", 1461, 1279, 1643),
    ("year_5", 1826, 1644, 2009),
    ("year_6", 2192, 2010, 2374),
]


@pytest.mark.parametrize(("code", "aim", "first", "last"), PRINTED)
def test_a_timepoint_has_its_target_and_its_window(code, aim, first, last):
    assert target(code) == aim
    assert (window(code).first, window(code).last) == (first, last)


@pytest.mark.parametrize(("code", "aim", "first", "last"), PRINTED)
def test_both_limits_of_a_window_belong_to_it(code, aim, first, last):
    assert {analysis_timepoint(day) for day in (first, aim, last)} == {code}
    assert analysis_timepoint(last + 1) != code


@pytest.mark.parametrize("day", [-400, -1, 0, 1, 14])
def test_no_result_is_expected_before_day_15(day):
    assert analysis_timepoint(day) is None


@given(st.integers(15, 60_000))
def test_every_later_day_belongs_to_the_window_of_its_timepoint(day):
    assert day in window(analysis_timepoint(day))


def test_a_window_is_opened_by_its_first_day():
    assert opened_by(14) == []
    assert opened_by(60) == ["month_1"]
    assert opened_by(61) == ["month_1", "month_3"]
    assert opened_by(914)[-1] == "year_3"


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("baseline", -28, 0),
        ("month_1", 23, 37),
        ("month_3", 77, 105),
        ("month_6", 152, 212),
        ("month_9", 244, 304),
        ("month_12", 320, 410),
        ("month_18", 487, 607),
        ("month_24", 670, 790),
        ("year_3", 1036, 1156),
    ],
)
def test_the_schedule_says_which_days_are_in_time(code, first, last):
    found = schedule_window(code)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("code", ["unscheduled", "screening"])
def test_what_is_not_planned_is_never_late(code):
    assert schedule_window(code) is None


@pytest.mark.parametrize("code", [code for code in SCHEDULE_TOLERANCE if is_analysis(code)])
def test_a_visit_in_time_is_analysed_at_its_own_timepoint(code):
    found = schedule_window(code)
    assert analysis_timepoint(found.first) == analysis_timepoint(found.last) == code


@pytest.mark.parametrize("code", ["month_2", "year_2", "year_03", "year_", "Month_1", "day_3", ""])
def test_another_word_is_no_timepoint(code):
    assert not is_timepoint(code)
    assert not is_analysis(code)


def test_timepoints_are_listed_in_order_of_time():
    codes = ["unscheduled", "year_10", "year_3", "month_12", "month_1", "day_0", "baseline"]
    assert sorted(codes, key=in_order) == codes[::-1]


def test_a_page_shows_words_not_codes():
    assert (title("month_12"), title("year_3"), title("baseline")) == (
        ("Month 12", "Year 3", "Baseline")
    )
