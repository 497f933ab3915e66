"""Cumulative cyclophosphamide in grams: bounds, never a guess."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.cumulative import cumulative, cyclophosphamide, is_cyclophosphamide
from registry.followup.facts import MedicineFact
from registry.partial_date import PartialDate

UNTIL = date(2024, 5, 16)
EURO_LUPUS = {"dose": "500", "per_day": "0.071428571", "pulse": True}  # every two weeks


@pytest.fixture
def given_dose(a_medicine):
    """Return the bounds, in grams as text, of one row of cyclophosphamide."""

    def bounds(started="2024-01-01", ended=None, **changes):
        row = a_medicine("Cyclophosphamide", started, ended, **{"unit": "mg"} | changes)
        found = cyclophosphamide([row], UNTIL)
        return str(found.low.normalize() + 0), None if found.high is None else str(
            found.high.normalize() + 0
        )

    return bounds


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        # single days and pulses
        ({"ended": "2024-01-01", "dose": "750", "route": "iv"}, "0.75", "0.75"),
        ({"ended": "2024-01-01", "dose": "750", "pulse": True}, "0.75", "0.75"),
        ({"ended": "2024-01-01", "dose": "1", "unit": "g"}, "1", "1"),
        ({"ended": "2024-01-01", "dose": "50", "per_day": "2"}, "0.1", "0.1"),
        ({"ended": "2024-01-01", "daily_dose": "750", "per_day": "0.035714286"}, "0.75", "0.75"),
        ({"dose": "750", "pulse": True}, "0.75", None),
        ({"ended": "2024-03-01", "dose": "750", "pulse": True}, "0.75", None),
        # a schedule: every two weeks, day 1 to day 71 are six
        (EURO_LUPUS | {"ended": "2024-03-11"}, "3", "3"),
        (EURO_LUPUS | {"ended": "2024-03-10"}, "2.5", "2.5"),
        # periods
        ({"ended": "2024-01-31", "dose": "50", "per_day": "2"}, "3.1", "3.1"),
        ({"ended": "2024-01-31", "daily_dose": "100"}, "3.1", "3.1"),
        ({"ended": "2024-01-31", "daily_dose": "100", "dose": "1", "per_day": "1"}, "3.1", "3.1"),
        # ongoing, partial, unknown
        ({"started": "2024-05-15", "daily_dose": "100"}, "0.2", None),
        ({"started": "2024-01", "ended": "2024-02", "daily_dose": "100"}, "0.2", "6"),
        ({"started": "2024-01-31", "ended": "2024-01", "daily_dose": "100"}, "0.1", "0.1"),
        ({"started": "2024", "ended": "2024", "dose": "750", "pulse": True}, "0", None),
        ({"ended": "2024-01-31", "dose": "50"}, "0.05", None),
        ({"ended": "2024-01-31"}, "0", None),
        ({"ended": "2024-01-01", "dose": "10", "unit": "mg/kg"}, "0", None),
        ({"ended": "2024-01-01", "dose": "10", "unit": ""}, "0", None),
        ({"ended": "2024-01-31", "daily_dose": "100", "as_needed": True}, "0", None),
        # the edge of the day
        ({"started": "2024-05-16", "ended": "2024-05-18", "daily_dose": "100"}, "0.1", "0.1"),
        ({"started": "2024-05-17", "ended": "2024-05-17", "dose": "750"}, "0", "0"),
        ({"started": "2024-05", "ended": "2024-05", "daily_dose": "100"}, "0", "1.6"),
    ],
)  # fmt: skip
def test_one_row_gives_its_bounds(given_dose, row, low, high):
    assert given_dose(**row) == (low, high)


@pytest.mark.parametrize(
    "name", ["cyclophosphamide", " CYCLOPHOSPHAMIDE ", "Endoxan", "Cytoxan", "cyclophosphamide IV"]
)
def test_the_drug_is_known_by_its_names(name):
    assert is_cyclophosphamide(name)


@pytest.mark.parametrize("name", ["cyclosporine", "ciclosporin", "cyclo", "ifosfamide"])
def test_no_other_drug_is_taken_for_it(a_medicine, name):
    assert cyclophosphamide([a_medicine(name, dose=1, unit="g", pulse=True)], UNTIL).rows == 0


def test_doubts_say_which_row_and_why(a_medicine):
    rows = [a_medicine("Endoxan", "2023", dose=500, unit="mg/m2", pulse=True)]
    assert cyclophosphamide(rows, UNTIL).doubts == ("Endoxan from 2023: no dose in mg or g",)


days = st.dates(date(2020, 1, 1), date(2025, 12, 31))
INTAKES = st.sampled_from(("1", "2", "0.5", "0.035714286", "0.3")).map(Decimal)
doses = st.none() | st.integers(1, 1500).map(Decimal)


@st.composite
def medicines(draw):
    first, second = sorted((draw(days), draw(days)))
    shorten = draw(st.sampled_from((10, 7, 4)))
    return MedicineFact(
        "cyclophosphamide",
        PartialDate.parse(first.isoformat()[:shorten]),
        draw(st.none() | st.just(PartialDate.parse(second.isoformat()[:shorten]))),
        dose=draw(doses),
        daily_dose=draw(doses),
        per_day=draw(st.none() | INTAKES),
        unit=draw(st.sampled_from(("mg", "g", None, "mg/kg"))),
        pulse=draw(st.none() | st.booleans()),
        as_needed=draw(st.none() | st.booleans()),
    )


@given(st.lists(medicines(), max_size=6), st.randoms(), days)
def test_rows_add_up_in_any_order(rows, shuffle, until):
    whole, mixed = cumulative(rows, until), list(rows)
    shuffle.shuffle(mixed)
    again, singly = cumulative(mixed, until), [cumulative([row], until) for row in rows]
    assert (again.low, again.high, again.rows) == (whole.low, whole.high, whole.rows)
    assert whole.low == sum(one.low for one in singly)
    assert (whole.high is None) == any(one.high is None for one in singly)


@given(medicines(), days, days)
def test_bounds_are_in_order_and_never_shrink_with_time(row, one_day, another):
    earlier, later = sorted((one_day, another))
    before, after = cumulative([row], earlier), cumulative([row], later)
    assert before.high is None or before.low <= before.high
    assert before.low <= after.low


@given(medicines(), days)
def test_to_know_a_date_better_never_widens_the_bounds(row, until):
    sharp = replace(row, started_on=PartialDate.on(row.started_on.latest))
    if row.ended_on is None or row.ended_on.earliest < row.started_on.latest:
        return
    vague, exact = cumulative([row], until), cumulative([sharp], until)
    assert vague.low <= exact.low
    assert vague.high is None or (exact.high is not None and exact.high <= vague.high)
