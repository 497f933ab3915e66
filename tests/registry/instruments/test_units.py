"""Conversions: spellings, round trips, and no conversion where there is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS, units

QUANTITIES = {
    name: value for name, value in vars(units).items() if isinstance(value, units.Quantity)
}
UNITS = [
    pytest.param(quantity, unit, id=f"{name} {unit.name}")
    for name, quantity in QUANTITIES.items()
    for unit in quantity.units
]
values = st.decimals(0, 100_000, places=3)


@pytest.mark.parametrize(("quantity", "unit"), UNITS)
@given(value=values)
def test_a_value_comes_back_from_the_canonical_unit(quantity, unit, value):
    back = unit.from_canonical(unit.to_canonical(value))
    assert abs(back - value) <= Decimal("1e-4")
    if unit.per in (1, 1000) and unit.name != "lb":  # a pound has eight decimals
        assert back == value


@pytest.mark.parametrize(("quantity", "unit"), UNITS)
def test_every_spelling_means_one_unit_only(quantity, unit):
    for name in (unit.name, *unit.spelt):
        assert quantity.find(name) is unit
        assert quantity.find(f" {name.upper()} ") is unit


@pytest.mark.parametrize("text", ["10^9/L", "×10⁹/L", "x 10*9/l", "10E9/L", "10**9/L", " 10⁹/L"])
def test_powers_of_ten_are_read_however_they_are_typed(text):
    assert units.CELLS.find(text) is units.CELLS.canonical


@pytest.mark.parametrize("text", ["", "g", "mol", "U/mL", "10^8/L", "%", "mg/dL/1"])
def test_an_unknown_unit_is_not_guessed(text):
    assert units.CELLS.find(text) is None


@given(low=values, high=values)
def test_a_larger_value_is_larger_in_every_unit(low, high):
    low, high = sorted((low, high))
    for quantity in QUANTITIES.values():
        for unit in quantity.units:
            assert unit.to_canonical(low) <= unit.to_canonical(high)


@pytest.mark.parametrize(
    ("key", "inputs", "code"),
    [
        ("units.UPCR", b'{"value":"1","from":"mg/mmol","to":"mg"}', "out_of_range"),
        ("units.UPCR", b'{"value":"1","from":"mg/mmol"}', "missing_input"),
        ("units.UPCR", b'{"value":"x","from":"mg/g","to":"g/g"}', "not_a_number"),
        ("units.UPCR", b'{"value":1e400,"from":"mg/g","to":"g/g"}', "out_of_range"),
        ("units.UPCR", b'{"value":"-0.1","from":"mg/mmol","to":"mg/g"}', "out_of_range"),
        ("units.other", b'{"analyte":"creatinine","value":-1,"from":"umol/L","to":"mg/dL"}',
         "out_of_range"),
        ("units.other", b'{"analyte":"kryptonite","value":"1","from":"g/L","to":"g/L"}',
         "unknown_item"),
        ("units.other", b'{"analyte":["C3"],"value":"1","from":"g/L","to":"g/L"}',
         "unknown_item"),
        ("units.other", b'{"analyte":"C3","value":"1","from":7,"to":"g/L"}', "out_of_range"),
        ("units.other", b'{"analyte":"C3","value":null,"from":"g/L","to":"g/L"}', "missing_input"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_is_refused_by_name(key, inputs, code):
    assert answer(CALCULATORS[key], inputs)["error"] == code


@pytest.mark.parametrize("value", ["0", "-0.0", "1e-30", "1e-400000"])
def test_nothing_is_written_as_nothing(value):
    line = b'{"value":%s,"from":"mg/mmol","to":"mg/g"}' % value.encode()
    assert answer(CALCULATORS["units.UPCR"], line) == {"value": "0"}


@given(value=st.decimals(allow_nan=False, allow_infinity=False))
def test_any_number_is_answered_or_refused(value):
    line = b'{"value":"%s","from":"mg/mmol","to":"g/g"}' % f"{value:f}".encode()[:60]
    assert set(answer(CALCULATORS["units.UPCR"], line)) <= {"value", "error", "message"}
