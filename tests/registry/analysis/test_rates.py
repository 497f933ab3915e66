"""Flares per patient-year: which time, which flares and which patients count, and the limits."""

from datetime import date, timedelta
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.analysis.cohort import member_of
from registry.analysis.rates import (
    BOOTSTRAP,
    EXACT,
    TOO_FEW,
    bootstrap,
    rates,
)
from registry.followup.facts import (
    CourseFact,
    EnrolmentFact,
    FlareFact,
    InfusionFact,
    PatientFacts,
    VisitFact,
)
from registry.partial_date import PartialDate

DAY_0 = date(2024, 1, 10)
EVERY_90 = (-455, -365, -275, -185, -95, -5, 85, 175, 265, 355)


def day(n):
    return DAY_0 + timedelta(days=n)


def visit(n, **given):
    said = {"attendance": "done", "final": True, "timepoint": None} | given
    return VisitFact(
        visit_id=f"V{n}", visited_on=day(n), contact_mode=None, assessor=None, assessments=(),
        **said,
    )  # fmt: skip


def flare(on, n=0):
    onset = PartialDate.on(day(on)) if isinstance(on, int) else PartialDate.parse(on)
    return FlareFact(f"F{n}", onset)


def member(visits=EVERY_90, flares=(), code="P-1", day_0=None):
    infusion = InfusionFact("I1", PartialDate.parse(day_0 or str(DAY_0)), "N", "msc", None, ())
    course = CourseFact("C1", 1, None, None, infusions=(infusion,))
    patient = PatientFacts(
        patient_id=code, sex="female", birth_date=None,
        enrolments=(EnrolmentFact("N", PartialDate.parse("2020"), None, None),),
        statuses=(), consents=(), courses=(course,),
        visits=tuple(v if isinstance(v, VisitFact) else visit(v) for v in visits),
        medicines=(), endpoints=(),
        flares=tuple(flare(on, n) for n, on in enumerate(flares)),
    )  # fmt: skip
    return member_of(patient, ["baseline"], date(2026, 1, 1), ())


def row(members, period, population="infused"):
    (found,) = [
        one for one in rates(members) if (one["period"], one["population"]) == (period, population)
    ]
    return found


def counts(members, period):
    found = row(members, period)
    return found["patients"], found["events"], found["unplaced"]


def test_windows_events_and_time_of_one_patient():
    found = [member(flares=(-300, -50, 0, 100))]
    assert counts(found, "before") == (1, 1, 0)
    assert counts(found, "before_to_day_minus_1") == (1, 2, 0)
    assert counts(found, "after") == (1, 2, 0)
    assert row(found, "before")["person_years"] == pytest.approx(364 / 365.25, abs=0.005)
    assert row(found, "after")["person_years"] == pytest.approx(355 / 365.25, abs=0.005)
    assert row(found, "after")["rate"] == 2.06


@pytest.mark.parametrize(
    ("on", "events"), [(-456, 0), (-455, 1), (-91, 1), (-90, 0), ("2023-06", 1)]
)
def test_the_edges_of_the_window_before(on, events):
    found = [member(visits=(-500, -400, -300, -200, -100, -5, 90), flares=(on,))]
    assert row(found, "before")["events"] == events


def test_a_partial_onset_across_an_edge_is_not_placed():
    across = [member(flares=("2023",))]
    assert counts(across, "before") == (1, 0, 1)
    edge = [member(flares=(day(-91).isoformat()[:7],))]
    assert counts(edge, "before") == (1, 0, 1)


@pytest.mark.parametrize(("gap", "years"), [(200, 200 / 365.25), (201, 0)])
def test_time_without_contact_for_more_than_200_days_is_not_observed(gap, years):
    visits = (-300, -200, -100, -5, 100, 100 + gap)
    found = row([member(visits=visits, flares=(150,))], "after")
    assert found["person_years"] == pytest.approx(100 / 365.25 + years, abs=0.006)
    assert (found["events"], found["unplaced"]) == ((1, 0) if years else (0, 1))


@pytest.mark.parametrize(
    "given",
    [
        {"visits": (-100, -5, 85, 175)},  # one contact in the window
        {"visits": (-300, -200)},  # not seen after
        {"visits": (-400, -91, 85)},  # two contacts, and no time between them
        {"visits": (visit(-300, final=False), -200, 85)},
        {"visits": (visit(-300, attendance="missed"), -200, 85)},
        {"day_0": "2024-01"},
    ],
)
def test_who_is_not_paired_is_counted_and_in_no_rate(given):
    others = [member(code="P-2", flares=(-200,))]
    found = row([member(**given, flares=(-290,)), *others], "before")
    assert (found["patients"], found["events"], found["not_paired"]) == (1, 1, 1)


def test_before_and_after_are_of_the_same_patients():
    people = [member(code="P-1", flares=(-200, 40)), member((-100, -5, 85), (40,), "P-2")]
    assert counts(people, "after") == counts(people, "before") == (1, 1, 0)


def test_without_a_flare_on_record_nothing_is_said():
    assert rates([member()]) == []
    assert rates([]) == []


def test_no_event_has_the_exact_limit_of_a_first_one():
    people = [member(code=f"P-{n}", flares=(50,)) for n in range(6)]
    found = row(people, "before")
    years = 6 * 364 / 365.25
    assert (found["rate"], found["ci_low"], found["method"]) == (0.0, 0.0, EXACT)
    assert found["ci_high"] == pytest.approx(-log(0.025) / years, abs=0.005)


def test_four_patients_have_no_limits_and_five_have():
    people = [member(code=f"P-{n}", flares=(-200,) * (n + 1)) for n in range(5)]
    few = row(people[:4], "before")
    assert (few["ci_low"], few["ci_high"], few["method"]) == (None, None, TOO_FEW)
    enough = row(people, "before")
    assert enough["method"] == BOOTSTRAP
    assert enough["ci_low"] <= enough["rate"] <= enough["ci_high"]


def test_patients_who_flare_together_widen_the_limits():
    """Twenty flares of two patients say less than twenty flares of twenty."""
    alike = bootstrap([1] * 20, [1.0] * 20)
    together = bootstrap([10, 10] + [0] * 18, [1.0] * 20)
    assert alike == (1.0, 1.0)
    assert together[0] < 0.5
    assert together[1] > 1.8


def test_the_limits_are_the_same_every_time():
    events, years = [3, 0, 1, 2, 0, 5], [1.0, 2.0, 0.5, 1.0, 1.5, 2.0]
    assert bootstrap(events, years) == bootstrap(events, years)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 6), st.floats(0.1, 5)), min_size=5, max_size=30),
    st.integers(2, 5),
)
def test_the_limits_scale_with_time_and_hold_the_extremes(patients, factor):
    events, years = zip(*patients, strict=True)
    low, high = bootstrap(events, years)
    each = [n / year for n, year in patients]
    assert min(each) - 1e-9 <= low <= high <= max(each) + 1e-9
    slow = bootstrap(events, [year * factor for year in years])
    assert slow == pytest.approx((low / factor, high / factor))


def test_populations_stand_apart():
    known = [member(code=f"P-{n}", flares=(-200,)) for n in range(3)]
    found = rates(known)
    assert {one["population"] for one in found} == {"infused"}
    assert len(found) == 3
