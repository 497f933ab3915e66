"""BLISS-LN: two responses, three parts each, and one part that fails decides."""

import json
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.bliss_ln import INPUTS, Visit, crr, perr

VISIT = {"upcr": "0.3", "egfr": 80, "egfr_preflare": 80, "rescue": False, "pred_mg": "5"}
GRIDS = (
    [Decimal(text) for text in ("0.49", "0.5", "0.7", "0.71")],
    [Decimal(text) for text in ("48", "54", "60", "72", "90")],
    [Decimal(text) for text in ("50", "60", "90", "200")],
    [True, False],
    [Decimal(text) for text in ("10", "10.1")],
)
EXTREMES = ([], [Decimal(1)], [Decimal(1), Decimal(250)], [], [])  # what an unknown one may be too


def reply(**change):
    return answer(CALCULATORS["renal.BLISS-LN"], json.dumps(VISIT | change).encode())


def judged(**change):
    found = reply(**change)
    return found["PERR"], found["CRR"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"upcr": "0.49"}, (True, True)),
        ({"upcr": "0.5"}, (True, False)),
        ({"upcr": "0.7"}, (True, False)),
        ({"upcr": "0.701"}, (False, False)),
        ({"egfr": 72}, (True, True)),  # exactly 10 % below
        ({"egfr": "71.9"}, (True, False)),
        ({"egfr": 60, "egfr_preflare": 120}, (True, False)),
        ({"egfr": "59.9", "egfr_preflare": 120}, (False, False)),
        ({"egfr": 48, "egfr_preflare": 60}, (True, False)),  # exactly 20 % below
        ({"egfr": "47.9", "egfr_preflare": 60}, (False, False)),
        ({"egfr": 90, "egfr_preflare": 120}, (True, True)),
        ({"egfr": "89.9", "egfr_preflare": 120}, (True, False)),
        ({"pred_mg": 10}, (True, True)),
        ({"pred_mg": "10.01"}, (False, False)),
        ({"rescue": True}, (False, False)),
    ],
)
def test_each_part_has_its_limit(change, expected):
    assert judged(**change) == expected


@pytest.mark.parametrize("name", INPUTS)
def test_a_name_that_is_not_given_is_an_error(name):
    line = json.dumps({key: value for key, value in VISIT.items() if key != name}).encode()
    assert answer(CALCULATORS["renal.BLISS-LN"], line)["error"] == "missing_input"


@pytest.mark.parametrize("judge", [perr, crr])
def test_a_response_is_null_exactly_where_the_unknown_could_change_it(judge):
    for parts in product(*([*grid, None] for grid in GRIDS)):
        choices = (
            [*grid, *more] if part is None else [part]
            for part, grid, more in zip(parts, GRIDS, EXTREMES, strict=True)
        )
        possible = {judge(Visit(*full)) for full in product(*choices)}
        assert judge(Visit(*parts)) is (possible.pop() if len(possible) == 1 else None), parts


visits = st.builds(
    Visit,
    st.decimals(0, 3, places=2),
    st.decimals(1, 150, places=1),
    st.decimals(1, 150, places=1),
    st.booleans(),
    st.decimals(0, 20, places=1),
)


@given(visits)
def test_who_has_the_complete_response_has_the_primary_one(visit):
    assert perr(visit) or not crr(visit)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"upcr": "x"}, "not_a_number"),
        ({"upcr": 700}, "out_of_range"),  # mg/g in the wrong field
        ({"egfr": -1}, "out_of_range"),
        ({"rescue": "no"}, "out_of_range"),
        ({"rescue": 0}, "out_of_range"),
        ({"pred_mg": -1}, "out_of_range"),
        ({"week": 104}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(change, code):
    assert reply(**change)["error"] == code
