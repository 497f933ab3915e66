"""Adverse events of a cohort by term: patients by their worst grade, one bar for each term.

The counts are those of the outcome summary and are only drawn here. A bar runs from grade 1 to
grade 5, darker with each; what nobody graded is hatched at its end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_INCHES = (7.2, 5.2)
BOX = (0.30, 0.165, 0.53, 0.74)
PANEL_POINTS = BOX[2] * SIZE_INCHES[0] * 72
MOST_TERMS = 20
LONGEST_TERM = 34
NARROWEST_LABEL = 14.0  # points of a bar that hold G3
GRADES: tuple[int | None, ...] = (1, 2, 3, 4, 5, None)
CEILINGS = tuple(base * 10**power for power in range(5) for base in (5, 10, 20, 40))
NOT_CODED = "Not coded"


@dataclass(frozen=True, slots=True)
class TermCount:
    """One term; ``patients`` counts them by worst grade, in the order of GRADES."""

    term: str | None  # None: nobody coded it
    soc: str | None  # system organ class, as given
    patients: tuple[int, ...]
    events: int

    @property
    def title(self) -> str:
        return self.term or NOT_CODED

    @property
    def affected(self) -> int:
        """Patients with at least one event of this term."""
        return sum(self.patients)


@dataclass(frozen=True, slots=True)
class GradesData:
    """The treatment-emergent events of a cohort, by term."""

    population: str
    n: int  # patients whose course began
    affected: int  # of them with any event
    events: int
    before_course: int  # events that are not counted
    terms: tuple[TermCount, ...]  # most patients first
    cut_on: date
    definitions: tuple[str, ...] = ()  # names with versions
    synthetic: bool = False

    @property
    def drawn(self) -> tuple[TermCount, ...]:
        """The terms that have room."""
        return self.terms[:MOST_TERMS]


def draw(figure: "Figure", data: GradesData) -> None:
    """Draw a bar for each term, its counts on the right, and the key."""
    ceiling = style.nice_ceiling(max((t.affected for t in data.drawn), default=0), CEILINGS)
    axes = style.plain_axes(figure, BOX, (0, ceiling), (max(len(data.drawn), 8), 0))
    steps = [ceiling // 5 * step for step in range(6)]
    style.fix_ticks(axes.xaxis, steps, [str(step) for step in steps])
    style.fix_ticks(axes.yaxis, (), ())
    style.write(
        axes, 0.5, -0.105, f"Patients with the event, of {data.n} whose course began",
        size=style.NORMAL, ha="center", transform=axes.transAxes,
    )  # fmt: skip
    _bars(axes, data, PANEL_POINTS / ceiling)
    _names(axes, data)
    _key(figure)
    if not data.terms:
        style.write(
            axes, 0.5, 0.5, "no treatment-emergent event recorded", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes,
        )  # fmt: skip


def caption(data: GradesData) -> str:
    """Say population, n, method and what is left out."""
    ungraded = sum(term.patients[-1] for term in data.terms)
    sentences = [
        f"{style.how_many(data.events, 'treatment-emergent event')} in {data.affected} of "
        f"{style.how_many(data.n, 'patient')} ({data.population})",
        "A patient counts once in a bar, by the worst grade",
        *([f"{ungraded} counted without a grade (hatched)"] if ungraded else []),
        *_left_out(data),
        "Reported events only: nobody is known to be free of what nobody asked about",
        "Observational, no comparison group",
        f"Data cut {style.day_text(data.cut_on)}",
    ]
    return style.ended(sentences, data.definitions, synthetic=data.synthetic)


def alt(data: GradesData) -> str:
    """State the finding in one sentence."""
    opening = "Synthetic cohort: " if data.synthetic else ""
    who = f"{data.affected} of {style.how_many(data.n, 'patient')} whose course began"
    if not data.terms:
        return f"{opening}{who} had a reported treatment-emergent event."
    first = data.terms[0]
    found = (
        f"the most frequent term was {first.title.lower()}, in "
        f"{style.how_many(first.affected, 'patient')}{_worst(first)}"
    )
    text = f"{opening}{who} had {style.how_many(data.events, 'treatment-emergent event')}"
    return f"{text}; {found if first.term else 'none of them has a coded term'}."


def table(data: GradesData) -> Table:
    """Return one row for each bar that is drawn, from the top."""
    names = [f"grade_{grade}" if grade else "not_graded" for grade in GRADES]
    columns = ("term", "soc", *names, "patients", "patients_in_all", "events")
    rows = [
        (term.title, term.soc or "", *term.patients, term.affected, data.n, term.events)
        for term in data.drawn
    ]
    return columns, rows


def _left_out(data: GradesData) -> list[str]:
    found = []
    if len(data.terms) > MOST_TERMS:
        found.append(f"{style.how_many(len(data.terms) - MOST_TERMS, 'rarer term')} not drawn")
    if data.before_course:
        found.append(
            f"{style.how_many(data.before_course, 'event')} from before the course not counted"
        )
    return found


def _worst(term: TermCount) -> str:
    graded = [grade for grade, n in zip(GRADES, term.patients, strict=True) if n and grade]
    return f", at worst grade {max(graded)}" if graded else ", without a grade"


def _bars(axes: "Axes", data: GradesData, scale: float) -> None:
    """Draw one collection for each grade, and G1 to G5 where a part is wide enough."""
    from matplotlib.collections import PolyCollection

    for place, grade in enumerate(GRADES):
        parts = list(_parts(data, place))
        boxes = [((a, low), (b, low), (b, low + 0.7), (a, low + 0.7)) for a, b, low in parts]
        if boxes:
            drawn = PolyCollection(
                boxes, facecolors=style.GRADE_FILL[grade] if grade else "white",
                edgecolors=style.INK, linewidths=0.6, hatch=None if grade else "//////", zorder=2,
            )  # fmt: skip
            axes.add_collection(drawn, autolim=False)
        for start, end, low in parts:
            if grade and (end - start) * scale >= NARROWEST_LABEL:
                style.write(
                    axes, (start + end) / 2, low + 0.35, f"G{grade}", ha="center",
                    color=style.GRADE_TEXT[grade],
                )  # fmt: skip


def _parts(data: GradesData, place: int) -> Iterator[tuple[int, int, float]]:
    """Yield start, end and upper edge of the part of each bar that holds one grade."""
    for row, term in enumerate(data.drawn):
        end = sum(term.patients[: place + 1])
        if term.patients[place]:
            yield end - term.patients[place], end, row + 0.15


def _names(axes: "Axes", data: GradesData) -> None:
    place = axes.get_yaxis_transform()
    for x, head in ((1.12, "Patients"), (1.29, "Events")):
        style.write(axes, x, -0.35, head, ha="right", color=style.GREY, transform=place)
    for row, term in enumerate(data.drawn):
        title = style.shortened(term.title, LONGEST_TERM)
        style.write(axes, -0.02, row + 0.5, title, ha="right", transform=place)
        style.write(axes, 1.12, row + 0.5, str(term.affected), ha="right", transform=place)
        style.write(axes, 1.29, row + 0.5, str(term.events), ha="right", transform=place)


def _key(figure: "Figure") -> None:
    """Show every grade: the shades of a single one could not be told apart."""
    from matplotlib.patches import Rectangle

    x, y, height = BOX[0], 0.022, 0.03
    for grade in GRADES:
        fill, hatch = (style.GRADE_FILL[grade], None) if grade else ("white", "//////")
        box = Rectangle(
            (x, y), 0.025, height, facecolor=fill, edgecolor=style.INK, linewidth=0.6, hatch=hatch
        )
        figure.add_artist(box)
        label = f"grade {grade}" if grade else "not graded"
        style.figure_text(figure, x + 0.032, y + height / 2, label, va="center")
        x += 0.102


FIGURE = FigureDeclaration(
    code="adverse_event_grades",
    title="Adverse events by term and worst grade",
    kind="cohort",
    permission=Permission.COHORT_READ,
    load="registry.queries.cohort_figures:load_grades",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
    size_inches=SIZE_INCHES,
)
