"""MDRD: the published product, only for old data."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments._filtration import Sample
from registry.instruments.mdrd import mdrd_175

creatinines = st.decimals("0.1", 30, places=2)
ages = st.decimals(18, 110, places=1)


@given(creatinines, ages, st.booleans())
def test_it_is_the_published_product(scr, age, female):
    expected = 175 * float(scr) ** -1.154 * float(age) ** -0.203 * (0.742 if female else 1)
    assert float(mdrd_175(Sample(scr, age, female))) == pytest.approx(expected, rel=1e-9)


@given(creatinines, creatinines, ages, st.booleans())
def test_more_creatinine_never_means_more_filtration(first, second, age, female):
    low, high = sorted((first, second))
    assert mdrd_175(Sample(low, age, female)) >= mdrd_175(Sample(high, age, female)) > 0


def test_only_sex_changes_what_the_same_sample_means():
    male, female = (mdrd_175(Sample(Decimal(1), Decimal(40), sex)) for sex in (False, True))
    assert female == male * Decimal("0.742")
