"""New damage and admissions since day 0: what counts, for whom, and over which time."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.analysis.cohort import member_of
from registry.analysis.rates import BOOTSTRAP, EXACT, TOO_FEW
from registry.analysis.rates_since import rates_since
from registry.followup.facts import (
    AdverseEventFact,
    AssessmentFact,
    CourseFact,
    EnrolmentFact,
    FlareFact,
    InfusionFact,
    PatientFacts,
    VisitFact,
)
from registry.instruments.slicc_damage import INSTRUMENT
from registry.partial_date import PartialDate

DAY_0 = date(2024, 1, 10)
NONE = {item.code: 0 for item in INSTRUMENT.items}


def day(n):
    return DAY_0 + timedelta(days=n)


def on(n):
    return PartialDate.on(day(n)) if isinstance(n, int) else PartialDate.parse(n)


def count(n, total=None, **found):
    """Return a visit at which damage was counted; items by their date, or 1."""
    row = INSTRUMENT.to_row(INSTRUMENT.check(NONE | found))
    result = AssessmentFact(
        INSTRUMENT.code, INSTRUMENT.version, None, None, None, True, answers=row
    )
    if total is not None:
        result = replace(result, total=total, total_only=True, answers=None)
    return visit(n, result)


def visit(n, *results):
    return VisitFact(f"V{n}", day(n), None, "done", True, assessments=results)


def member(*visits, code="P-1", day_0=str(DAY_0), **given):
    infusion = InfusionFact("I1", PartialDate.parse(day_0), "N", "msc", None, ())
    course = CourseFact("C1", 1, None, None, infusions=(infusion,))
    enrolled = (EnrolmentFact("N", PartialDate.parse("2020"), None, None),)
    patient = PatientFacts(
        code, "female", None, enrolled, (), (), (course,), visits, (), (),
        sle_diagnosed_on=PartialDate.parse("2015"), **given,
    )  # fmt: skip
    return member_of(patient, ["baseline"], date(2027, 1, 1), ())


def row(event, *members):
    found = [one for one in rates_since(members) if one["event"] == event]
    return found[0] if found else None


def counts(event, *members):
    found = row(event, *members)
    return found["patients"], found["not_paired"], found["events"], found["unplaced"]


# --- damage ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dated", "placed", "unplaced"),
    [
        (day(0).isoformat(), 1, 0),
        (day(-1).isoformat(), 0, 0),  # began before, told late
        ("2024-06", 1, 0),
        ("2024", 0, 1),  # before or after day 0
        ("2023", 0, 0),
        (1, 0, 1),  # nobody said since when
    ],
)
def test_new_points_count_where_their_items_are_dated_since_day_0(dated, placed, unplaced):
    found = member(count(-30), count(400, cataract=dated))
    assert counts("damage", found) == (1, 0, placed, unplaced)
    assert row("damage", found)["period"] == "after"


def test_time_runs_from_day_0_to_the_last_count():
    found = row("damage", member(count(-30), count(365), visit(700)))
    assert found["person_years"] == pytest.approx(365 / 365.25, abs=0.006)
    assert (found["events"], found["method"]) == (0, EXACT)


def test_time_ends_at_the_last_count_that_left_no_item_open():
    later = count(700, cva=None, cataract=day(500).isoformat())
    found = member(count(-30), count(365), later)
    assert row("damage", found)["person_years"] == pytest.approx(365 / 365.25, abs=0.006)
    assert counts("damage", found) == (1, 0, 0, 1)  # told after that time
    assert row("damage", member(count(-30), count(400, cva=None))) is None


def test_a_total_after_a_count_with_an_open_item_ends_the_time():
    found = member(count(-30), count(200, cva=None), count(365, total=0))
    assert row("damage", found)["person_years"] == pytest.approx(365 / 365.25, abs=0.006)


def test_points_and_not_items_are_counted():
    dates = f"{day(50).isoformat()};{day(300).isoformat()}"
    found = member(count(-30), count(400, cva=dates, cataract=day(90).isoformat()))
    assert counts("damage", found) == (1, 0, 3, 0)


def test_damage_of_the_baseline_counts_in_no_rate():
    old = {"cataract": "2019"}
    assert counts("damage", member(count(-30, **old), count(400, **old))) == (1, 0, 0, 0)


def test_points_of_a_total_without_items_are_not_placed():
    assert counts("damage", member(count(-30, total=1), count(400, total=3))) == (1, 0, 0, 2)


@pytest.mark.parametrize(
    "visits", [(count(-30),), (count(400),), (count(-181), count(400)), (visit(-30), visit(90))]
)
def test_who_has_no_count_on_either_side_of_day_0_is_left_out(visits):
    other = member(count(-30), count(400, cataract=day(90).isoformat()), code="P-2")
    assert counts("damage", member(*visits), other) == (1, 1, 1, 0)
    assert row("damage", member(*visits)) is None


def test_a_day_0_that_is_not_exactly_known_starts_no_clock():
    assert row("damage", member(count(-60), count(400), day_0="2024-01")) is None


# --- admissions -----------------------------------------------------------------------------


def stays(*begun):
    return tuple(
        AdverseEventFact(f"E{n}", "oedema", on(n), seriousness=("hospitalisation",)) for n in begun
    )


SEEN = tuple(visit(n) for n in (-100, 90, 180, 270))


def test_each_admission_after_day_0_counts_once():
    flares = (FlareFact("F", on(100), admitted=True), FlareFact("G", on(200), admitted=False))
    found = member(*SEEN, flares=flares, adverse_events=stays(-50, 104, 230))
    assert counts("admission", found) == (1, 0, 2, 0)
    years = 270 / 365.25
    assert row("admission", found)["person_years"] == pytest.approx(years, abs=0.006)
    assert row("admission", found)["method"] == TOO_FEW


def test_a_stay_since_treatment_is_not_taken_for_one_of_before_it():
    flares = (FlareFact("F", on(-5), admitted=True),)
    found = member(*SEEN, flares=flares, adverse_events=stays(0, 3))
    assert counts("admission", found) == (1, 0, 1, 0)


def test_an_admission_outside_observed_time_is_not_placed():
    found = member(*SEEN, adverse_events=stays(300, "2023-12"))
    assert counts("admission", found) == (1, 0, 0, 1)
    gap = member(visit(90), visit(291), adverse_events=stays(200))
    assert counts("admission", gap) == (1, 0, 0, 1)


def test_without_contact_after_day_0_there_is_no_time_and_the_patient_is_left_out():
    other = member(visit(-30), code="P-2")
    assert counts("admission", member(*SEEN, adverse_events=stays(30)), other) == (1, 1, 1, 0)


def test_none_recorded_is_not_none_happened():
    assert rates_since([member(*SEEN, flares=(FlareFact("F", on(9), admitted=False),))]) == []
    assert rates_since([]) == []


def test_whole_patients_are_resampled_for_the_limits():
    people = [member(*SEEN, code=f"P-{n}", adverse_events=stays(30, 90)[: n % 3]) for n in range(9)]
    found = row("admission", *people)
    assert (found["events"], found["method"]) == (9, BOOTSTRAP)
    assert found["ci_low"] < found["rate"] < found["ci_high"]
    assert row("admission", *people) == found
