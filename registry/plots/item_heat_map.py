"""Item heat map of one patient: the 24 descriptors of SLEDAI-2K at each visit.

A full square is present, a dot is absent, a hatched cell was not assessed: three shapes,
so that nothing rests on colour. Visits stand side by side in order, not to scale.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from registry.instruments.sledai_2k import GROUPS, ITEMS
from registry.partial_date import PartialDate
from registry.permissions import Permission
from registry.plots import style
from registry.plots.base import FigureDeclaration, Table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE_INCHES = (7.2, 5.6)
BOX = (0.228, 0.222, 0.605, 0.678)
PANEL_POINTS = BOX[2] * SIZE_INCHES[0] * 72
MOST_VISITS = 40  # more columns are too narrow for a square
WIDEST_COLUMN = 24.0  # points: three visits do not fill the page
MOST_NAMED = 3  # descriptors in the one sentence
ROWS = len(ITEMS)
WORDS = {True: "present", False: "absent", None: "not assessed"}

Cell = tuple[int, int]  # place of the visit, row of the descriptor


@dataclass(frozen=True, slots=True)
class Assessed:
    """One final visit with the checklist; ``answers`` in the order of ITEMS.

    ``answers`` is None where only a historic total was given; True present, False absent,
    None not assessed. ``total`` is None where a descriptor was not assessed.
    """

    visited_on: PartialDate
    day: int | None  # from day 0 of the first course; None where either date is not exact
    answers: tuple[bool | None, ...] | None
    known_points: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Given:
    """Infusions between the same two visits; ``after`` visits stand before them."""

    after: int
    label: str  # "day 0", "day 0 of course 2", "infusion 3"


@dataclass(frozen=True, slots=True)
class HeatMapData:
    """One patient's checklists by date, and what was left out."""

    patient_code: str
    visits: tuple[Assessed, ...]  # by date
    infusions: tuple[Given, ...]  # by date
    cut_on: date
    unsigned: int = 0
    without_checklist: int = 0  # final visits that took place
    undated_infusions: int = 0
    definitions: tuple[str, ...] = ()  # names with versions
    synthetic: bool = False

    @property
    def left_of_picture(self) -> int:
        """How many of the oldest visits have no room."""
        return max(len(self.visits) - MOST_VISITS, 0)

    @property
    def drawn(self) -> tuple[Assessed, ...]:
        """The visits that the picture shows."""
        return self.visits[self.left_of_picture :]

    @property
    def itemised(self) -> tuple[tuple[Assessed, tuple[bool | None, ...]], ...]:
        """Drawn visits that were answered descriptor by descriptor."""
        return tuple((v, v.answers) for v in self.drawn if v.answers is not None)


def draw(figure: "Figure", data: HeatMapData) -> None:
    """Draw the cells, the names of rows and organs, dates, totals and infusion lines."""
    width = max(len(data.drawn), PANEL_POINTS / WIDEST_COLUMN)
    axes = style.plain_axes(figure, BOX, (0, width), (ROWS, 0))
    for spine in ("left", "bottom"):
        axes.spines[spine].set_visible(False)
    style.fix_ticks(axes.xaxis, (), ())
    style.fix_ticks(axes.yaxis, (), ())
    _rows(axes)
    _cells(axes, data)
    _feet(axes, data, PANEL_POINTS / width)
    _infusions(axes, data, PANEL_POINTS / width)
    if not data.visits:
        style.write(
            axes, 0.5, 0.5, "no final checklist recorded", size=style.NORMAL, ha="center",
            color=style.GREY, transform=axes.transAxes, boxed=True,
        )  # fmt: skip
    _key(figure)


def caption(data: HeatMapData) -> str:
    """Say method, n, what is missing and what was left out."""
    sentences = [
        _counts(data),
        "Each column is one final visit, in order of date and not to scale; points in brackets",
        *_left_out(data),
        "Dashed lines: infusions, on the right of the visits of their day",
        f"Data cut {style.day_text(data.cut_on)}",
    ]
    return style.ended(sentences, data.definitions, synthetic=data.synthetic)


def alt(data: HeatMapData) -> str:
    """State the finding in one sentence."""
    opening = f"{'Synthetic patient' if data.synthetic else 'Patient'} {data.patient_code}: "
    itemised = data.itemised
    if not itemised:
        return f"{opening}no SLEDAI-2K has been recorded item by item."
    first = "first visit drawn" if data.left_of_picture else "first visit"
    text = f"{opening}{_found(*itemised[0])} at the {first} ({itemised[0][0].visited_on.words})"
    if len(itemised) > 1:
        text += f" and {_found(*itemised[-1])} at the last ({itemised[-1][0].visited_on.words})"
    return f"{text}."


def table(data: HeatMapData) -> Table:
    """Return one row for each cell that is drawn, visit by visit, then the infusion lines."""
    columns = ("record", "date", "day", "organ_group", "item", "points", "answer", "total", "note")
    rows: list[tuple[object, ...]] = []
    for visit in data.drawn:
        rows += _visit_rows(visit)
    for given in _in_picture(data):
        rows.append(("infusion", "", "", "", "", "", "", "", _between(data, given)))
    return columns, rows


def _visit_rows(visit: Assessed) -> Iterator[tuple[object, ...]]:
    when = ("visit", visit.visited_on.text, "" if visit.day is None else visit.day)
    total = _total(visit)
    if visit.answers is None:
        yield (*when, "", "", "", "", total, "historic total only")
        return
    for item, answer in zip(ITEMS, visit.answers, strict=True):
        yield (*when, item.group, item.code, item.weight, WORDS[answer], total, "")


def _between(data: HeatMapData, given: Given) -> str:
    """Say where an infusion line stands, by the visits beside it."""
    place = given.after - data.left_of_picture
    before = data.drawn[place - 1].visited_on.text if place else ""
    return f"{given.label}, after the visit of {before}" if before else f"{given.label}, before all"


def _total(visit: Assessed) -> str:
    if visit.total is not None:
        return f"{visit.total:.0f}"
    return "" if visit.known_points is None else f"≥{visit.known_points:.0f}"


def _counts(data: HeatMapData) -> str:
    itemised = data.itemised
    unknown = sum(answer is None for _, answers in itemised for answer in answers)
    text = f"SLEDAI-2K of {style.how_many(len(data.drawn), 'final visit')}"
    if itemised:
        text += f": {unknown} of {len(itemised) * ROWS} descriptors not assessed (hatched)"
    if len(itemised) < len(data.drawn):
        text += f", {len(data.drawn) - len(itemised)} historic total only (dash)"
    return text


def _left_out(data: HeatMapData) -> list[str]:
    counted = (
        (data.left_of_picture, "older visit", " with a checklist not drawn"),
        (data.without_checklist, "final visit", " without SLEDAI-2K not drawn"),
        (data.unsigned, "unsigned visit", " left out"),
        (data.undated_infusions, "infusion", " without an exact date not drawn"),
    )
    return [style.how_many(count, noun) + rest for count, noun, rest in counted if count]


def _found(visit: Assessed, answers: Sequence[bool | None]) -> str:
    """Count and name what was present, with how many descriptors nobody looked at."""
    present = [i.label.lower() for i, answer in zip(ITEMS, answers, strict=True) if answer]
    unknown = sum(answer is None for answer in answers)
    named = "including " if len(present) > MOST_NAMED else ""
    named += ", ".join(present[:MOST_NAMED])
    text = f"{len(present)} of {ROWS} descriptors present" + (f" ({named})" if named else "")
    return text + (f" and {unknown} not assessed" if unknown else "")


def _rows(axes: "Axes") -> None:
    """Name descriptors on the left and organ groups on the right, with a rule between groups."""
    from matplotlib.collections import LineCollection

    left, right = axes.get_yaxis_transform(), axes.get_yaxis_transform()
    titles = {group.code: group.title for group in GROUPS}
    rules = []
    for row, item in enumerate(ITEMS):
        text = f"{item.label} ({item.weight})"
        style.write(axes, -0.015, row + 0.5, text, ha="right", transform=left)
    for code, members in groupby(range(ROWS), key=lambda row: ITEMS[row].group):
        rows = list(members)
        rules += [((-0.37, end), (1.27, end)) for end in (rows[0], rows[-1] + 1)]
        style.write(axes, 1.02, rows[0] + len(rows) / 2, _folded(titles[code]), transform=right)
    lines = LineCollection(
        rules, colors=style.PALE, linewidths=0.6, transform=right, clip_on=False, zorder=0.5
    )
    axes.add_collection(lines, autolim=False)


def _folded(title: str) -> str:
    """Break a long name of organs before its last word but one."""
    return title.replace(" and ", "\nand ") if len(title) > len("Musculoskeletal") else title


def _cells(axes: "Axes", data: HeatMapData) -> None:
    from matplotlib.collections import PolyCollection

    cells = _cells_by_answer(data)
    for answer, fill, edge, hatch in (
        (True, style.BLUE, style.BLUE, None),
        (None, "none", style.GREY, "//////"),
    ):
        if cells[answer]:
            squares = [_square(x, y) for x, y in cells[answer]]
            axes.add_collection(
                PolyCollection(
                    squares, facecolors=fill, edgecolors=edge, hatch=hatch, linewidths=0.5, zorder=2
                ),
                autolim=False,
            )
    _marks(axes, cells[False], ".", 2.6)
    _marks(axes, [(x, row) for x in _totals_only(data) for row in range(ROWS)], "_", 4.0)


def _cells_by_answer(data: HeatMapData) -> dict[bool | None, list[Cell]]:
    cells: dict[bool | None, list[Cell]] = {True: [], False: [], None: []}
    for x, visit in enumerate(data.drawn):
        for row, answer in enumerate(visit.answers or ()):
            cells[answer].append((x, row))
    return cells


def _totals_only(data: HeatMapData) -> list[int]:
    return [x for x, visit in enumerate(data.drawn) if visit.answers is None]


def _square(x: float, y: float) -> tuple[tuple[float, float], ...]:
    a, b, c, d = x + 0.1, x + 0.9, y + 0.1, y + 0.9
    return (a, c), (b, c), (b, d), (a, d)


def _marks(axes: "Axes", cells: Sequence[Cell], marker: str, size: float) -> None:
    if cells:
        axes.plot(
            [x + 0.5 for x, _ in cells], [y + 0.5 for _, y in cells], linestyle="none",
            marker=marker, markersize=size, color=style.GREY, zorder=2,
        )  # fmt: skip


def _feet(axes: "Axes", data: HeatMapData, points: float) -> None:
    """Write total and date under each visit that has room; the table has them all."""
    left = axes.get_yaxis_transform()
    style.write(axes, -0.015, ROWS + 0.7, "Total, points", ha="right", transform=left)
    style.write(axes, -0.015, ROWS + 3.2, "Visit", ha="right", transform=left)
    every = max(1, -int(-(style.SMALL + 2.0) // points))
    widest = max((style.text_width(_total(v), style.SMALL) for v in data.drawn), default=0.0)
    wide = max(1, -int(-(widest + 2.0) // points))
    for x, visit in enumerate(data.drawn):
        if x % wide == 0:
            style.write(axes, x + 0.5, ROWS + 0.7, _total(visit), ha="center")
        if x % every == 0:
            text = visit.visited_on.words
            style.write(axes, x + 0.5, ROWS + 1.4, text, ha="center", va="top", rotation=90)


def _in_picture(data: HeatMapData) -> list[Given]:
    """Return the infusions beside a column; without any column they stand nowhere."""
    return [g for g in data.infusions if data.drawn and g.after >= data.left_of_picture]


def _infusions(axes: "Axes", data: HeatMapData, points: float) -> None:
    """Draw a line at each place with infusions, named above where there is room."""
    given = _in_picture(data)
    places = sorted({float(mark.after - data.left_of_picture) for mark in given})
    style.infusion_lines((axes,), places)
    free = [float("-inf")] * 2  # end of the last label in each row
    for place in places:
        text = _label([m.label for m in given if m.after - data.left_of_picture == place])
        half = style.text_width(text, style.SMALL) / 2
        row = next((n for n, end in enumerate(free) if end <= place * points - half), None)
        if row is not None:
            free[row] = place * points + half + 3
            style.write(axes, place, -0.6 - 0.85 * row, text, ha="center", color=style.INK)


def _label(labels: Sequence[str]) -> str:
    """Name the first infusion of one line, and count those that share it."""
    more = len(labels) - 1
    return labels[0] + (f" + {style.how_many(more, 'infusion')}" if more else "")


def _key(figure: "Figure") -> None:
    """Explain the marks, always all of them: absent and not assessed must not be mixed up."""
    axes = style.plain_axes(figure, (BOX[0], 0.012, BOX[2], 0.036), (0, 100), (1, 0))
    axes.set_axis_off()
    from matplotlib.collections import PolyCollection

    for left, fill, edge, hatch in (
        (0, style.BLUE, style.BLUE, None),
        (40, "none", style.GREY, "//////"),
    ):
        box = [((left, 0.1), (left + 3, 0.1), (left + 3, 0.9), (left, 0.9))]
        axes.add_collection(
            PolyCollection(box, facecolors=fill, edgecolors=edge, hatch=hatch, linewidths=0.5),
            autolim=False,
        )
    _marks(axes, [(21, 0)], ".", 2.6)
    _marks(axes, [(70, 0)], "_", 4.0)
    words = ((4.5, "present"), (23.5, "absent"), (44.5, "not assessed"), (72.5, "total only"))
    for x, text in words:
        style.write(axes, x, 0.5, text)


FIGURE = FigureDeclaration(
    code="item_heat_map",
    title="Descriptors of SLEDAI-2K at each visit",
    kind="patient",
    permission=Permission.PATIENT_READ,
    load="registry.queries.item_heat_map:load",
    draw=draw,
    caption=caption,
    alt=alt,
    table=table,
    size_inches=SIZE_INCHES,
)
