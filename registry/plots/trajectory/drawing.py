"""Two panels on one time axis, activity scores above steroid dose, and the lane of events.

Places are fixed fractions of the picture and labels stand in margins, rows or a key, so
nothing has to search for room and nothing can overlap a curve.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from registry.plots import style
from registry.plots.trajectory.facts import (
    Point,
    TrajectoryData,
    joined_runs,
    unknown_steroids,
)
from registry.plots.trajectory.labels import (
    PANEL_POINTS,
    PlacedLabel,
    free_rows,
    infusion_labels,
    time_limits,
)
from registry.plots.trajectory.lane import SERIOUS_WORDS, SHAPES, draw_lane, has_lane
from registry.plots.trajectory.strip import draw_strip, has_strip
from registry.plots.trajectory.words import HIGHEST_DRAWN_MG

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Box = tuple[float, float, float, float]
KeyEntry = tuple[str, str, str, Literal["-", ":", "none"], str]
WIDTH_POINTS, LEFT = 518.4, 0.085
PANEL_WIDTH = PANEL_POINTS / WIDTH_POINTS

TOP_OF_ACTIVITY = 0.83  # of the figure's height; the rows of infusion labels stand above
STEROID_BOX = (LEFT, 0.165, PANEL_WIDTH, 0.215)
LOWER_STEROID_BOX = (LEFT, 0.31, PANEL_WIDTH, 0.15)  # with the lane under it
LANE_BOX = (LEFT, 0.165, PANEL_WIDTH, 0.115)
GAP, STATE_ROW = 0.03, 0.029  # of the figure's height, above the steroids and for each state
AXIS_WORDS_AT, KEY_AT = 0.105, 0.03  # of the figure's height
KEY_ROWS_AT = (0.058, 0.022)  # scores, and below them what stands in the lane
LABEL_ROW = 0.0356  # of the figure's height, one row of infusion labels
ACTIVITY_CEILINGS = (12, 20, 30, 40, 60, 80, 105)
ACTIVITY_STEPS = {12: 4, 20: 4, 30: 10, 40: 10, 60: 20, 80: 20, 105: 20}
STEROID_CEILINGS = (10, 20, 40, HIGHEST_DRAWN_MG)
STEROID_STEPS = {10: 5, 20: 10, 40: 20, HIGHEST_DRAWN_MG: 20}
LLDAS_POINTS = 4
MARGIN_MG = ((7.5, "7.5 mg", "bottom"), (5.0, "5 mg", "top"))


def draw(figure: "Figure", data: TrajectoryData) -> None:
    """Draw the panels, the infusion lines through them, and the key."""
    limits = time_limits(data)
    lane = has_lane(data)
    steroids = LOWER_STEROID_BOX if lane else STEROID_BOX
    strip, activity = _boxes_above(steroids, data)
    panels = [_activity_panel(figure, activity, data, limits)]
    if has_strip(data):
        panels.append(draw_strip(figure, strip, data, limits))
    panels.append(_steroid_panel(figure, steroids, data, limits))
    if lane:
        panels.append(draw_lane(figure, LANE_BOX, data, limits))
    _time_axis(figure, panels, data, limits)
    days = [day for day, _ in data.drawn_infusions]
    if days:
        style.infusion_lines(panels, days)
        _infusion_labels(panels[0], infusion_labels(data), limits)
    _key(figure, data)


def _boxes_above(steroids: Box, data: TrajectoryData) -> tuple[Box, Box]:
    """Return the places of the strip of states and of the activity panel above it."""
    floor = steroids[1] + steroids[3] + GAP
    height = max(STATE_ROW * len(data.states), 2 * STATE_ROW) if has_strip(data) else 0.0
    bottom = floor + height + GAP / 2
    return (
        (LEFT, floor, PANEL_WIDTH, height),
        (LEFT, bottom, PANEL_WIDTH, TOP_OF_ACTIVITY - bottom),
    )


def _activity_panel(
    figure: "Figure", box: Box, data: TrajectoryData, limits: tuple[float, float]
) -> "Axes":
    ceiling = style.nice_ceiling(_highest(data), ACTIVITY_CEILINGS)
    incomplete = [(day, p) for day, p in data.plotted if p.sledai and not p.sledai.complete]
    # Ranges of incomplete scores stand in two rows of their own above the highest score.
    top = ceiling * (1.30 if incomplete else 1.06)
    axes = style.plain_axes(figure, box, limits, (-0.05 * ceiling, top))
    axes.axhspan(-0.05 * ceiling, LLDAS_POINTS, color=style.BAND, linewidth=0, zorder=0)
    steps = range(0, int(ceiling) + 1, ACTIVITY_STEPS[int(ceiling)])
    style.fix_ticks(axes.yaxis, steps, [str(step) for step in steps])
    style.write(
        axes, -0.075, 0.5, "Score, points\n(higher = worse)", size=style.NORMAL, ha="center",
        rotation=90, transform=axes.transAxes,
    )  # fmt: skip
    _margin(axes, LLDAS_POINTS / 2, "SLEDAI-2K ≤ 4\n(activity limb\nof LLDAS)")
    _scores(axes, data)
    _incomplete(axes, incomplete, ceiling, limits)
    if data.baseline_missing:
        _missing_baseline(axes, limits, ceiling)
    if not data.plotted:
        style.write(
            axes, 0.5, 0.6, "no final score recorded", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes,
        )  # fmt: skip
    return axes


def _highest(data: TrajectoryData) -> float:
    found = [0.0]
    for _, point in data.plotted:
        for score in (point.sledai, point.clinical):
            if score is not None:
                found.append(float(score.known_points or 0))
                found.append(float(score.total or 0))
    return max(found)


def _scores(axes: "Axes", data: TrajectoryData) -> None:
    clinical = _with_gaps(data, clinical=True)
    axes.plot(
        *clinical, color=style.INK, linestyle=":", linewidth=1.1, marker="s", markersize=7,
        markerfacecolor="none", markeredgewidth=0.9, zorder=3,
    )  # fmt: skip
    axes.plot(
        *_with_gaps(data, clinical=False), color=style.BLUE, linewidth=1.6, zorder=4,
    )  # fmt: skip
    for total_only, marker, size in ((False, "o", 4.5), (True, "D", 5.0)):
        places = [
            (day, float(point.sledai.total))
            for day, point in data.plotted
            if point.total_only is total_only and point.sledai and point.sledai.total is not None
        ]
        if places:
            axes.plot(
                *zip(*places, strict=True), color=style.BLUE, linestyle="none", marker=marker,
                markersize=size, zorder=5,
            )  # fmt: skip
    _clinical_incomplete(axes, data)


def _with_gaps(data: TrajectoryData, *, clinical: bool) -> tuple[list[float], list[float]]:
    """Return one line whose breaks are NaN: far cheaper than one artist per stretch."""
    xs: list[float] = []
    ys: list[float] = []
    for run in joined_runs(data, clinical=clinical):
        xs += [float(day) for day, _ in run] + [float("nan")]
        ys += [float(total) for _, total in run] + [float("nan")]
    return xs, ys


def _clinical_incomplete(axes: "Axes", data: TrajectoryData) -> None:
    places = [
        (day, float(point.clinical.known_points or 0))
        for day, point in data.plotted
        if point.clinical and not point.clinical.complete
    ]
    if places:
        axes.plot(
            *zip(*places, strict=True), color=style.INK, linestyle="none", marker="x",
            markersize=4, markeredgewidth=0.9, zorder=6,
        )  # fmt: skip


def _incomplete(
    axes: "Axes",
    incomplete: Sequence[tuple[int, Point]],
    ceiling: float,
    limits: tuple[float, float],
) -> None:
    bounds = [
        (day, float(p.sledai.known_points or 0), float(p.sledai.max_possible or 0))
        for day, p in incomplete
        if p.sledai
    ]
    if not bounds:
        return
    days, lows = [day for day, _, _ in bounds], [low for _, low, _ in bounds]
    highs = [min(max(low, high), ceiling * 1.06) for _, low, high in bounds]
    axes.vlines(days, lows, highs, colors=style.BLUE, linewidth=0.9, zorder=3.5)
    axes.plot(
        days, lows, color=style.BLUE, linestyle="none", marker="o", markersize=5,
        markerfacecolor="white", zorder=5,
    )  # fmt: skip
    texts = [f"{low:.0f} to {high:.0f}" for _, low, high in bounds]
    for place, row in free_rows(days, texts, limits, most=2):
        level = ceiling * (1.13 + 0.10 * row)
        style.write(axes, days[place], level, texts[place], color=style.BLUE, ha="center")


def _missing_baseline(axes: "Axes", limits: tuple[float, float], ceiling: float) -> None:
    """Say in the place of the baseline that there is none."""
    axes.fill_between(
        (limits[0], 0), -0.05 * ceiling, ceiling, facecolor="none", edgecolor=style.PALE,
        hatch="////", linewidth=0, zorder=0.5,
    )  # fmt: skip
    style.write(
        axes, limits[0] / 2, ceiling / 2, "baseline missing", rotation=90, ha="center", boxed=True
    )


def _steroid_panel(
    figure: "Figure", box: Box, data: TrajectoryData, limits: tuple[float, float]
) -> "Axes":
    known = [(p.first_day, p.last_day + 1, float(p.mg)) for p in data.steroids if p.mg is not None]
    highest = max((mg for _, _, mg in known), default=0.0)
    ceiling = style.nice_ceiling(highest, STEROID_CEILINGS)
    axes = style.plain_axes(figure, box, limits, (0, ceiling * 1.06))
    steps = range(0, int(ceiling) + 1, STEROID_STEPS[int(ceiling)])
    style.fix_ticks(axes.yaxis, steps, [str(step) for step in steps])
    style.write(
        axes, -0.075, 0.5, "Prednisone-eq.\nmg a day", size=style.NORMAL, ha="center",
        rotation=90, transform=axes.transAxes,
    )  # fmt: skip
    for milligrams, label, anchor in MARGIN_MG:
        _margin(axes, milligrams, label, va=anchor)
    axes.hlines(
        [mg for mg, _, _ in MARGIN_MG], *limits, colors=style.GREY, linewidth=0.7,
        linestyle=(0, (4, 3)), zorder=1,
    )  # fmt: skip
    _steps(axes, known, ceiling * 1.06)
    _unknown_doses(axes, data, limits, ceiling)
    return axes


def _steps(axes: "Axes", known: Sequence[tuple[int, int, float]], top: float) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    if not known:
        return
    drawn = [(first, end, min(mg, top)) for first, end, mg in known]
    boxes = [((a, 0), (a, mg), (b, mg), (b, 0)) for a, b, mg in drawn]
    edges = [((a, mg), (b, mg)) for a, b, mg in drawn]
    for (_, end, mg), (start, _, following) in pairwise(drawn):
        if end == start:  # never a riser over days without a dose
            edges.append(((end, mg), (end, following)))
    axes.add_collection(PolyCollection(boxes, facecolors=style.PALE, zorder=0.8), autolim=False)
    axes.add_collection(
        LineCollection(edges, colors=style.INK, linewidths=1.2, zorder=3), autolim=False
    )


def _unknown_doses(
    axes: "Axes", data: TrajectoryData, limits: tuple[float, float], ceiling: float
) -> None:
    from matplotlib.collections import PolyCollection

    gaps = unknown_steroids(data)
    if not gaps:
        return
    top = ceiling * 1.06
    boxes = [((a, 0), (a, top), (b + 1, top), (b + 1, 0)) for a, b in gaps]
    axes.add_collection(
        PolyCollection(
            boxes, facecolors="none", edgecolors=style.GREY, hatch="////", linewidths=0, zorder=0.9
        ),
        autolim=False,
    )
    first, last = max(gaps, key=lambda gap: gap[1] - gap[0])
    room = (last + 1 - first) / (limits[1] - limits[0]) * PANEL_POINTS
    if room > style.text_width("dose not known", style.SMALL):
        middle = (first + last + 1) / 2
        style.write(axes, middle, ceiling * 0.8, "dose not known", ha="center", boxed=True)


def _time_axis(
    figure: "Figure",
    panels: Sequence["Axes"],
    data: TrajectoryData,
    limits: tuple[float, float],
) -> None:
    unit, places, labels = style.time_ticks(*limits)
    style.fix_ticks(panels[-1].xaxis, places, labels)
    for axes in panels[:-1]:
        axes.xaxis.set_visible(False)
    origin = style.day_text(data.origin_on) if data.origin_on else "no date"
    text = (
        f"{unit.capitalize()} from first infusion (day 0 = {origin})"
        if data.day_0_known
        else f"{unit.capitalize()} from first visit, {origin} (day of infusion not known)"
    )
    middle = LEFT + PANEL_WIDTH / 2
    style.figure_text(
        figure, middle, AXIS_WORDS_AT, text, size=style.NORMAL, ha="center", va="center"
    )


def _infusion_labels(
    axes: "Axes", labels: Sequence[PlacedLabel], limits: tuple[float, float]
) -> None:
    """Name each infusion above the panel, on a stalk that continues its line."""
    from matplotlib.collections import LineCollection

    place = axes.get_xaxis_transform()
    gap = 2 * (limits[1] - limits[0]) / PANEL_POINTS
    row_height = LABEL_ROW / axes.get_position().height
    stalks = []
    for label in labels:
        level = 1.0 + row_height * (label.row + 0.34)
        stalks.append(((label.day, 1.0), (label.day, level + row_height / 3)))
        x, side = (label.day - gap, "right") if label.left_of_line else (label.day + gap, "left")
        style.write(axes, x, level, label.text, ha=side, transform=place)
    lines = LineCollection(
        stalks, colors=style.VERMILION, linewidths=0.9, transform=place, clip_on=False
    )
    axes.add_collection(lines, autolim=False)


def _margin(axes: "Axes", y: float, text: str, va: str = "center") -> None:
    style.write(axes, 1.012, y, text, va=va, transform=axes.get_yaxis_transform())


def _key(figure: "Figure", data: TrajectoryData) -> None:
    """List only what is in the picture, at the foot."""
    if has_lane(data):
        _key_row(figure, _key_entries(data), KEY_ROWS_AT[0])
        _key_row(figure, _event_entries(data), KEY_ROWS_AT[1])
    else:
        _key_row(figure, _key_entries(data), KEY_AT)


def _key_row(figure: "Figure", entries: Sequence[KeyEntry], y: float) -> None:
    from matplotlib.lines import Line2D

    x = LEFT
    for label, color, marker, line, fill in entries:
        width = 0.012 if line == "none" else 0.04
        figure.add_artist(
            Line2D(
                (x, x + width / 2, x + width), (y, y, y), color=color, linestyle=line,
                marker=marker, markevery=[1], markersize=5, markerfacecolor=fill, linewidth=1.2,
            )
        )  # fmt: skip
        style.figure_text(figure, x + width + 0.008, y, label, va="center")
        x += width + 0.008 + style.text_width(label, style.SMALL) / WIDTH_POINTS + 0.008


def _key_entries(data: TrajectoryData) -> list[KeyEntry]:
    """Label, colour, marker, line style and fill of each kind of mark that is drawn."""
    entries: list[KeyEntry] = [
        ("SLEDAI-2K", style.BLUE, "o", "-", style.BLUE),
        ("clinical SLEDAI", style.INK, "s", ":", "none"),
    ]
    points = [point for _, point in data.plotted]
    if any(p.sledai and not p.sledai.complete for p in points):
        entries.append(("incomplete, bar to possible", style.BLUE, "o", "none", "white"))
    if any(p.clinical and not p.clinical.complete for p in points):
        entries.append(("clinical incomplete", style.INK, "x", "none", style.INK))
    if any(p.total_only for p in points):
        entries.append(("total only", style.BLUE, "D", "none", style.BLUE))
    return entries


def _event_entries(data: TrajectoryData) -> list[KeyEntry]:
    drawn = {mark.serious for _, mark in data.drawn_events}
    entries: list[KeyEntry] = [
        (words, SHAPES[serious][1], SHAPES[serious][0], "none", SHAPES[serious][2])
        for serious, words in SERIOUS_WORDS.items()
        if serious in drawn
    ]
    if data.drawn_flares:
        entries.append(("flare", style.INK, "X", "none", style.INK))
    return entries
