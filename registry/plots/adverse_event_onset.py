"""Onset of adverse events since infusion: one mark for each event, in rows by organ class.

Shape says whether an event is serious and size says its grade, as under the trajectory. The
axis is a square root of days, because most of what matters happens early.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import sqrt
from textwrap import wrap
from typing import TYPE_CHECKING

from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table
from registry.plots.trajectory.lane import SERIOUS_WORDS, SHAPES, SIZES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_INCHES = (7.2, 5.0)
BOX = (0.30, 0.175, 0.60, 0.745)
PANEL_POINTS = BOX[2] * SIZE_INCHES[0] * 72
MOST_MARKS = 2000  # more are a block; the serious ones must still be seen
MOST_CLASSES = 10  # rarer ones share the last row
LONGEST_CLASS = 34
NOT_CODED, OTHERS = "Not coded", "Other organ classes"
TICKS = (-730, -365, -100, -28, 0, 7, 28, 100, 365, 730, 1825, 3650)
NARROWEST_STEP = 16.0  # points between two ticks with words
EMPTY_DAYS = (-7, 365)
LEVELS = (0.5, 0.26, 0.74, 0.38, 0.62)  # inside a row, tried in this order
MARK_POINTS = 6.0
FIRST_PHASE_DAYS = 28  # of the phases in which the summary counts events


@dataclass(frozen=True, slots=True)
class OnsetMark:
    """One event; days from day 0 of the latest course begun, equal where the onset is exact."""

    first_day: int
    last_day: int
    soc: str | None  # system organ class, as given; None: nobody coded it
    grade: int | None
    serious: bool | None

    @property
    def middle(self) -> float:
        return (self.first_day + self.last_day) / 2


@dataclass(frozen=True, slots=True)
class OnsetData:
    """The treatment-emergent events of a cohort; a mark carries no code of the patient."""

    population: str
    n: int  # patients whose course began
    marks: tuple[OnsetMark, ...]  # by day
    without_day: int  # counted events that dates do not place
    before_course: int  # events that are not counted
    cut_on: date
    definitions: tuple[str, ...] = ()  # names with versions
    synthetic: bool = False

    @property
    def drawn(self) -> tuple[OnsetMark, ...]:
        """Every mark, or the serious ones where all would cover each other."""
        few = len(self.marks) <= MOST_MARKS
        return self.marks if few else tuple(mark for mark in self.marks if mark.serious)

    @property
    def by_row(self) -> tuple[tuple[str, tuple[OnsetMark, ...]], ...]:
        """Rows from the top: most events first, then the rest together, then what is not coded.

        Each with its marks, in the order of the days.
        """
        found: dict[str, list[OnsetMark]] = defaultdict(list)
        for mark in self.drawn:
            found[mark.soc or NOT_CODED].append(mark)
        uncoded = found.pop(NOT_CODED, [])
        ranked = sorted(found, key=lambda soc: (-len(found[soc]), soc))
        rows = [(soc, tuple(found[soc])) for soc in ranked[:MOST_CLASSES]]
        rare = set(ranked[MOST_CLASSES:])
        together = tuple(mark for mark in self.drawn if mark.soc in rare)
        rows += [(OTHERS, together)] if together else []
        return (*rows, *([(NOT_CODED, tuple(uncoded))] if uncoded else []))


def draw(figure: "Figure", data: OnsetData) -> None:
    """Draw the rows, the marks, the lines of the phases, and the key."""
    limits = _limits(data.drawn)
    axes = style.plain_axes(figure, BOX, limits, (max(len(data.by_row), 5), 0))
    ticks = _ticks(limits)
    style.fix_ticks(axes.xaxis, [_place(day) for day in ticks], [str(day) for day in ticks])
    style.fix_ticks(axes.yaxis, (), ())
    style.write(
        axes, 0.5, -0.105, "Days from first infusion of the course (square root of days)",
        size=style.NORMAL, ha="center", transform=axes.transAxes,
    )  # fmt: skip
    style.infusion_lines((axes,), [0.0])
    _rows(axes, data)
    _marks(axes, data, limits)
    _key(figure, data)
    if not data.drawn:
        style.write(
            axes, 0.5, 0.5, "no adverse event with a day of onset", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes, boxed=True,
        )  # fmt: skip


def caption(data: OnsetData) -> str:
    """Say population, n, method and what is left out."""
    ranges = sum(mark.first_day != mark.last_day for mark in data.drawn)
    counted = (
        (len(data.marks) - len(data.drawn), "event", " not known to be serious not drawn"),
        (ranges, "onset", " known to a month or year: bar over its days"),
        (data.without_day, "event", " that dates do not place not drawn"),
        (data.before_course, "event", " from before the course not counted"),
    )
    sentences = [
        f"{style.how_many(len(data.marks), 'treatment-emergent event')} among "
        f"{style.how_many(data.n, 'patient')} ({data.population}), at onset",
        "Day 0: first infusion of the latest course begun; larger mark = higher grade",
        *(style.how_many(count, noun) + rest for count, noun, rest in counted if count),
        "Few events late may mean few patients followed for so long",
        "Observational, no comparison group",
        f"Data cut {style.day_text(data.cut_on)}",
    ]
    return style.ended(sentences, data.definitions, synthetic=data.synthetic)


def alt(data: OnsetData) -> str:
    """State the finding in one sentence."""
    opening = "Synthetic cohort: " if data.synthetic else ""
    exact = [mark for mark in data.marks if mark.first_day == mark.last_day]
    if not exact:
        return f"{opening}no adverse event has an exact day of onset."
    early = sum(0 <= mark.first_day <= FIRST_PHASE_DAYS for mark in exact)
    serious = sum(mark.serious is True for mark in exact)
    return (
        f"{opening}{style.how_many(len(exact), 'adverse event')} with an exact day of onset: "
        f"{early} on day 0 to {FIRST_PHASE_DAYS} from the first infusion of the course, "
        f"{serious} serious in all."
    )


def table(data: OnsetData) -> Table:
    """Return one row for each mark that is drawn, by row of the picture and day."""
    columns = ("soc", "first_day", "last_day", "grade", "serious")
    rows = [
        (
            mark.soc or "", mark.first_day, mark.last_day,
            "" if mark.grade is None else mark.grade,
            "" if mark.serious is None else str(mark.serious).lower(),
        )
        for _, marks in data.by_row
        for mark in marks
    ]  # fmt: skip
    return columns, rows


def _place(day: float) -> float:
    return sqrt(day) if day >= 0 else -sqrt(-day)


def _limits(marks: Sequence[OnsetMark]) -> tuple[float, float]:
    first = min([mark.first_day for mark in marks], default=0)
    last = max([mark.last_day for mark in marks], default=0)
    low, high = _place(min(first, EMPTY_DAYS[0])), _place(max(last, EMPTY_DAYS[1]))
    return low - 0.4, high + 0.4


def _ticks(limits: tuple[float, float]) -> list[int]:
    """Return the days that are named: of neighbours too close, the one nearer to day 0."""
    scale = PANEL_POINTS / (limits[1] - limits[0])
    shown: list[int] = []
    for day in sorted(TICKS, key=abs):
        at = _place(day)
        near = any(abs(at - _place(other)) * scale < NARROWEST_STEP for other in shown)
        if limits[0] <= at <= limits[1] and not near:
            shown.append(day)
    return sorted(shown)


def _rows(axes: "Axes", data: OnsetData) -> None:
    """Name each row, count its events, and rule it off."""
    place = axes.get_yaxis_transform()
    rows = data.by_row
    if rows:
        style.write(axes, 1.11, -0.2, "Events", ha="right", color=style.GREY, transform=place)
        axes.hlines(
            range(1, len(rows)), *axes.get_xlim(), colors=style.PALE, linewidth=0.6,
            zorder=0.5,
        )  # fmt: skip
    for row, (title, marks) in enumerate(rows):
        style.write(axes, -0.02, row + 0.5, _folded(title), ha="right", transform=place)
        style.write(axes, 1.11, row + 0.5, str(len(marks)), ha="right", transform=place)


def _folded(title: str) -> str:
    """Break a long name into two lines, and cut what is longer still."""
    lines = wrap(title, LONGEST_CLASS)
    rest = " ".join(lines[1:])
    return "\n".join([*lines[:1], *([style.shortened(rest, LONGEST_CLASS)] if rest else [])])


Kind = tuple[bool | None, int | None]  # serious, grade


def _marks(axes: "Axes", data: OnsetData, limits: tuple[float, float]) -> None:
    """Draw every mark, all of one kind at once, and a bar where the onset is a range."""
    placed: dict[Kind, list[tuple[float, float]]] = defaultdict(list)
    bars: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for mark, height in _heights(data, PANEL_POINTS / (limits[1] - limits[0])):
        placed[mark.serious, mark.grade].append((_place(mark.middle), height))
        if mark.first_day != mark.last_day:
            bars.append(((_place(mark.first_day), height), (_place(mark.last_day), height)))
    _bars(axes, bars)
    for (serious, grade), places in placed.items():
        marker, edge, fill = SHAPES[serious]
        axes.plot(
            *zip(*places, strict=True), color=edge, linestyle="none", marker=marker,
            markersize=SIZES[grade], markerfacecolor=fill, markeredgewidth=0.8, zorder=4,
        )  # fmt: skip


def _bars(axes: "Axes", bars: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> None:
    """Span what a partial onset can mean, with an end at each side."""
    from matplotlib.collections import LineCollection

    if bars:
        lines = LineCollection(bars, colors=style.GREY, linewidths=1.0, zorder=2)
        axes.add_collection(lines, autolim=False)
        ends = [end for bar in bars for end in bar]
        axes.plot(
            *zip(*ends, strict=True), color=style.GREY, linestyle="none", marker="|", markersize=4,
            zorder=2,
        )  # fmt: skip


def _heights(data: OnsetData, scale: float) -> Iterator[tuple[OnsetMark, float]]:
    """Put each mark in the first level of its row with room, else where there is most."""
    for row, (_, marks) in enumerate(data.by_row):
        free = dict.fromkeys(LEVELS, float("-inf"))
        for mark in sorted(marks, key=lambda mark: mark.middle):
            at = _place(mark.middle) * scale
            room = (level for level in LEVELS if free[level] <= at)
            level = next(room, min(LEVELS, key=free.__getitem__))
            free[level] = at + MARK_POINTS
            yield mark, row + level


def _key(figure: "Figure", data: OnsetData) -> None:
    from matplotlib.lines import Line2D

    x, y = BOX[0], 0.035
    shown = {mark.serious for mark in data.drawn}
    for serious, words in SERIOUS_WORDS.items():
        if serious not in shown:
            continue
        marker, edge, fill = SHAPES[serious]
        figure.add_artist(
            Line2D(
                (x,), (y,), color=edge, linestyle="none", marker=marker, markersize=5,
                markerfacecolor=fill,
            )
        )  # fmt: skip
        style.figure_text(figure, x + 0.015, y, words, va="center")
        x += 0.04 + style.text_width(words, style.SMALL) / (SIZE_INCHES[0] * 72)


FIGURE = FigureDeclaration(
    code="adverse_event_onset",
    title="Onset of adverse events since infusion",
    kind="cohort",
    permission=Permission.COHORT_READ,
    load="registry.queries.cohort_figures:load_onset",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
    size_inches=SIZE_INCHES,
)
