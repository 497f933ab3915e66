"""Analytes and canonical values: never a guess, and every refusal is a sentence."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.laboratory.analytes import ANALYTES, PANELS, code_of, find, spellings
from registry.laboratory.reading import RULE_VERSION, canonical, canonical_limit, read_typed

NUMERIC = [a for a in ANALYTES.values() if a.quantity]


@pytest.mark.parametrize("analyte", ANALYTES.values(), ids=ANALYTES)
def test_an_analyte_is_found_by_each_of_its_names(analyte):
    for name in (analyte.code, analyte.title, *analyte.aliases):
        assert find(name) is analyte
        assert find(f" {name.upper()} ") is analyte
    assert analyte.panel in PANELS


@pytest.mark.parametrize("analyte", NUMERIC, ids=lambda a: a.code)
def test_what_is_plausible_is_possible(analyte):
    (low, high), (lowest, highest) = analyte.plausible, analyte.possible
    assert low is None or lowest <= low
    assert high is None or high <= highest


@given(analyte=st.sampled_from(NUMERIC), value=st.decimals(0, 1000, places=2))
def test_a_value_in_the_canonical_unit_is_itself(analyte, value):
    found = canonical(analyte.code, str(value), analyte.unit, None)
    if analyte.kind != "titre":
        assert (found.value, found.unit, found.version) == (value, analyte.unit, RULE_VERSION)
        assert found.problem is None


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "expected"),
    [
        ("leukocytes", "2900", "cells/µL", "2.9"),
        ("platelets", "99", "10^3/uL", "99"),
        ("c3", "85", "mg/dL", "0.85"),
        ("haemoglobin", "7.0", "g/dL", "70"),
        ("crp", "1.5", "mg/dL", "15"),
        ("temperature", "100.4", "°F", "38"),
        ("creatinine", "1", "mg/dL", "88.4"),
        ("upcr", "500", "mg/g", "56.561085973"),
        ("ana", "1:160", None, "160"),
        ("urine_red_cells", "6", None, "6"),
    ],
)
def test_a_value_is_converted_exactly(analyte, value, unit, expected):
    assert canonical(analyte, value, unit, None).value == Decimal(expected)


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "says"),
    [
        ("kryptonite", "1", "g/L", "not an analyte"),
        ("c3", "1", None, "the unit is missing"),
        ("c3", "1", "furlong", "not known for C3, only g/L"),
        ("c3", "5-10", "g/L", "not a number"),
        ("c3", "negative", "g/L", "not a number"),
        ("hbsag", "3", None, "in words"),
        ("anti_dsdna_elisa", "30", "U/mL", "not known"),
    ],
)
def test_what_cannot_be_understood_has_no_value_and_a_sentence(analyte, value, unit, says):
    found = canonical(analyte, value, unit, None)
    assert (found.value, found.unit, found.version) == (None, None, None)
    assert says in found.problem


def test_words_are_results_where_a_laboratory_reports_words():
    for analyte in ("anti_dsdna_clift", "anti_dsdna_elisa", "hbsag", "urine_casts"):
        assert canonical(analyte, "weakly positive", None, None) == canonical(
            analyte, "x", "", None
        )


def test_a_value_no_patient_can_have_is_impossible_and_a_rare_one_unlikely():
    high = canonical("platelets", "150000", "10^9/L", None)
    assert "impossible" in high.impossible
    assert high.unlikely is None
    rare = canonical("platelets", "900", "10^9/L", None)
    assert "unlikely" in rare.unlikely
    assert rare.impossible is None
    assert canonical("platelets", "800", "10^9/L", None).unlikely is None
    assert canonical("c3", "-1", "g/L", None).impossible


def test_limits_convert_like_the_value():
    assert canonical_limit("c3", Decimal(90), "mg/dL") == Decimal("0.9")
    assert canonical_limit("c3", Decimal(90), "x") is None
    assert canonical_limit("c3", None, "g/L") is None
    assert canonical_limit("x", Decimal(1), "g/L") is None


@pytest.mark.parametrize(
    ("text", "value", "comparator", "state"),
    [
        ("0,5", "0.5", None, None),
        (" < 0.5 ", "0.5", "<", None),
        ("≥3", "3", ">=", None),
        ("weakly  positive", "weakly positive", None, None),
        ("nd", None, None, "not_done"),
        ("PEND", None, None, "pending"),
        ("", None, None, None),
        ("<", None, "<", None),
    ],
)
def test_one_box_says_value_comparator_or_state(text, value, comparator, state):
    typed = read_typed(text)
    assert (typed.value, typed.comparator, typed.state) == (value, comparator, state)


def test_every_spelling_is_of_its_own_analyte():
    for code in ANALYTES:
        found = spellings([code])
        assert code in found
        assert all(text == text.casefold() for text in found)
        assert {code_of(text) for text in found} == {code}


def test_words_that_name_no_analyte_stay_words():
    assert code_of("Vitamin D") == "Vitamin D"


@pytest.mark.parametrize(
    ("analyte", "value", "unit", "said"),
    [
        ("c3", "78", "g/L", "C3 78 g/L is impossible: above 5. Check value and unit: "
                            "78 mg/dL would be 0.78 g/L"),
        ("creatinine", "1.1", "umol/L", "1.1 mg/dL would be 97.24 µmol/L"),
        ("temperature", "98.6", "C", "98.6 °F would be 37 °C"),
        ("platelets", "-3", "10^9/L", "Platelets -3 × 10⁹/L is impossible: below 0. "
                                      "Check value and unit"),
    ],
)  # fmt: skip
def test_a_slip_of_the_unit_is_named_where_the_same_digits_are_plausible(
    analyte, value, unit, said
):
    found = canonical(analyte, value, unit, None).impossible
    assert found is not None
    assert found.endswith(said)
