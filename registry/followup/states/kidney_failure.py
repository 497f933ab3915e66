"""Kidney failure up to the visit: renal death, end-stage disease, or a lasting loss of 40 %.

An event counted from treatment on, and once it has happened it stays: at the baseline it is not met
by definition, so that whoever has it later is known to have attained it.  Afterwards it is not met
only where an eGFR stands for the visit: nobody is free of what nobody looked for.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from registry.followup import clocks
from registry.followup.facts import PatientFacts
from registry.followup.intercurrent import Known, any_of
from registry.followup.kidney import Kidney
from registry.followup.kidney.course import bounds
from registry.followup.kidney.filtration import EQUATION
from registry.followup.states import _renal
from registry.followup.states.base import AtVisit, State, Verdict, failed, unknown
from registry.instruments import kidney_failure as published
from registry.instruments._filtration import Estimate
from registry.partial_date import PartialDate

SOURCE = (
    "Levin A et al. Kidney Int 2020;98:849-59, doi 10.1016/j.kint.2020.07.013; "
    "Levey AS et al. Am J Kidney Dis 2014;64:821-35"
)
_OF_THE_KIDNEY = ("kidney", "renal", "nephri", "uraemi", "uremi")


def judge(at: AtVisit) -> Verdict | None:
    """Judge the event up to the visit; None for those without nephritis or never treated."""
    kidney, day = at.kidney, at.visit.visited_on
    start = clocks.day_0_on(kidney.course) if kidney.course else None
    if start is None or day is None or not kidney.nephritis:
        return None
    if day <= start.latest:
        return failed("counted_from_treatment_on") if kidney.baseline_egfr else None
    replaced = any_of(_lies(on, start, day) for on in _transplants(at.patient))
    if replaced or _renal_death(at.patient, day):
        return Verdict("met", "kidney_replaced" if replaced else "renal_death")
    found = _followed(kidney, day)
    if found is not None and found.state == "met":
        return found
    if replaced is None:
        return unknown("transplant_date_not_certain")
    dialysed = any(_lies(on, start, day) is not False for on in _dialyses(at.patient))
    return unknown("dialysis_recorded_not_for_how_long") if dialysed else found


def _followed(kidney: Kidney, day: date) -> Verdict | None:
    """Judge the eGFR from the baseline on by the samples up to the day."""
    before = bounds(kidney.baseline_egfr)
    if not kidney.comparable:
        return None
    if before is None:
        return unknown("no_baseline_egfr")
    first = kidney.baseline_egfr[0].on.latest
    later = [one for one in kidney.comparable if first < one.on.earliest and one.on.latest <= day]
    sure = _outcome(first, before.low, [(one.on, one.amount.high) for one in later if one.amount])
    exact = before.exact is not None and all(
        one.amount and one.amount.exact is not None for one in later
    )
    possible = (
        sure
        if exact
        else _outcome(first, before.high, [(one.on, one.amount.low) for one in later if one.amount])
    )
    if sure.first:
        return Verdict("met", sure.first[0])
    if possible.first:
        return unknown("egfr_not_certain")
    if possible.unconfirmed_since:
        return unknown("loss_not_confirmed")
    return failed("no_kidney_failure") if kidney.egfr_at(day) else unknown("no_egfr")


def _outcome(
    first: date, before: Decimal, later: Iterable[tuple[PartialDate, Decimal]]
) -> published.Outcome:
    return published.outcome(
        Estimate(EQUATION, first, before),
        [Estimate(EQUATION, on.latest, value) for on, value in later],
    )


def _transplants(patient: PatientFacts) -> Iterator[PartialDate]:
    for event in patient.intercurrent:
        of_kidney = any(word in (event.reason or "").casefold() for word in _OF_THE_KIDNEY)
        if event.type == "organ_transplant" and of_kidney:
            yield event.on


def _dialyses(patient: PatientFacts) -> Iterator[PartialDate]:
    return (event.on for event in patient.intercurrent if event.type == "dialysis")


def _lies(on: PartialDate, start: PartialDate, day: date) -> Known:
    """Whether a date is after day 0 and by the visit, whatever its unknown parts are."""
    if on.latest <= start.earliest or on.earliest > day:
        return False
    return True if on.earliest > start.latest and on.latest <= day else None


def _renal_death(patient: PatientFacts, day: date) -> bool:
    died = patient.death_on
    cause = (patient.death_cause or "").casefold()
    # Of a death in "2025" every visit of that year came before it: nobody is seen after.
    return died is not None and died.latest <= day and any(w in cause for w in _OF_THE_KIDNEY)


STATE = State(
    "kidney_failure",
    published.VERSION,
    "Kidney failure so far",
    SOURCE,
    judge,
    {
        **{name: _renal.SETTINGS[name] for name in ("about", "baseline value", "eGFR")},
        "loss": f"an eGFR lower by {published.LOSS} % or more, confirmed after "
        f"{published.CONFIRMED_AFTER_DAYS} days",
        "end stage": f"an eGFR below {published.END_STAGE_BELOW}, confirmed, or a transplant; "
        "dialysis without its duration is not certain (policy)",
        "not met": "at the baseline by definition, later only where an eGFR stands for the visit",
        "read": "an event: the imputed row counts whoever was not seen as free of it",
    },
    place=80,
    first_estimate="month_1",
    harm=True,
    concerns=_renal.has_nephritis,
)
