"""The window of the baseline and the values in it; day 0 is 17 May 2024."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup import baseline
from registry.followup.facts import CourseFact, LabFact
from registry.partial_date import PartialDate

from .conftest import DAY_0

LATER = DAY_0 + timedelta(days=100)
PLANNED = CourseFact("c1", 1, None)


def lab(analyte="c3", day=-1, **changes):
    on = PartialDate.on(DAY_0 + timedelta(days=day))
    return LabFact(analyte, changes.pop("on", on), Decimal("0.9"), "g/L", **changes)


def test_the_window_ends_when_the_treatment_begins(a_course):
    window = baseline.window(a_course(started="2024-05-10"), LATER)
    assert (window.last, window.first) == (date(2024, 5, 10), date(2024, 4, 12))
    assert window.closed
    assert window.treated_until == date(2024, 5, 9)


@pytest.mark.parametrize(("day", "closed"), [(-1, False), (0, False), (1, True)])
def test_on_the_day_itself_a_value_can_still_be_made(a_course, day, closed):
    today = DAY_0 + timedelta(days=day)
    assert baseline.window(a_course(), today).closed is closed


@pytest.mark.parametrize("course", [None, PLANNED])
def test_before_any_treatment_the_window_ends_today(course):
    window = baseline.window(course, DAY_0)
    assert (window.last, window.start, window.closed) == (DAY_0, None, False)
    assert window.treated_until == DAY_0


def test_a_month_is_read_as_late_as_it_can_be_but_never_after_the_first_dose(a_course):
    window = baseline.window(a_course(started="2024-05"), LATER)
    assert (window.last, window.treated_until) == (DAY_0, date(2024, 4, 30))


def test_a_planned_patient_has_the_last_signed_value_of_28_days(a_patient, a_visit):
    old, unsigned = a_visit(-29), a_visit(-2, final=False)
    good, last = a_visit(-28), a_visit(-5, instruments=("pga",))
    patient = a_patient(old, good, last, unsigned, courses=(PLANNED,))
    found = baseline.scores(patient, DAY_0)
    assert found == {"sledai_2k": good, "pga": last}


def test_a_treated_patient_has_the_baseline_of_every_other_result(a_patient, a_visit, a_course):
    before, after = a_visit(-3), a_visit(1)
    patient = a_patient(before, after, courses=(a_course(),))
    assert baseline.scores(patient, LATER) == {"sledai_2k": before}


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        (lab(day=-28), True),
        (lab(day=-29), False),
        (lab(day=0), True),
        (lab(day=1), False),
        (lab(on=PartialDate.parse("2024-05")), False),
        (lab(state="pending"), False),
        (replace(lab(), value=None), False),
        (replace(lab(), value=None, text="negative"), True),
        (lab("c30"), False),
        (lab("anti_dsdna_farr"), True),
    ],
)
def test_a_result_counts_inside_the_window_only(a_patient, a_course, fact, found):
    course = a_course()
    patient = a_patient(courses=(course,), labs=(fact,))
    assert bool(baseline.laboratory(patient, baseline.window(course, LATER))) is found


@given(st.permutations([lab(day=-20), lab(day=-10), lab(day=-3)]))
def test_the_last_result_holds_whatever_the_order(labs):
    from registry.followup.facts import InfusionFact, PatientFacts

    given_on = InfusionFact("i1", PartialDate.on(DAY_0), "S1", "msc")
    course = CourseFact("c1", 1, None, infusions=(given_on,))
    patient = PatientFacts(
        "P1", "female", None, (), (), (), (course,), (), (), (), labs=tuple(labs)
    )
    found = baseline.laboratory(patient, baseline.window(course, LATER))
    assert found["c3"].collected_on.exact == DAY_0 - timedelta(days=3)


@pytest.mark.parametrize(
    ("first", "second", "years"),
    [
        ("1983-09-01", "2022-09-01", (39, 39)),
        ("1983-09-01", "2022-08-31", (38, 38)),
        ("1983", "2022-07-25", (38, 39)),
        ("1983-07", "2022-07-25", (38, 39)),
        ("2022", "2022-03-01", (0, 0)),
    ],
)
def test_years_are_whole_and_as_wide_as_the_dates(first, second, years):
    dates = map(PartialDate.parse, (first, second))
    assert baseline.years_between(*dates) == years
