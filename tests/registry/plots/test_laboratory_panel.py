import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from registry.followup.facts import LabFact
from registry.partial_date import PartialDate
from registry.plots import FIGURES
from registry.plots.base import render
from registry.plots.laboratory_panel import LaboratoryData
from registry.plots.laboratory_panel.facts import PLACES, TITLES
from registry.plots.trajectory import InfusionMark

PANEL = FIGURES["laboratory_panel"]
BANNED = re.compile(r"reduc|caus|improv|effect|thanks to|due to|because|%", re.IGNORECASE)
DAY_0 = date(2024, 3, 3)


def result(day, value="1.0", analyte="c3", **changes):
    number = None if value is None else Decimal(value)
    made = LabFact(analyte, PartialDate.on(DAY_0 + timedelta(day)), number, "g/L")
    return replace(made, **changes)


def laboratory(*results, **changes):
    infusion = InfusionMark(0, PartialDate.on(DAY_0), "MSC", is_day_0=True)
    made = LaboratoryData("P-017", DAY_0, True, results, (infusion,), date(2026, 11, 22))
    return replace(made, **changes)


def drawn(told):
    figure = Figure(figsize=PANEL.size_inches)
    PANEL.draw(figure, told)
    return figure


def texts(figure):
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    return found + [text.get_text() for text in figure.texts]


def rows(told, record="result"):
    columns, lines = PANEL.table(told)
    made = [dict(zip(columns, line, strict=True)) for line in lines]
    return [row for row in made if row["record"] == record]


def marks(figure, marker):
    """Return the places of one shape in the first panel."""
    found = [line for line in figure.axes[0].lines if line.get_marker() == marker]
    return [
        (float(x), float(y))
        for line in found
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
        if x == x  # noqa: PLR0124 - a break of the line is NaN
    ]


def bands(figure):
    """Return the corners of what is shaded in the first panel."""
    found = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    return [path.vertices for c in found for path in c.get_paths()]


def runs(told):
    return [[day for day, _ in run] for run in told.panels[0].runs]


def test_each_analyte_has_a_panel_with_its_unit_and_n():
    told = laboratory(result(-7), result(30), result(-7, "90", "platelets", unit="10⁹/L"))
    shown = texts(drawn(told))
    assert {"C3, g/L", "n = 2", "Platelets, 10⁹/L", "n = 1"} <= set(shown)
    assert [panel.analyte for panel in told.panels] == ["c3", "platelets"]


@pytest.mark.parametrize(
    ("comparator", "marker"), [("<", "v"), ("<=", "v"), (">", "^"), (">=", "^")]
)
def test_a_comparator_is_an_open_triangle_and_never_a_point_of_the_line(comparator, marker):
    told = laboratory(result(-7), result(30, "0.1", comparator=comparator), result(60))
    figure = drawn(told)
    assert marks(figure, marker) == [(30, 0.1)]
    assert [x for x, _ in marks(figure, "o")] == [-7, 60]
    assert runs(told) == [[-7], [60]]
    assert f"{comparator}0.1" in [f"{row['comparator']}{row['value']}" for row in rows(told)]


@pytest.mark.parametrize("between", [{"state": "pending"}, {"state": "not_done"}, {"text": "high"}])
def test_a_line_never_passes_a_day_without_a_number(between):
    gap = result(30, None, **between)
    assert runs(laboratory(result(-7), result(60))) == [[-7, 60]]
    assert runs(laboratory(result(-7), gap, result(60))) == [[-7], [60]]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [(0, 200, True), (0, 201, False), (639, 1039, True), (639, 1040, False)],
)
def test_the_longest_joined_gap_is_that_of_the_scores(first, second, joined):
    assert (len(runs(laboratory(result(first), result(second)))) == 1) is joined


@given(st.lists(st.tuples(st.integers(-400, 4000), st.none() | st.integers(0, 5000)), max_size=20))
def test_every_number_is_drawn_once_and_stands_in_the_table(pairs):
    pairs = sorted(dict(pairs).items())
    told = laboratory(*(result(day, v, state=None if v else "pending") for day, v in pairs))
    numbers = [day for day, value in pairs if value is not None]
    assert [day for panel in told.panels for run in panel.runs for day, _ in run] == numbers
    if numbers:
        assert [x for x, _ in marks(drawn(told), "o") if x in numbers][: len(numbers)] == numbers
        assert [row["day"] for row in rows(told)] == [day for day, _ in pairs]


def test_pending_and_not_done_are_marks_at_the_foot():
    told = laboratory(
        result(-7), result(30, None, state="pending"), result(60, None, state="not_done")
    )
    figure = drawn(told)
    assert [x for x, y in marks(figure, "o") if y < 0] == [30]
    assert [x for x, y in marks(figure, "x") if y < 0] == [60]
    assert {"pending", "not done"} <= set(texts(figure))
    assert "2 results pending or not available" in PANEL.caption(told)


def test_words_are_marks_of_their_own_never_a_number():
    told = laboratory(result(-7, "300", "anti_dsdna_elisa", unit="IU/mL"),
                      result(60, None, "anti_dsdna_elisa", text="negative"))  # fmt: skip
    figure = drawn(told)
    assert [x for x, _ in marks(figure, "d")] == [60]
    assert "negative" in texts(figure)
    assert [(row["value"], row["in_words"]) for row in rows(told)] == [
        ("300", ""),
        ("", "negative"),
    ]


def test_the_range_of_the_laboratory_is_shaded_where_it_was_given():
    low, high = Decimal("0.9"), Decimal("1.8")
    told = laboratory(result(-7, lower_limit=low, upper_limit=high), result(30))
    ((corners),) = [bands(drawn(told))[0]]
    assert (corners[:, 1].min(), corners[:, 1].max()) == (0.9, 1.8)
    assert corners[:, 0].max() == 30
    assert "not known for 1 result" in PANEL.caption(told)


def test_changed_limits_are_two_bands():
    told = laboratory(
        result(-7, lower_limit=Decimal("0.9")),
        result(30, lower_limit=Decimal("0.9")),
        result(60, lower_limit=Decimal("0.8")),
    )
    assert len(bands(drawn(told))) == 2


def test_no_limit_shades_nothing():
    assert bands(drawn(laboratory(result(-7)))) == []
    assert "No normal range is known" in PANEL.caption(laboratory(result(-7)))


def test_where_two_measure_the_same_the_one_with_more_numbers_comes_first():
    every = [result(-7, "1", codes[0]) for codes in PLACES]
    protein = [result(day, "1", "protein_24h") for day in (-7, 30)]
    told = laboratory(*every, *protein)
    shown = [panel.analyte for panel in told.panels]
    assert len(shown) == 9
    assert "protein_24h" in shown
    assert "upcr" not in shown
    assert "No room for UPCR" in PANEL.caption(told)


def test_an_analyte_without_a_number_is_named():
    told = laboratory(
        result(-7),
        result(-7, None, "c4", state="pending"),
        result(-7, None, "anti_dsdna_clift", text="1+"),
    )
    assert [panel.analyte for panel in told.panels] == ["c3"]
    assert "No number to draw: C4, Anti-dsDNA, CLIFT" in PANEL.caption(told)


def test_the_caption_counts_what_is_left_out():
    vague = replace(result(0), collected_on=PartialDate.parse("2024-04"))
    told = laboratory(result(-7), vague, result(0, "5", "crp"), not_converted=2)
    words = PANEL.caption(told)
    for part in (
        "1 numeric result of 1 analyte",
        "1 result without an exact date not drawn",
        "1 result of other analytes not part of this figure",
        "2 numbers without a known unit not drawn",
    ):
        assert part in words


def test_a_number_in_another_unit_than_the_axis_is_not_drawn():
    told = laboratory(result(-7, "90", unit="mg/dL"), result(30, "1.0"))
    assert marks(drawn(told), "o")[0] == (30, 1.0)
    assert [row["day"] for row in rows(told)] == [30]


def test_the_sentence_compares_the_last_before_day_0_with_the_last_of_all():
    told = laboratory(result(-30, "0.6"), result(-7, "0.5"), result(365, "0.9"))
    assert PANEL.alt(told) == "Patient P-017: C3 was 0.5 g/L on day -7 and 0.9 on day 365."


EXTREMES = {
    "no result": laboratory(),
    "one result": laboratory(result(-7)),
    "one zero": laboratory(result(-7, "0")),
    "all pending": laboratory(*(result(d, None, state="pending") for d in range(5))),
    "no day 0": laboratory(result(0), infusions=(), day_0_known=False),
    "no date at all": laboratory(
        replace(result(0), collected_on=PartialDate.parse("2024")), origin_on=None, infusions=()
    ),
    "far apart": laboratory(result(-4000, "0.0001"), result(4000, "90000")),
    "every analyte": laboratory(*(result(n, "7", code) for n, code in enumerate(TITLES))),
}


@pytest.mark.parametrize("told", EXTREMES.values(), ids=EXTREMES)
def test_extremes_are_drawn_described_and_the_same_twice(told):
    for image_format in ("svg", "png"):
        assert render(PANEL, told, image_format) == render(PANEL, told, image_format)
    assert not BANNED.search(PANEL.alt(told) + PANEL.caption(told))


@pytest.mark.parametrize("count", range(1, 10))
def test_panels_never_overlap_nor_leave_the_picture(count):
    told = laboratory(*(result(-7, "1", codes[0]) for codes in PLACES[:count]))
    boxes = [axes.get_position() for axes in drawn(told).axes]
    assert len(boxes) == count
    assert all(box.x0 > 0 and box.x1 < 1 and box.y0 > 0.1 and box.y1 < 0.95 for box in boxes)
    for place, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[place + 1 :])
