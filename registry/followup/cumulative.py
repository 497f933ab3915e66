"""The cumulative dose of a medicine, in grams, from the rows of the medicine history.

Unit: g.  A single day and a pulse without a schedule count one dose; a period counts dose x
intakes x days.  What is ongoing, partly dated or without a usable dose leaves a lower and, where
there is one, an upper bound; nothing is guessed.  Doses per kg or per m² are not converted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache

from registry.followup.facts import MedicineFact
from registry.followup.schedules import intakes_within
from registry.instruments.glucocorticoids import name_of

VERSION = "cumulative-dose/1"
# Parts of its names: salts, routes and languages stand around them ("cyclophosphamide iv").
_CYCLOPHOSPHAMIDE = ("cyclophosph", "ciclofosf", "cyklofosf", "endoxan", "cytoxan")
_GRAMS_PER_UNIT = {"mg": Decimal("0.001"), "g": Decimal(1)}
NO_DOSE = "no dose in mg or g"
NO_INTAKES = "no intakes per day"
AS_NEEDED = "taken only as needed"
ONGOING = "no end date"
PARTIAL = "dates known only in part"
REPEATED = "a pulse over several days without a schedule"


@dataclass(frozen=True, slots=True)
class Cumulative:
    """What was given up to a day; ``high`` is None where no upper bound can be given."""

    low: Decimal
    high: Decimal | None
    rows: int  # of the medicine, begun by then
    doubts: tuple[str, ...] = ()  # why the bounds differ, each row in words

    @property
    def exact(self) -> Decimal | None:
        """The dose in g, where both bounds agree."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class _Part:
    low: Decimal
    high: Decimal | None
    doubt: str = ""


@lru_cache(maxsize=1024)  # a few names, asked again for every visit
def is_cyclophosphamide(drug: str) -> bool:
    """Whether a name as typed means cyclophosphamide."""
    name = name_of(drug)
    return any(part in name for part in _CYCLOPHOSPHAMIDE)


def cyclophosphamide(medicines: Iterable[MedicineFact], until: date) -> Cumulative:
    """Return the cyclophosphamide given on or before a day."""
    rows = (row for row in medicines if is_cyclophosphamide(row.drug))
    return cumulative(rows, until)


def cumulative(rows: Iterable[MedicineFact], until: date) -> Cumulative:
    """Add up rows of one medicine on or before a day, in whatever order they come."""
    begun = [row for row in rows if row.started_on.earliest <= until]
    begun.sort(key=lambda row: (row.started_on.earliest, row.started_on.latest, row.drug))
    parts = [(row, _part(row, until)) for row in begun]
    highs = [part.high for _, part in parts]
    return Cumulative(
        low=sum((part.low for _, part in parts), Decimal(0)),
        high=None if None in highs else sum((h for h in highs if h is not None), Decimal(0)),
        rows=len(parts),
        doubts=tuple(
            f"{row.drug} from {row.started_on.words}: {part.doubt}"
            for row, part in parts
            if part.doubt
        ),
    )


def _part(row: MedicineFact, until: date) -> _Part:
    """Return the bounds of one row."""
    certain = row.started_on.latest <= until
    grams = _grams(row)
    if grams is None:
        return _Part(Decimal(0), None, NO_DOSE)
    if row.as_needed:
        return _Part(Decimal(0), None, AS_NEEDED)
    if _given_once(row):
        return _Part(grams if certain else Decimal(0), grams, "" if certain else PARTIAL)
    if row.pulse and _counts_once(row):
        doubt = ONGOING if row.ended_on is None else REPEATED
        return _Part(grams if certain else Decimal(0), None, doubt)
    if row.daily_dose is None and row.per_day is None:
        return _Part(grams if certain else Decimal(0), None, NO_INTAKES)
    return _period(row, until)


def _period(row: MedicineFact, until: date) -> _Part:
    last = until if row.ended_on is None else min(row.ended_on.earliest, until)
    fewest = (last - row.started_on.latest).days + 1
    if row.ended_on is None:
        return _Part(_within(row, max(fewest, 0)), None, ONGOING)
    most = (min(row.ended_on.latest, until) - row.started_on.earliest).days + 1
    if row.started_on.latest <= until:
        fewest = max(fewest, 1)  # whatever its end, a row was taken on its first day
    low, high = _within(row, max(fewest, 0)), _within(row, most)
    return _Part(low, high, "" if low == high else PARTIAL)


def _within(row: MedicineFact, days: int) -> Decimal:
    """Return the grams taken in so many days of a row."""
    factor = _GRAMS_PER_UNIT[_unit(row)]
    if row.daily_dose is not None:
        return row.daily_dose * days * factor
    dose, per_day = row.dose or Decimal(0), row.per_day or Decimal(0)
    return dose * intakes_within(per_day, days) * factor


def _grams(row: MedicineFact) -> Decimal | None:
    """Return the grams of one day or of one pulse; None where they are not known."""
    factor = _GRAMS_PER_UNIT.get(_unit(row))
    if factor is None:
        return None
    if row.daily_dose is not None:
        return row.daily_dose * factor
    if row.dose is None:
        return None
    return row.dose * max(row.per_day or Decimal(1), Decimal(1)) * factor


def _unit(row: MedicineFact) -> str:
    return (row.unit or "").strip().casefold()


def _given_once(row: MedicineFact) -> bool:
    """Whether the row began and ended on one known day."""
    if row.ended_on is None or row.started_on.exact is None:
        return False
    return row.ended_on.exact == row.started_on.exact


def _counts_once(row: MedicineFact) -> bool:
    """Whether a pulse names no interval at which it was repeated."""
    return row.per_day is None or row.per_day >= 1
