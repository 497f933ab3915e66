"""The two figures of a cohort's adverse events."""

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.adverse_event_grades import MOST_TERMS, GradesData, TermCount
from registry.plots.adverse_event_onset import (
    MOST_CLASSES,
    MOST_MARKS,
    OTHERS,
    OnsetData,
    OnsetMark,
)
from registry.plots.base import render

GRADES, ONSET = FIGURES["adverse_event_grades"], FIGURES["adverse_event_onset"]
BANNED = re.compile(r"reduc|caus|improv|effect|thanks to|due to|because|safe|%", re.IGNORECASE)
CUT = date(2026, 11, 22)
COUNTS = st.tuples(*[st.integers(0, 9)] * 6)


def by_grade(*terms, **changes):
    told = GradesData("course begun", 40, 12, 30, 0, terms, CUT)
    return replace(told, **changes)


def by_day(*marks, **changes):
    return replace(OnsetData("course begun", 40, marks, 0, 0, CUT), **changes)


def mark(day, soc="Infections", grade=2, *, last=None, serious=False):
    return OnsetMark(day, day if last is None else last, soc, grade, serious)


def drawn(declared, told):
    figure = Figure(figsize=declared.size_inches)
    declared.draw(figure, told)
    return figure


def texts(figure):
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    return found + [text.get_text() for text in figure.texts]


def rows(declared, told):
    columns, lines = declared.table(told)
    return [dict(zip(columns, line, strict=True)) for line in lines]


def lengths(figure):
    """Return the length of every part of every bar."""
    parts = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    return sorted(
        path.vertices[:, 0].max() - path.vertices[:, 0].min()
        for part in parts
        for path in part.get_paths()
    )


@given(st.lists(COUNTS, max_size=MOST_TERMS))
def test_every_patient_of_a_term_is_a_part_of_its_bar(counts):
    told = by_grade(*(TermCount(f"T{n}", None, found, 9) for n, found in enumerate(counts)))
    assert lengths(drawn(GRADES, told)) == sorted(n for found in counts for n in found if n)
    assert [row["patients"] for row in rows(GRADES, told)] == [sum(found) for found in counts]


def test_a_bar_says_its_grades_and_its_counts():
    told = by_grade(TermCount("Nausea", "GI", (5, 4, 0, 0, 0, 1), 14))
    shown = texts(drawn(GRADES, told))
    assert {"G1", "G2", "Nausea", "10", "14", "not graded"} <= set(shown)
    assert "G3" not in shown
    assert "1 counted without a grade (hatched)" in GRADES.caption(told)


def test_what_nobody_graded_is_hatched():
    figure = drawn(GRADES, by_grade(TermCount("Nausea", None, (0, 0, 0, 0, 0, 3), 3)))
    (part,) = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    assert part.get_hatch()


def test_rarer_terms_are_counted_not_drawn():
    terms = [TermCount(f"T{n}", None, (1, 0, 0, 0, 0, 0), 1) for n in range(MOST_TERMS + 3)]
    told = by_grade(*terms)
    assert len(rows(GRADES, told)) == MOST_TERMS
    assert "3 rarer terms not drawn" in GRADES.caption(told)


def test_the_sentence_gives_patients_of_all_and_the_most_frequent_term():
    told = by_grade(TermCount("Nausea", "GI", (5, 0, 2, 0, 0, 0), 14))
    assert GRADES.alt(told) == (
        "12 of 40 patients whose course began had 30 treatment-emergent events; the most frequent "
        "term was nausea, in 7 patients, at worst grade 3."
    )
    uncoded = by_grade(TermCount(None, None, (1, 0, 0, 0, 0, 0), 1))
    assert "none of them has a coded term" in GRADES.alt(uncoded)


MARKS = st.lists(
    st.builds(
        mark,
        st.integers(-700, 4000),
        st.sampled_from(["A", "B", None]),
        st.none() | st.integers(1, 5),
        serious=st.none() | st.booleans(),
    ),
    max_size=40,
)


@given(MARKS)
def test_every_event_is_one_mark_inside_the_axes_and_one_row(marks):
    told = by_day(*sorted(marks, key=lambda one: one.first_day))
    figure = drawn(ONSET, told)
    (axes,) = figure.axes
    places = [
        x for line in axes.lines if line.get_marker() in {"o", "^", "s"} for x in line.get_xdata()
    ]
    low, high = axes.get_xlim()
    assert len(places) == len(marks) == len(rows(ONSET, told))
    assert all(low <= x <= high for x in places)


def test_a_row_is_an_organ_class_with_its_count():
    told = by_day(mark(3), mark(9), mark(5, "Vascular"), mark(6, None))
    assert [title for title, _ in told.by_row] == ["Infections", "Vascular", "Not coded"]
    assert {"Infections", "2", "Not coded"} <= set(texts(drawn(ONSET, told)))


def test_rare_organ_classes_share_a_row():
    marks = [mark(n, f"Class {n:02}") for n in range(MOST_CLASSES + 3)]
    found = dict(by_day(*marks).by_row)
    assert len(found) == MOST_CLASSES + 1
    assert len(found[OTHERS]) == 3


def test_a_partial_onset_is_a_bar():
    told = by_day(mark(22, last=50))
    (bar,) = [line for line in drawn(ONSET, told).axes[0].lines if line.get_marker() == "|"]
    assert [round(x * x) for x in bar.get_xdata()] == [22, 50]
    assert "1 onset known to a month or year" in ONSET.caption(told)


def test_of_too_many_events_the_serious_are_drawn():
    many = [mark(n % 300, serious=n < 5) for n in range(MOST_MARKS + 1)]
    told = by_day(*many)
    assert len(rows(ONSET, told)) == 5
    assert "1996 events not known to be serious not drawn" in ONSET.caption(told)


def test_the_sentence_counts_the_first_phase():
    told = by_day(mark(0, serious=True), mark(28), mark(29), mark(-3), mark(40, last=70))
    assert ONSET.alt(told) == (
        "4 adverse events with an exact day of onset: 2 on day 0 to 28 from the first infusion of "
        "the course, 1 serious in all."
    )


@pytest.mark.parametrize("last", [20, 100, 365, 3650])
def test_no_two_days_on_the_axis_touch(last):
    axes = drawn(ONSET, by_day(mark(-400), mark(last))).axes[0]
    low, high = axes.get_xlim()
    places = [(x - low) / (high - low) * 311 for x in axes.xaxis.get_major_locator().locs]
    assert all(b - a >= 15 for a, b in pairwise(places))


EXTREMES = {
    "no event": (by_grade(affected=0, events=0), by_day()),
    "nobody treated": (by_grade(n=0, affected=0, events=0), by_day(n=0)),
    "one": (by_grade(TermCount("Fever", None, (1, 0, 0, 0, 0, 0), 1)), by_day(mark(12))),
    "all unknown": (
        by_grade(TermCount(None, None, (0, 0, 0, 0, 0, 4), 4)),
        by_day(mark(12, None, None, serious=None), without_day=3),
    ),
    "strange words": (
        by_grade(TermCount("$x^2$ \x00" + "long " * 30, None, (1, 0, 0, 0, 0, 0), 1)),
        by_day(mark(1, "$x^2$ \x00" + "long " * 30)),
    ),
}


@pytest.mark.parametrize("pair", EXTREMES.values(), ids=EXTREMES)
def test_extremes_are_drawn_described_and_the_same_twice(pair):
    for declared, told in zip((GRADES, ONSET), pair, strict=True):
        for image_format in ("svg", "png"):
            assert render(declared, told, image_format) == render(declared, told, image_format)
        assert not BANNED.search(declared.alt(told) + declared.caption(told))
