"""The strip between the panels: one row for each target state, one mark for each visit.

Filled is met, hollow is not met, a question mark could not be judged: the shape says it, no
colour alone. Nothing stands where a visit had nothing to judge by.
"""

from typing import TYPE_CHECKING

from registry.plots import style
from registry.plots.trajectory.facts import TrajectoryData

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FILLS = {"met": style.GREEN, "not_met": "white"}
MARGIN_WORDS = "filled = met\nhollow = not met"


def has_strip(data: TrajectoryData) -> bool:
    """Whether any state was judged; without it the panels are taller."""
    return bool(data.states)


def draw_strip(
    figure: "Figure",
    box: tuple[float, float, float, float],
    data: TrajectoryData,
    limits: tuple[float, float],
) -> "Axes":
    """Draw the states at the days of their visits, the first at the top."""
    axes = style.plain_axes(figure, box, limits, (-0.6, len(data.states) - 0.4))
    style.fix_ticks(axes.yaxis, (), ())
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_visible(False)
    place = axes.get_yaxis_transform()
    for level, lane in enumerate(reversed(data.states)):
        style.write(axes, -0.012, level, lane.name, ha="right", transform=place)
        axes.hlines(level, *limits, colors=style.PALE, linewidth=0.6, zorder=1)
        _marks(axes, [(mark.day, mark.state) for mark in lane.marks], level)
    style.write(axes, 1.012, (len(data.states) - 1) / 2, MARGIN_WORDS, transform=place)
    return axes


def _marks(axes: "Axes", marks: list[tuple[int, str]], level: int) -> None:
    for state, fill in FILLS.items():
        days = [day for day, found in marks if found == state]
        if days:
            axes.plot(
                days, [level] * len(days), color=style.INK, linestyle="none", marker="s",
                markersize=5, markerfacecolor=fill, markeredgewidth=0.8, zorder=4,
            )  # fmt: skip
    for day, found in marks:
        if found not in FILLS:
            style.write(axes, day, level, "?", size=style.NORMAL, ha="center", boxed=True)
