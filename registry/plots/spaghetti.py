"""Spaghetti of a cohort: every patient's score over time, median and 10 to 90 % band.

The summary numbers are computed elsewhere and only drawn here, so that the picture and
the outcome table cannot disagree. Lines carry no code of the patient.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST_SUMMARISED = 5  # patients; below it a median would describe single people
MOST_LINES = 1000  # more lines are a grey block, and only cost
BOX = (0.115, 0.30, 0.865, 0.63)
PANEL_POINTS = 448.4  # width of the panel
NARROWEST_STEP = 20.0  # points between neighbours under which counts would collide
CEILINGS = (4, 8, 12, 20, 30, 40, 60, 80, 105)
STEPS = {4: 1, 8: 2, 12: 4, 20: 4, 30: 10, 40: 10, 60: 20, 80: 20, 105: 20}
MOST_SEEN, FEWEST_SEEN = 0.45, 0.12  # opacity of single lines, for few and for many

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class TimepointStats:
    """One scheduled timepoint: counts, and order statistics of those with a complete score."""

    code: str
    label: str  # short, for the axis: "Baseline", "M3", "Y3"
    target_day: int
    seen: int  # patients with a complete score or a total
    missing: int  # their window is over, but there is none, whatever the reason
    median: Decimal | None
    p10: Decimal | None
    p90: Decimal | None

    @property
    def summarised(self) -> bool:
        """Whether enough patients were seen for a median and a band."""
        return self.seen >= FEWEST_SUMMARISED and self.median is not None


@dataclass(frozen=True, slots=True)
class SpaghettiData:
    """A cohort's scores; each line holds one value per timepoint, None where there is none."""

    measure: str  # "SLEDAI-2K"
    unit: str  # "points"
    population: str  # "infused, prospective"
    timepoints: tuple[TimepointStats, ...]  # by target day
    lines: tuple[tuple[Decimal | None, ...], ...]
    cut_on: date
    definitions: tuple[str, ...] = ()  # names with versions
    higher_is_worse: bool = True
    synthetic: bool = False

    @property
    def lines_are_drawn(self) -> bool:
        """Whether there are few enough lines to be told apart."""
        return len(self.lines) <= MOST_LINES


def draw(figure: "Figure", data: SpaghettiData) -> None:
    """Draw lines, band and median, with the counts of seen and missing under the axis."""
    places, limits, scale = _places(data)
    ceiling = style.nice_ceiling(_highest(data), CEILINGS)
    axes = style.plain_axes(figure, BOX, limits, (-0.04 * ceiling, ceiling * 1.05))
    _axes_words(axes, data, places, ceiling, scale)
    if data.lines_are_drawn:
        _lines(axes, data, places)
    _band(axes, data, places)
    _median(axes, data, places)
    counts = (
        ("seen", [stats.seen for stats in data.timepoints]),
        ("missing", [stats.missing for stats in data.timepoints]),
    )
    style.n_row(axes, places, counts, -0.245)


def caption(data: SpaghettiData) -> str:
    """Say population, n, missing and method."""
    patients = f"{len(data.lines)} patient{'' if len(data.lines) == 1 else 's'}"
    sentences = [
        f"{data.measure} of {patients} ({data.population}) at scheduled timepoints",
        "A thin line is one patient" if data.lines_are_drawn else _too_many(data),
        "Thick line: median; band: 10th to 90th percentile; both only where at least "
        f"{FEWEST_SUMMARISED} patients were seen",
        "Nothing is joined over a timepoint without a score; missing = window over without a "
        "complete score, whatever the reason (death and loss included)",
        "Observational, no comparison group",
        f"Data cut {style.day_text(data.cut_on)}",
    ]
    return style.ended(sentences, data.definitions, synthetic=data.synthetic)


def alt(data: SpaghettiData) -> str:
    """State the finding in one sentence."""
    opening = "Synthetic cohort: " if data.synthetic else ""
    known = [stats for stats in data.timepoints if stats.summarised]
    if not known:
        return (
            f"{opening}{data.measure} of {len(data.lines)} patients; no timepoint has the "
            f"{FEWEST_SUMMARISED} patients seen that a median needs."
        )
    first, last = known[0], known[-1]
    text = f"{opening}median {data.measure} was {_at(first)}"
    if last is not first and first.median is not None and last.median is not None:
        compared = _compared(first.median, last.median)
        text += f" and {compared} at {last.label} ({_at(last, place=False)})"
    return f"{text}."


def table(data: SpaghettiData) -> Table:
    """Return the summary of each timepoint, then every point of every line that is drawn."""
    columns = ("record", "timepoint", "target_day", "line", "value",
               "seen", "missing", "median", "p10", "p90")  # fmt: skip
    rows: list[tuple[object, ...]] = [_summary_row(stats) for stats in data.timepoints]
    for number, line in enumerate(data.lines if data.lines_are_drawn else (), start=1):
        for stats, value in zip(data.timepoints, line, strict=True):
            if value is not None:
                row = ("patient", stats.code, stats.target_day, number, value)
                rows.append((*row, "", "", "", "", ""))
    return columns, rows


def _summary_row(stats: TimepointStats) -> tuple[object, ...]:
    shown = (stats.median, stats.p10, stats.p90) if stats.summarised else ("", "", "")
    return ("summary", stats.code, stats.target_day, "", "", stats.seen, stats.missing, *shown)


def _too_many(data: SpaghettiData) -> str:
    return f"Single lines are not drawn for more than {MOST_LINES} patients"


def _at(stats: TimepointStats, *, place: bool = True) -> str:
    where = f" at {stats.label}" if place else ""
    return f"{stats.median}{where} with {stats.seen} seen and {stats.missing} missing"


def _compared(first: Decimal, last: Decimal) -> str:
    if last == first:
        return "the same"
    return "lower" if last < first else "higher"


def _highest(data: SpaghettiData) -> float:
    drawn = data.lines if data.lines_are_drawn else ()
    values = [value for line in drawn for value in line if value is not None]
    values += [stats.p90 for stats in data.timepoints if stats.summarised and stats.p90 is not None]
    return float(max(values, default=Decimal(0)))


def _places(data: SpaghettiData) -> tuple[list[float], tuple[float, float], str]:
    """Place timepoints to scale, or in equal steps where counts would collide; say which."""
    days = [float(stats.target_day) for stats in data.timepoints]
    span = (days[-1] - days[0]) if len(days) > 1 else 0.0
    closest = min((b - a for a, b in pairwise(days)), default=0.0)
    if span and closest / (span * 1.1) * PANEL_POINTS >= NARROWEST_STEP:
        return days, (days[0] - span * 0.05, days[-1] + span * 0.05), "to scale"
    steps = [float(number) for number in range(len(days))]
    return steps, (-0.5, max(len(days), 1) - 0.5), "equal steps, not to scale"


def _axes_words(
    axes: "Axes", data: SpaghettiData, places: Sequence[float], ceiling: float, scale: str
) -> None:
    style.fix_ticks(axes.xaxis, places, [stats.label for stats in data.timepoints])
    steps = range(0, int(ceiling) + 1, STEPS[int(ceiling)])
    style.fix_ticks(axes.yaxis, steps, [str(step) for step in steps])
    worse = "\n(higher = worse)" if data.higher_is_worse else ""
    style.write(
        axes, -0.075, 0.5, f"{data.measure}, {data.unit}{worse}", size=style.NORMAL,
        ha="center", rotation=90, transform=axes.transAxes,
    )  # fmt: skip
    style.write(
        axes, 0.5, -0.15, f"Scheduled timepoint after first infusion ({scale})",
        size=style.NORMAL, ha="center", transform=axes.transAxes,
    )  # fmt: skip
    if not any(stats.seen for stats in data.timepoints):
        style.write(
            axes, 0.5, 0.5, "no final score recorded", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes,
        )  # fmt: skip


def _runs(
    items: Sequence[T], places: Sequence[float], is_known: Callable[[T], bool]
) -> Iterator[list[tuple[float, T]]]:
    """Yield the stretches without a gap; a missing timepoint is never bridged."""
    run: list[tuple[float, T]] = []
    for place, item in zip(places, items, strict=True):
        if is_known(item):
            run.append((place, item))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _lines(axes: "Axes", data: SpaghettiData, places: Sequence[float]) -> None:
    from matplotlib.collections import LineCollection

    runs = [
        [(place, float(value)) for place, value in run if value is not None]
        for line in data.lines
        for run in _runs(line, places, lambda value: value is not None)
    ]
    opacity = FEWEST_SEEN if len(data.lines) > MOST_LINES / 5 else MOST_SEEN
    joined = [run for run in runs if len(run) > 1]
    if joined:
        lines = LineCollection(joined, colors=style.GREY, linewidths=0.7, alpha=opacity, zorder=2)
        axes.add_collection(lines, autolim=False)
    alone = [run[0] for run in runs if len(run) == 1]
    if alone:
        axes.plot(
            *zip(*alone, strict=True), color=style.GREY, linestyle="none", marker="o",
            markersize=2.2, alpha=opacity, zorder=2,
        )  # fmt: skip


def _band(axes: "Axes", data: SpaghettiData, places: Sequence[float]) -> None:
    for run in _runs(data.timepoints, places, lambda stats: stats.summarised):
        xs = [place for place, _ in run]
        lows = [float(stats.p10 or 0) for _, stats in run]
        highs = [float(stats.p90 or 0) for _, stats in run]
        if len(run) == 1:  # a band has no width here; a bar says the same
            axes.vlines(xs, lows, highs, colors=style.BLUE, alpha=0.35, linewidth=5, zorder=3)
        else:
            axes.fill_between(xs, lows, highs, color=style.BLUE, alpha=0.18, linewidth=0, zorder=3)


def _median(axes: "Axes", data: SpaghettiData, places: Sequence[float]) -> None:
    values = [
        float(stats.median) if stats.summarised and stats.median is not None else float("nan")
        for stats in data.timepoints
    ]
    axes.plot(places, values, color=style.BLUE, linewidth=2.2, marker="o", markersize=5, zorder=5)


FIGURE = FigureDeclaration(
    code="spaghetti",
    title="Disease activity of every patient over time",
    kind="cohort",
    permission=Permission.COHORT_READ,
    load="registry.queries.spaghetti:load",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
)
