"""Skin and joints: the fall from baseline, with the baseline it needs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import AssessmentFact, PatientFacts, VisitFact
from registry.followup.states import STATES, AtVisit
from registry.instruments import INSTRUMENTS
from tests.registry.followup.conftest import days

NOBODY = PatientFacts("P1", "female", None, (), (), (), (), (), (), ())


def judged(name, code, before, now):
    """Judge answers of one instrument at day 180 against those of day -7."""

    def visit(day, answers):
        fact = AssessmentFact(
            code, INSTRUMENTS[code].version, None, None, None, complete=True, answers=answers
        )
        return VisitFact(f"v{day}", days(day), None, "done", True, assessments=(fact,))

    baseline = {} if before is None else {code: visit(-7, before)}
    return STATES[name].judge(AtVisit(NOBODY, visit(180, now), baseline))


def clasi(name, before, now):
    return judged(name, "clasi", None if before is None else [before, 0], [now, 0]).state


@pytest.mark.parametrize(
    ("before", "now", "half", "improved"),
    [
        (20, 10, "met", "met"),
        (20, 11, "not_met", "met"),
        (20, 16, "not_met", "met"),  # 4 points and 20 %
        (20, 17, "not_met", "not_met"),
        (30, 26, "not_met", "met"),  # 4 points, 13 %
        (5, 4, "not_met", "met"),  # 1 point, 20 %
        (6, 5, "not_met", "not_met"),
        (5, 3, "not_met", "met"),
        (5, 2, "met", "met"),
        (0, 0, "not_evaluable", "not_evaluable"),
        (None, 0, "indeterminate", "indeterminate"),
        (20, None, "indeterminate", "indeterminate"),
    ],
)
def test_the_fall_of_clasi_activity(before, now, half, improved):
    assert clasi("clasi_50", before, now) == half
    assert clasi("clasi_improvement", before, now) == improved


def test_the_damage_of_clasi_is_not_its_activity():
    assert judged("clasi_50", "clasi", [20, 30], [10, 56]).state == "met"
    assert judged("clasi_50", "clasi", [10, 40], [9, 0]).state == "not_met"


@given(st.integers(1, 70), st.integers(0, 70))
def test_half_is_always_improvement(before, now):
    if clasi("clasi_50", before, now) == "met":
        assert clasi("clasi_improvement", before, now) == "met"


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ((6, 4), (3, 2), "met"),
        ((6, 4), (6, 0), "not_met"),
        ((3, 3), (2, 1), "met"),
        ((3, 2), (0, 0), "not_evaluable"),  # 5, below 6
        ((6, None), (3, 0), "met"),  # 6 to 34 before
        ((6, None), (4, 0), "indeterminate"),
        ((None, None), (0, 0), "indeterminate"),
        ((28, 28), (None, 1), "indeterminate"),
        ((5, None), (0, 0), "indeterminate"),
        ((6, 4), (6, None), "not_met"),
    ],
)
def test_the_joints_fall_by_half(before, now, state):
    assert judged("joint_50", "joint_count_28", list(before), list(now)).state == state


def test_numbers_stored_as_text_count_as_numbers():
    assert judged("joint_50", "joint_count_28", ["6", "4"], [3, "2"]).state == "met"
    assert judged("clasi_50", "clasi", [str(Decimal(20)), None], ["10", None]).state == "met"


def test_the_bands_and_the_lowest_baseline_are_printed_with_the_result():
    assert "mild below 10, moderate below 21" in STATES["clasi_improvement"].settings["bands"]
    assert STATES["joint_50"].settings["baseline"].startswith("6 or more")
