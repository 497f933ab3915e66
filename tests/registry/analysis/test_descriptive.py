from dataclasses import astuple
from decimal import Decimal
from statistics import quantiles, stdev

from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.descriptive import describe, mean_of, paired_change

scores = st.lists(st.integers(0, 105).map(Decimal), min_size=2, max_size=40)


def test_a_known_sample_is_described_as_r_describes_it():
    # The same numbers as mean, sd and quantile (type 7) of R.
    described = describe([Decimal(v) for v in (9, 2, 4, 5, 4)])
    assert astuple(described) == (5, 4.8, 2.59, 4.0, 4.0, 5.0)


def test_quartiles_are_interpolated_between_values():
    described = describe([Decimal(v) for v in (1, 2, 3, 4)])
    assert (described.q1, described.median, described.q3) == (1.75, 2.5, 3.25)


def test_a_mean_on_a_tie_is_rounded_up():
    assert mean_of([Decimal("0.01"), Decimal("0.02")]) == 0.02  # 0.015


def test_nothing_is_described_as_undefined():
    assert astuple(describe([])) == (0, None, None, None, None, None)
    assert mean_of([]) is None


def test_one_value_has_no_sd_and_its_change_no_interval():
    assert describe([Decimal(4)]).sd is None
    assert astuple(paired_change([Decimal(-4)])) == (1, -4.0, None, None, None)


def test_the_change_has_a_t_interval():
    # R: t.test(c(-4, -6, -8))$conf.int = -10.968, -1.032
    change = paired_change([Decimal(v) for v in (-4, -6, -8)])
    assert astuple(change) == (3, -6.0, 2.0, -10.97, -1.03)


@given(scores)
def test_the_standard_library_agrees(values):
    described = describe(values)
    q1, median, q3 = quantiles(values, n=4, method="inclusive")
    assert abs(described.sd - float(stdev(values))) <= 0.0051
    assert (described.q1, described.median, described.q3) == (float(q1), float(median), float(q3))


@given(scores, st.randoms())
def test_the_order_of_the_values_changes_nothing(values, random):
    shuffled = list(values)
    random.shuffle(shuffled)
    assert describe(shuffled) == describe(values)
    assert paired_change(shuffled) == paired_change(values)
