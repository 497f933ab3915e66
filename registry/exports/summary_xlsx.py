"""The outcome summary as a workbook: a sheet for each section, numbers as numbers.

Text is written as text, so no cell can be a formula or a link, whatever somebody typed into the
registry. The dates of the file are the data cut's, and the same summary gives the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any, TypeGuard

from registry.exports import harm_words
from registry.exports.summary_csv import COLUMNS, lines
from registry.exports.summary_endpoint_lines import OTHERS, PRIMARY
from registry.exports.summary_safety_lines import EVENTS
from registry.exports.summary_state_lines import SECTION as STATE_COURSE

Line = Mapping[str, Any]

ABOUT = "About"
STATES, HARMS = "states", "harms"
#: Sections that say what the numbers are, in one sheet before them.
_ABOUT_SECTIONS = ("provenance", "design", "limits", "warnings", "definitions")
TITLES: Mapping[str, str] = {
    "flow": "Flow",
    "table1": "Table 1",
    PRIMARY: "Primary end point",
    OTHERS: "Other end points",
    "activity": "Activity",
    STATES: "States",
    STATE_COURSE: "Course of states",
    f"{STATES}.{HARMS}": harm_words.TITLE,
    f"{STATE_COURSE}.{HARMS}": harm_words.COURSE_TITLE,
    "rates": "Rates",
    EVENTS: "Adverse events",
    f"{EVENTS}.by_phase": "Events by phase",
    f"{EVENTS}.by_relation": "Events by relation",
    f"{EVENTS}.by_cause": "Events by cause",
    f"{EVENTS}.by_solicited": "Events solicited or not",
    f"{EVENTS}.by_grade": "Events by grade",
    f"{EVENTS}.by_soc": "Events by organ class",
    f"{EVENTS}.by_term": "Events by term",
    "deaths": "Deaths",
}
# Written even where undefined, so that nobody takes a rounded number for the exact one.
_ONE_PLACE = frozenset({"percent", "ci_low", "ci_high", "wilson_low", "wilson_high"})
_COUNTS = frozenset(
    {
        *("x", "events", "n", "grade", "indeterminate", "not_evaluable", "not_seen"),
        *("not_paired", "unplaced", "patients"),
        *("not_yet_due", "total_only", "incomplete", "missing", "bounds_n", "change_n_pairs"),
        "change_other_method",
    }
)
_WIDTHS: Mapping[str, int] = {"name": 30, "term": 36, "soc": 40, "level": 28, "cause": 40}
_WIDTH, _WIDE = 13, 110


@dataclass(frozen=True, slots=True)
class Styles:
    """The few formats of the workbook."""

    head: Any
    text: Any
    day: Any
    whole: Any
    one: Any
    two: Any

    @classmethod
    def of(cls, book: Any) -> "Styles":
        return cls(
            head=book.add_format({"bold": True, "bottom": 1}),
            text=book.add_format({"text_wrap": True, "valign": "top"}),
            day=book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
            whole=book.add_format({"num_format": "0"}),
            one=book.add_format({"num_format": "0.0"}),
            two=book.add_format({"num_format": "0.00"}),
        )

    def number(self, section: str, column: str, value: float) -> Any:
        """Return the format of a number: percentages to 1 decimal, the rest to 2, counts whole."""
        if column in _COUNTS or (column == "value" and isinstance(value, int)):
            return self.whole
        return self.one if column in _ONE_PLACE and section != "rates" else self.two


def render(summary: Mapping[str, Any]) -> bytes:
    """Return the workbook."""
    from xlsxwriter import Workbook

    file = BytesIO()
    book = Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    cut = date.fromisoformat(summary["provenance"]["data_cut"])
    book.set_properties({"title": "Outcome summary", "created": datetime.combine(cut, time(), UTC)})
    styles = Styles.of(book)
    every = list(lines(summary))
    _about(book.add_worksheet(ABOUT), every, styles)
    for section, title in TITLES.items():
        rows = [line for line in every if _section(line) == section]
        if section.endswith(f".{HARMS}"):
            rows = [harm_words.worded(line) for line in rows]
        _sheet(book.add_worksheet(title), rows, styles)
    book.close()
    return file.getvalue()


def _section(line: Line) -> str:
    """Return the sheet a line belongs to: breakdowns of the events and harms have their own."""
    if line["section"] == EVENTS and str(line["name"]).startswith("by_"):
        return f"{EVENTS}.{line['name']}"
    if line["section"] in {STATES, STATE_COURSE} and harm_words.is_harm(line):
        return f"{line['section']}.{HARMS}"
    return str(line["section"])


def _about(sheet: Any, every: Iterable[Line], styles: Styles) -> None:
    """Write where the numbers come from, what they cannot say and what weakens them."""
    found = list(every)
    sheet.set_column(0, 2, 24)
    sheet.set_column(3, 3, _WIDE, styles.text)
    for column, title in enumerate(("section", "group", "name", "value")):
        sheet.write_string(0, column, title, styles.head)
    ordered = (line for part in _ABOUT_SECTIONS for line in found if line["section"] == part)
    for row, line in enumerate(ordered, start=1):
        for column, name in enumerate(("section", "group", "name")):
            _cell(sheet, (row, column), line.get(name), None)
        if line.get("name") == "data_cut":
            sheet.write_datetime(row, 3, _midnight(line["value"]), styles.day)
        else:
            _cell(sheet, (row, 3), _with_version(line), None)
    sheet.freeze_panes(1, 0)


def _with_version(line: Line) -> Any:
    return f"version {line['version']}; {line['value']}" if "version" in line else line["value"]


def _midnight(text: str) -> datetime:
    return datetime.combine(date.fromisoformat(text), time())


def _sheet(sheet: Any, rows: Sequence[Line], styles: Styles) -> None:
    """Write the rows under the columns that any of them uses."""
    columns = list(_used(rows))
    for number, column in enumerate(columns):
        sheet.set_column(number, number, _WIDTHS.get(column, _WIDTH))
        sheet.write_string(0, number, column, styles.head)
    for row, line in enumerate(rows, start=1):
        for number, column in enumerate(columns):
            value = line.get(column)
            style = styles.number(line["section"], column, value) if _is_number(value) else None
            _cell(sheet, (row, number), value, style)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _used(rows: Sequence[Line]) -> Iterator[str]:
    """Yield the columns in their order; an empty sheet says that there is nothing."""
    if not rows:
        yield "nothing recorded"
    for column in COLUMNS:
        if column != "section" and any(line.get(column) not in (None, "", []) for line in rows):
            yield column


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _cell(sheet: Any, place: tuple[int, int], value: Any, style: Any) -> None:
    """Write a number as a number and anything else as text; what is undefined stays empty."""
    if value is None:
        return
    if _is_number(value):
        sheet.write_number(*place, value, style)
    else:
        sheet.write_string(
            *place, "; ".join(value) if isinstance(value, list) else str(value), style
        )
