"""The slope of eGFR: least squares a year, and never across two equations."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments._filtration import Estimate, slope
from registry.instruments.base import InvalidAnswerError


def dated(*values, equation="CKD-EPI/2021"):
    return [Estimate(equation, date.fromisoformat(on), Decimal(value)) for on, value in values]


def test_a_slope_is_the_change_a_year():
    found = slope(dated(("2024-01-01", "90"), ("2025-01-01", "84")))
    assert round(found, 20) == round(Decimal(-6) * Decimal("365.25") / 366, 20)


def test_equations_are_never_mixed_in_a_slope():
    old = dated(("2008-01-01", "90"), equation="MDRD-175/2006")
    with pytest.raises(InvalidAnswerError) as caught:
        slope([*old, *dated(("2025-01-01", "84"))])
    assert caught.value.code == "mixed_equations"


@pytest.mark.parametrize(
    "values", [[], [("2025-01-01", "84")], [("2025-01-01", "84"), ("2025-01-01", "80")]]
)
def test_one_day_has_no_slope(values):
    assert slope(dated(*values)) is None


points = st.lists(
    st.tuples(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.decimals(0, 150, places=2)),
    min_size=2,
    max_size=12,
    unique_by=lambda point: point[0],
)


@given(points, st.randoms())
def test_the_order_of_the_results_does_not_change_the_slope(found, random):
    estimates = [Estimate("one", on, value) for on, value in found]
    mixed = list(estimates)
    random.shuffle(mixed)
    assert slope(mixed) == slope(estimates)


@given(points, st.decimals(0, 150, places=2))
def test_the_same_value_all_along_has_slope_zero(found, value):
    assert slope([Estimate("one", on, value) for on, _ in found]) == 0
