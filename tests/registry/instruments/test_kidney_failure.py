"""Kidney failure: a loss counts once a second sample confirms it, from its first day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments._filtration import Estimate
from registry.instruments.base import InvalidAnswerError
from registry.instruments.kidney_failure import Outcome, outcome

START = date(2024, 1, 1)


def on(day):
    return START + timedelta(days=day)


def result(day, value, equation="CKD-EPI/2021"):
    return Estimate(equation, on(day), Decimal(value))


def judged(*values, baseline="100", **more):
    return outcome(result(0, baseline), [result(*value) for value in values], **more)


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ([(30, "60"), (58, "60")], 30),  # exactly 40 %, exactly 28 days
        ([(30, "60"), (57, "60")], None),
        ([(30, "60"), (58, "60.01")], None),
        ([(30, "60.01"), (58, "60"), (86, "60")], 58),
        ([(30, "50"), (40, "90"), (58, "50")], None),  # not lasting
        ([(30, "50"), (40, "90"), (58, "50"), (90, "50")], 58),
        ([(30, "50"), (40, "55"), (58, "50")], 30),
        ([(30, "50"), (300, "50")], 30),
        ([(30, "50"), (30, "90"), (58, "50")], None),  # two results of one day
        ([(0, "50"), (28, "50")], None),  # the first is of the baseline's day
        ([(30, "50"), (58, "50"), (90, "90")], 30),  # later recovery takes nothing back
        ([], None),
    ],
)
def test_a_loss_needs_two_samples_and_nothing_better_between(values, since):
    assert judged(*values).loss_40 == (None if since is None else on(since))


def test_a_loss_that_waits_for_its_second_sample_is_kept_apart():
    found = judged((30, "90"), (60, "50"))
    assert (found.loss_40, found.unconfirmed_since) == (None, on(60))
    assert judged((60, "50"), (90, "50")).unconfirmed_since is None


def test_how_far_it_was_followed_tells_no_event_from_not_looked():
    assert judged((30, "90"), (60, "90")).assessed_until == on(60)
    assert judged().assessed_until is None
    assert judged().first is None


@pytest.mark.parametrize(("value", "since"), [("14.99", on(10)), ("15", None)])
def test_end_stage_is_a_lasting_filtration_below_fifteen(value, since):
    assert judged((10, value), (38, value), baseline="20").end_stage == since


def test_the_earlier_of_replacement_and_filtration_is_end_stage():
    low = [(10, "10"), (38, "10")]
    assert judged(*low, replacement=on(5)).end_stage == on(5)
    assert judged(*low, replacement=on(50)).end_stage == on(10)
    assert judged(replacement=on(50)).end_stage == on(50)


def test_the_earliest_part_is_first_and_of_one_day_the_graver():
    low = [(10, "50"), (38, "50")]
    assert judged(*low, renal_death=on(90)).first == ("loss_40", on(10))
    assert judged(*low, renal_death=on(10)).first == ("renal_death", on(10))
    assert Outcome(None, on(3), on(3), None, None).first == ("end_stage", on(3))


def test_equations_are_never_mixed_not_even_with_the_baseline():
    with pytest.raises(InvalidAnswerError) as caught:
        outcome(result(0, "90", "MDRD-175/2006"), [result(30, "50"), result(60, "50")])
    assert caught.value.code == "mixed_equations"


values = st.lists(st.tuples(st.integers(1, 200), st.decimals(0, 120, places=1)), max_size=10)


@given(values, st.randoms())
def test_the_order_of_the_results_does_not_matter(found, random):
    mixed = list(found)
    random.shuffle(mixed)
    assert judged(*mixed) == judged(*found)


@given(values)
def test_a_lower_baseline_never_makes_a_loss(found):
    if judged(*found, baseline="100").loss_40 is None:
        assert judged(*found, baseline="90").loss_40 is None


@given(values, st.integers(0, 400))
def test_what_comes_later_takes_no_event_back(found, cut):
    early = judged(*(value for value in found if value[0] <= cut))
    if early.loss_40 is not None:
        assert judged(*found).loss_40 == early.loss_40
