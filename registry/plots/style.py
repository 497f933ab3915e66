"""The look that all figures share: sizes, colours with shapes, dates in words, plain axes.

Colours are the Okabe-Ito subset that keeps 3:1 against white and stays apart for
colour-blind readers; a colour never speaks alone, a marker or line style says the same.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

INK = "#212B32"
BLUE = "#0072B2"
VERMILION = "#D55E00"
GREEN = "#009E73"
GREY = "#6B757C"  # 4.7:1 on white
PALE = "#D8DDE0"
BAND = "#E3EEF5"
ARMS = (  # colour, marker, line style: at most four arms in one picture
    (BLUE, "o", "-"),
    (VERMILION, "s", "--"),
    (INK, "^", ":"),
    (GREEN, "D", "-."),
)

# Grades 1 to 5, light to dark: neighbours stay apart for colour-blind readers. The light ones
# need a dark border, and G1 to G5 is written wherever it has room.
GRADE_FILL = {1: "#FFF2CC", 2: "#FDCB6E", 3: "#E17B2F", 4: "#A63603", 5: "#3B0F02"}
GRADE_TEXT = {1: INK, 2: INK, 3: INK, 4: "white", 5: "white"}

SMALL, NORMAL = 7.0, 8.0  # points
CHARACTER_EM = 0.6  # a little over the mean width of DejaVu Sans: estimates never run short
DAYS_PER_MONTH = 365.25 / 12
MOST_TICKS = 10
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date) -> str:
    """Write a date as 22 Nov 2026, whatever the server's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def how_many(count: int, noun: str) -> str:
    """Write ``1 event`` or ``2 events``."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def ended(sentences: Sequence[str], definitions: Sequence[str] = (), *, synthetic: bool) -> str:
    """Join the sentences of a caption, with what every caption ends with."""
    last = [f"Definitions: {', '.join(definitions)}"] if definitions else []
    last += ["Synthetic data: no real patient"] if synthetic else []
    return ". ".join([*sentences, *last]) + "."


def text_width(text: str, size: float) -> float:
    """Estimate the width of one line in points, on the safe side."""
    return len(text) * size * CHARACTER_EM


def shortened(text: str, longest: int) -> str:
    """Cut a label that would leave the picture."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


@cache
def font(size: float, weight: str = "normal") -> "FontProperties":
    """Return the one font in a size; made once, because lookups cost more than drawing."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="sans-serif", size=size, weight=weight)


@cache
def _has_glyph(character: str) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return bool(get_font(findfont("DejaVu Sans")).get_char_index(ord(character)))


def drawable(text: str) -> str:
    """Replace what the font cannot draw or XML cannot hold; typed labels may contain anything."""
    return "".join(c if c.isprintable() and _has_glyph(c) else "\N{WHITE SQUARE}" for c in text)


def write(  # noqa: PLR0913 - where, what and how of one label
    axes: "Axes",
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALL,
    color: str = INK,
    ha: str = "left",
    va: str = "center",
    rotation: float = 0,
    transform: Any = None,
    boxed: bool = False,
) -> "Text":
    """Write literal text: a lot number with dollar signs is no formula."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8} if boxed else None
    return axes.text(
        x,
        y,
        "\n".join(drawable(line) for line in text.split("\n")),
        fontproperties=font(size),
        color=color,
        ha=ha,
        va=va,
        rotation=rotation,
        transform=transform or axes.transData,
        parse_math=False,
        bbox=box,
    )


def figure_text(  # noqa: PLR0913 - where, what and how of one label
    figure: "Figure",
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALL,
    color: str = INK,
    ha: str = "left",
    va: str = "top",
) -> "Text":
    """Write literal text at a fraction of the whole figure."""
    return figure.text(
        x, y, drawable(text), fontproperties=font(size), color=color, ha=ha, va=va, parse_math=False
    )


def plain_axes(
    figure: "Figure",
    box: tuple[float, float, float, float],
    x_limits: tuple[float, float],
    y_limits: tuple[float, float],
) -> "Axes":
    """Add axes at a fixed place with fixed limits, open above and to the right."""
    axes = figure.add_axes(box, xlim=x_limits, ylim=y_limits, autoscale_on=False)
    axes.spines["top"].set_visible(False)
    axes.spines["right"].set_visible(False)
    return axes


def fix_ticks(axis: Any, places: Sequence[float], labels: Sequence[str]) -> None:
    """Set the ticks and their words; locators that search are most of a figure's cost."""
    from matplotlib.ticker import FixedFormatter, FixedLocator

    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter(labels))
    axis.set_tick_params(labelsize=SMALL, length=3, width=0.8, color=INK, labelcolor=INK)


def infusion_lines(panels: Sequence["Axes"], days: Sequence[float]) -> None:
    """Draw a vertical through every panel at each infusion."""
    from matplotlib.collections import LineCollection

    for axes in panels:
        low, high = axes.get_ylim()
        lines = [((day, low), (day, high)) for day in days]
        axes.add_collection(
            LineCollection(lines, colors=VERMILION, linewidths=0.9, linestyles="--", zorder=1.5),
            autolim=False,
        )


def n_row(
    axes: "Axes", places: Sequence[float], rows: Sequence[tuple[str, Sequence[int]]], first_y: float
) -> None:
    """Write counts under an axis, one row per name; ``first_y`` is a fraction of the axes."""
    transform = axes.get_xaxis_transform()
    for number, (name, counts) in enumerate(rows):
        y = first_y - 0.06 * number
        write(axes, -0.01, y, name, ha="right", transform=axes.transAxes)
        for place, count in zip(places, counts, strict=True):
            write(axes, place, y, str(count), ha="center", transform=transform)


def nice_ceiling(value: float, ceilings: Sequence[float]) -> float:
    """Return the first of the fixed ceilings that holds the value, else the last."""
    return next((ceiling for ceiling in ceilings if value <= ceiling), ceilings[-1])


def time_ticks(
    low: float, high: float, most: int = MOST_TICKS
) -> tuple[str, tuple[float, ...], tuple[str, ...]]:
    """Choose ``months`` or ``days`` and at most ``most`` ticks, in days from zero."""
    in_days = high - low <= 3 * DAYS_PER_MONTH
    unit = 1.0 if in_days else DAYS_PER_MONTH
    steps = (7, 14, 28) if in_days else (1, 2, 3, 6, 12, 24, 36, 60, 120, 240)
    counts: Callable[[int], range] = lambda step: range(  # noqa: E731 - read once, below
        -int(-low / unit // step), int(high / unit // step) + 1
    )
    step = next((s for s in steps if len(counts(s)) <= most), steps[-1])
    marks = [step * count for count in counts(step)]
    name = "days" if in_days else "months"
    return name, tuple(mark * unit for mark in marks), tuple(str(mark) for mark in marks)
