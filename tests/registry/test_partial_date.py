"""Dates keep the precision they were given, and days that never were are refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.partial_date import InvalidDateError, PartialDate

DAYS = st.dates(date(1850, 1, 1), date(2100, 12, 31))
CUTS = st.sampled_from([4, 7, 10])


@given(DAYS, CUTS)
def test_a_reduced_date_spans_the_day_and_keeps_its_text(day, cut):
    partial = PartialDate.parse(day.isoformat()[:cut])
    assert partial.text == day.isoformat()[:cut]
    assert partial.earliest <= day <= partial.latest
    assert partial.exact == (day if cut == 10 else None)


@given(DAYS, CUTS, DAYS, CUTS)
def test_certainly_before_means_before_for_every_day_that_may_be_meant(one, m, other, n):
    first, second = PartialDate.parse(str(one)[:m]), PartialDate.parse(str(other)[:n])
    if first.certainly_before(second):
        assert one < other
        assert second.certainly_after(first)
        assert not second.certainly_before(first)


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-29", "2026-13", "2026-00", "2026-1-1", "26-01-01", "0000", "0202-01-01", "2026-",
     "2026-04-31", "２０２６", "2026-01-01T10:00+01:00", "20260101", "2026-W01", "nan", "1e3",
     "2026\0", "9" * 9999],
)  # fmt: skip
def test_what_is_no_date_gets_a_short_sentence(text):
    with pytest.raises(InvalidDateError) as problem:
        PartialDate.parse(text)
    assert 0 < len(str(problem.value)) < 110


@pytest.mark.parametrize("time", ["10:30", "25:00+01:00", "10:61Z", "10:30+99:00", "10:30+1"])
def test_a_time_needs_to_exist_and_to_state_its_offset(time):
    with pytest.raises(InvalidDateError):
        PartialDate.parse(f"2026-03-27T{time}", allow_time=True)


def test_the_day_at_the_site_is_never_shifted():
    given_at = PartialDate.parse("2026-03-27T23:30-08:00", allow_time=True)
    assert given_at.exact == date(2026, 3, 27)


def test_leap_days_exist_in_leap_years():
    assert PartialDate.parse("2024-02-29").exact == date(2024, 2, 29)
    assert PartialDate.parse("2024-02").latest == date(2024, 2, 29)
