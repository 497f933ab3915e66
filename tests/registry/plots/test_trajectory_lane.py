"""Adverse events and flares under the trajectory."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.base import render
from registry.plots.trajectory.lane import EVENT_LEVELS, FLARE_LEVEL, SIZES

TRAJECTORY = FIGURES["trajectory"]
BANNED = re.compile(r"reduc|caus|improv|effect|thanks to|due to|because|%", re.IGNORECASE)
ONSETS = st.integers(-60, 700) | st.sampled_from(["2024", "2024-04", "2025-01"])
EVENTS = st.lists(
    st.tuples(ONSETS, st.none() | st.integers(1, 5), st.none() | st.booleans()), max_size=40
)


def drawn(told):
    figure = Figure(figsize=TRAJECTORY.size_inches)
    TRAJECTORY.draw(figure, told)
    return figure


def texts(figure):
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    return found + [text.get_text() for text in figure.texts]


def rows(told, record):
    columns, lines = TRAJECTORY.table(told)
    made = [dict(zip(columns, line, strict=True)) for line in lines]
    return [row for row in made if row["record"] == record]


def marks(figure, marker):
    """Return place and size of each mark of one shape in the lane."""
    found = [line for line in figure.axes[2].lines if line.get_marker() == marker]
    return sorted((float(x), line.get_markersize()) for line in found for x in line.get_xdata())


def test_without_events_or_flares_there_is_no_lane(curve, make):
    assert len(drawn(curve(make.point(-7, 16))).axes) == 2
    assert "adverse" not in TRAJECTORY.caption(curve(make.point(-7, 16)))


def test_shape_says_serious_and_size_says_grade(curve, make):
    events = (
        make.event(3, 1), make.event(20, 4), make.event(12, 3, serious=True),
        make.event(60, None, serious=None),
    )  # fmt: skip
    figure = drawn(curve(make.point(-7, 16), events=events))
    assert marks(figure, "o") == [(3, SIZES[1]), (20, SIZES[4])]
    assert marks(figure, "^") == [(12, SIZES[3])]
    assert marks(figure, "s") == [(60, SIZES[None])]
    assert sorted(SIZES.values(), key=lambda size: size)[-1] == SIZES[5]


def test_an_onset_known_to_the_month_is_a_bar_over_it(curve, make):
    told = curve(make.point(-7, 16), events=(make.event("2024-04"),))
    bars = [line for line in drawn(told).axes[2].lines if line.get_marker() == "|"]
    assert [list(bar.get_xdata()) for bar in bars] == [[29, 58]]
    (row,) = rows(told, "adverse_event")
    assert (row["date"], row["day"], row["last_day"]) == ("2024-04", 29, 58)
    assert "1 onset known to a month or year" in TRAJECTORY.caption(told)


def test_an_onset_that_nobody_knows_is_counted_not_drawn(curve, make):
    told = curve(make.point(-7, 16), events=(make.event(None), make.event(3)))
    assert len(rows(told, "adverse_event")) == 1
    assert "1 adverse event without a date of onset not drawn" in TRAJECTORY.caption(told)
    assert "2 adverse events" in TRAJECTORY.caption(told)


def test_a_flare_has_a_row_and_a_mark_of_its_own(curve, make):
    told = curve(make.point(-7, 16), flares=(make.flare(200, "severe"),))
    figure = drawn(told)
    (line,) = [line for line in figure.axes[2].lines if line.get_marker() == "X"]
    assert list(line.get_ydata()) == [FLARE_LEVEL]
    assert "Flares" in texts(figure)
    assert "Adverse\nevents" not in texts(figure)
    assert [row["note"] for row in rows(told, "flare")] == ["severe"]
    assert "1 recorded flare" in TRAJECTORY.alt(told)


def test_the_sentence_counts_events_and_names_the_highest_grade(curve, make):
    events = (make.event(3, 1), make.event(12, 4, serious=True), make.event(None, 2))
    told = TRAJECTORY.alt(curve(make.point(-7, 16), events=events))
    assert told.endswith("; 3 adverse events, 1 serious, highest grade 4 on day 12.")


def test_what_nobody_said_about_an_event_is_counted(curve, make):
    told = curve(make.point(-7, 16), events=(make.event(3, None, serious=None), make.event(5)))
    assert "(0 serious, 1 not said whether serious, 1 without a grade)" in TRAJECTORY.caption(told)


def test_infusion_lines_pass_through_the_lane_and_name_each_course(curve, make):
    second = make.infusion(300, "UC-25-003", course=2, is_day_0=True)
    told = curve(make.point(-7, 16), infusions=(make.infusion(0, is_day_0=True), second),
                 events=(make.event(3),))  # fmt: skip
    figure = drawn(told)
    assert any(len(c.get_paths()) == 2 for c in figure.axes[2].collections)
    named = [text for text in texts(figure) if "day 0:" in text]
    assert ["lot UC-24-017" in named[0], "lot UC-25-003" in named[1]] == [True, True]
    assert [name.split(":")[0] for name in named] == ["Course 1 day 0", "Course 2 day 0"]


@given(EVENTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_every_event_is_drawn_once_and_stands_in_the_table(curve, make, listed):
    events = tuple(make.event(at, grade, serious=serious) for at, grade, serious in listed)
    events = tuple(sorted(events, key=lambda mark: mark.first_day))
    told = curve(make.point(-7, 16), events=events)
    assert len(rows(told, "adverse_event")) == len(events)
    if not events:
        return
    figure = drawn(told)
    found = [x for marker in "o^s" for x, _ in marks(figure, marker)]
    assert sorted(found) == sorted(mark.middle for mark in events)
    low, high = figure.axes[2].get_xlim()
    assert all(low <= x <= high for x in found)


def test_two_events_of_one_day_stand_apart(curve, make):
    told = curve(make.point(-7, 16), events=(make.event(3, 1), make.event(3, 4)))
    lines = [line for line in drawn(told).axes[2].lines if line.get_marker() == "o"]
    assert sorted(float(y) for line in lines for y in line.get_ydata()) == sorted(EVENT_LEVELS)


@pytest.mark.parametrize("image_format", ["svg", "png"])
def test_equal_events_give_equal_bytes_and_observational_words(curve, make, image_format):
    told = curve(events=(make.event("2024", 5, serious=True),), flares=(make.flare(5),),
                 infusions=(), steroids=())  # fmt: skip
    assert render(TRAJECTORY, told, image_format) == render(TRAJECTORY, told, image_format)
    assert not BANNED.search(TRAJECTORY.alt(told) + TRAJECTORY.caption(told))
    assert not told.empty


def test_the_key_stays_inside_the_picture(curve, make):
    points = (make.point(-7, 16), make.point(91, None), make.point(200, 4, total_only=True))
    events = tuple(make.event(day, 2, serious=s) for day, s in ((1, True), (2, False), (3, None)))
    figure = drawn(curve(*points, events=events, flares=(make.flare(9),)))
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.texts]
    assert all(box.x1 <= figure.bbox.width and box.x0 >= 0 for box in boxes)
