"""Onset of adverse events since the infusion before them, with how many infusions were followed.

Harm close to an infusion is what a reader looks for, and late bars are only as tall as people were
still asked: so the infusions followed into each span stand below it. Serious is dark and hatched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BOX = (0.125, 0.315, 0.855, 0.575)
CEILINGS = (
    4,
    6,
    8,
    10,
    15,
    20,
    30,
    40,
    60,
    80,
    100,
    150,
    200,
    300,
    400,
    600,
    1000,
    2000,
    5000,
    10000,
)
MOST_STEPS = 5
BAR = 0.78
SERIOUS, OTHER = style.VERMILION, style.BAND
EARLY = 28  # days in which an infusion is the first suspect
#: First and last day of each span after an infusion; the last span is open.
SPANS: Sequence[tuple[int, int | None]] = (
    (0, 0), (1, 2), (3, 7), (8, 14), (15, 28), (29, 60), (61, 100), (101, 180), (181, 365),
    (366, None),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpanCounts:
    """One span of days after an infusion."""

    first: int
    last: int | None
    serious: int
    other: int  # not serious, or not recorded
    followed: int  # infusions whose patient was still followed on the first day

    @property
    def label(self) -> str:
        """The days of the span, short enough for an axis."""
        if self.last is None:
            return f"{self.first} on"
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"


@dataclass(frozen=True, slots=True)
class OnsetData:
    """When the events of a cohort began, counted from the infusion before them."""

    population: str
    infusions: int  # with an exact day
    spans: tuple[SpanCounts, ...]
    undated: int  # onset or infusion not known to the day
    before_infusion: int  # after the course began, before anything was given
    ends: str  # what ends the follow-up, in words
    cut_on: date
    definitions: tuple[str, ...] = ()
    synthetic: bool = False

    @property
    def events(self) -> int:
        """Events that are drawn."""
        return sum(span.serious + span.other for span in self.spans)


def draw(figure: "Figure", data: OnsetData) -> None:
    """Draw a bar for each span, serious events at its foot, with the counts under the axis."""
    highest = max((span.serious + span.other for span in data.spans), default=0)
    ceiling = style.nice_ceiling(highest, CEILINGS)
    axes = style.plain_axes(figure, BOX, (-0.6, len(data.spans) - 0.4), (0, ceiling * 1.06))
    places = [float(number) for number in range(len(data.spans))]
    _axes_words(axes, data, places, int(ceiling))
    _bars(axes, data, places)
    _key(axes)
    counts = (
        ("events", [span.serious + span.other for span in data.spans]),
        ("serious", [span.serious for span in data.spans]),
        ("followed", [span.followed for span in data.spans]),
    )
    style.n_row(axes, places, counts, -0.27)


def caption(data: OnsetData) -> str:
    """Say population, n, method and what is not drawn."""
    sentences = [
        f"Onset of {_count(data.events, 'adverse event')} after the course began "
        f"({data.population}), in days since the infusion before it",
        "Spans are not of equal length, so the heights of bars are no rates",
        f"Followed = infusions whose patient was observed at least to the first day of the span, "
        f"without another infusion, {data.ends}",
        f"Not drawn: {data.undated} with an onset or infusion not known to the day, "
        f"{data.before_infusion} before any infusion",
        "Whatever the cause; observational, no comparison group",
        f"Data cut {style.day_text(data.cut_on)}",
    ]
    if data.definitions:
        sentences.append("Definitions: " + ", ".join(data.definitions))
    if data.synthetic:
        sentences.append("Synthetic data: no real patient")
    return ". ".join(sentences) + "."


def alt(data: OnsetData) -> str:
    """State the finding in one sentence."""
    opening = "Synthetic cohort: " if data.synthetic else ""
    early = [span for span in data.spans if span.last is not None and span.last <= EARLY]
    near, serious = sum(s.serious + s.other for s in early), sum(s.serious for s in early)
    return (
        f"{opening}{near} of {_count(data.events, 'adverse event')} with a known day began within "
        f"{EARLY} days of an infusion, {serious} of them serious; {data.infusions} infusions were "
        "given."
    )


def table(data: OnsetData) -> Table:
    """Return the spans, then what is not drawn."""
    columns = ("record", "first_day", "last_day", "events", "serious", "infusions_followed")
    rows: list[tuple[object, ...]] = [
        (
            "span", span.first, "" if span.last is None else span.last,
            span.serious + span.other, span.serious, span.followed,
        )
        for span in data.spans
    ]  # fmt: skip
    rows.append(("not known to the day", "", "", data.undated, "", ""))
    rows.append(("before any infusion", "", "", data.before_infusion, "", ""))
    return columns, rows


def _axes_words(axes: "Axes", data: OnsetData, places: Sequence[float], ceiling: int) -> None:
    style.fix_ticks(axes.xaxis, places, [span.label for span in data.spans])
    step = max(1, -(-ceiling // MOST_STEPS))
    marks = range(0, ceiling + 1, step)
    style.fix_ticks(axes.yaxis, marks, [str(mark) for mark in marks])
    style.write(
        axes, -0.085, 0.5, "Adverse events", size=style.NORMAL, ha="center", rotation=90,
        transform=axes.transAxes,
    )  # fmt: skip
    style.write(
        axes, 0.5, -0.165, "Days since the infusion before it (spans not to scale)",
        size=style.NORMAL, ha="center", transform=axes.transAxes,
    )  # fmt: skip
    if not data.events:
        style.write(
            axes, 0.5, 0.5, "no adverse event with a known day", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes,
        )  # fmt: skip


def _bars(axes: "Axes", data: OnsetData, places: Sequence[float]) -> None:
    serious = [span.serious for span in data.spans]
    other = [span.other for span in data.spans]
    axes.bar(
        places, serious, BAR, color=SERIOUS, hatch=style.HATCH, edgecolor=style.INK, linewidth=0.5
    )
    axes.bar(places, other, BAR, bottom=serious, color=OTHER, edgecolor=style.INK, linewidth=0.5)


def _key(axes: "Axes") -> None:
    """Name the two parts of a bar above the panel."""
    style.swatch(axes, 0.0, "serious", SERIOUS, hatched=True)
    style.swatch(axes, 0.14, "not serious, or not recorded", OTHER)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


FIGURE = FigureDeclaration(
    code="adverse_event_onset",
    title="Onset of adverse events since infusion",
    kind="cohort",
    permission=Permission.COHORT_READ,
    load="registry.queries.adverse_event_figures:load_onset",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
)
