"""Adverse events of a cohort by term: patients at their worst grade, one bar for each term.

The counts are those of the outcome summary and only drawn here, so that the picture and the table
cannot disagree. Grades are shades and numbers, never a colour alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_TERMS = 14  # more bars than fit; the rest stand in the table
LONGEST_LABEL = 38  # characters
BOX = (0.345, 0.165, 0.54, 0.725)
PANEL_POINTS = 280.0  # width of the panel
CEILINGS = (
    1,
    2,
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
)
MOST_STEPS = 5
BAR = 0.72
# Light to dark, one hue: severity is an order. No grade is white, because it may be any.
SHADES = {
    1: "#D6E6F2",
    2: "#93BFDF",
    3: "#4A8FC2",
    4: "#1B5E93",
    5: "#0B2E4A",
    None: "#FFFFFF",
}
DARK = frozenset({3, 4, 5})  # shades on which the number is white

Counts = tuple[int, int, int, int, int, int]  # grade 1 to 5, then without a grade


@dataclass(frozen=True, slots=True)
class TermCounts:
    """One term: patients by the worst grade of it, and its events."""

    term: str  # "not coded" where nobody coded it
    patients: Counts
    events: int

    @property
    def all_patients(self) -> int:
        """Patients with the term, whatever the grade."""
        return sum(self.patients)


@dataclass(frozen=True, slots=True)
class TermsData:
    """The adverse events of a cohort; ``terms`` come with most patients first."""

    population: str  # "course started, MSC"
    n: int  # patients whose course began
    terms: tuple[TermCounts, ...]
    cut_on: date
    definitions: tuple[str, ...] = ()
    synthetic: bool = False

    @property
    def drawn(self) -> tuple[TermCounts, ...]:
        """The terms that have a bar."""
        return self.terms[:MOST_TERMS]


def draw(figure: "Figure", data: TermsData) -> None:
    """Draw a bar for each term, cut into worst grades, with patients and events beside it."""
    highest = max((term.all_patients for term in data.drawn), default=1)
    ceiling = style.nice_ceiling(highest, CEILINGS)
    rows = max(len(data.drawn), 1)
    axes = style.plain_axes(figure, BOX, (0, ceiling), (rows - 0.5, -0.5))
    _axes_words(axes, data, int(ceiling))
    for place, term in enumerate(data.drawn):
        _bar(axes, place, term, ceiling)
    _key(axes)


def caption(data: TermsData) -> str:
    """Say population, n, method and what is not drawn."""
    left_out = len(data.terms) - len(data.drawn)
    sentences = [
        f"Patients with an adverse event after the course began, of {data.n} "
        f"({data.population}), by coded term",
        "A patient counts once for each term, by its worst grade; beside the bar: patients "
        "(events)",
        "No grade = none was recorded",
    ]
    if left_out:
        sentences.append(f"The {MOST_TERMS} terms with most patients; {left_out} more in the table")
    sentences += [
        "Whatever the cause; observational, no comparison group",
        f"Data cut {style.day_text(data.cut_on)}",
    ]
    if data.definitions:
        sentences.append("Definitions: " + ", ".join(data.definitions))
    if data.synthetic:
        sentences.append("Synthetic data: no real patient")
    return ". ".join(sentences) + "."


def alt(data: TermsData) -> str:
    """State the finding in one sentence."""
    opening = "Synthetic cohort: " if data.synthetic else ""
    if not data.terms:
        return f"{opening}no adverse event is on record among {data.n} patients."
    first = data.terms[0]
    severe = sum(first.patients[2:5])
    return (
        f"{opening}the term with most patients was {first.term}, in {first.all_patients} of "
        f"{data.n}, {severe} of them at grade 3 or more; {len(data.terms)} terms in all."
    )


def table(data: TermsData) -> Table:
    """Return every term, drawn or not."""
    columns = (
        *("term", "patients", "of", "grade_1", "grade_2", "grade_3", "grade_4", "grade_5"),
        *("no_grade", "events"),
    )
    rows = [(t.term, t.all_patients, data.n, *t.patients, t.events) for t in data.terms]
    return columns, rows


def _axes_words(axes: "Axes", data: TermsData, ceiling: int) -> None:
    labels = [style.drawable(style.shortened(term.term, LONGEST_LABEL)) for term in data.drawn]
    style.fix_ticks(axes.yaxis, range(len(labels)), labels)
    axes.yaxis.set_tick_params(length=0)
    step = max(1, -(-ceiling // MOST_STEPS))
    marks = range(0, ceiling + 1, step)
    style.fix_ticks(axes.xaxis, marks, [str(mark) for mark in marks])
    style.write(
        axes, 0.5, -0.115, f"Patients, of {data.n} whose course began", size=style.NORMAL,
        ha="center", transform=axes.transAxes,
    )  # fmt: skip
    if not data.terms:
        style.write(
            axes, 0.5, 0.5, "no adverse event recorded", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes,
        )  # fmt: skip


def _bar(axes: "Axes", place: int, term: TermCounts, ceiling: float) -> None:
    for grade, left, width in _segments(term.patients):
        axes.barh(
            [place], [width], BAR, left=[left], color=SHADES[grade], edgecolor=style.INK,
            linewidth=0.5, hatch=style.HATCH if grade is None else None,
        )  # fmt: skip
        if grade is not None and width / ceiling * PANEL_POINTS >= 2 * style.SMALL:
            color = "white" if grade in DARK else style.INK
            style.write(axes, left + width / 2, place, str(grade), ha="center", color=color)
    words = f"{term.all_patients} ({term.events})"
    style.write(axes, term.all_patients + ceiling * 0.015, place, words)


def _segments(patients: Sequence[int]) -> Iterator[tuple[int | None, int, int]]:
    """Yield grade, left end and width of the parts that are there."""
    left = 0
    for grade, count in zip((1, 2, 3, 4, 5, None), patients, strict=True):
        if count:
            yield grade, left, count
        left += count


def _key(axes: "Axes") -> None:
    """Name the shades above the panel."""
    style.write(axes, 0.0, 1.066, "Worst grade", transform=axes.transAxes)
    for number, (grade, shade) in enumerate(SHADES.items()):
        name = "no grade" if grade is None else str(grade)
        style.swatch(axes, 0.24 + 0.1 * number, name, shade, hatched=grade is None)


FIGURE = FigureDeclaration(
    code="adverse_events_by_term",
    title="Adverse events by term and worst grade",
    kind="cohort",
    permission=Permission.COHORT_READ,
    load="registry.queries.adverse_event_figures:load_terms",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
)
