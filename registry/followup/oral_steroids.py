"""The highest oral steroid dose of any day in a period, where a mean would hide a short rise.

Unit: mg prednisone-equivalent a day.  Pulses and other routes are not in it; a row that lies
wholly on the day of an infusion is its premedication.  Partial dates, as-needed medicines and
doses that cannot be converted leave a lower and an upper bound, never a guess.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from registry.followup import steroids
from registry.followup.facts import MedicineFact
from registry.partial_date import PartialDate

VERSION = "oral-steroids/1"
ROUTES = frozenset({"oral", None})  # without a route it is taken by mouth
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Dose:
    """The dose lies between the bounds; ``high`` is None where there is no upper one."""

    low: Decimal
    high: Decimal | None

    def above(self, other: "Dose") -> bool | None:
        """Whether this dose is above the other; None where the bounds leave it open."""
        if other.high is not None and self.low > other.high:
            return True
        return False if self.high is not None and self.high <= other.low else None


def at_baseline(medicines: Sequence[MedicineFact], start: PartialDate) -> Dose:
    """Return the dose that later ones are set against.

    The mean of the 28 days before the course, or the dose of its last day where that is higher:
    what was raised before treatment was not raised after it (policy).
    """
    if start.exact is None or not medicines:
        return Dose(ZERO, None)
    mean = steroids.exposure(medicines, start.exact)
    eve = start.exact - timedelta(days=1)
    last = highest(medicines, eve, eve)
    highs = (mean.high, last.high)
    return Dose(
        max(mean.low, last.low),
        None if None in highs else max(high for high in highs if high is not None),
    )


def highest(
    medicines: Sequence[MedicineFact],
    first: date,
    last: date,
    infused_on: Collection[date] = (),
) -> Dose:
    """Return the highest dose of any day from first to last, both included."""
    rows = [
        row
        for row in steroids.handed_over(medicines)
        if row.route in ROUTES
        and not steroids.is_pulse(row)
        and row.started_on.earliest <= last
        and _ends_latest(row) >= first
        and not _is_premedication(row, infused_on)
    ]
    # A sum can only rise where a row begins.
    certain = _days(first, last, (row.started_on.latest for row in rows))
    possible = _days(first, last, (row.started_on.earliest for row in rows))
    lows, highs = [_least(rows, day) for day in certain], [_most(rows, day) for day in possible]
    known = [high for high in highs if high is not None]
    return Dose(max(lows, default=ZERO), max(known, default=ZERO) if known == highs else None)


def _days(first: date, last: date, starts: Iterable[date]) -> set[date]:
    days = {first, *(day for day in starts if first <= day <= last)}
    return days if first <= last else set()


def _least(rows: Iterable[MedicineFact], day: date) -> Decimal:
    """Return what was certainly taken on the day."""
    taken = (
        steroids.daily_mg(row)
        for row in rows
        if not row.as_needed and row.started_on.latest <= day <= _ends_earliest(row)
    )
    return steroids.rounded(sum((mg for mg in taken if mg is not None), ZERO))


def _most(rows: Iterable[MedicineFact], day: date) -> Decimal | None:
    """Return the most that may have been taken on the day."""
    taken = [
        steroids.daily_mg(row)
        for row in rows
        if row.started_on.earliest <= day <= _ends_latest(row)
    ]
    known = [mg for mg in taken if mg is not None]
    return steroids.rounded(sum(known, ZERO)) if known == taken else None


def _ends_earliest(row: MedicineFact) -> date:
    return row.ended_on.earliest if row.ended_on else date.max


def _ends_latest(row: MedicineFact) -> date:
    return row.ended_on.latest if row.ended_on else date.max


def _is_premedication(row: MedicineFact, infused_on: Collection[date]) -> bool:
    begun, ended = row.started_on.exact, row.ended_on.exact if row.ended_on else None
    return begun is not None and begun == ended and begun in infused_on
