"""Stable maintenance: no immunosuppressant started or raised in the 12 weeks before a day."""

from datetime import date
from itertools import permutations

import pytest

from registry.followup.maintenance import is_stable

DAY = date(2024, 8, 16)  # 84 days before: 2024-05-24; 85: 2024-05-23


@pytest.fixture(scope="session")
def azathioprine(a_medicine):
    def build(started, ended=None, mg=100, **changes):
        return a_medicine("azathioprine", started, ended, daily_dose=mg, **changes)

    return build


@pytest.mark.parametrize(
    ("started", "stable"),
    [
        ("2024-05-23", True),
        ("2024-05-24", False),
        ("2024-08-15", False),
        ("2024-08-16", None),  # the visit began it, after its assessment
        ("2024-08-17", True),
        ("2024-05", None),  # perhaps before the 12 weeks
        ("2024-06", False),
        ("2024-08", None),
        ("2023", True),
    ],
)
def test_an_immunosuppressant_that_was_begun_is_not_stable(azathioprine, started, stable):
    assert is_stable((azathioprine(started),), DAY) is stable


@pytest.mark.parametrize(
    ("before", "now", "stable"),
    [
        ("100", "100", True),
        ("100", "50", True),
        ("100", "100.1", False),
    ],
)
def test_a_higher_dose_is_an_increase_and_a_lower_one_is_none(azathioprine, before, now, stable):
    for ended in ("2024-06-30", "2024-07-01"):
        rows = azathioprine("2020", ended, before), azathioprine("2024-07-01", mg=now)
        for order in permutations(rows):
            assert is_stable(order, DAY) is stable


def test_back_to_the_old_dose_within_the_12_weeks_is_an_increase(azathioprine):
    rows = (
        azathioprine("2020", "2024-06-01", 100),
        azathioprine("2024-06-01", "2024-07-01", 50),
        azathioprine("2024-07-01", mg=100),
    )
    assert is_stable(rows, DAY) is False


def test_a_brand_goes_on_with_its_generic_name(a_medicine):
    rows = (
        a_medicine("mycophenolate mofetil", "2020", "2024-07-01", daily_dose=2000),
        a_medicine("CellCept", "2024-07-01", daily_dose=2, unit="g"),
    )
    assert is_stable(rows, DAY) is True


@pytest.mark.parametrize(
    "changes",
    [
        {"pulse": True},
        {"as_needed": True},
        {"ended": "2024-08-14"},  # no maintenance at the visit
    ],
)
def test_what_is_no_lasting_treatment_leaves_it_open(azathioprine, changes):
    assert is_stable((azathioprine("2024-07-01", **changes),), DAY) is None
    assert is_stable((azathioprine("2024-07-01", "2024-08-15"),), DAY) is False


def test_doses_that_cannot_be_compared_leave_it_open(azathioprine, a_medicine):
    now = azathioprine("2024-07-01")
    unknown = a_medicine("azathioprine", "2020", "2024-07-01")
    stopped = azathioprine("2020", "2024-06-02")  # 29 days before it was written anew
    beside = azathioprine("2020")  # or was its end forgotten?
    for other in (unknown, stopped, beside):
        assert is_stable((other, now), DAY) is None
    assert is_stable((azathioprine("2020", "2024-06-03"), now), DAY) is True


@pytest.mark.parametrize("drug", ["hydroxychloroquine", "colecalciferol"])
def test_another_new_medicine_leaves_it_open_and_one_start_decides(a_medicine, azathioprine, drug):
    other = a_medicine(drug, "2024-07-01")
    assert is_stable((other,), DAY) is None
    assert is_stable((other, azathioprine("2024-07-01")), DAY) is False
    assert is_stable((a_medicine(drug, "2020"),), DAY) is True


def test_steroids_are_judged_elsewhere(a_medicine):
    assert is_stable((a_medicine("prednisone", "2024-08-01", daily_dose=5),), DAY) is True
