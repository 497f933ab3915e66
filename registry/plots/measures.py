"""Every measure of one patient over time, one small panel each, whatever the instrument is.

The disease activity index has a figure of its own. A dot is a score; a bar reaches from the lowest
to the highest possible one where items were not assessed. Panels keep the range of the measure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLUMNS, FEWEST_ROWS, MOST_ROWS = 3, 2, 6
MOST_PANELS = COLUMNS * MOST_ROWS
WIDEST_RANGE = Decimal(108)  # a longer scale is cut above what was reached
SIZE_INCHES = (7.2, 7.2)
LEFT, RIGHT, TOP, BOTTOM = 0.065, 0.985, 0.94, 0.075  # of the figure
GAP_ACROSS, GAP_DOWN = 0.055, 0.05
LONGEST_TITLE, MOST_TICKS = 36, 5


@dataclass(frozen=True, slots=True)
class Mark:
    """One result; ``value`` None where only the bounds are known."""

    visited_on: date
    day: int  # from day 0, or from the first visit
    value: Decimal | None
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """One measure in one version, by date."""

    title: str
    version: str
    reading: str  # "higher is worse"
    minimum: Decimal
    maximum: Decimal
    marks: tuple[Mark, ...]

    @property
    def top(self) -> Decimal:
        """The upper end of its panel."""
        reached = max(mark.high if mark.value is None else mark.value for mark in self.marks)
        return self.maximum if self.maximum <= WIDEST_RANGE else max(reached, Decimal(10))


@dataclass(frozen=True, slots=True)
class MeasuresData:
    """The measures of one patient, and what was left out."""

    patient_code: str
    series: tuple[Series, ...]  # by title
    day_0_known: bool
    cut_on: date
    unsigned: int = 0
    synthetic: bool = False

    @property
    def drawn(self) -> tuple[Series, ...]:
        """Those that have room in the picture; the table has all of them."""
        return self.series[:MOST_PANELS]


def draw(figure: "Figure", data: MeasuresData) -> None:
    """Draw a panel for each measure on one time axis."""
    if not data.series:
        style.figure_text(figure, 0.5, 0.5, "no measure recorded", size=style.NORMAL, ha="center")
        return
    days = [mark.day for series in data.drawn for mark in series.marks]
    span = max(max(days) - min(days), 28)
    limits = min(days) - 0.05 * span, max(days) + 0.05 * span
    rows = max(-(-len(data.drawn) // COLUMNS), FEWEST_ROWS)
    for place, series in enumerate(data.drawn):
        _panel(figure, _box(place, rows), series, limits)
    unit = style.time_ticks(*limits, MOST_TICKS)[0].capitalize()
    style.figure_text(
        figure, 0.5, 0.025, f"{unit} from the {_zero(data)}", size=style.NORMAL, ha="center"
    )


def caption(data: MeasuresData) -> str:
    """Say what is drawn, from when, and what is left out."""
    sentences = [
        f"{style.how_many(len(data.series), 'measure')} of {data.patient_code} at final visits, "
        f"time from the {_zero(data)}",
        "A dot is a score; a bar reaches from the lowest to the highest possible score where "
        "items were not assessed; nothing is joined across versions",
    ]
    if len(data.series) > len(data.drawn):
        sentences.append(f"The first {len(data.drawn)} are drawn, the table has all")
    if data.unsigned:
        sentences.append(f"{style.how_many(data.unsigned, 'unsigned visit')} left out")
    sentences.append(f"Data cut {style.day_text(data.cut_on)}")
    definitions = tuple(f"{series.title} {series.version}" for series in data.series)
    return style.ended(sentences, definitions, synthetic=data.synthetic)


def alt(data: MeasuresData) -> str:
    """State first and last value of each measure in one sentence."""
    if not data.series:
        return f"No measure beside the activity index is recorded for {data.patient_code}."
    told = [_told(series) for series in data.drawn]
    return f"{data.patient_code}: {'; '.join(told)}."


def table(data: MeasuresData) -> Table:
    """Return every result of every measure by date."""
    columns = ("measure", "version", "visited_on", "day", "value", "lowest", "highest")
    rows = [
        (
            *(series.title, series.version, mark.visited_on, mark.day),
            *("" if mark.value is None else mark.value, mark.low, mark.high),
        )
        for series in data.series
        for mark in series.marks
    ]
    return columns, rows


def _zero(data: MeasuresData) -> str:
    return "first infusion" if data.day_0_known else "first visit"


def _told(series: Series) -> str:
    known = [mark.value for mark in series.marks if mark.value is not None]
    if not known:
        return f"{series.title} incomplete"
    if len(known) == 1:
        return f"{series.title} {known[0]}"
    return f"{series.title} {known[0]} at first and {known[-1]} at last"


def _panel(
    figure: "Figure",
    box: tuple[float, float, float, float],
    series: Series,
    limits: tuple[float, float],
) -> None:
    low, high = float(series.minimum), float(series.top)
    room = 0.06 * (high - low)
    axes = style.plain_axes(figure, box, limits, (low - room, high + room))
    title = style.shortened(series.title, LONGEST_TITLE)
    style.write(axes, 0, 1.0, title, size=style.SMALL, va="bottom", transform=axes.transAxes)
    style.fix_ticks(axes.yaxis, (low, high), (f"{series.minimum:f}", f"{series.top:f}"))
    _, ticks, labels = style.time_ticks(*limits, MOST_TICKS)
    style.fix_ticks(axes.xaxis, ticks, labels)
    place = 0.86 if _room_above(series, sum(limits) / 2) else 0.08
    style.write(
        axes, 1, place, series.reading, color=style.GREY, ha="right", transform=axes.transAxes
    )
    _marks(axes, series.marks)


def _room_above(series: Series, middle: float) -> bool:
    """Whether the later half of a panel leaves more room above its marks than below them."""
    ends = [
        end
        for mark in series.marks
        if mark.day >= middle
        for end in ((mark.low, mark.high) if mark.value is None else (mark.value,))
    ]
    return not ends or series.top - max(ends) >= min(ends) - series.minimum


def _marks(axes: "Axes", marks: Sequence[Mark]) -> None:
    known = [(mark.day, float(mark.value)) for mark in marks if mark.value is not None]
    if known:
        axes.plot(
            *zip(*known, strict=True), color=style.BLUE, linewidth=1.2, marker="o", markersize=3.5
        )
    for mark in marks:
        if mark.value is None:
            axes.vlines(
                [mark.day], [float(mark.low)], [float(mark.high)], colors=style.GREY, linewidth=2
            )


def _box(place: int, rows: int) -> tuple[float, float, float, float]:
    """Return the panel of a place among so many rows, from above."""
    row, column = divmod(place, COLUMNS)
    width = (RIGHT - LEFT - GAP_ACROSS * (COLUMNS - 1)) / COLUMNS
    height = (TOP - BOTTOM - GAP_DOWN * (rows - 1)) / rows
    bottom = TOP - (row + 1) * height - row * GAP_DOWN
    return LEFT + column * (width + GAP_ACROSS), bottom, width, height


FIGURE = FigureDeclaration(
    code="measures",
    title="Every measure of the patient over time",
    kind="patient",
    permission=Permission.PATIENT_READ,
    load="registry.queries.measures:load",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
    size_inches=SIZE_INCHES,
)
