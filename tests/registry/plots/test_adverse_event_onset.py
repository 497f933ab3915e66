import itertools
from datetime import date

import pytest
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.adverse_event_onset import SPANS, OnsetData, SpanCounts
from registry.plots.base import render

ONSET = FIGURES["adverse_event_onset"]


def of(counts=(), **changes):
    """Counts are (serious, other, followed) of each span from the first; the rest are empty."""
    filled = [*counts, *[(0, 0, 0)] * (len(SPANS) - len(counts))]
    spans = tuple(SpanCounts(*span, *count) for span, count in zip(SPANS, filled, strict=True))
    known = {
        "population": "course started", "infusions": 12, "spans": spans, "undated": 2,
        "before_infusion": 1, "ends": "to the last visit", "cut_on": date(2026, 11, 22),
    }  # fmt: skip
    return OnsetData(**(known | changes))


def drawn(data):
    figure = Figure(figsize=ONSET.size_inches)
    ONSET.draw(figure, data)
    return figure.axes[0]


def test_the_spans_join_without_a_gap_and_the_last_is_open():
    for (_, last), (first, _) in itertools.pairwise(SPANS):
        assert first == last + 1
    assert (SPANS[0][0], SPANS[-1][1]) == (0, None)


def test_serious_ones_are_the_foot_of_each_bar():
    axes = drawn(of([(1, 3, 12), (0, 2, 11)]))
    serious, other = (container.patches for container in axes.containers)
    assert [bar.get_height() for bar in serious[:2]] == [1, 0]
    assert [(bar.get_y(), bar.get_height()) for bar in other[:2]] == [(1, 3), (0, 2)]
    assert {bar.get_hatch() for bar in serious} == {"////"}


def test_infusions_followed_stand_under_every_span():
    texts = [text.get_text() for text in drawn(of([(1, 3, 12), (0, 2, 11)])).texts]
    assert {"events", "serious", "followed"} <= set(texts)
    assert "11" in texts


def test_the_words_say_what_is_not_drawn():
    data = of([(1, 3, 12), (0, 2, 11)])
    assert "2 with an onset or infusion not known to the day, 1 before any" in ONSET.caption(data)
    assert ONSET.alt(data).startswith("6 of 6 adverse events with a known day began within 28 days")
    assert ONSET.table(data)[1][-2:] == [
        ("not known to the day", "", "", 2, "", ""),
        ("before any infusion", "", "", 1, "", ""),
    ]


def test_the_early_days_end_with_the_28th():
    late = of([(0, 0, 1)] * 5 + [(1, 0, 1)])
    assert ONSET.alt(late).startswith("0 of 1 adverse event ")


def test_nothing_is_said_where_nothing_is_known():
    assert any("no adverse event" in text.get_text() for text in drawn(of()).texts)


@pytest.mark.parametrize("data", [of(), of([(1, 3, 12)]), of([(1, 3, 12)], synthetic=True)])
@pytest.mark.parametrize("image_format", ["svg", "png", "pdf"])
def test_equal_data_give_equal_bytes(data, image_format):
    assert render(ONSET, data, image_format) == render(ONSET, data, image_format)
