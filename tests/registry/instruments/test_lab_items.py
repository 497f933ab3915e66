"""Every cut-off of an item from a result is strict: at the limit there is no candidate."""

import json

import pytest

from registry.cli.score import answer
from registry.instruments import CALCULATORS, units
from registry.instruments._lab_reading import POSSIBLE
from registry.instruments.lab_items import casts_in_words
from registry.laboratory import analytes

CALCULATOR = CALCULATORS["SLEDAI-2K.lab_item"]


def candidate(**inputs):
    return dict(answer(CALCULATOR, json.dumps(inputs).encode()))["candidate"]


@pytest.mark.parametrize(
    ("inputs", "name", "at", "beyond"),
    [
        ({"item": "leukopenia", "unit": "10^9/L"}, "wbc", "3.0", "2.99"),
        ({"item": "thrombocytopenia", "unit": "10^9/L"}, "platelets", "100", "99"),
        ({"item": "fever", "unit": "C", "infection_excluded": True}, "temp", "38.0", "38.1"),
        ({"item": "proteinuria", "unit": "g/24h"}, "protein_24h", "0.5", "0.51"),
        ({"item": "proteinuria", "unit": "mg/mmol"}, "upcr", "50", "50.1"),
        ({"item": "proteinuria", "unit": "mg/g"}, "upcr", "500", "501"),
    ],
)
def test_at_the_limit_there_is_no_candidate(inputs, name, at, beyond):
    assert [candidate(**inputs, **{name: value}) for value in (at, beyond)] == [False, True]


HAEMATURIA = {"item": "haematuria", "rbc_hpf": "20"}
FEVER = {"item": "fever", "temp": "38.6", "unit": "C"}


@pytest.mark.parametrize(
    ("cause", "present"),
    [
        ("menstruation", False),
        (True, False),
        (1, False),
        ("none", True),
        (" No ", True),
        ("", True),
        (False, True),
        (0, True),
        (None, True),
    ],
)
def test_a_cause_takes_a_candidate_back_and_no_cause_does_not(cause, present):
    assert candidate(**HAEMATURIA, other_cause=cause) is present
    leukopenia = {"item": "leukopenia", "wbc": "2.5", "unit": "10^9/L", "drug_cause": cause}
    assert candidate(**leukopenia) is present


@pytest.mark.parametrize(
    ("infection", "present"),
    [
        ({}, True),
        ({"infection_excluded": True}, True),
        ({"infection_excluded": 1}, True),
        ({"infection_excluded": False}, None),
        ({"infection_excluded": None}, None),
        ({"infection_excluded": False, "infection_confirmed": False}, None),
        ({"infection_excluded": False, "infection_confirmed": True}, False),
        ({"infection_confirmed": 0}, True),
    ],
)
def test_an_infection_that_is_not_excluded_is_a_question(infection, present):
    assert candidate(**FEVER, **infection) is present
    assert candidate(item="pyuria", wbc_hpf="6", **infection) is present


def test_below_the_cut_off_infection_is_no_question():
    assert candidate(item="pyuria", wbc_hpf="5", infection_excluded=False) is False


@pytest.mark.parametrize("name", ["infection_excluded", "infection_confirmed"])
def test_a_word_is_not_guessed_to_be_a_yes(name):
    given = answer(CALCULATOR, json.dumps(FEVER | {name: "false"}).encode())
    assert given["error"] == "not_a_number"


@pytest.mark.parametrize(
    "inputs",
    [
        {"item": "fever", "temp": "101", "unit": "C"},
        {"item": "fever", "temp": "38.6", "unit": "F"},
        {"item": "leukopenia", "wbc": "2900", "unit": "10^9/L"},
        {"item": "thrombocytopenia", "platelets": "99000", "unit": "10^9/L"},
        {"item": "proteinuria", "protein_24h": "500", "unit": "g/24h"},
        {"item": "proteinuria", "upcr": "620", "unit": "g/g"},
        {"item": "haematuria", "rbc_hpf": "10001"},
    ],
)
def test_a_value_that_no_patient_has_is_a_slip_of_the_unit(inputs):
    assert answer(CALCULATOR, json.dumps(inputs).encode())["error"] == "out_of_range"


@pytest.mark.parametrize("name", sorted(POSSIBLE))
def test_forms_and_files_refuse_the_same_values(name):
    assert POSSIBLE[name] == analytes.find(name).possible


def test_a_range_of_possible_values_has_both_its_ends():
    low, high = POSSIBLE["temp"]
    assert units.TEMPERATURE.canonical.name == "C"
    assert [candidate(item="fever", temp=str(t), unit="C") for t in (low, high)] == [False, True]


@pytest.mark.parametrize(
    "text",
    ["red cell casts: none", "RBC casts absent", "hyaline casts, no red-cell casts", "0 RBC"],
)
def test_casts_that_a_report_names_as_not_there_are_not_present(text):
    assert casts_in_words(text) is None
