from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from registry.analysis.intervals import clopper_pearson, proportion, student_t, wilson

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (33, 50, 51.2, 78.8),  # Jayne 2004
        (5, 6, 35.9, 99.6),  # as printed by Kamen 2022
        (13, 40, 18.6, 49.1),  # Wang 2014
        (28, 81, 24.3, 46.0),  # Wang 2018
        (0, 40, 0.0, 8.8),
        (5, 5, 47.8, 100.0),
    ],
)
def test_the_exact_interval_agrees_with_the_papers(x, n, low, high):
    assert clopper_pearson(x, n) == (low, high)


def test_the_wilson_interval_agrees_with_the_worked_example():
    assert wilson(5, 6) == (43.6, 97.0)


@given(counts)
def test_both_intervals_agree_with_statsmodels(count):
    for ours, method in ((clopper_pearson, "beta"), (wilson, "wilson")):
        theirs = proportion_confint(*count, method=method)
        mine = ours(*count)
        assert all(abs(a - 100 * b) <= 0.0501 for a, b in zip(mine, theirs, strict=True))


@given(counts)
def test_the_percentage_lies_inside_its_intervals(count):
    result = proportion(*count)
    assert result.ci_low <= result.percent <= result.ci_high
    assert result.wilson_low <= result.percent <= result.wilson_high


@given(counts)
def test_not_met_is_the_mirror_image_of_met(count):
    x, n = count
    met, rest = clopper_pearson(x, n), clopper_pearson(n - x, n)
    assert isclose(met[0] + rest[1], 100, abs_tol=0.11)


def test_nobody_counted_gives_no_interval():
    assert clopper_pearson(0, 0) == wilson(0, 0) == (None, None)


@pytest.mark.parametrize(("x", "n"), [(2, 1), (-1, 3)])
def test_more_than_all_or_fewer_than_none_is_refused(x, n):
    with pytest.raises(ValueError, match="is not a count"):
        clopper_pearson(x, n)


def test_the_interval_of_a_mean_uses_the_t_of_its_size():
    # The 97.5 % point of t with 9 degrees of freedom is 2.262157 in R.
    low, high = student_t(10.0, 2.0, 10)
    assert isclose(high - 10, 2.262157 * 2 / 10**0.5, rel_tol=1e-6)
    assert isclose(low + high, 20)
