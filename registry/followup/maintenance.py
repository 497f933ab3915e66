"""Whether maintenance is stable before a day: no start and no increase in 12 weeks (policy).

Immunosuppressants and biologics are known by name and judged by their rows: another row of the
same medicine is an increase where its daily dose is higher, and none where it is not.  Any other
new medicine leaves it open, an antimalarial as well: it may be no maintenance at all, and that a
person must say.  Steroids have criteria of their own.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from registry.followup import immunosuppression, steroids
from registry.followup.facts import MedicineFact
from registry.followup.immunosuppression import mg_a_day
from registry.instruments._three_valued import Known, all_of, opposite

STABLE_DAYS = 84  # 12 weeks without a start or an increase; policy
GAP_DAYS = 28  # a medicine written anew within so many days was not begun anew; policy


def is_stable(medicines: Sequence[MedicineFact], day: date) -> Known:
    """Whether nothing was started or raised in the 12 weeks before; None where it is open."""
    first = day - timedelta(days=STABLE_DAYS)
    begun = (
        row
        for row in medicines
        if not steroids.is_steroid(row)
        and row.started_on.latest >= first
        and row.started_on.earliest <= day
    )
    return all_of(*(_is_kept(row, medicines, first, day) for row in begun))


def _is_kept(row: MedicineFact, medicines: Iterable[MedicineFact], first: date, day: date) -> Known:
    """Whether a row goes on with what was taken before it, at the same dose or a lower one."""
    drug = immunosuppression.which(row)
    if drug is None:
        return None
    earlier = [
        other
        for other in medicines
        if other is not row
        and immunosuppression.which(other) == drug
        and other.started_on.earliest < row.started_on.latest
    ]
    raised = _is_raised(row, earlier) if earlier else True  # from nothing
    if not raised:
        return opposite(raised)
    # What a visit begins follows its assessment, and what ended before it is no maintenance.
    begun = first <= row.started_on.earliest and row.started_on.latest < day
    return False if begun and _is_maintenance(row, day) else None


def _is_raised(row: MedicineFact, earlier: Iterable[MedicineFact]) -> Known:
    """Whether the dose is above the highest that it took over from; open where both go on."""
    since, until = row.started_on.earliest - timedelta(days=GAP_DAYS), row.started_on.latest
    before = [o for o in earlier if o.ended_on is None or o.ended_on.latest >= since]
    beside = any(o.ended_on is None or o.ended_on.latest > until for o in before)
    dose, doses = mg_a_day(row), [mg_a_day(other) for other in before]
    known = [given for given in doses if given is not None]
    if not before or beside or dose is None or len(known) < len(doses):
        return None
    return dose > max(known)


def _is_maintenance(row: MedicineFact, day: date) -> bool:
    """Whether it was certainly still taken on the day before."""
    goes_on = row.ended_on is None or row.ended_on.earliest >= day - timedelta(days=1)
    return goes_on and not row.pulse and not row.as_needed
