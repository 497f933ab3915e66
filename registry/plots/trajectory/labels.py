"""Where labels go on the time axis, so that none covers another or a line it does not own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from registry.plots.style import SMALL, day_text, shortened, text_width
from registry.plots.trajectory.facts import InfusionMark, TrajectoryData, observed_days

PANEL_POINTS = 396.6  # width of both panels
RIGHT_MARGIN_POINTS = 70.0  # labels may reach this far beyond the panels
EMPTY_DAYS = (-30, 335)  # an empty picture still has an axis
ROWS = 4  # of infusion labels above the panel
MOST_NAMED = 4  # more infusions are numbered here and named in the caption
LONGEST_LABEL = 64
_STALK_GAP = 2.0  # points between an infusion line and its label


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """One label above the panel: its line in points from the left, its extent, its row."""

    day: int
    text: str
    line: float
    start: float
    row: int

    @property
    def end(self) -> float:
        return self.start + text_width(self.text, SMALL)

    @property
    def left_of_line(self) -> bool:
        return self.start < self.line


def time_limits(data: TrajectoryData) -> tuple[float, float]:
    """Return the ends of the axis in days, with room to say that the baseline is missing."""
    first, last = observed_days(data) or EMPTY_DAYS
    pad = max((last - first) * 0.03, 3.0)
    room = max((last - first) * 0.07, 7.0) if data.baseline_missing else 0.0
    return min(first - pad, -room), last + pad


def infusion_text(mark: InfusionMark, *, courses: int) -> str:
    """Name an infusion by product, lot and date; the first of a course says so if several."""
    exact: date | None = mark.given_on.exact
    lots = f", lot {' + '.join(mark.lots)}" if mark.lots else ", lot not recorded"
    opening = f"Course {mark.course} day 0: " if courses > 1 and mark.is_day_0 else ""
    return f"{opening}{mark.product}{lots}, {day_text(exact) if exact else mark.given_on.text}"


def infusion_texts(data: TrajectoryData) -> list[str]:
    """Name every infusion that has an exact day."""
    courses = len({mark.course for mark in data.infusions})
    return [infusion_text(mark, courses=courses) for _, mark in data.drawn_infusions]


def infusion_labels(data: TrajectoryData) -> tuple[PlacedLabel, ...]:
    """Place the names, or numbers where the names do not all fit."""
    return _all_names(data) or _numbers(data)


def are_numbered(data: TrajectoryData) -> bool:
    """Whether the picture shows numbers that the caption has to explain."""
    return bool(data.drawn_infusions) and not _all_names(data)


def free_rows(
    days: Sequence[float], texts: Sequence[str], limits: tuple[float, float], most: int
) -> list[tuple[int, int]]:
    """Put centred labels in the first row with room; what fits nowhere is left to the table."""
    scale = PANEL_POINTS / (limits[1] - limits[0])
    free = [float("-inf")] * most
    placed = []
    for place, (day, text) in enumerate(zip(days, texts, strict=True)):
        width = text_width(text, SMALL)
        start = (day - limits[0]) * scale - width / 2
        row = next((row for row in range(most) if free[row] <= start), None)
        if row is not None:
            free[row] = start + width + 3
            placed.append((place, row))
    return placed


def _all_names(data: TrajectoryData) -> tuple[PlacedLabel, ...]:
    """Return every name in the first arrangement of rows that covers nothing, or nothing."""
    names = [shortened(text, LONGEST_LABEL) for text in infusion_texts(data)]
    if len(names) > MOST_NAMED:
        return ()
    lines = _lines(data)
    for rows in product(range(ROWS), repeat=len(names)):
        placed = tuple(map(_label, lines, names, rows))
        if not any(_clash(one, other) for one, other in combinations(placed, 2)):
            return placed
    return ()


def _numbers(data: TrajectoryData) -> tuple[PlacedLabel, ...]:
    """Give each infusion its number, in one row; neighbours without room share a label."""
    marks, lines = [mark for _, mark in data.drawn_infusions], _lines(data)
    groups: list[PlacedLabel] = []
    first = 0
    for last, (_, line) in enumerate(lines):
        if groups and groups[-1].end + _STALK_GAP > line:
            groups.pop()
        else:
            first = last
        day, start = lines[first]
        text = _number_text(marks, first, last)
        groups.append(PlacedLabel(day, text, start, start + _STALK_GAP, row=0))
    return tuple(groups)


def _number_text(marks: Sequence[InfusionMark], first: int, last: int) -> str:
    text = f"{first + 1}" if first == last else f"{first + 1} to {last + 1}"
    later = [m.course for m in marks[first : last + 1] if m.is_day_0 and m.course > 1]
    return text + (f" (course {later[-1]})" if later else "")


def _lines(data: TrajectoryData) -> list[tuple[int, float]]:
    """Return the day of each infusion line and its place in points from the left."""
    low, high = time_limits(data)
    return [(day, (day - low) * PANEL_POINTS / (high - low)) for day, _ in data.drawn_infusions]


def _label(line_at: tuple[int, float], text: str, row: int) -> PlacedLabel:
    day, line = line_at
    width = text_width(text, SMALL)
    reaches = line + _STALK_GAP + width > PANEL_POINTS + RIGHT_MARGIN_POINTS
    start = line - _STALK_GAP - width if reaches else line + _STALK_GAP
    return PlacedLabel(day, text, line, start, row)


def _clash(one: PlacedLabel, other: PlacedLabel) -> bool:
    if one.row == other.row:
        return one.start < other.end + _STALK_GAP and other.start < one.end + _STALK_GAP
    high, low = (one, other) if one.row > other.row else (other, one)
    return low.start - 1 < high.line < low.end + 1  # the line of the higher one crosses the lower
