"""Dates are read as people type them, days before months."""

from datetime import date

import pytest

from registry.forms.dates import read_date
from registry.forms.times import read_time
from registry.partial_date import InvalidDateError

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("22 11 2026", "2026-11-22"),
        ("22/11/26", "2026-11-22"),
        ("1.2.2026", "2026-02-01"),
        ("22 Nov 2026", "2026-11-22"),
        (" 22  November,  2026 ", "2026-11-22"),
        ("3 sept 2026", "2026-09-03"),
        ("11/2026", "2026-11"),
        ("nov 2026", "2026-11"),
        ("2026-11", "2026-11"),
        ("2026", "2026"),
        ("today", "2026-11-22"),
        ("-3", "2026-11-19"),
        ("29 2 2024", "2024-02-29"),
        ("1/1/27", "1927-01-01"),
        ("1/1/00", "2000-01-01"),
    ],
)
def test_the_usual_ways_of_writing_a_day(typed, text):
    assert read_date(typed, TODAY).text == text


@pytest.mark.parametrize(
    "typed",
    ["29 2 2026", "11/22/2026", "32 1 2026", "0 1 2026", "22 marble 2026", "22 ma 2026", "soon",
     "-", "--3", "-99999", "22 11", "22 11 202", "2026-3-1", "٢٢ ١١ ٢٠٢٦", "1 1 1066", "\ud800"],
)  # fmt: skip
def test_what_cannot_be_a_day_is_refused(typed):
    with pytest.raises(InvalidDateError):
        read_date(typed, TODAY)


def test_a_time_is_read_only_where_it_is_asked_for():
    assert read_time("2026-03-27T10:30+01:00", TODAY, None).exact == date(2026, 3, 27)
    with pytest.raises(InvalidDateError, match="only a date is expected"):
        read_date("2026-03-27T10:30+01:00", TODAY)


def test_a_month_above_twelve_is_told_that_days_come_first():
    with pytest.raises(InvalidDateError, match="month 27 does not exist; days come first"):
        read_date("3 27 2026", TODAY)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("10 10 2026 10:30", "2026-10-10T10:30+02:00"),
        ("2026-10-10 10:30", "2026-10-10T10:30+02:00"),
        ("10 Jan 2026, 9:05", "2026-01-10T09:05+01:00"),
        ("2026-01-10T09:05:30", "2026-01-10T09:05:30+01:00"),
        ("today 8:00", "2026-11-22T08:00+01:00"),
        ("2026-10-10 10:30 +05:30", "2026-10-10T10:30+05:30"),
        ("2026-10-10 10:30Z", "2026-10-10T10:30Z"),
        ("25 10 2026 2:30", "2026-10-25T02:30+02:00"),  # comes twice: the earlier one
        ("10 10 2026", "2026-10-10"),
        ("10/2026", "2026-10"),
    ],
)
def test_a_time_of_day_is_that_of_the_site(typed, text):
    assert read_time(typed, TODAY, "Europe/Paris").text == text


@pytest.mark.parametrize(
    ("typed", "zone", "words"),
    [
        ("29 3 2026 2:30", "Europe/Paris", "does not exist on that day"),
        ("10 10 2026 10:30", None, "add the offset"),
        ("10 10 2026 10:30", "Mars/Olympus", "add the offset"),
        ("10 10 2026 10:30", "../etc/passwd", "add the offset"),
        ("10 10 2026 25:30", "Europe/Paris", "not a time of day"),
        ("10 10 2026 10:30 +25:00", "Europe/Paris", "not a time of day"),
        ("10/2026 10:30", "Europe/Paris", "needs its day"),
        ("2026-10-10 10:3", "Europe/Paris", "not a date"),
    ],
)
def test_a_time_that_cannot_be_is_refused(typed, zone, words):
    with pytest.raises(InvalidDateError, match=words):
        read_time(typed, TODAY, zone)
