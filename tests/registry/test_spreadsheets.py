"""Text that a spreadsheet would run stays text; everything else is left alone."""

import pytest

from registry.spreadsheets import as_cell


@pytest.mark.parametrize("text", ["=1", "+a", "-a", "@a", "\t=1", "\r=1", "-1+1", "+1 2", "-"])
def test_what_could_be_a_formula_gets_an_apostrophe(text):
    assert as_cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["", "a=1", "-4", "+4", "-4.50", "'=1", -4, None, 2.5])
def test_numbers_and_other_text_stay_as_they_are(value):
    assert as_cell(value) == value
