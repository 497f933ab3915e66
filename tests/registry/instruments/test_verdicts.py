"""Three-valued criteria: one definite failure decides, and unknown never counts as met."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments._verdicts import all_of, at_most, below, state_of, without_pulse

answers = st.sampled_from([True, False, None])


@given(st.lists(answers), answers)
def test_one_failure_decides_wherever_it_stands(criteria, one):
    assert all_of([*criteria, False, one]) is False
    assert all_of([one, *criteria]) is all_of([*criteria, one])


@given(st.lists(answers))
def test_it_is_what_every_completion_of_the_unknown_agrees_on(criteria):
    best = all(c is not False for c in criteria)
    worst = all(c is True for c in criteria)
    assert all_of(criteria) is (best if best == worst else None)


@pytest.mark.parametrize(
    ("dose", "pulse", "met"),
    [
        (True, False, True),
        (True, True, False),
        (None, True, False),
        (True, None, None),
        (False, None, False),
        (None, False, None),
    ],
)
def test_a_pulse_fails_whatever_the_dose(dose, pulse, met):
    assert without_pulse(dose, pulse) is met


def test_the_ceiling_itself_is_within_and_the_limit_itself_is_not_below():
    assert at_most(Decimal("7.50"), Decimal("7.5"))
    assert not at_most(Decimal("7.5000001"), Decimal("7.5"))
    assert not below(Decimal("0.50"), Decimal("0.5"))
    assert at_most(None, Decimal(1)) is below(None, Decimal(1)) is None


def test_a_state_has_three_words():
    assert [state_of(c) for c in (True, False, None)] == ["met", "not_met", "indeterminate"]
