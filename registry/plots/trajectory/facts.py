"""What the trajectory of one patient shows: frozen, dated, with what is missing.

Unit: points for scores, mg prednisone-equivalent a day for steroids. Days count from
day 0, the calendar day of the first product administration; negative before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.followup.timepoints import is_analysis, target
from registry.partial_date import PartialDate

# Contacts where no activity score is expected; its absence leaves no gap in the curve.
NO_SCORE_EXPECTED = frozenset({None, "day_0", "day_1", "day_7", "day_14", "unscheduled"})
# Policy: time between scores is observed up to 200 days; from month 24 (window opens on
# day 639) visits are yearly, and 400 days let one year and its window be joined.
LONGEST_JOIN_DAYS = 200
YEARLY_FROM_DAY = 639
LONGEST_YEARLY_JOIN_DAYS = 400


@dataclass(frozen=True, slots=True)
class Score:
    """One score at one visit; ``total`` is None where items are missing."""

    total: Decimal | None
    known_points: Decimal | None = None
    max_possible: Decimal | None = None

    @property
    def complete(self) -> bool:
        return self.total is not None


@dataclass(frozen=True, slots=True)
class Point:
    """One visit, done or missed; a score is None where none was recorded."""

    day: int | None  # None where the visit was missed or its date is not exact
    visited_on: date | None
    sledai: Score | None = None
    clinical: Score | None = None
    timepoint: str | None = None
    final: bool = True  # signed here, or imported
    total_only: bool = False  # a historic total without its items


@dataclass(frozen=True, slots=True)
class InfusionMark:
    """One infusion; ``day`` is None where its date is partial, and then it is not drawn."""

    day: int | None
    given_on: PartialDate
    product: str  # the cell type in words
    lots: tuple[str, ...] = ()
    course: int = 1
    is_day_0: bool = False  # the first product administration of its course


@dataclass(frozen=True, slots=True)
class EventMark:
    """One reported adverse event; the days span what its onset can mean, None where unknown."""

    first_day: int | None
    last_day: int | None
    started_on: PartialDate | None
    term: str
    grade: int | None = None  # worst, 1 to 5
    serious: bool | None = None  # None where nobody said

    @property
    def middle(self) -> float | None:
        """Day of the mark: the onset, or the middle of its range."""
        return _middle(self.first_day, self.last_day)

    @property
    def is_range(self) -> bool:
        """Whether the onset is known to a month or a year only."""
        return self.first_day != self.last_day


@dataclass(frozen=True, slots=True)
class FlareMark:
    """One recorded flare; days as of an event."""

    first_day: int | None
    last_day: int | None
    onset_on: PartialDate
    severity: str | None = None

    @property
    def middle(self) -> float | None:
        """Day of the mark: the onset, or the middle of its range."""
        return _middle(self.first_day, self.last_day)

    @property
    def is_range(self) -> bool:
        """Whether the onset is known to a month or a year only."""
        return self.first_day != self.last_day


@dataclass(frozen=True, slots=True)
class StepPeriod:
    """A steroid dose over days, both ends included; ``mg`` is None where it is not known."""

    first_day: int
    last_day: int
    mg: Decimal | None


@dataclass(frozen=True, slots=True)
class StateMark:
    """What a state came to at one visit."""

    day: int
    visited_on: date
    state: str  # met, not_met, indeterminate, not_evaluable
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StateLane:
    """One state over the visits, by its short title."""

    name: str
    title: str
    marks: tuple[StateMark, ...]  # by day


@dataclass(frozen=True, slots=True)
class TrajectoryData:
    """One patient's curve; every ``day`` counts from ``origin_on``.

    ``origin_on`` is day 0 of the first course, or the first visit where day 0 is not known
    (no infusion, or a partial date). ``baseline`` is the visit chosen by the registry's rule.
    """

    patient_code: str
    origin_on: date | None  # None only where nothing is dated
    day_0_known: bool
    points: tuple[Point, ...]  # by date; those without a day anywhere
    infusions: tuple[InfusionMark, ...]  # by date
    steroids: tuple[StepPeriod, ...]  # by day, not overlapping
    baseline: Point | None
    cut_on: date
    last_data_on: date | None = None
    definitions: tuple[str, ...] = ()  # names with versions
    synthetic: bool = False
    events: tuple[EventMark, ...] = ()  # by onset
    flares: tuple[FlareMark, ...] = ()  # by onset
    states: tuple[StateLane, ...] = ()

    @property
    def plotted(self) -> tuple[tuple[int, Point], ...]:
        """Final visits that carry a score and a day."""
        return tuple(
            (point.day, point)
            for point in self.points
            if point.final and point.day is not None and (point.sledai or point.clinical)
        )

    @property
    def unsigned(self) -> int:
        """How many visits are left out because nobody has signed them."""
        return sum(not point.final for point in self.points)

    @property
    def undated(self) -> int:
        """How many final scores are not drawn because their date is not exact."""
        return sum(
            point.final and point.day is None and bool(point.sledai or point.clinical)
            for point in self.points
        )

    @property
    def drawn_infusions(self) -> tuple[tuple[int, InfusionMark], ...]:
        """Infusions with an exact day."""
        return tuple((mark.day, mark) for mark in self.infusions if mark.day is not None)

    @property
    def drawn_events(self) -> tuple[tuple[float, EventMark], ...]:
        """Events whose onset has a place on the axis, exact or as a range."""
        return tuple((mark.middle, mark) for mark in self.events if mark.middle is not None)

    @property
    def drawn_flares(self) -> tuple[tuple[float, FlareMark], ...]:
        """Flares whose onset has a place on the axis."""
        return tuple((mark.middle, mark) for mark in self.flares if mark.middle is not None)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw: a picture of bare axes tells nobody anything."""
        drawn = self.plotted or self.drawn_infusions or self.steroids
        return not (drawn or self.drawn_events or self.drawn_flares)

    @property
    def baseline_missing(self) -> bool:
        """Whether there was a first dose but no final complete or partial score before it."""
        return self.day_0_known and self.baseline is None


def joined_runs(data: TrajectoryData, *, clinical: bool) -> Iterator[list[tuple[int, Decimal]]]:
    """Yield the stretches of complete scores that a line may join.

    A line never passes an incomplete or unsigned score, a visit that should have had one,
    or a gap longer than the schedule allows.
    """
    missed = _missed_days(data)
    run: list[tuple[int, Decimal]] = []
    for point in data.points:
        score = _final_score(point, clinical=clinical)
        if point.day is None or (score is None and point.timepoint in NO_SCORE_EXPECTED):
            continue
        total = score.total if score else None
        if run and (total is None or not _joinable(run[-1][0], point.day, missed)):
            yield run
            run = []
        if total is not None:
            run.append((point.day, total))
    if run:
        yield run


def unknown_steroids(data: TrajectoryData) -> tuple[tuple[int, int], ...]:
    """Return the days, ends included, where no dose is known: stated so, or without any row."""
    span = observed_days(data)
    if span is None:
        return ()
    gaps, next_day = [], span[0]
    for period in data.steroids:
        if period.mg is None:
            continue
        if period.first_day > next_day:
            gaps.append((next_day, period.first_day - 1))
        next_day = max(next_day, period.last_day + 1)
    if next_day <= span[1]:
        gaps.append((next_day, span[1]))
    return tuple(gaps)


def observed_days(data: TrajectoryData) -> tuple[int, int] | None:
    """Return the first and last day that anything in the picture reaches."""
    days = [day for day, _ in data.plotted] + [day for day, _ in data.drawn_infusions]
    days += [int(day) for day, _ in (*data.drawn_events, *data.drawn_flares)]
    for period in data.steroids:
        days += [period.first_day, period.last_day]
    if data.last_data_on is not None and data.origin_on is not None:
        days.append((data.last_data_on - data.origin_on).days)
    return (min(days), max(days)) if days else None


def _middle(first: int | None, last: int | None) -> float | None:
    return None if first is None or last is None else (first + last) / 2


def _final_score(point: Point, *, clinical: bool) -> Score | None:
    if not point.final:
        return None
    return point.clinical if clinical else point.sledai


def _missed_days(data: TrajectoryData) -> tuple[int, ...]:
    """Return the planned days of scheduled visits that have no day of their own."""
    if not data.day_0_known:
        return ()
    codes = {point.timepoint for point in data.points if point.day is None}
    return tuple(target(code) for code in codes if code and is_analysis(code))


def _joinable(earlier: int, later: int, missed: tuple[int, ...]) -> bool:
    longest = LONGEST_YEARLY_JOIN_DAYS if earlier >= YEARLY_FROM_DAY else LONGEST_JOIN_DAYS
    return later - earlier <= longest and not any(earlier < day < later for day in missed)
