"""The oral-equivalent steroid dose as periods of one dose, for a figure and a history.

Unit: mg prednisone-equivalent per day.  Pulses are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from registry.followup import steroids
from registry.followup.facts import MedicineFact


@dataclass(frozen=True, slots=True)
class Step:
    """A period with a constant oral-equivalent dose; ``mg_per_day`` None is an unknown dose."""

    first: date
    last: date
    mg_per_day: Decimal | None


def steroid_steps(medicines: Sequence[MedicineFact], until: date) -> list[Step]:
    """Cut the history into periods of one dose, in order; pulses are left out.

    A partial date is drawn at its earliest; a day on which any dose is unknown has none.
    """
    rows = [row for row in steroids.handed_over(medicines) if not steroids.is_pulse(row)]
    rows = [row for row in rows if row.started_on.earliest <= until]
    if not rows:
        return []
    edges = {until + timedelta(days=1), *(row.started_on.earliest for row in rows)}
    edges |= {_end(row, until) + timedelta(days=1) for row in rows}
    days = sorted(edges)
    return [
        Step(day, following - timedelta(days=1), _dose_on(rows, day, until))
        for day, following in pairwise(days)
    ]


def _dose_on(rows: Iterable[MedicineFact], day: date, until: date) -> Decimal | None:
    total = Decimal(0)
    for row in rows:
        if row.started_on.earliest <= day <= _end(row, until):
            mg = None if row.as_needed else steroids.daily_mg(row)
            if mg is None:
                return None
            total += mg
    return steroids.rounded(total)


def _end(row: MedicineFact, until: date) -> date:
    return until if row.ended_on is None else min(row.ended_on.latest, until)
