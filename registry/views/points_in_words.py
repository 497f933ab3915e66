"""The points of a figure for people: present titles, yes and no, dates in words.

The CSV keeps the codes, which are stable for programs.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from registry.codes import VALUE_STATE
from registry.followup.timepoints import title
from registry.instruments.sledai_2k import GROUPS, ITEMS
from registry.plots.base import Table
from registry.plots.laboratory_panel.facts import TITLES as ANALYTES
from registry.templating import show_date

NOTHING = "–"  # a cell that does not apply to this kind of row, unlike one that was not recorded
TITLES = {
    "sledai_2k": "SLEDAI-2K",
    "max_possible": "Highest possible",
    "total_only": "Historic total only",
    "clinical_sledai": "Clinical SLEDAI-2K",
    "clinical_known_points": "Clinical, known points",
    "clinical_max_possible": "Clinical, highest possible",
    "prednisone_mg_per_day": "Prednisone-equivalent, mg a day",
    "p10": "10th percentile",
    "p90": "90th percentile",
    "soc": "System organ class",
}
_TRUTH = {"true": "yes", "false": "no"}
_ITEMS = {item.code: item.label for item in ITEMS}
_ORGANS = {group.code: group.title for group in GROUPS}
_WORDS: Mapping[str, Callable[[str], str]] = {
    "record": lambda text: text.replace("_", " ").capitalize(),
    "analyte": lambda text: ANALYTES.get(text, text),
    "item": lambda text: _ITEMS.get(text, text),
    "organ_group": lambda text: _ORGANS.get(text, text),
    "serious": lambda text: _TRUTH.get(text, text),
    "state": lambda text: VALUE_STATE.get(text, text),
    "date": show_date,
    "timepoint": title,
    "complete": lambda text: _TRUTH.get(text, text),
    "total_only": lambda text: _TRUTH.get(text, text),
}


def in_words(table: Table) -> tuple[list[tuple[str, str]], list[list[str]]]:
    """Return the columns as the table macro takes them, and the rows in words."""
    columns, rows = table
    headed = [(TITLES.get(name, name.replace("_", " ").capitalize()), "") for name in columns]
    return headed, [list(_row(columns, row)) for row in rows]


def _row(columns: Sequence[str], row: Sequence[object]) -> Iterator[str]:
    for name, cell in zip(columns, row, strict=True):
        text = "" if cell is None else str(cell)
        yield _WORDS.get(name, str)(text) if text else NOTHING
