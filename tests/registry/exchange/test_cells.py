"""Cells read back what was written, and nothing else reads as a number or a date."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.exchange.cells import CellError, read, written
from registry.exchange.columns import Column
from registry.exchange.files import FILES
from registry.exchange.stored_rows import is_partial
from registry.exchange.tables import TABLES

NUMBER = Column("dose", "number", "")


@given(st.decimals(min_value=0, max_value=10**14, places=3))
def test_a_number_is_read_as_it_was_typed(number):
    typed = format(number, "f")
    assert written(read(NUMBER, typed)) == typed


@given(st.text(max_size=12))
def test_a_number_is_plain_digits_or_refused(text):
    try:
        found = read(NUMBER, text)
    except CellError:
        return
    assert isinstance(found, Decimal)
    assert set(text) <= set("-0123456789.")


@pytest.mark.parametrize("text", ["TRUE", "1", "yes", " true"])
def test_a_boolean_is_true_or_false_in_small_letters(text):
    with pytest.raises(CellError):
        read(Column("pulse", "boolean", ""), text)


def test_every_stored_column_is_in_its_table():
    for file in FILES.values():
        table = TABLES[file.name]
        for column in file.columns:
            if column.target is not None and not is_partial(table, column):
                assert column.target in table.c, (file.name, column.name)


def test_required_columns_come_first():
    for file in FILES.values():
        required = [column.required for column in file.columns]
        assert required == sorted(required, reverse=True), file.name
