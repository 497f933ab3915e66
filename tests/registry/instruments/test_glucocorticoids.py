"""Prednisone equivalents: known factors only, pulses apart, some routes never summed."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.base import InvalidAnswerError
from registry.instruments.glucocorticoids import EQUAL_TO_5_MG, prednisone_equivalent, written

doses = st.decimals(0, 1000, places=2)
PULSE = {"drug": "methylprednisolone", "mg": "500"}


def daily(**inputs):
    return answer(CALCULATORS["GC.daily_dose"], json.dumps(inputs).encode())


@pytest.mark.parametrize("drug", sorted(EQUAL_TO_5_MG))
def test_every_factor_makes_its_own_dose_five_milligrams(drug):
    assert prednisone_equivalent(drug, EQUAL_TO_5_MG[drug]) == 5


@given(st.sampled_from(sorted(EQUAL_TO_5_MG)), doses, doses)
def test_more_milligrams_never_count_for_less(drug, first, second):
    low, high = sorted((first, second))
    assert prednisone_equivalent(drug, low) <= prednisone_equivalent(drug, high)


def test_the_case_of_the_name_does_not_matter():
    assert prednisone_equivalent(" PredniSONE ", Decimal(5)) == 5


@pytest.mark.parametrize("drug", ["", "budesonide", "azathioprine"])
def test_a_drug_without_a_factor_is_an_error_not_a_factor_of_one(drug):
    with pytest.raises(InvalidAnswerError) as caught:
        prednisone_equivalent(drug, Decimal(5))
    assert caught.value.code == "no_factor"


@pytest.mark.parametrize(
    ("mg", "text"),
    [("5.00", "5"), ("0", "0"), ("100", "100"), ("0.625", "0.625"), ("6.66666666666667", "6.67")],
)
def test_milligrams_are_written_plainly(mg, text):
    assert written(Decimal(mg)) == text


@pytest.mark.parametrize(
    ("days_ago", "recent"), [(0, True), (1, True), (28, True), (29, False), (400, False)]
)
def test_a_pulse_counts_for_28_days_and_never_as_daily_dose(days_ago, recent):
    given = daily(oral=[], iv_pulse=[PULSE | {"days_ago": days_ago}])
    assert (given["pulse_in_window"], given["prednisone_eq_mg_per_day"]) == (recent, "0")


def test_silence_about_pulses_is_not_a_no():
    assert daily(drug="prednisone", dose_mg=5)["pulse_in_window"] is None
    assert daily(drug="prednisone", dose_mg=5, iv_pulse=[])["pulse_in_window"] is False


def test_a_large_dose_by_vein_is_a_pulse_even_in_the_short_form():
    given = daily(drug="methylprednisolone", dose_mg=80, route="iv")
    assert (given["pulse_in_window"], given["prednisone_eq_mg_per_day"]) == (True, "0")


@pytest.mark.parametrize(
    ("schedule", "mg", "pulse", "mean"),
    [
        ("daily", "79", None, "98.75"),
        ("twice_daily", "40", True, "0"),  # 100 mg of prednisone on one day
        ("twice_daily", "39", None, "97.5"),
        ("alternate_days", "80", True, "0"),
        ("alternate_days", "79", None, "49.375"),
    ],
)
def test_a_pulse_is_judged_by_the_whole_day(schedule, mg, pulse, mean):
    given = daily(drug="methylprednisolone", dose_mg=mg, route="iv", schedule=schedule)
    assert (given["pulse_in_window"], given["prednisone_eq_mg_per_day"]) == (pulse, mean)


@pytest.mark.parametrize(
    ("drug", "route", "pulse"),
    [
        ("triamcinolone", "im", True),
        ("Methylprednisolone", "im", True),
        ("betamethasone", "im", True),
        ("dexamethasone", "im", None),
        ("triamcinolone", "oral", None),
        ("triamcinolone", "intra_articular", None),
    ],
)
def test_a_depot_by_muscle_is_a_pulse_whatever_its_dose(drug, route, pulse):
    assert daily(drug=drug, dose_mg=4, route=route)["pulse_in_window"] is pulse


def test_null_is_no_empty_list_of_steroids():
    assert daily(oral=None)["error"] == "missing_input"
    assert daily(oral=None, iv_pulse=[])["error"] == "missing_input"
    assert daily(oral=[])["prednisone_eq_mg_per_day"] == "0"


@pytest.mark.parametrize("route", ["topical", "inhaled", "intra_articular"])
def test_a_local_route_is_listed_but_not_summed(route):
    given = daily(drug="Betamethasone", dose_mg=1, route=route)
    assert given["prednisone_eq_mg_per_day"] == "0"
    assert given["not_counted"] == [f"Betamethasone ({route})"]


@pytest.mark.parametrize(
    ("schedule", "mg"),
    [("daily", "14"), ("twice_daily", "28"), ("alternate_days", "7"), ("weekly", "2")],
)
def test_a_schedule_is_averaged_over_its_days(schedule, mg):
    assert daily(drug="prednisone", dose_mg=14, schedule=schedule)["prednisone_eq_mg_per_day"] == mg
