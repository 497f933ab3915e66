"""DORIS 2017: clinical or complete, off or on therapy; and the drug-free form of the registry."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.doris_2017 import drug_free

DORIS = CALCULATORS["DORIS-2017-framework"]
FORMS = ("clinical_off", "complete_off", "clinical_on", "complete_on")
DRUG_FREE = ("clinical_drug_free", "complete_drug_free")
REMISSION = {
    "clinical_sledai": 0,
    "serology_points": 0,
    "pga": "0.2",
    "pred_mg": "0",
    "immunosuppressant_or_biologic": False,
    "antimalarial": False,
}


def doris(**changes):
    return answer(DORIS, json.dumps(REMISSION | changes).encode())


def forms(**changes):
    return tuple(doris(**changes)[name] for name in FORMS)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (True, True, True, True)),
        ({"antimalarial": True}, (True, True, True, True)),
        ({"antimalarial": None}, (True, True, True, True)),
        ({"pred_mg": "0.1"}, (False, False, True, True)),
        ({"pred_mg": "5"}, (False, False, True, True)),
        ({"pred_mg": "5.01"}, (False,) * 4),
        ({"pred_mg": None}, (None,) * 4),
        ({"immunosuppressant_or_biologic": True}, (False, False, True, True)),
        ({"immunosuppressant_or_biologic": None}, (None, None, True, True)),
        ({"serology_points": 2}, (True, False, True, False)),
        ({"serology_points": None}, (True, None, True, None)),
        ({"serology_points": None, "pga": "0.5"}, (False,) * 4),
        ({"pga": None}, (None,) * 4),
        ({"pga": "0.49"}, (True,) * 4),
        ({"clinical_sledai": 1}, (False,) * 4),
        ({"clinical_sledai": None}, (None,) * 4),
        ({"clinical_complete": False}, (None,) * 4),
        ({"clinical_sledai": 1, "clinical_complete": False}, (False,) * 4),
        ({"recent_pulse": True}, (False,) * 4),
        ({"recent_pulse": None}, (None,) * 4),
        ({"recent_pulse": None, "pred_mg": "2"}, (False, False, None, None)),
    ],
)
def test_the_four_forms(changes, expected):
    assert forms(**changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, (True, True)),
        ({"antimalarial": True}, (False, False)),
        ({"antimalarial": None}, (None, None)),
        ({"antimalarial": None, "pred_mg": "1"}, (False, False)),
        ({"serology_points": 2}, (True, False)),
    ],
)
def test_drug_free_is_off_therapy_without_antimalarials(changes, expected):
    assert tuple(doris(**changes)[name] for name in DRUG_FREE) == expected


def test_an_antimalarial_that_is_not_known_leaves_drug_free_open():
    assert [drug_free(True, taken) for taken in (True, False, None)] == [False, True, None]
    assert drug_free(False, None) is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"serology_points": "3.5"}, "out_of_range"),
        ({"serology_points": 5}, "out_of_range"),
        ({"antimalarial": "yes"}, "out_of_range"),
        ({"pga": "4"}, "out_of_range"),
        ({"pred_mg": "five"}, "not_a_number"),
        ({"stable_maintenance": True}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(changes, code):
    assert doris(**changes)["error"] == code


anything = st.fixed_dictionaries(
    {
        "clinical_sledai": st.sampled_from([0, 1, None]),
        "serology_points": st.sampled_from([0, 2, None]),
        "pga": st.sampled_from(["0", "0.5", None]),
        "pred_mg": st.sampled_from(["0", "5", "6", None]),
        "immunosuppressant_or_biologic": st.sampled_from([True, False, None]),
        "antimalarial": st.sampled_from([True, False, None]),
        "recent_pulse": st.sampled_from([True, False, None]),
    }
)
RANK = {False: 0, None: 1, True: 2}


@given(anything)
def test_the_narrower_form_is_never_met_without_the_wider(known):
    found = {name: RANK[value] for name, value in doris(**known).items()}
    assert found["complete_on"] <= found["clinical_on"]
    assert found["complete_off"] <= found["clinical_off"] <= found["clinical_on"]
    assert found["complete_drug_free"] <= found["complete_off"] <= found["complete_on"]
    assert found["clinical_drug_free"] <= found["clinical_off"]
