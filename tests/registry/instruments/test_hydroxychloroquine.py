"""Hydroxychloroquine: 5 mg/kg of actual weight and 400 mg a day are within the limits."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.hydroxychloroquine import dose_of, is_hydroxychloroquine

HCQ = CALCULATORS["HCQ.dose"]
masses = st.decimals(1, 400, places=1)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"dose_mg_day": "400"}', "missing_input"),
        (b'{"dose_mg_day": null, "actual_weight_kg": 60}', "missing_input"),
        (b'{"dose_mg_day": "four", "actual_weight_kg": 60}', "not_a_number"),
        (b'{"dose_mg_day": 400, "actual_weight_kg": 0}', "out_of_range"),
        (b'{"dose_mg_day": 400, "actual_weight_kg": 401}', "out_of_range"),
        (b'{"dose_mg_day": -1, "actual_weight_kg": 60}', "out_of_range"),
        (b'{"dose_mg_day": 400, "ideal_weight_kg": 60}', "unknown_input"),
    ],
)
def test_bad_input_has_its_code(line, code):
    assert answer(HCQ, line)["error"] == code


def test_just_above_the_limit_is_above_even_where_it_rounds_to_it():
    dose = dose_of(Decimal("300.00001"), Decimal(60))
    assert (str(dose.rounded), dose.over_5_mg_kg) == ("5.000", True)


@pytest.mark.parametrize(("mg", "over"), [("400", False), ("400.1", True)])
def test_the_ceiling_holds_whatever_the_weight(mg, over):
    assert dose_of(Decimal(mg), Decimal(200)).over_400_mg is over


@given(masses)
def test_five_times_the_weight_is_never_above(weight):
    assert not dose_of(5 * weight, weight).over_5_mg_kg


@pytest.mark.parametrize("name", ["Hydroxychloroquine", " plaquenil", "hydroxychloroquine sulfate"])
def test_names_are_known_whatever_their_case(name):
    assert is_hydroxychloroquine(name)
    assert not is_hydroxychloroquine("chloroquine")
