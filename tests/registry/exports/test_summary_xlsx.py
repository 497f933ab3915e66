"""The workbook, read back by another program: typed cells, no formula, the dates of the cut."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from registry.exports.summary_csv import lines
from registry.exports.summary_xlsx import TITLES, render


@pytest.fixture
def book(summarised, patients):
    return load_workbook(BytesIO(render(summarised(patients, by="lot"))))


def rows_of(sheet):
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_there_is_a_sheet_for_every_section(book):
    assert book.sheetnames == ["About", *TITLES.values()]


def test_numbers_are_numbers_and_undefined_is_empty(book):
    (row,) = [
        row
        for row in rows_of(book["States"])
        if (row["name"], row["timepoint"], row["row"], row["group"])
        == ("sledai_2k_le_4", "month_6", "observed", None)
    ]
    printed = [row[name] for name in ("x", "n", "percent", "ci_low", "ci_high")]
    assert printed == [1, 2, 50.0, 1.3, 98.7]
    at_baseline = [row for row in rows_of(book["States"]) if row["n"] == 0]
    assert at_baseline
    assert all(row["percent"] is None for row in at_baseline)


def test_a_percentage_shows_its_one_decimal(book):
    sheet = book["States"]
    columns = [cell.value for cell in sheet[1]]
    shown = {
        (columns[cell.column - 1], cell.number_format)
        for row in sheet.iter_rows(min_row=2)
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    }
    assert {("percent", "0.0"), ("ci_low", "0.0"), ("x", "0"), ("n", "0")} <= shown
    assert not {("percent", "General"), ("n", "General")} & shown


def test_a_rate_shows_two_decimals_and_its_counts_whole(book):
    sheet = book["Rates"]
    columns = [cell.value for cell in sheet[1]]
    after = next(row for row in sheet.iter_rows(min_row=2) if row[columns.index("period")].value)
    shown = {
        columns[cell.column - 1]: cell.number_format for cell in after if cell.data_type == "n"
    }
    assert (shown["patients"], shown["not_paired"], shown["person_years"]) == ("0", "0", "0.00")


def test_no_cell_is_a_formula_or_a_link_whatever_was_typed(book, summarised, patients):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert not any(cell.hyperlink for cell in cells)
    # As typed: the apostrophe of the CSV is not needed where text is text.
    assert {'=HYPERLINK("http://example.org")', "=1+1", "@Sepsis"} <= {cell.value for cell in cells}
    with ZipFile(BytesIO(render(summarised(patients, by="lot")))) as file:
        sheets = [file.read(n).decode() for n in file.namelist() if n.startswith("xl/worksheets")]
    assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)


def test_every_line_of_the_table_is_in_the_workbook(book, summarised, patients):
    expected = len(list(lines(summarised(patients, by="lot"))))
    assert sum(len(rows_of(sheet)) for sheet in book) == expected


def test_the_same_summary_is_the_same_file(summarised, patients):
    assert render(summarised(patients)) == render(summarised(patients))


def test_the_dates_of_the_file_are_those_of_the_cut(book):
    assert book.properties.created.isoformat() == "2025-06-01T00:00:00"
    (line,) = [row for row in rows_of(book["About"]) if row["name"] == "data_cut"]
    assert line["value"].isoformat() == "2025-06-01T00:00:00"


def test_an_empty_registry_has_a_workbook_that_says_so(summarised):
    book = load_workbook(BytesIO(render(summarised([]))))
    assert book["Deaths"]["A1"].value == "nothing recorded"


def test_a_harm_stands_apart_and_in_words_of_its_own(summarised, patients):
    summary = summarised(patients)
    for section in ("states", "state_course"):
        for row in summary[section]:
            if row["definition"] == "sledai_2k_le_4":
                row["definition"] = "kidney_failure"
    book = load_workbook(BytesIO(render(summary)))
    for apart, together in (("Harms", "States"), ("Course of harms", "Course of states")):
        assert {row["name"] for row in rows_of(book[apart])} == {"kidney_failure"}
        assert "kidney_failure" not in {row["name"] for row in rows_of(book[together])}
    rows = {row["row"] for row in rows_of(book["Harms"])}
    assert "Fewest, each indeterminate one counted as free of it" in rows
    assert not rows & {"observed", "worst", "best"}
    levels = {row["level"] for row in rows_of(book["Course of harms"])}
    assert {"happened since treatment", "days after it had happened"} <= levels
    assert not any("attained" in level or "_" in level for level in levels)


def test_a_harm_that_others_reported_stays_with_what_they_reported(summarised, patients):
    summary = summarised(patients)
    for row in summary["states"]:
        if row["origin"] == "reported":
            row["definition"] = "kidney_failure"
    book = load_workbook(BytesIO(render(summary)))
    assert not any("kidney_failure" in row.values() for row in rows_of(book["Harms"]))
