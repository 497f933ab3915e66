"""CKD-EPI: the published curve, its bend, and adults only."""

import json
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments._filtration import Sample, estimate
from registry.instruments.base import InvalidAnswerError
from registry.instruments.ckd_epi import ckd_epi_2009, ckd_epi_2021

KEYS = ("eGFR.CKD-EPI-2021", "eGFR.CKD-EPI-2009", "eGFR.MDRD-175")
creatinines = st.decimals("0.1", 30, places=2)
ages = st.decimals(18, 110, places=1)


def egfr(key="eGFR.CKD-EPI-2021", **inputs):
    return answer(CALCULATORS[key], json.dumps(inputs).encode())


PUBLISHED = {
    ckd_epi_2021: {
        "factor": 142,
        "alpha": (-0.302, -0.241),
        "beta": -1.2,
        "year": 0.9938,
        "f": 1.012,
    },
    ckd_epi_2009: {
        "factor": 141,
        "alpha": (-0.411, -0.329),
        "beta": -1.209,
        "year": 0.993,
        "f": 1.018,
    },
}


@pytest.mark.parametrize("equation", PUBLISHED)
@given(scr=creatinines, age=ages, female=st.booleans())
def test_both_equations_are_the_published_ones(equation, scr, age, female):
    of, ratio = PUBLISHED[equation], float(scr) / (0.7 if female else 0.9)
    bent = min(ratio, 1) ** of["alpha"][female] * max(ratio, 1) ** of["beta"]
    expected = of["factor"] * bent * of["year"] ** float(age) * (of["f"] if female else 1)
    assert float(equation(Sample(scr, age, female))) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("equation", [ckd_epi_2021, ckd_epi_2009])
@given(first=creatinines, second=creatinines, age=ages, female=st.booleans())
def test_more_creatinine_never_means_more_filtration(equation, first, second, age, female):
    low, high = sorted((first, second))
    assert equation(Sample(low, age, female)) >= equation(Sample(high, age, female)) > 0


@given(creatinines, ages, ages, st.booleans())
def test_growing_older_never_means_more_filtration(scr, first, second, female):
    young, old = sorted((first, second))
    assert ckd_epi_2021(Sample(scr, young, female)) >= ckd_epi_2021(Sample(scr, old, female))


def test_a_public_example_that_is_wrong_is_not_followed():
    assert egfr(scr_mg_dl=1.0, age=60, sex="M")["egfr"] == 86.16


def test_the_whole_number_is_rounded_from_the_exact_value_not_from_two_decimals():
    reply = egfr(scr_mg_dl="0.9", age=55, sex="F")
    assert (reply["egfr"], reply["reported"]) == (75.5, 75)


def test_both_units_of_creatinine_give_the_same():
    in_mg, in_umol = egfr(scr_mg_dl=1, age=50, sex="M"), egfr(scr_umol_l="88.4", age=50, sex="m")
    assert in_mg == in_umol


def test_the_unit_that_is_null_is_not_there():
    assert "error" not in egfr(scr_mg_dl=None, scr_umol_l=80, age=50, sex="female")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"age": 17}, "age_under_18"),
        ({"age": "17.99"}, "age_under_18"),
        ({"age": 0}, "age_under_18"),
        ({"age": -1}, "out_of_range"),
        ({"age": 131}, "out_of_range"),
        ({"age": None}, "missing_input"),
        ({"age": "old"}, "not_a_number"),
        ({"age": True}, "not_a_number"),
        ({"scr_mg_dl": None}, "missing_input"),
        ({"scr_mg_dl": 0}, "out_of_range"),
        ({"scr_mg_dl": 80}, "out_of_range"),  # µmol/L in the wrong field
        ({"scr_mg_dl": None, "scr_umol_l": "0.9"}, "out_of_range"),
        ({"scr_umol_l": 80}, "unknown_input"),
        ({"scr_mg_dl": "high"}, "not_a_number"),
        ({"sex": None}, "missing_input"),
        ({"sex": "X"}, "out_of_range"),
        ({"sex": 1}, "out_of_range"),
        ({"race": "any"}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(key, change, code):
    assert egfr(key, **({"scr_mg_dl": "0.9", "age": 40, "sex": "F"} | change))["error"] == code


def test_no_sample_of_a_child_reaches_an_equation():
    with pytest.raises(InvalidAnswerError) as caught:
        Sample(Decimal("0.5"), Decimal("17.9"), female=True)
    assert caught.value.code == "age_under_18"


@pytest.mark.parametrize("key", KEYS)
def test_the_eighteenth_birthday_is_adult(key):
    assert egfr(key, scr_mg_dl=1, age=18, sex="F")["reported"] > 60


def test_no_setting_of_the_caller_changes_the_digits():
    sample = Sample(Decimal("0.9"), Decimal(55), female=True)
    exact = estimate(ckd_epi_2021, sample)
    with localcontext() as context:
        context.prec = 4
        assert estimate(ckd_epi_2021, sample) == exact
