"""What responders share: baseline against visit, by both bounds, with all parts from one visit.

A responder is decided only where every value that the gaps leave open gives the same answer. A
composite takes its baseline from one visit: the last of the baseline visits that recorded every
part, else the visit of the last value of its first part; a part that this visit lacks is missing,
and is never borrowed from another visit (policy of this registry).
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from registry.followup.facts import VisitFact
from registry.followup.states._limbs import Bounds, bounds, items_of, result_of
from registry.followup.states.base import (
    FAILURES,
    MET,
    NO_FAILURE,
    AtVisit,
    Limb,
    Verdict,
    failed,
    join,
    unknown,
)
from registry.instruments.bilag_2004 import SYSTEMS, Grades

Known = bool | None  # None where it could not be judged
Rule = Callable[[Decimal | None, Decimal | None], Known]  # of the value before, the value now
Values = tuple[Decimal | None, ...]

SLEDAI = ("selena_sledai", "sledai_2k")  # as published, else the one in use: the same at both
BILAG, PGA = "bilag_2004", "pga"
ONE_VISIT = "all parts from one visit, at baseline and now"


def records(visit: VisitFact | None, *instruments: str) -> bool:
    """Whether the visit has a result of any of these instruments."""
    return visit is not None and any(code in visit.results for code in instruments)


def one_baseline(at: AtVisit, *parts: Sequence[str]) -> VisitFact | None:
    """Return the baseline visit of a composite; each part is recorded by any of its instruments."""
    found = sorted(
        {visit.visit_id: visit for visit in at.baseline.values()}.values(),
        key=lambda visit: visit.visited_on or date.min,
        reverse=True,
    )
    whole = (visit for visit in found if all(records(visit, *part) for part in parts))
    first = (visit for visit in found if records(visit, *parts[0]))
    return next(whole, None) or next(first, None)


def sledai_of(before: VisitFact | None, now: VisitFact) -> tuple[Bounds | None, Bounds | None]:
    """Return the bounds of one SLEDAI at both visits; two versions of it are not compared."""
    stored = [code for code in SLEDAI if records(before, code)]
    code = next((code for code in stored if records(now, code)), None) or next(iter(stored), None)
    return (value_of(before, code), value_of(now, code)) if code else (None, None)


def value_of(visit: VisitFact | None, instrument: str) -> Bounds | None:
    """Return what the visit says of an instrument, as bounds."""
    result = result_of(visit, instrument) if visit else None
    return bounds(result) if result else None


def grades_of(visit: VisitFact | None) -> Grades:
    """Return the nine BILAG grades of the visit; None where a system was not assessed."""
    found = items_of(result_of(visit, BILAG)) if visit else {}
    return {system: found.get(system) for system in SYSTEMS}


def grades_now(at: AtVisit) -> Grades:
    """Return the nine BILAG grades of the visit that is judged."""
    return at.once(_grades_now)


def _grades_now(at: AtVisit) -> Grades:
    return grades_of(at.visit)


def number_of(visit: VisitFact | None, instrument: str, item: str) -> Decimal | None:
    """Return the number that was answered to an item."""
    given = items_of(result_of(visit, instrument)).get(item) if visit else None
    return None if given is None else Decimal(str(given))


def over(rule: Rule, before: Bounds | None, now: Bounds | None) -> Known:
    """Judge by every pair of bounds; None where they differ. The rule moves one way in each."""
    return decided({rule(b, n) for b in _ends(before) for n in _ends(now)})


def _ends(found: Bounds | None) -> Values:
    """Return what a value can be at its ends; one that is certain has one."""
    if found is None:
        return (None,)
    return found[:1] if found[0] == found[1] else found


def at_least(found: Bounds | None, floor: Decimal) -> Known:
    """Whether the value reaches the floor, whatever is not known of it."""
    return None if found is None else decided({value >= floor for value in found})


def decided(outcomes: set[Known]) -> Known:
    """Return the answer that all agree on; None where they differ."""
    return next(iter(outcomes)) if len(outcomes) == 1 else None


def limb(title: str, holds: Known, fails: str, gap: str) -> Limb:
    """Return a criterion in words with its verdict: why it fails, or what is missing."""
    verdict = unknown(gap) if holds is None else MET if holds else failed(fails)
    return Limb(title, verdict)


def gap(name: str, before: Bounds | None, now: Bounds | None) -> str:
    """Name what is missing of a value: an end of the comparison, or a part of it."""
    if before is None:
        return f"no_{name}_at_baseline"
    return f"no_{name}" if now is None else f"{name}_not_complete"


def response(fair_start: Known, reason: str, *limbs: Limb) -> Verdict:
    """Join the criteria; without a fair start there is no answer, and an unknown one is a gap."""
    if fair_start is False:
        return Verdict("not_evaluable", reason, limbs)
    gap = () if fair_start else (Limb("Evaluable", unknown("no_baseline")),)
    return join(*limbs, *gap)


def no_treatment_failure(at: AtVisit, before: VisitFact | None) -> Limb:
    """Judge by the events recorded since baseline; none recorded counts as none (policy).

    Nobody fills in a form to say that nothing happened. What medicines show of it is counted by
    the end points of a protocol, whose rules are printed with them.
    """
    happened = [
        event.on
        for event in at.patient.intercurrent
        if event.type in FAILURES and not event.planned
    ]
    first, last = before.visited_on if before else None, at.visit.visited_on
    if first is None or last is None:
        return limb(NO_FAILURE, None if happened else True, "", "treatment_failure_undated")
    certain = any(first < on.earliest and on.latest < last for on in happened)
    possible = any(first < on.latest and on.earliest < last for on in happened)
    holds = False if certain else None if possible else True
    return limb(NO_FAILURE, holds, "treatment_failure", "treatment_failure_undated")
