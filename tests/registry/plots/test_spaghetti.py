from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.base import render
from registry.plots.spaghetti import SpaghettiData, TimepointStats

SPAGHETTI = FIGURES["spaghetti"]
TIMEPOINTS = (("baseline", "Baseline", 0), ("month_3", "M3", 91), ("month_6", "M6", 182))


def cohort(*lines: Sequence[int | None]) -> SpaghettiData:
    """Return a cohort with the median taken as the middle value, which is all a picture needs."""
    stats = []
    for place, (code, label, day) in enumerate(TIMEPOINTS):
        values = sorted(Decimal(line[place]) for line in lines if line[place] is not None)
        middle = values[len(values) // 2] if values else None
        ends = (values[0], values[-1]) if values else (None, None)
        missing = len(lines) - len(values)
        stats.append(TimepointStats(code, label, day, len(values), missing, middle, *ends))
    made = tuple(tuple(None if v is None else Decimal(v) for v in line) for line in lines)
    cut_on = date(2026, 11, 22)
    return SpaghettiData("SLEDAI-2K", "points", "infused", tuple(stats), made, cut_on)


def drawn(shown):
    figure = Figure(figsize=SPAGHETTI.size_inches)
    SPAGHETTI.draw(figure, shown)
    return figure.axes[0]


def joined(axes):
    kinds = [found for found in axes.collections if type(found).__name__ == "LineCollection"]
    return [len(path.vertices) for found in kinds for path in found.get_paths()]


def test_each_complete_patient_is_one_line():
    assert joined(drawn(cohort((16, 8, 4), (12, 6, 2)))) == [3, 3]


def test_a_line_never_passes_a_missing_timepoint():
    axes = drawn(cohort((16, None, 4)))
    assert joined(axes) == []
    alone = next(line for line in axes.lines if line.get_linestyle() == "None")
    assert list(alone.get_ydata()) == [16, 4]


def test_no_median_and_no_band_below_five_patients():
    axes = drawn(cohort(*[(16, 8, 4)] * 4))
    assert not any(axes.lines[-1].get_ydata() >= 0)
    assert not [c for c in axes.collections if "Fill" in type(c).__name__]
    assert "at least 5 patients" in SPAGHETTI.caption(cohort())


def test_the_median_breaks_where_too_few_were_seen():
    lines = [(16, 8 if number < 4 else None, 4) for number in range(6)]
    values = drawn(cohort(*lines)).lines[-1].get_ydata()
    assert [value == value for value in values] == [True, False, True]  # noqa: PLR0124 - NaN


def test_counts_of_seen_and_missing_stand_under_the_axis():
    texts = [text.get_text() for text in drawn(cohort((16, None, 4), (12, 6, None))).texts]
    assert texts[-8:] == ["seen", "2", "1", "1", "missing", "0", "1", "1"]


def test_above_a_thousand_patients_only_the_band_is_drawn():
    many = cohort(*[(16, 8, 4)] * 1001)
    assert joined(drawn(many)) == []
    assert "not drawn for more than 1000" in SPAGHETTI.caption(many)
    assert {row[0] for row in SPAGHETTI.table(many)[1]} == {"summary"}
    assert len(render(SPAGHETTI, many, "svg")) < 40_000


def test_the_table_holds_every_plotted_point():
    _, rows = SPAGHETTI.table(cohort((16, None, 4), (12, 6, 2)))
    points = [(row[2], row[3], row[4]) for row in rows if row[0] == "patient"]
    assert points == [(0, 1, 16), (182, 1, 4), (0, 2, 12), (91, 2, 6), (182, 2, 2)]


def test_a_summary_that_is_not_drawn_is_not_in_the_table():
    _, rows = SPAGHETTI.table(cohort((16, 8, 4)))
    assert [row[7:] for row in rows if row[0] == "summary"] == [("", "", "")] * 3


def test_the_finding_gives_both_ends_with_their_counts():
    told = SPAGHETTI.alt(cohort(*[(16, 8, 4)] * 5, (16, 8, None)))
    assert told == (
        "median SLEDAI-2K was 16 at Baseline with 6 seen and 0 missing "
        "and lower at M6 (4 with 5 seen and 1 missing)."
    )


def test_without_enough_patients_the_finding_says_so():
    assert "no timepoint has the 5 patients" in SPAGHETTI.alt(cohort((16, 8, 4)))


def test_the_axis_says_whether_time_is_to_scale():
    texts = " ".join(text.get_text() for text in drawn(cohort((16, 8, 4))).texts)
    assert "(to scale)" in texts
    crowded = cohort((16, 8, 4))
    last = replace(crowded.timepoints[-1], target_day=3653)
    crowded = replace(crowded, timepoints=(*crowded.timepoints[:-1], last))
    assert "not to scale" in " ".join(text.get_text() for text in drawn(crowded).texts)


@pytest.mark.parametrize("lines", [(), ((16, 8, 4),), ((None, None, None),) * 6])
def test_thin_cohorts_draw_in_every_format(lines):
    for image_format in ("svg", "png", "pdf"):
        assert render(SPAGHETTI, cohort(*lines), image_format)
