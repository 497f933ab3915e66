"""The kidney over time: one equation, one unit of the ratio for a patient, and nothing invented."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import (
    BiopsyFact,
    ConditionFact,
    CourseFact,
    FlareFact,
    InfusionFact,
    LabFact,
    PatientFacts,
)
from registry.followup.kidney import Kidney
from registry.followup.kidney.filtration import NOT_RECORDED, REPORTED
from registry.followup.kidney.samples import Between, written
from registry.instruments import ckd_epi
from registry.instruments._filtration import Sample
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.reading import canonical
from tests.registry.followup.conftest import DAY_0, partial

NEPHRITIS = (ConditionFact("lupus_nephritis"),)


@pytest.fixture
def a_kidney(a_patient, a_course):
    def build(*labs, **changes):
        ordered = tuple(sorted(labs, key=lambda fact: fact.collected_on.earliest))
        known = {"birth_date": partial("1984-05-17"), "courses": (a_course(),), "labs": ordered}
        return Kidney(a_patient(**(known | changes)))

    return build


def test_every_analyte_of_a_reported_egfr_is_known_to_the_laboratory():
    assert set(REPORTED) <= set(ANALYTES)


@pytest.mark.parametrize(
    ("sex", "value", "unit"), [("female", "0.8", "mg/dL"), ("male", "88.4", "umol/L")]
)
def test_filtration_is_of_the_age_on_the_day_of_the_sample(a_kidney, a_lab, sex, value, unit):
    (found,) = a_kidney(a_lab(0, "creatinine", value, unit), sex=sex).filtrations
    mg_dl = Decimal(value) / (Decimal("88.4") if unit == "umol/L" else 1)
    expected = ckd_epi.ckd_epi_2021(Sample(mg_dl, Decimal(40), sex == "female"))
    assert found.equation == ckd_epi.VERSION_2021
    assert abs(found.amount.exact - expected) < Decimal("1e-6")


def test_the_birthday_decides_and_a_year_of_birth_leaves_two_bounds(a_kidney, a_lab):
    day_before, birthday = (
        a_lab(-1, "creatinine", 80, "umol/L"),
        a_lab(0, "creatinine", 80, "umol/L"),
    )
    kidney = a_kidney(day_before, birthday)
    young, old = (one.amount for one in kidney.filtrations)
    assert young.exact > old.exact
    vague = a_kidney(birthday, birth_date=partial("1984")).filtrations[0].amount
    assert (vague.low, vague.high) == (old.exact, young.exact)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"birth_date": partial("2006-05-18")}, "under_18"),
        ({"birth_date": partial("2006")}, "may_be_under_18"),
        ({"birth_date": None}, "no_birth_date"),
        ({"sex": "unknown"}, "sex_not_female_or_male"),
        ({"sex": "intersex"}, "sex_not_female_or_male"),
    ],
)
def test_without_what_the_equation_needs_there_is_none_and_a_reason(a_kidney, a_lab, changes, why):
    (found,) = a_kidney(a_lab(0, "creatinine", 80, "umol/L"), **changes).filtrations
    assert (found.amount, found.why) == (None, why)


def test_eighteen_is_an_adult(a_kidney, a_lab):
    (found,) = a_kidney(
        a_lab(0, "creatinine", 80, "umol/L"), birth_date=partial("2006-05-17")
    ).filtrations
    assert found.amount


def test_a_creatinine_below_detection_is_a_bound(a_kidney, a_lab):
    (found,) = a_kidney(a_lab(0, "creatinine", 30, "umol/L", "<")).filtrations
    exact = a_kidney(a_lab(0, "creatinine", 30, "umol/L")).filtrations[0].amount.exact
    assert found.amount.low > exact - Decimal("1e-6")
    assert found.amount.high > found.amount.low


def test_results_of_other_equations_are_in_no_slope(a_kidney, a_lab):
    mine = [a_lab(day, "creatinine", 80 + day // 10, "umol/L") for day in (0, 180, 365)]
    others = [
        a_lab(90, "egfr", 20, "mL/min/1.73m2"),
        a_lab(100, "egfr_mdrd", 25, "mL/min/1.73m2"),
        a_lab(110, "egfr_ckd_epi_2009", 30, "mL/min/1.73m2"),
    ]
    alone, mixed = a_kidney(*mine).slope, a_kidney(*mine, *others).slope
    assert mixed == alone
    assert (alone.n, alone.equation) == (3, ckd_epi.VERSION_2021)
    assert alone.per_year < 0
    equations = {one.equation for one in a_kidney(*mine, *others).filtrations}
    assert NOT_RECORDED in equations
    assert len(equations) == 4


def test_a_reported_result_of_the_same_equation_counts_where_none_was_computed(a_kidney, a_lab):
    same_day = a_lab(0, "egfr_ckd_epi_2021", 55, "mL/min/1.73m2")
    other_day = a_lab(100, "egfr_ckd_epi_2021", 50, "mL/min/1.73m2")
    kidney = a_kidney(a_lab(0, "creatinine", 80, "umol/L"), same_day, other_day)
    assert [one.reported for one in kidney.comparable] == [False, True]


def test_one_day_makes_no_slope_and_bounds_are_left_out(a_kidney, a_lab):
    one = a_kidney(a_lab(0, "creatinine", 80, "umol/L")).slope
    assert (one.n, one.per_year) == (1, None)
    assert one.why
    below = [a_lab(day, "creatinine", 80, "umol/L", "<") for day in (10, 20)]
    assert a_kidney(a_lab(0, "creatinine", 80, "umol/L"), *below).slope.left_out == 2


def test_the_slope_begins_with_treatment(a_kidney, a_lab):
    after = [a_lab(day, "creatinine", 80, "umol/L") for day in (0, 365)]
    assert a_kidney(a_lab(-20, "creatinine", 300, "umol/L"), *after).slope.n == 2


@pytest.mark.parametrize(
    ("value", "unit", "grams"),
    [
        (50, "mg/mmol", "0.5"),
        (500, "mg/g", "0.5"),
        ("0.50", "g/g", "0.5"),
        (700, "mg/g", "0.7"),
        (70, "mg/mmol", "0.7"),
        ("0.05", "g/mmol", "0.5"),
    ],
)
def test_half_a_gram_is_the_laboratorys_own_half_gram(a_kidney, a_lab, value, unit, grams):
    (found,) = a_kidney(a_lab(-1, "upcr", value, unit)).spots
    assert found.amount.exact == Decimal(grams)
    assert not found.converted


@pytest.mark.parametrize(
    ("value", "unit", "grey"),
    [
        (50, "mg/mmol", False),
        ("50.1", "mg/mmol", True),
        ("56.5", "mg/mmol", True),
        ("56.6", "mg/mmol", False),
        (500, "mg/g", True),
        ("500.1", "mg/g", False),
    ],
)
def test_the_grey_band_is_marked(a_kidney, a_lab, value, unit, grey):
    assert a_kidney(a_lab(-1, "upcr", value, unit)).spots[0].grey is grey


def test_a_result_in_the_other_unit_is_converted_and_marked(a_kidney, a_lab):
    kidney = a_kidney(a_lab(-1, "upcr", 100, "mg/mmol"), a_lab(91, "upcr", 500, "mg/g"))
    later = kidney.spots[1]
    assert kidney.unit.policy.unit == "mg/mmol"
    assert later.converted
    assert abs(later.amount.exact - Decimal("0.56561")) < Decimal("1e-5")
    other = a_kidney(a_lab(-1, "upcr", 1000, "mg/g"), a_lab(91, "upcr", 50, "mg/mmol"))
    assert other.spots[1].in_unit.exact == 442
    assert other.spots[1].amount.exact == Decimal("0.442")


def test_a_value_is_written_half_up_with_the_decimals_that_it_has():
    half = Between(Decimal("60.5"), Decimal("62.5"))
    assert written(half, 0) == "61 to 63"
    assert written(Between(Decimal(60), Decimal(60)), 2) == "60"


def test_a_24_hour_collection_is_never_a_ratio(a_kidney, a_lab):
    kidney = a_kidney(a_lab(-1, "protein_24h", "3.1", "g/24h"), a_lab(91, "upcr", 40, "mg/mmol"))
    assert [len(kidney.spots), len(kidney.collections)] == [1, 1]
    assert kidney.protein_at(DAY_0 + timedelta(days=91)) == ()
    assert kidney.unit.fixed_by == "the first sample on record"


A_RATIO = st.tuples(
    st.integers(-28, 800), st.sampled_from(("mg/mmol", "mg/g")), st.integers(5, 900)
)


def ratio(day, unit, value):
    on = (DAY_0 + timedelta(days=day)).isoformat()
    read = canonical("upcr", str(value), unit, None)
    return LabFact("upcr", partial(on), read.value, read.unit, text=str(value), entered_unit=unit)


def kidney_of(*ratios):
    course = CourseFact(
        "c1", 1, None, infusions=(InfusionFact("i", partial(str(DAY_0)), "S", "msc"),)
    )
    ordered = tuple(sorted(ratios, key=lambda fact: fact.collected_on.earliest))
    return Kidney(
        PatientFacts("P", "female", None, (), (), (), (course,), (), (), (), labs=ordered)
    )


@given(A_RATIO, st.lists(A_RATIO, max_size=6))
def test_later_samples_in_any_unit_never_change_the_unit_nor_what_came_before(first, more):
    known = ratio(*first)
    later = [ratio(day + first[0] + 29, unit, value) for day, unit, value in more]
    # Only the first can be the baseline: everything else lies more than 28 days after it.
    later = [one for one in later if one.collected_on.earliest > DAY_0]
    alone, together = kidney_of(known), kidney_of(known, *later)
    assert together.unit.policy == alone.unit.policy
    assert together.spots[0].amount == alone.spots[0].amount


def test_a_new_baseline_sample_may_change_the_unit(a_kidney, a_lab):
    old, new = a_lab(-100, "upcr", 100, "mg/g"), a_lab(-3, "upcr", 100, "mg/mmol")
    assert a_kidney(old).unit.policy.unit == "mg/g"
    kidney = a_kidney(old, new)
    assert (kidney.unit.policy.unit, kidney.unit.fixed_by) == ("mg/mmol", "the sample at baseline")


@pytest.mark.parametrize(("day", "found"), [(-29, 0), (-28, 1), (0, 1), (1, 0)])
def test_the_baseline_is_of_28_days_and_never_of_after_the_course_start(
    a_kidney, a_lab, day, found
):
    kidney = a_kidney(a_lab(day, "upcr", 100, "mg/mmol"), a_lab(day, "creatinine", 80, "umol/L"))
    assert [len(kidney.baseline_spot), len(kidney.baseline_egfr)] == [found, found]


def test_a_month_is_a_baseline_only_where_all_of_it_lies_in_the_window(a_kidney, a_lab):
    assert a_kidney(a_lab("2024-05", "upcr", 100, "mg/mmol")).baseline_spot == ()


@pytest.mark.parametrize(
    ("visit", "sample", "found"),
    [
        (91, 91, 1),
        (91, 61, 1),
        (91, 60, 0),
        (91, 92, 0),
        (20, -1, 0),
        (20, 9, 0),
        (20, 10, 1),
        (35, 5, 1),
        (35, 4, 0),
    ],
)
def test_the_value_of_a_visit_is_of_its_window_and_never_of_before_day_0(
    a_kidney, a_lab, visit, sample, found
):
    kidney = a_kidney(a_lab(sample, "creatinine", 80, "umol/L"))
    assert len(kidney.egfr_at(DAY_0 + timedelta(days=visit))) == found


def test_no_visit_after_a_second_course_looks_behind_it(a_kidney, a_lab, a_course):
    second = (DAY_0 + timedelta(days=100)).isoformat()
    courses = (a_course(), replace(a_course(second), ordinal=2))
    kidney = a_kidney(a_lab(95, "creatinine", 80, "umol/L"), courses=courses)
    assert kidney.egfr_at(DAY_0 + timedelta(days=115)) == ()
    assert len(kidney.egfr_at(DAY_0 + timedelta(days=99))) == 1


def test_the_value_before_the_flare_stands_apart_from_the_baseline(a_kidney, a_lab):
    flare = FlareFact("f", partial("2024-02"), organs=("lupus_nephritis",))
    skin = FlareFact("g", partial("2024-04"), organs=("mucocutaneous_lupus",))
    labs = (
        a_lab("2024-01-31", "creatinine", 60, "umol/L"),
        a_lab("2024-02-10", "creatinine", 200, "umol/L"),
        a_lab(-5, "creatinine", 150, "umol/L"),
    )
    kidney = a_kidney(*labs, flares=(flare, skin))
    assert [one.fact.value for one in kidney.pre_flare_egfr] == [60]
    assert [one.fact.value for one in kidney.baseline_egfr] == [150]
    assert a_kidney(*labs).pre_flare_egfr == ()
    assert a_kidney(*labs, flares=(skin,)).pre_flare_egfr == ()


@pytest.mark.parametrize(
    ("changes", "known"),
    [
        ({"conditions": NEPHRITIS}, True),
        ({"conditions": (ConditionFact("no_lupus_nephritis"),)}, False),
        ({"conditions": (ConditionFact("lupus_nephritis", partial("2025-01")),)}, False),
        ({"biopsies": (BiopsyFact(partial("2023"), "IV (A)"),)}, True),
        ({"biopsies": (BiopsyFact(partial("2025"), "IV (A)"),)}, False),
        ({"biopsies": (BiopsyFact(partial("2023"), "no lupus nephritis"),)}, False),
        ({}, False),
    ],
)
def test_nephritis_is_known_by_condition_or_biopsy_before_the_course(a_kidney, changes, known):
    assert bool(a_kidney(**changes).nephritis) is known


@pytest.mark.parametrize(("value", "known"), [(50, False), ("50.1", True)])
def test_proteinuria_at_baseline_is_nephritis_above_half_a_gram(a_kidney, a_lab, value, known):
    assert bool(a_kidney(a_lab(-1, "upcr", value, "mg/mmol")).nephritis) is known
