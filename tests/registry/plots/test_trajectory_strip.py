"""The strip of target states on the trajectory."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.trajectory import StateLane, StateMark

TRAJECTORY = FIGURES["trajectory"]
DAY_0 = date(2024, 5, 17)


def lane(name, *found):
    marks = (StateMark(day, DAY_0 + timedelta(days=day), state, why) for day, state, why in found)
    return StateLane(name, f"{name} in full", tuple(marks))


@pytest.fixture
def told(curve, make):
    return curve(
        make.point(-3, 12),
        make.point(91, 3),
        states=(
            lane(
                "DORIS",
                (-3, "not_met", "dose_above_5_mg"),
                (91, "met", ""),
                (182, "indeterminate", "no_pga"),
            ),
        ),
    )


def squares(axes):
    return {
        (x, line.get_markerfacecolor() == "white")
        for line in axes.lines
        if line.get_marker() == "s"
        for x in line.get_xdata()
    }


def test_shape_says_met_not_met_and_not_judged(told):
    figure = Figure(figsize=TRAJECTORY.size_inches)
    TRAJECTORY.draw(figure, told)
    strip = next(a for a in figure.axes if any(t.get_text() == "DORIS" for t in a.texts))
    assert squares(strip) == {(-3, True), (91, False)}
    marks = [(t.get_position()[0], t.get_text()) for t in strip.texts if t.get_text() == "?"]
    assert marks == [(182, "?")]


def test_the_words_count_what_could_not_be_judged(told):
    assert "DORIS met at 1 of 2 judged visits, 1 could not be judged" in TRAJECTORY.alt(told)
    assert "DORIS = DORIS in full" in TRAJECTORY.caption(told)


def test_the_table_holds_every_mark_with_its_reason(told):
    columns, rows = TRAJECTORY.table(told)
    found = [dict(zip(columns, row, strict=True)) for row in rows]
    states = [(row["day"], row["note"]) for row in found if row["record"] == "state"]
    assert states == [
        (-3, "DORIS in full: not_met (dose_above_5_mg)"),
        (91, "DORIS in full: met"),
        (182, "DORIS in full: indeterminate (no_pga)"),
    ]


@pytest.mark.parametrize("rows", [0, 1, 2, 3])
def test_panels_never_overlap(curve, make, rows):
    lanes = tuple(lane(str(n), (91, "met", "")) for n in range(rows))
    data = curve(make.point(0, 4), states=lanes, events=(make.event("2024-06-01"),))
    figure = Figure(figsize=TRAJECTORY.size_inches)
    TRAJECTORY.draw(figure, data)
    boxes = sorted((a.get_position().y0, a.get_position().y1) for a in figure.axes)
    assert all(top <= above for (_, top), (above, _) in pairwise(boxes))
    assert boxes[-1][1] - boxes[-1][0] > 0.15
