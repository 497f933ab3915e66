"""Mean steroid dose and pulses in the 28 days before a day, with honest bounds."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import MedicineFact
from registry.followup.steroids import (
    dose_disagrees,
    exposure,
    pulses,
    warnings,
)
from registry.partial_date import PartialDate

DAY = date(2024, 6, 29)  # the window is 2024-06-01 to 2024-06-28


def bounds(*rows):
    taken = exposure(rows, DAY)
    return taken.low, taken.high


def test_without_any_medicine_row_nothing_is_known():
    taken = exposure((), DAY)
    assert (taken.known, taken.pulse, taken.mean) == (False, None, None)


def test_a_known_history_without_steroids_is_zero(a_medicine):
    taken = exposure((a_medicine("azathioprine"),), DAY)
    assert (taken.mean, taken.pulse) == (0, False)


@pytest.mark.parametrize(
    ("started", "ended", "mean"),
    [
        ("2024-01-01", None, 14),
        ("2024-06-15", None, 7),
        ("2024-01-01", "2024-06-14", 7),
        ("2024-06-28", None, Decimal("0.5")),
        ("2024-06-29", None, 0),  # the day of the visit is not before the visit
        ("2024-01-01", "2024-06-01", Decimal("0.5")),
        ("2024-01-01", "2024-05-31", 0),
    ],
)
def test_the_dose_is_averaged_over_the_28_days_before(a_medicine, started, ended, mean):
    assert bounds(a_medicine(started=started, ended=ended, daily_dose=14)) == (mean, mean)


def test_drugs_are_converted_and_summed(a_medicine):
    rows = a_medicine(daily_dose="2.5"), a_medicine("Hydrocortisone", dose=5, per_day=2)
    assert exposure(rows, DAY).mean == 5


def test_the_daily_dose_wins_and_the_difference_is_told(a_medicine):
    row = a_medicine(dose=5, per_day=2, daily_dose=5)
    assert exposure((row,), DAY).mean == 5
    assert dose_disagrees(row)
    assert "daily dose is used" in warnings([row])[0]


def test_alternate_days_are_half_an_intake_a_day(a_medicine):
    assert exposure((a_medicine(dose=10, per_day="0.5"),), DAY).mean == 5


@pytest.mark.parametrize("route", ["topical", "inhaled", "intra_articular"])
def test_a_local_steroid_is_not_counted(a_medicine, route):
    taken = exposure((a_medicine("betamethasone", daily_dose=5, route=route),), DAY)
    assert (taken.mean, taken.pulse) == (0, False)


@pytest.mark.parametrize(("unit", "dose"), [("mg", 5), ("g", "0.005"), ("mcg", 5000), ("MG ", 5)])
def test_a_unit_of_mass_is_converted(a_medicine, unit, dose):
    assert exposure((a_medicine(daily_dose=dose, unit=unit),), DAY).mean == 5


@pytest.mark.parametrize(
    "changes",
    [{}, {"dose": 5}, {"daily_dose": 1, "unit": "tablet"}, {"daily_dose": 5, "drug": "Medrol"}],
)
def test_a_dose_that_cannot_be_converted_has_no_upper_bound(a_medicine, changes):
    row = a_medicine(**changes)
    assert bounds(row) == (0, None)
    assert warnings([row])


def test_as_needed_may_be_nothing_or_all_of_it(a_medicine):
    assert bounds(a_medicine(daily_dose=10, as_needed=True)) == (0, 10)


def test_a_partial_start_leaves_two_bounds(a_medicine):
    assert bounds(a_medicine(started="2024-06", daily_dose=28)) == (0, 28)
    assert bounds(a_medicine(started="2024", ended="2024-06-14", daily_dose=28)) == (0, 14)


def test_a_taper_does_not_count_both_doses_on_its_day(a_medicine):
    rows = (
        a_medicine(ended="2024-06-01", daily_dose=10),
        a_medicine(started="2024-06-01", daily_dose=5),
    )
    assert exposure(rows, DAY).mean == 5


@pytest.mark.parametrize(
    ("first", "then", "mean"),
    [
        ({"drug": "prednisone"}, {"drug": "Prednisolone"}, 5),
        ({"drug": "prednisolone"}, {"drug": "prednisone"}, 5),
        ({"route": None}, {"route": "oral"}, 5),
        # Another drug may be taken beside it on that day.
        ({"drug": "prednisone"}, {"drug": "deflazacort", "daily_dose": 6}, Decimal(145) / 28),
    ],
)
def test_the_same_steroid_under_another_name_is_handed_over_as_well(a_medicine, first, then, mean):
    rows = (
        a_medicine(**{"ended": "2024-06-10", "daily_dose": 5, **first}),
        a_medicine(**{"started": "2024-06-10", "daily_dose": 5, **then}),
    )
    assert exposure(rows, DAY).mean == round(Decimal(mean), 9)


@pytest.mark.parametrize(
    ("given_on", "recent"),
    [("2024-05-31", False), ("2024-06-01", True), ("2024-06-28", True), ("2024-06-29", False)],
)
def test_a_pulse_counts_in_the_window_and_never_in_the_mean(a_medicine, given_on, recent):
    row = a_medicine("methylprednisolone", given_on, given_on, dose=500, per_day=1, route="iv")
    taken = exposure((row,), DAY)
    assert (taken.pulse, taken.mean) == (recent, 0)
    assert pulses([row]) == [row]


@pytest.mark.parametrize(
    ("drug", "dose", "route", "pulse"),
    [
        ("prednisolone", 100, "iv", True),
        ("prednisolone", "99.9", "iv", False),
        ("methylprednisolone", 80, "iv", True),
        ("dexamethasone", 15, "im", True),
        ("triamcinolone", 40, "im", True),  # a depot, whatever its dose
        ("prednisone", 100, "oral", False),
    ],
)
def test_a_pulse_is_100_mg_by_vein_or_muscle_or_a_depot(a_medicine, drug, dose, route, pulse):
    row = a_medicine(drug, "2024-06-10", "2024-06-10", daily_dose=dose, route=route)
    assert exposure((row,), DAY).pulse is pulse


@pytest.mark.parametrize(
    ("mg", "started", "ended", "pulse"),
    [
        (50, "2024-06-10", "2024-06-10", True),  # with the 50 mg of that day
        ("49.9", "2024-06-10", "2024-06-10", False),
        (50, "2024-06-11", "2024-06-11", False),  # the day after
        (50, "2024-06-01", "2024-06-20", True),
        (50, "2024-06", "2024-06", None),  # perhaps on that day
        (50, "2024-06-01", None, None),  # once, or still repeated
        (50, "2024-05-31", "2024-05-31", False),
    ],
)
def test_doses_of_one_day_are_a_pulse_together(a_medicine, mg, started, ended, pulse):
    one = a_medicine("prednisolone", "2024-06-10", "2024-06-10", daily_dose=50, route="iv")
    other = a_medicine("dexamethasone", started, ended, daily_dose=0, route="im")
    other = replace(other, daily_dose=Decimal(mg) * Decimal("0.15"))  # mg of prednisone
    assert exposure((one, other), DAY).pulse is pulse
    by_mouth = replace(other, route="oral")
    assert exposure((one, by_mouth), DAY).pulse is False


def test_a_labelled_pulse_is_one_even_without_a_dose(a_medicine):
    labelled = a_medicine("methylprednisolone", "2024-06-10", "2024-06-12", pulse=True, route="iv")
    assert exposure((labelled,), DAY).pulse is True
    assert exposure((a_medicine("cyclophosphamide", "2024-06-10", pulse=True),), DAY).pulse is False


@pytest.mark.parametrize(
    ("started", "ended", "pulse"),
    [
        ("2024-06", "2024-06", None),  # perhaps after the visit
        ("2024-05", "2024-06-10", True),
        ("2024-03", "2024-03", False),
        ("2024-03-01", None, None),  # once, or still repeated
        ("2024-06-10", None, True),
    ],
)
def test_a_pulse_of_vague_date_decides_only_where_it_must(a_medicine, started, ended, pulse):
    row = a_medicine("methylprednisolone", started, ended, dose=500, route="iv")
    assert exposure((row,), DAY).pulse is pulse


def test_a_pulse_to_be_taken_as_needed_may_not_have_been(a_medicine):
    row = a_medicine("methylprednisolone", "2024-06-10", dose=500, per_day=1, route="iv")
    assert exposure((replace(row, as_needed=True),), DAY).pulse is None
    assert exposure((replace(row, as_needed=False),), DAY).pulse is True


def test_a_row_handed_over_on_the_first_day_of_the_window_is_out_of_it(a_medicine):
    unknown = a_medicine(ended="2024-06-01")
    assert bounds(unknown, a_medicine(started="2024-06-01", daily_dose=5)) == (5, 5)
    assert exposure((unknown,), DAY).high is None


def test_a_dose_by_vein_of_unknown_size_may_be_a_pulse(a_medicine):
    assert exposure((a_medicine("methylprednisolone", route="iv"),), DAY).pulse is None


rows = st.builds(
    lambda start, length, mg: MedicineFact(
        "prednisone",
        PartialDate.on(start),
        PartialDate.on(start + timedelta(days=length)),
        daily_dose=mg,
        route="oral",
    ),
    st.dates(date(2024, 4, 1), date(2024, 8, 1)),
    st.integers(0, 90),
    st.decimals(0, 60, places=1),
)


@given(st.lists(rows, min_size=1, max_size=5))
def test_the_order_of_the_rows_does_not_matter(medicines):
    assert exposure(medicines, DAY) == exposure(medicines[::-1], DAY)


@given(st.lists(rows, min_size=1, max_size=5))
def test_exact_dates_and_doses_leave_no_doubt(medicines):
    taken = exposure(medicines, DAY)
    assert taken.low == taken.high == taken.mean


@given(st.lists(rows, min_size=1, max_size=5), rows)
def test_a_vaguer_date_only_widens_the_bounds(medicines, row):
    vague = MedicineFact(
        row.drug,
        PartialDate.parse(f"{row.started_on.earliest:%Y-%m}"),
        row.ended_on,
        daily_dose=row.daily_dose,
        route="im-other",
    )
    exact = MedicineFact(
        row.drug, row.started_on, row.ended_on, daily_dose=row.daily_dose, route="im-other"
    )
    sharp, blurred = exposure([*medicines, exact], DAY), exposure([*medicines, vague], DAY)
    assert blurred.low <= sharp.low <= sharp.high <= blurred.high


@pytest.mark.parametrize(
    ("text", "started", "pulse"),
    [
        ("Prednisolone 25 mg", "2024-07-19", True),  # 28 days before
        ("Prednisolone 25 mg", "2024-07-18", False),
        ("Prednisolone 25 mg", "2024-08-16", False),  # at the visit
        ("Prednisolone 25 mg", "2024-08", None),
        ("Chlorphenamine 10 mg; Hydrocortisone 100mg", "2024-08-01", True),
        ("Solu-Medrol 40", "2024-08-01", True),
        ("Paracetamol 1 g", "2024-08-01", False),
        ("Budesonide", "2024-08-01", False),
        (None, "2024-08-01", False),
    ],
)
def test_a_steroid_before_the_cells_counts_as_a_pulse_for_28_days(
    a_course, a_medicine, text, started, pulse
):
    given = replace(a_course(started).infusions[0], premedication=text)
    taken = exposure((a_medicine("azathioprine"),), date(2024, 8, 16), (given,))
    assert (taken.pulse, taken.mean) == (pulse, 0)


def test_a_premedication_is_known_even_without_a_medicine_history(a_course):
    given = replace(a_course("2024-08-01").infusions[0], premedication="Dexamethasone 8 mg")
    taken = exposure((), date(2024, 8, 16), (given,))
    assert (taken.known, taken.pulse) == (False, True)
    assert exposure((), date(2024, 8, 16)).pulse is None
