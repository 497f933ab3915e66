"""Days from treatment to onset: a day where it is known, a range where a date is partial."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import CourseFact, InfusionFact
from registry.followup.onset import DayRange, course_of, days_since, hours_since, is_before
from registry.partial_date import PartialDate


def on(text):
    return PartialDate.parse(text, allow_time=True)


def course(name, *starts):
    given = tuple(
        InfusionFact(f"I-{name}-{n}", on(day), "S", "msc") for n, day in enumerate(starts)
    )
    return CourseFact(name, 1, None, infusions=given)


FIRST, SECOND = course("A", "2026-01-12"), course("B", "2026-06-01", "2026-06-08")


@pytest.mark.parametrize(
    ("onset", "start", "words"),
    [
        ("2026-01-24", "2026-01-12", "+12 d"),
        ("2026-01-12", "2026-01-12", "0 d"),
        ("2025-12-23", "2026-01-12", "\u221220 d"),
        ("2026-02", "2026-01-12", "+20 to +47 d"),
        ("2026-01", "2026-01-12", "\u221211 to +19 d"),
        ("2026-02-01", "2026-01", "+1 to +31 d"),
        ("2026-01-12T23:50+01:00", "2026-01-12T10:30+01:00", "0 d"),
    ],
)
def test_days_are_a_range_over_every_completion(onset, start, words):
    assert days_since(on(onset), on(start)).words == words


def test_an_unknown_date_gives_no_days():
    assert days_since(None, on("2026-01-12")) is None
    assert days_since(on("2026-01-12"), None) is None


@pytest.mark.parametrize(
    ("onset", "start", "hours"),
    [
        ("2026-01-12T12:00+01:00", "2026-01-12T10:30+01:00", "1.5"),
        ("2026-01-12T10:30+00:00", "2026-01-12T10:30+01:00", "1.0"),  # offsets count
        ("2026-01-12T10:00+01:00", "2026-01-12T10:30+01:00", "-0.5"),
        ("2026-01-14T10:33+01:00", "2026-01-12T10:30+01:00", "48.1"),  # half up
    ],
)
def test_hours_only_where_both_are_timed(onset, start, hours):
    assert hours_since(on(onset), on(start)) == Decimal(hours)
    assert hours_since(on(onset[:10]), on(start)) is None
    assert hours_since(on(onset), on(start[:10])) is None


@pytest.mark.parametrize(
    ("onset", "infusion", "expected"),
    [
        ("2026-03-01", None, "A"),
        ("2026-06-01", None, "B"),
        ("2026-05-31", None, "A"),
        ("2026-06", None, "B"),  # it may have begun after the second
        ("2025", None, "A"),
        ("2026-06-20", "I-A-0", "A"),  # what is related decides
        (None, "I-B-1", "B"),
    ],
)
def test_the_course_is_the_one_related_or_the_last_begun(onset, infusion, expected):
    assert course_of([FIRST, SECOND], onset and on(onset), infusion).course_id == expected


@pytest.mark.parametrize(
    ("onset", "before"),
    [
        ("2026-01-11", True),
        ("2026-01-12", False),
        ("2026-01", None),
        ("2025", True),
        ("2027", False),
        (None, None),
    ],
)
def test_before_the_course_is_said_only_when_it_is_certain(onset, before):
    assert is_before(onset and on(onset), FIRST) is before


def test_without_a_course_everything_is_before_one():
    assert course_of([], on("2026-01-01")) is None
    assert is_before(on("2026-01-01"), None) is True


@given(st.dates(), st.dates())
def test_exact_days_are_one_number_and_turn_round(one, other):
    a, b = (PartialDate(day.isoformat(), day, day) for day in (one, other))
    there, back = days_since(a, b), days_since(b, a)
    assert there == DayRange((one - other).days, (one - other).days)
    assert there.first == -back.last
