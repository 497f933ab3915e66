"""The laboratory panel in words and rows: caption, one-sentence finding, data table.

Observational words only: a value "was higher" after an infusion.
"""

from decimal import Decimal

from registry.followup.facts import LabFact
from registry.instruments.units import printed
from registry.plots.base import Table
from registry.plots.laboratory_panel.facts import LaboratoryData, Panel
from registry.plots.style import day_text, ended, how_many
from registry.plots.trajectory.facts import LONGEST_JOIN_DAYS, LONGEST_YEARLY_JOIN_DAYS
from registry.plots.trajectory.words import plain

MOST_NAMED = 3  # analytes in the one sentence
COLUMNS = (
    "record", "analyte", "date", "day", "comparator", "value", "unit", "in_words", "state",
    "lower_limit", "upper_limit",
)  # fmt: skip


def caption(data: LaboratoryData) -> str:
    """Say method, n, what is missing and what was left out."""
    panels = data.panels
    shown = sum(len(panel.numbers) for panel in panels)
    sentences = [
        f"{how_many(shown, 'numeric result')} of {how_many(len(panels), 'analyte')}, "
        "in the registry's units, at the day of the sample",
        f"Lines join results at most {LONGEST_JOIN_DAYS} days apart "
        f"({LONGEST_YEARLY_JOIN_DAYS} in later years) with nothing missing between",
        *_limits_note(panels),
        *_left_out(data),
        f"Data cut {day_text(data.cut_on)}",
    ]
    return ended(sentences, synthetic=data.synthetic)


def alt(data: LaboratoryData) -> str:
    """State the finding in one sentence."""
    opening = f"{'Synthetic patient' if data.synthetic else 'Patient'} {data.patient_code}: "
    clauses = [_clause(panel, day_0_known=data.day_0_known) for panel in data.panels]
    if not clauses:
        return f"{opening}no numeric laboratory result has been recorded."
    more = len(clauses) - MOST_NAMED
    rest = [f"{how_many(more, 'further analyte')} drawn"] if more > 0 else []
    return opening + "; ".join([*clauses[:MOST_NAMED], *rest]) + "."


def table(data: LaboratoryData) -> Table:
    """Return exactly what is drawn: each panel by date, then the infusions."""
    rows = [
        _result_row(day, result, panel)
        for panel in data.panels
        for day, result in panel.results
        if result.value is None or result.unit == panel.unit
    ]
    infusions = data.drawn_infusions if data.panels else ()
    rows += [("infusion", "", mark.given_on.text, day, *("",) * 7) for day, mark in infusions]
    return COLUMNS, rows


def _result_row(day: int, result: LabFact, panel: Panel) -> tuple[object, ...]:
    numeric = result.value is not None
    return (
        "result", panel.analyte, result.collected_on.text, day, result.comparator or "",
        plain(result.value), panel.unit if numeric else "", "" if numeric else result.text or "",
        result.state or "", plain(result.lower_limit), plain(result.upper_limit),
    )  # fmt: skip


def _limits_note(panels: tuple[Panel, ...]) -> list[str]:
    numbers = [result for panel in panels for _, _, result in panel.numbers]
    without = sum(r.lower_limit is None and r.upper_limit is None for r in numbers)
    if not numbers or without == len(numbers):
        return ["No normal range is known for these results"] if numbers else []
    note = "Shaded: normal range that the laboratory gave"
    return [f"{note}, not known for {how_many(without, 'result')}" if without else note]


def _left_out(data: LaboratoryData) -> list[str]:
    found = []
    empty = sum(len(panel.without_result) for panel in data.panels)
    if empty:
        found.append(f"{how_many(empty, 'result')} pending or not available, at the foot")
    if data.without_numbers:
        found.append("No number to draw: " + ", ".join(data.without_numbers))
    if data.without_room:
        found.append("No room for " + ", ".join(data.without_room))
    counted = (
        (data.not_converted, "number", " without a known unit not drawn"),
        (data.unsigned, "result", " of unsigned visits left out"),
        (data.undated, "result", " without an exact date not drawn"),
        (data.elsewhere, "result", " of other analytes not part of this figure"),
    )
    found += [how_many(count, noun) + rest for count, noun, rest in counted if count]
    undated = len(data.infusions) - len(data.drawn_infusions)
    if undated:
        found.append(f"{how_many(undated, 'infusion')} without an exact date not drawn")
    return found


def _clause(panel: Panel, *, day_0_known: bool) -> str:
    """Compare the last result on or before day 0 with the last of all."""
    numbers = panel.numbers
    before = [found for found in numbers if day_0_known and found[0] <= 0]
    start, last = before[-1] if before else numbers[0], numbers[-1]
    text = f"{panel.title} was {_shown(start[1], start[2])} {printed(panel.unit)} on day {start[0]}"
    if last is start:
        return text
    return f"{text} and {_shown(last[1], last[2])} on day {last[0]}"


def _shown(value: Decimal, result: LabFact) -> str:
    return f"{result.comparator or ''}{plain(value)}"
