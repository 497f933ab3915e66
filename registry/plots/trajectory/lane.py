"""The lane under both panels: adverse events in two rows, flares in a third.

Shape says whether an event is serious, size says its grade, and a bar spans what a partial
date leaves open; a grade is also written wherever it has room.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from registry.plots import style
from registry.plots.trajectory.facts import EventMark, FlareMark, TrajectoryData
from registry.plots.trajectory.labels import PANEL_POINTS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

EVENT_LEVELS = (1.45, 2.45)  # of the lane's height of 3.1; flares stand below
FLARE_LEVEL, TOP = 0.45, 3.1
SIZES = {None: 3.5, 1: 3.2, 2: 4.0, 3: 5.0, 4: 6.2, 5: 7.4}  # points, by grade
WIDEST_MARK = 8.0  # points
# Shape, colour and fill by whether the event is serious; None = nobody said.
SHAPES = {
    True: ("^", style.VERMILION, style.VERMILION),
    False: ("o", style.INK, "white"),
    None: ("s", style.INK, "white"),
}
SERIOUS_WORDS = {
    True: "serious event",
    False: "event, not serious",
    None: "event, not said if serious",
}


def has_lane(data: TrajectoryData) -> bool:
    """Whether there is anything for the lane; without it both panels are taller."""
    return bool(data.drawn_events or data.drawn_flares)


def draw_lane(
    figure: "Figure",
    box: tuple[float, float, float, float],
    data: TrajectoryData,
    limits: tuple[float, float],
) -> "Axes":
    """Draw events and flares at their onset."""
    axes = style.plain_axes(figure, box, limits, (0, TOP))
    style.fix_ticks(axes.yaxis, (), ())
    axes.spines["left"].set_visible(False)
    place = axes.get_yaxis_transform()
    middle = sum(EVENT_LEVELS) / 2
    if data.drawn_events:
        style.write(axes, -0.012, middle, "Adverse\nevents", ha="right", transform=place)
        style.write(axes, 1.012, middle, "larger mark =\nhigher grade", transform=place)
    if data.drawn_flares:
        style.write(axes, -0.012, FLARE_LEVEL, "Flares", ha="right", transform=place)
    _events(axes, data.drawn_events, limits)
    _flares(axes, data)
    return axes


def _events(
    axes: "Axes", events: Sequence[tuple[float, EventMark]], limits: tuple[float, float]
) -> None:
    levels = _levels(events, limits)
    _bars(axes, [(mark, level) for (_, mark), level in zip(events, levels, strict=True)])
    _marks(axes, events, levels)
    _grades(axes, events, levels, limits)


def _flares(axes: "Axes", data: TrajectoryData) -> None:
    _bars(axes, [(mark, FLARE_LEVEL) for _, mark in data.drawn_flares])
    days = [day for day, _ in data.drawn_flares]
    if days:
        axes.plot(
            days, [FLARE_LEVEL] * len(days), color=style.INK, linestyle="none", marker="X",
            markersize=5.5, markeredgewidth=0, zorder=4,
        )  # fmt: skip


def _levels(events: Sequence[tuple[float, EventMark]], limits: tuple[float, float]) -> list[float]:
    """Put each event in the upper row unless its neighbour there is too close."""
    scale = PANEL_POINTS / (limits[1] - limits[0])
    free = dict.fromkeys(reversed(EVENT_LEVELS), float("-inf"))
    levels = []
    for day, mark in events:
        start, end = _extent(day, mark, scale)
        level = next((one for one in free if free[one] <= start), min(free, key=lambda n: free[n]))
        free[level] = max(free[level], end)
        levels.append(level)
    return levels


def _extent(day: float, mark: EventMark, scale: float) -> tuple[float, float]:
    """Return where a mark or its bar begins and ends, in points."""
    half = WIDEST_MARK / 2 / scale
    first, last = min(day - half, mark.first_day or day), max(day + half, mark.last_day or day)
    return first * scale, last * scale


def _bars(axes: "Axes", marks: Iterable[tuple[EventMark | FlareMark, float]]) -> None:
    """Span the days that a partial onset can mean, with an end at each side."""
    for mark, level in marks:
        if mark.is_range and mark.first_day is not None and mark.last_day is not None:
            axes.plot(
                (mark.first_day, mark.last_day), (level, level), color=style.GREY, linewidth=1.2,
                marker="|", markersize=5, zorder=2,
            )  # fmt: skip


def _marks(
    axes: "Axes", events: Sequence[tuple[float, EventMark]], levels: Sequence[float]
) -> None:
    kinds = {(mark.serious, mark.grade) for _, mark in events}
    for serious, grade in sorted(kinds, key=str):
        places = [
            (day, level)
            for (day, mark), level in zip(events, levels, strict=True)
            if (mark.serious, mark.grade) == (serious, grade)
        ]
        marker, edge, fill = SHAPES[serious]
        axes.plot(
            *zip(*places, strict=True), color=edge, linestyle="none", marker=marker,
            markersize=SIZES[grade], markerfacecolor=fill, markeredgewidth=0.9, zorder=4,
        )  # fmt: skip


def _grades(
    axes: "Axes",
    events: Sequence[tuple[float, EventMark]],
    levels: Sequence[float],
    limits: tuple[float, float],
) -> None:
    """Write G1 to G5 on the right of a mark, unless the next mark of its row stands there."""
    scale = PANEL_POINTS / (limits[1] - limits[0])
    for place, ((day, mark), level) in enumerate(zip(events, levels, strict=True)):
        if mark.grade is None or mark.is_range:
            continue
        text = f"G{mark.grade}"
        start = day * scale + WIDEST_MARK / 2 + 1
        end = start + style.text_width(text, style.SMALL)
        later = zip(events[place + 1 :], levels[place + 1 :], strict=True)
        taken = [_extent(at, one, scale)[0] for (at, one), row in later if row == level]
        if end <= min([*taken, limits[1] * scale + WIDEST_MARK]):
            style.write(axes, start / scale, level, text)
