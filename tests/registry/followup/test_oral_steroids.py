"""The highest oral dose of any day: short rises count, what is vague stays between bounds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import MedicineFact
from registry.followup.oral_steroids import Dose, at_baseline, highest
from registry.partial_date import PartialDate

FIRST, LAST = date(2024, 6, 1), date(2024, 8, 31)


def dose(low, high="same"):
    return Dose(Decimal(low), None if high is None else Decimal(low if high == "same" else high))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"daily_dose": 10}], dose(10)),
        ([{"daily_dose": 10}, {"daily_dose": 5, "started": "2024-07-01", "ended": "2024-07-01"}],
         dose(15)),
        ([{"daily_dose": 20, "ended": "2024-07-01"}, {"daily_dose": 10, "started": "2024-07-01"}],
         dose(20)),  # handed over: never 30
        ([{"daily_dose": 20, "ended": "2024-05-31"}], dose(0)),
        ([{"daily_dose": 20, "started": "2024-09-01"}], dose(0)),
        ([{"daily_dose": 20, "started": "2024-08"}], dose(20)),  # on the last day in any case
        ([{"daily_dose": 20, "started": "2024-08", "ended": "2024-08"}], dose(0, 20)),
        ([{"daily_dose": 20, "as_needed": True}], dose(0, 20)),
        ([{}], dose(0, None)),
        ([{"daily_dose": 40, "route": "iv"}], dose(0)),
        ([{"daily_dose": 500, "pulse": True}], dose(0)),
        ([{"drug": "azathioprine", "daily_dose": 100}], dose(0)),
        ([{"daily_dose": 7, "route": None}], dose(7)),
    ],
)  # fmt: skip
def test_the_highest_day_of_a_period(a_medicine, rows, expected):
    assert highest([a_medicine(**row) for row in rows], FIRST, LAST) == expected


def test_one_day_that_is_an_infusions_is_its_premedication(a_medicine):
    row = a_medicine(daily_dose=50, started="2024-07-01", ended="2024-07-01")
    assert highest([row], FIRST, LAST, {date(2024, 7, 1)}) == dose(0)
    assert highest([row], FIRST, LAST, {date(2024, 7, 2)}) == dose(50)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"daily_dose": 10}], dose(10)),
        # raised two weeks before the course: the mean is 15, the dose of the last day 20
        ([{"daily_dose": 10, "ended": "2024-05-02"}, {"daily_dose": 20, "started": "2024-05-03"}],
         dose(20)),
        # lowered two weeks before: the mean is 15
        ([{"daily_dose": 20, "ended": "2024-05-02"}, {"daily_dose": 10, "started": "2024-05-03"}],
         dose(15)),
        ([{"drug": "azathioprine"}], dose(0)),
        ([{}], dose(0, None)),
        ([], dose(0, None)),
    ],
)  # fmt: skip
def test_the_dose_at_baseline(a_medicine, rows, expected):
    found = at_baseline([a_medicine(**row) for row in rows], PartialDate.parse("2024-05-17"))
    assert found == expected


def test_before_a_course_of_unknown_day_there_is_no_baseline_dose(a_medicine):
    row = a_medicine(daily_dose=10)
    assert at_baseline([row], PartialDate.parse("2024-05")) == dose(0, None)


@pytest.mark.parametrize(
    ("taken", "limit", "answer"),
    [
        (dose("10.01"), dose(10), True),
        (dose(10), dose(10), False),
        (dose(0, 10), dose(10), False),
        (dose(0, 11), dose(10), None),
        (dose(0, None), dose(10), None),
        (dose(11, None), dose(10), True),
        (dose(11), dose(10, 12), None),
        (dose(11), dose(10, None), None),
        (dose(0), dose(0, None), False),
    ],
)
def test_above_is_certain_or_open(taken, limit, answer):
    assert taken.above(limit) is answer


def row(drug, start, length, mg):
    begun = date(2024, 5, 1).toordinal() + start
    on, to = (PartialDate.on(date.fromordinal(day)) for day in (begun, begun + length))
    return MedicineFact(drug, on, to, daily_dose=Decimal(mg), unit="mg", route="oral")


rows = st.lists(
    st.builds(
        row,
        st.sampled_from(("prednisone", "dexamethasone", "hydrocortisone")),
        st.integers(0, 150),
        st.integers(0, 60),
        st.integers(0, 40),
    ),
    max_size=5,
)


@given(rows)
def test_it_is_the_highest_of_the_single_days(medicines):
    every = [date.fromordinal(day) for day in range(FIRST.toordinal(), LAST.toordinal() + 1)]
    found = highest(medicines, FIRST, LAST)
    assert found.low == found.high == max(highest(medicines, day, day).low for day in every)


@given(rows)
def test_a_dose_is_never_above_itself_at_baseline(medicines):
    start = PartialDate.parse("2024-08-01")
    before = at_baseline(medicines, start)
    eve = date(2024, 7, 31)
    assert highest(medicines, eve, eve).above(before) is not True
