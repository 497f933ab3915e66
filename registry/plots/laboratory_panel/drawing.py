"""Small multiples in a grid of at most three columns on one time axis.

Places and ceilings are fixed, so that nothing searches for room; what would collide is left
to the table.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from registry.followup.facts import LabFact
from registry.instruments.units import printed
from registry.plots import style
from registry.plots.laboratory_panel.facts import LaboratoryData, Panel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_INCHES = (7.2, 5.4)
COLUMNS = (1, 1, 2, 3, 2, 3, 3, 3, 3, 3)  # by number of panels
LEFT, RIGHT, BOTTOM, TOP = 0.065, 0.985, 0.135, 0.915
GAP_X, GAP_Y = 0.075, 0.085
WIDTH_POINTS = SIZE_INCHES[0] * 72
MOST_DAYS_TICKS = 6
EMPTY_DAYS = (-30.0, 335.0)
FOOT = 0.16  # of the ceiling: room under zero for days without a result
STEPS = tuple(base * 10**power for power in range(-3, 5) for base in (1, 2, 5))
WORD_LETTERS = 9
AXIS_WORDS_AT, KEY_AT = 0.075, 0.022  # of the figure's height
# Marker, words: why there is no result; whatever else was said is one mark.
STATES = {"pending": ("o", "pending"), "not_done": ("x", "not done")}
NO_RESULT = ("+", "no result")

Box = tuple[float, float, float, float]


def draw(figure: "Figure", data: LaboratoryData) -> None:
    """Draw one small panel for each analyte, the infusions through all, and the key."""
    limits = _time_limits(data)
    panels, drawn = data.panels, []
    ticks = style.time_ticks(*limits, most=MOST_DAYS_TICKS)
    for place, panel in enumerate(panels):
        axes = _panel(figure, _box(place, len(panels)), panel, limits)
        if place + COLUMNS[len(panels)] >= len(panels):
            style.fix_ticks(axes.xaxis, ticks[1], ticks[2])
        else:  # ticks cost more than data, and the panel below has them
            axes.xaxis.set_visible(False)
        drawn.append(axes)
    style.infusion_lines(drawn, [day for day, _ in data.drawn_infusions])
    if not panels:
        style.figure_text(
            figure, 0.5, 0.5, "no numeric laboratory result recorded", size=style.NORMAL,
            color=style.GREY, ha="center", va="center",
        )  # fmt: skip
        return
    text = _axis_words(data, ticks[0])
    style.figure_text(figure, 0.5, AXIS_WORDS_AT, text, size=style.NORMAL, ha="center", va="center")
    _key(figure, data)


def _time_limits(data: LaboratoryData) -> tuple[float, float]:
    days = [day for panel in data.panels for day, _ in panel.results]
    days += [day for day, _ in data.drawn_infusions]
    if not days:
        return EMPTY_DAYS
    pad = max((max(days) - min(days)) * 0.05, 3.0)
    return min(days) - pad, max(days) + pad


def _box(place: int, count: int) -> Box:
    """Return the place of a panel, counted from the top left; few panels are larger."""
    columns = COLUMNS[count]
    rows = -(-count // columns)
    width = (RIGHT - LEFT - (columns - 1) * GAP_X) / columns
    height = (TOP - BOTTOM - (rows - 1) * GAP_Y) / rows
    row, column = divmod(place, columns)
    return LEFT + column * (width + GAP_X), TOP - height - row * (height + GAP_Y), width, height


def _panel(figure: "Figure", box: Box, panel: Panel, limits: tuple[float, float]) -> "Axes":
    ceiling, step = _scale(panel)
    axes = style.plain_axes(figure, box, limits, (-FOOT * ceiling, ceiling * 1.12))
    marks = [number * step for number in range(round(ceiling / step) + 1)]
    style.fix_ticks(axes.yaxis, marks, [f"{mark:g}" for mark in marks])
    style.write(
        axes,
        -0.02,
        1.03,
        f"{panel.title}, {printed(panel.unit)}",
        va="bottom",
        transform=axes.transAxes,
    )
    style.write(
        axes, 1.0, 1.03, f"n = {len(panel.numbers)}", ha="right", va="bottom",
        color=style.GREY, transform=axes.transAxes,
    )  # fmt: skip
    _limits(axes, panel, limits, ceiling)
    _values(axes, panel)
    _words(axes, panel, limits, ceiling)
    _without_result(axes, panel, ceiling)
    return axes


def _scale(panel: Panel) -> tuple[float, float]:
    """Return the ceiling of the axis and the step of its ticks: three or four of them."""
    highest = max(float(value) for _, value, _ in panel.numbers)
    limits = [float(r.upper_limit) for _, _, r in panel.numbers if r.upper_limit is not None]
    highest = max([highest, *(limit for limit in limits if limit <= 2 * highest)])
    step = style.nice_ceiling(highest / 3, STEPS)
    return max(-(-highest // step), 1) * step, step


def _limits(axes: "Axes", panel: Panel, limits: tuple[float, float], ceiling: float) -> None:
    """Shade the normal range of the laboratory, from each result to the next."""
    from matplotlib.collections import PolyCollection

    spans = _spans(panel, limits)
    top = ceiling * 1.12
    boxes = []
    for start, end, low, high in spans:
        floor = 0.0 if low is None else float(low)
        roof = top if high is None else min(float(high), top)
        if floor < roof:
            boxes.append(((start, floor), (start, roof), (end, roof), (end, floor)))
    if boxes:
        axes.add_collection(
            PolyCollection(boxes, facecolors=style.BAND, linewidths=0, zorder=0), autolim=False
        )


Span = tuple[float, float, Decimal | None, Decimal | None]


def _spans(panel: Panel, limits: tuple[float, float]) -> list[Span]:
    """Return from when to when which limits hold; limits nobody gave shade nothing.

    The first and the last pair of limits reach to the ends of the axis.
    """
    found = panel.numbers
    starts = [limits[0], *(float(day) for day, _, _ in found[1:])]
    spans: list[Span] = []
    for start, end, (_, _, result) in zip(starts, [*starts[1:], limits[1]], found, strict=True):
        pair = (result.lower_limit, result.upper_limit)
        if spans and spans[-1][2:] == pair:
            spans[-1] = (spans[-1][0], end, *pair)
        else:
            spans.append((start, end, *pair))
    return [span for span in spans if span[2] is not None or span[3] is not None]


def _values(axes: "Axes", panel: Panel) -> None:
    """Draw numbers as joined dots, and those beyond what the assay can tell as open triangles."""
    xs: list[float] = []
    ys: list[float] = []
    for run in panel.runs:
        xs += [float(day) for day, _ in run] + [float("nan")]
        ys += [float(value) for _, value in run] + [float("nan")]
    axes.plot(xs, ys, color=style.BLUE, linewidth=1.2, marker="o", markersize=3.2, zorder=4)
    for marker, sign in (("v", "<"), ("^", ">")):
        places = [(day, float(value)) for day, value, r in panel.numbers if _points_to(r) == sign]
        if places:
            axes.plot(
                *zip(*places, strict=True), color=style.BLUE, linestyle="none", marker=marker,
                markersize=5, markerfacecolor="white", markeredgewidth=1.0, zorder=5,
            )  # fmt: skip


def _points_to(result: LabFact) -> str:
    """Return < or >, whether or not the value itself is meant."""
    return (result.comparator or "")[:1]


def _words(axes: "Axes", panel: Panel, limits: tuple[float, float], ceiling: float) -> None:
    """Mark qualitative results at the top, with the word where it has room."""
    if not panel.words:
        return
    level, width = ceiling * 1.06, axes.get_position().width * WIDTH_POINTS
    scale = width / (limits[1] - limits[0])
    axes.plot(
        [day for day, _ in panel.words], [level] * len(panel.words), color=style.INK,
        linestyle="none", marker="d", markersize=3.5, zorder=5,
    )  # fmt: skip
    marks = [(day - limits[0]) * scale for day, _ in panel.words]
    for day, text, side in _words_with_room(panel, marks, width):
        gap = 4 / scale if side == "left" else -4 / scale
        style.write(axes, day + gap, level, text, ha=side, boxed=True)


def _words_with_room(
    panel: Panel, marks: Sequence[float], panel_width: float
) -> Iterator[tuple[int, str, str]]:
    """Yield each word that fits on the right of its mark or else on the left, and its side."""
    free = -12.0  # points, from the left end of the axis
    ends = [*marks[1:], panel_width + 16]
    for (day, word), mark, following in zip(panel.words, marks, ends, strict=True):
        text = style.shortened(word, WORD_LETTERS)
        width = style.text_width(text, style.SMALL) + 4
        if mark + width <= following - 4:
            yield day, text, "left"
            free = mark + width
        elif mark - width >= free:
            yield day, text, "right"
            free = mark + 4
        else:
            free = mark + 4


def _without_result(axes: "Axes", panel: Panel, ceiling: float) -> None:
    for kind in (*STATES.values(), NO_RESULT):
        days = [day for day, state in panel.without_result if STATES.get(state, NO_RESULT) == kind]
        if days:
            axes.plot(
                days, [-FOOT / 2 * ceiling] * len(days), color=style.VERMILION, linestyle="none",
                marker=kind[0], markersize=4, markerfacecolor="none", zorder=5,
            )  # fmt: skip


def _axis_words(data: LaboratoryData, unit: str) -> str:
    origin = style.day_text(data.origin_on) if data.origin_on else "no date"
    if data.day_0_known:
        return f"{unit.capitalize()} from first infusion (day 0 = {origin}; dashed: infusions)"
    return f"{unit.capitalize()} from first result, {origin} (day of infusion not known)"


def _key(figure: "Figure", data: LaboratoryData) -> None:
    """List only what is in the picture, in one row at the foot."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    x = LEFT
    for label, marker, color, fill in _key_entries(data.panels):
        if marker == "band":
            band = Rectangle((x, KEY_AT - 0.012), 0.022, 0.024, facecolor=fill, edgecolor=color)
            figure.add_artist(band)
        else:
            figure.add_artist(
                Line2D(
                    (x + 0.011,), (KEY_AT,), color=color, linestyle="none", marker=marker,
                    markersize=5, markerfacecolor=fill,
                )
            )  # fmt: skip
        style.figure_text(figure, x + 0.03, KEY_AT, label, va="center")
        x += 0.04 + style.text_width(label, style.SMALL) / WIDTH_POINTS


def _key_entries(panels: Sequence[Panel]) -> list[tuple[str, str, str, str]]:
    """Label, marker, colour and fill of each kind of mark that is drawn."""
    results = [result for panel in panels for _, _, result in panel.numbers]
    kinds = {STATES.get(s, NO_RESULT) for panel in panels for _, s in panel.without_result}
    entries = [("result", "o", style.BLUE, style.BLUE)]
    if any(_points_to(result) == "<" for result in results):
        entries.append(("less than", "v", style.BLUE, "white"))
    if any(_points_to(result) == ">" for result in results):
        entries.append(("more than", "^", style.BLUE, "white"))
    if any(panel.words for panel in panels):
        entries.append(("in words", "d", style.INK, style.INK))
    if any(r.lower_limit is not None or r.upper_limit is not None for r in results):
        entries.append(("normal range", "band", style.PALE, style.BAND))
    entries += [(words, marker, style.VERMILION, "none") for marker, words in sorted(kinds)]
    return entries
