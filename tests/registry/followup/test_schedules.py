"""Intakes per day as a schedule: stored as a number, read back and computed with exactly."""

from decimal import Decimal

import pytest

from registry.followup import schedules
from registry.followup.steroids import daily_mg


@pytest.mark.parametrize("code", schedules.SCHEDULES)
def test_the_stored_number_names_its_schedule(code):
    schedule = schedules.SCHEDULES[code]
    assert schedules.code_of(schedule.per_day) == code
    assert schedules.in_words(schedule.per_day) == schedule.words
    assert abs(schedule.per_day - Decimal(schedule.intakes) / schedule.days) < Decimal("1e-9")


def test_numbers_are_those_that_a_person_would_type():
    stored = [
        str(schedules.SCHEDULES[code].per_day) for code in ("daily", "alternate_days", "weekly")
    ]
    assert stored == ["1", "0.5", "0.142857143"]


@pytest.mark.parametrize(
    ("dose", "per_day", "a_day"),
    [
        ("10", "0.5", "5"),
        ("35", "0.142857143", "5"),
        ("700", "0.035714286", "25"),
        ("2.5", "3", "7.5"),
        ("2", "4", "8"),
    ],
)
def test_the_average_day_is_exact(dose, per_day, a_day):
    assert schedules.a_day(Decimal(dose), Decimal(per_day)) == Decimal(a_day)


def test_a_weekly_steroid_of_35_mg_is_5_mg_a_day_and_not_above(a_medicine):
    assert daily_mg(a_medicine(dose="35", per_day="0.142857143", unit="mg")) == 5


@pytest.mark.parametrize(
    ("per_day", "days", "intakes"),
    [
        *[
            ("0.142857143", days, count)
            for days, count in ((0, 0), (1, 1), (7, 1), (8, 2), (15, 3))
        ],
        *[("0.035714286", days, count) for days, count in ((28, 1), (29, 2), (141, 6))],
        *[("0.5", 3, 2), ("2", 10, 20), ("0.3", 10, 3), ("1", -4, 0)],
    ],
)
def test_the_first_intake_is_on_the_first_day(per_day, days, intakes):
    assert schedules.intakes_within(Decimal(per_day), days) == intakes


@pytest.mark.parametrize(
    ("per_day", "words"), [(None, ""), ("4", "× 4 a day"), ("0.3", "× 0.3 a day")]
)
def test_a_number_without_a_name_is_written_as_a_number(per_day, words):
    assert schedules.in_words(None if per_day is None else Decimal(per_day)) == words
