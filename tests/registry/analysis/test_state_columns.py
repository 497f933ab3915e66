"""States of a cohort from columns are, patient by patient, those of the functions for one."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis import state_columns
from registry.analysis.score_columns import score_rows
from registry.followup.facts import AssessmentFact, PatientFacts, VisitFact
from registry.followup.states import STATES, AtVisit, _limbs
from registry.instruments import INSTRUMENTS, toronto_change

SLEDAI = INSTRUMENTS["sledai_2k"]
NOBODY = PatientFacts("P1", "female", None, (), (), (), (), (), (), ())
# Few points, so that ceilings and thresholds are met from both sides.
rows = st.lists(st.sampled_from([*[0] * 9, 1, None]), min_size=24, max_size=24)
columns = st.lists(rows, max_size=6)
pairs = st.lists(st.tuples(rows, rows), max_size=6)


def visit_of(score):
    fact = AssessmentFact(
        *("sledai_2k", SLEDAI.version, score.total, score.known_points, score.max_possible),
        *(score.complete, False, score.parts),
    )
    return VisitFact("V1", date(2026, 5, 1), None, "done", final=True, assessments=(fact,))


@given(columns)
def test_low_activity_is_that_of_each_visit(rows):
    scores = score_rows(SLEDAI, rows)
    judge = STATES["sledai_2k_le_4"].judge
    assert list(state_columns.low_activity(scores)) == [
        judge(AtVisit(NOBODY, visit_of(score))).state for score in scores
    ]


@given(columns)
def test_no_clinical_activity_is_that_of_each_visit(rows):
    scores = score_rows(SLEDAI, rows)
    assert list(state_columns.no_clinical_activity(scores)) == [
        _limbs.no_clinical_activity(visit_of(score)).state for score in scores
    ]


def columns_of(pairs):
    return tuple(score_rows(SLEDAI, [pair[side] for pair in pairs]) for side in (0, 1))


@given(pairs)
def test_the_toronto_change_is_that_of_each_pair(pairs):
    before, now = columns_of(pairs)
    assert list(state_columns.toronto(before, now)) == [
        toronto_change.state_of(first.total, second.total)
        if first.complete and second.complete
        else "indeterminate"
        for first, second in zip(before, now, strict=True)
    ]


def points(*codes):
    return [int(item.code in codes) for item in SLEDAI.items]


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        (points("rash"), points(), "remission"),
        (points(), points("arthritis"), "flare"),
        (points("fever"), points("arthritis"), "persistently_active"),
        (points("arthritis", "fever"), points("fever"), "improvement"),
        ([None, *points()[1:]], points(), "indeterminate"),
    ],
)
def test_a_change_of_more_than_three_points_decides(before, now, state):
    assert list(state_columns.toronto(*columns_of([(before, now)]))) == [state]


@given(pairs, st.integers(1, 8))
def test_a_fall_is_decided_where_every_way_to_fill_the_gaps_agrees(pairs, threshold):
    before, now = columns_of(pairs)
    found = state_columns.falls_by(Decimal(threshold), before, now)
    for state, first, second in zip(found, before, now, strict=True):
        smallest = first.known_points - second.max_possible
        largest = first.max_possible - second.known_points
        met, failed = smallest >= threshold, largest < threshold
        assert state == ("met" if met else "not_met" if failed else "indeterminate")


def test_a_clinical_fall_leaves_serology_out():
    before, now = columns_of([(points("rash", "low_complement"), points("rash"))])
    clinical = before.subsets["clinical"], now.subsets["clinical"]
    assert list(state_columns.falls_by(Decimal(2), before, now)) == ["met"]
    assert list(state_columns.falls_by(Decimal(2), *clinical)) == ["not_met"]


def test_two_scales_have_no_change_between_them():
    pga = score_rows(INSTRUMENTS["pga"], [["1.50"]])
    with pytest.raises(ValueError, match="two instruments"):
        state_columns.toronto(score_rows(SLEDAI, [points()]), pga)
