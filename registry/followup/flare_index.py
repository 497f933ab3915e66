"""SELENA flare index of one visit against the final visit before, from what is stored.

Window: the previous visit 120 days ago or fewer, else not judged (policy of the registry).
Each limb fired, did not fire, or could not be judged; where only its grade is open it says
"at least".  Rules and sources: ``registry.instruments.selena_flare_index``.

Policy where what is stored is not what the index asks: an organ is new where its SLEDAI-2K item, or
the question about haemolysis, is present now and was absent before.  What was present before may
be worse, unless the visit says that nothing is; platelets or haemoglobin that fell make it worse,
and protein that did not rise does not.  Platelets and haemoglobin are held to the cut-offs of the
index.  Rash, vasculitis, visual disturbance and haematuria or pyuria alone do not say which organ
of the index they are.  What was begun with a treatment course, from its start to day 0, is planned
conditioning and no limb.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product

from registry.followup._flare_facts import Admission, Evidence, Judged, Seen, lies, may_lie, seen
from registry.followup._flare_organs import organs
from registry.followup._flare_results import OF_THE_BLOOD, results_of
from registry.followup._flare_treatment import Dose, new_drug
from registry.followup.facts import VisitFact
from registry.instruments import selena_flare_index as index
from registry.instruments import toronto_change
from registry.instruments.selena_flare_index import GRADES, NONE, SEVERE, Limb

__all__ = [
    "OF_THE_BLOOD",
    "PREVIOUS_DAYS",
    "VERSION",
    "Admission",
    "Change",
    "Evidence",
    "Judged",
    "Seen",
    "judge",
    "previous",
    "results_of",
    "seen",
]

VERSION = f"visit-flare-index/2, {index.VERSION}"
PREVIOUS_DAYS = int(index.PREVIOUS_DAYS)
ADMITTED = "admitted_for_lupus"  # asked at the visit


@dataclass(frozen=True, slots=True)
class Change:
    """What changed since the visit before: both rules, each limb, and over how many days."""

    days: int | None  # None without a previous visit
    flare: str  # none, mild_moderate, severe, indeterminate, not_judged
    at_least: str
    limbs: tuple[Judged, ...]
    toronto: str  # remission, flare, improvement, persistently_active, indeterminate
    delta: int | None
    why: str = ""  # why not judged


def previous(visits: Iterable[VisitFact], visit: VisitFact) -> Seen | None:
    """Return the last final visit before, one with the SLEDAI-2K if there is any; None without."""
    if visit.visited_on is None:
        return None
    final = (other for other in visits if other.final and other.visit_id != visit.visit_id)
    found = [one for one in map(seen, final) if one is not None and one.on < visit.visited_on]
    return max(found, key=lambda one: (one.high is not None, one.on), default=None)


def judge(now: Seen, before: Seen | None, evidence: Evidence) -> Change:
    """Judge a visit against the one before it."""
    if before is None:
        return Change(None, "not_judged", "none", (), "indeterminate", None, "no visit before it")
    days = (now.on - before.on).days
    toronto, delta = _toronto(before.total, now.total)
    if days > PREVIOUS_DAYS:
        why = f"the visit before is {days} days ago, more than {PREVIOUS_DAYS}"
        return Change(days, "not_judged", "none", (), toronto, delta, why)
    limbs = _limbs(now, before, evidence)
    low, high = (max(getattr(one.grades, end) for one in limbs) for end in ("low", "high"))
    flare = GRADES[low] if low == high else "indeterminate"
    return Change(days, flare, GRADES[low], limbs, toronto, delta)


def _toronto(before: Decimal | None, now: Decimal | None) -> tuple[str, int | None]:
    if before is None or now is None:
        return "indeterminate", None
    return toronto_change.state_of(before, now), int(now - before)


def _limbs(now: Seen, before: Seen, evidence: Evidence) -> tuple[Judged, ...]:
    dose = Dose.between(before.on, now.on, evidence)
    admitted, told = _admitted(before.on, now, evidence)
    return (
        _sledai(before, now),
        organs(before, now, evidence.results, dose.inputs | {"hospitalised_for_sle": admitted}),
        dose.judged,
        new_drug(before.on, now.on, evidence),
        Judged("admission", _yes(admitted), told),
        _pga(before, now),
    )


def _sledai(before: Seen, now: Seen) -> Judged:
    grades = index.graded(index.sledai_grade(b, n) for b, n in product(_ends(before), _ends(now)))
    return Judged("sledai", grades, f"{_range(before)} before, {_range(now)} now")


def _ends(seen: Seen) -> tuple[Decimal, Decimal]:
    """Return the bounds of the score; without one it may be anything."""
    if seen.low is None or seen.high is None:
        return index.SLEDAI_ENDS
    return seen.low, seen.high


def _range(seen: Seen) -> str:
    if seen.low is None:
        return "no SLEDAI-2K"
    return f"{seen.low}" if seen.total is not None else f"{seen.low} to {seen.high}"


def _pga(before: Seen, now: Seen) -> Judged:
    said = ["no global assessment" if one.pga is None else f"{one.pga}" for one in (before, now)]
    return Judged("pga", index.pga_limb(before.pga, now.pga), f"{said[0]} before, {said[1]} now")


def _admitted(first: date, now: Seen, evidence: Evidence) -> tuple[bool | None, str]:
    """Return whether the patient was admitted for lupus between the visits, and what tells it."""
    last = now.on
    near = [one for one in evidence.admissions if one.on is None or may_lie(one.on, first, last)]
    stays = [one for one in near if one.stayed and one.for_lupus is not False]
    if any(one.for_lupus and one.on and lies(one.on, first, last) for one in stays):
        return True, "an admission for lupus is recorded"
    if (said := now.asked.get(ADMITTED)) is not None:
        return bool(said), f"the visit says that there was {'one' if said else 'none'}"
    if stays:
        return None, "an admission is recorded; whether for lupus and in these days is not said"
    if any(not one.stayed and one.on and lies(one.on, first, last) for one in near):
        return False, "the flare recorded in these days was without an admission"
    # No record is not a no.
    return None, "the visit was not asked, and no flare or serious event says"


def _yes(admitted: bool | None) -> Limb:
    return Limb(SEVERE if admitted else NONE, NONE if admitted is False else SEVERE)
