"""Renal responses of BLISS-LN: primary efficacy (PERR) and complete (CRR).

Function is set against the value before the flare, which is not the baseline.  Rescue: an
intercurrent rescue, or a pulse of steroids after day 28; the history counts as known once the
patient has a medicine row.  The dose of prednisone is asked from week 24 on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from registry.followup import clocks, steroids
from registry.followup.kidney import Kidney
from registry.followup.kidney.course import PRE_FLARE_DAYS, bounds
from registry.followup.states import _limbs, _renal
from registry.followup.states.base import MET, AtVisit, Limb, State, Verdict, failed, join, unknown
from registry.instruments import bliss_ln as published
from registry.instruments.glucocorticoids import WINDOW_DAYS

SOURCE = "Furie R et al. N Engl J Med 2020;383:1117-28, doi 10.1056/NEJMoa2001180"
WEEK_24 = 168  # days
# What an intercurrent event of these kinds says: another treatment was needed.
RESCUE = frozenset(
    {
        *("rescue_steroids", "steroid_pulse", "rescue_other", "rescue_treatment"),
        *("new_immunosuppressant", "new_biologic", "dose_above_baseline", "cyclophosphamide"),
        *("unplanned_course", "transplant", "organ_transplant"),
    }
)
Response = Callable[[published.Visit], bool | None]
# A visit at which everything but the criterion in question is as good as it can be.
_FINE = published.Visit(Decimal(0), published.HIGHEST_EGFR, None, rescue=False, pred_mg=Decimal(0))


def _response(responds: Response, ratio: str, enough: Decimal, loss: Decimal) -> _renal.Judge:
    """Return the judge of one of the two, which differ in their cut-offs only."""

    def judge(at: AtVisit, kidney: Kidney) -> Verdict:
        return join(
            _ratio(responds, ratio, at, kidney),
            _function(responds, enough, loss, at, kidney),
            Limb("No rescue treatment", _unaided(at, kidney)),
            *_steroids(at, kidney),
        )

    return judge


def _ratio(responds: Response, ratio: str, at: AtVisit, kidney: Kidney) -> Limb:
    now = _renal.spot(at, kidney)
    title = f"Ratio {ratio}: {_renal.said(now)}"
    here = bounds(now)
    if here is None:
        return Limb(title, unknown("no_upcr"))
    worst, best = (responds(replace(_FINE, upcr=upcr)) for upcr in (here.high, here.low))
    return Limb(title, _renal.decided(worst, best, "upcr"))


def _function(
    responds: Response, enough: Decimal, loss: Decimal, at: AtVisit, kidney: Kidney
) -> Limb:
    now, before = _renal.egfr(at, kidney), kidney.pre_flare_egfr
    title = (
        f"eGFR {enough} or more, or not more than {loss} % below the value before the flare: "
        f"{_renal.said(now)}, before the flare {_renal.said(before)}"
    )
    here, then = bounds(now), bounds(before)
    if here is None:
        return Limb(title, unknown("no_egfr"))
    pairs = ((here.low, then.high if then else None), (here.high, then.low if then else None))
    worst, best = (responds(replace(_FINE, egfr=egfr, egfr_preflare=was)) for egfr, was in pairs)
    return Limb(title, _renal.decided(worst, best, "egfr", "" if then else "no_egfr_before_flare"))


def _unaided(at: AtVisit, kidney: Kidney) -> Verdict:
    """Judge that nothing had to be added since day 0."""
    start = clocks.day_0_on(kidney.course) if kidney.course else None
    day = at.visit.visited_on
    if start is None or day is None:
        return unknown("no_date")
    if any(_rescues(at, start.latest, day)):
        return failed("rescue")
    return MET if at.patient.medicines else unknown("no_medicine_history")


def _rescues(at: AtVisit, day_0: date, day: date) -> Iterator[bool]:
    for event in at.patient.intercurrent:
        since = day_0 < event.on.earliest <= day
        yield event.type in RESCUE and not event.planned and since
    for pulse in steroids.pulses(at.patient.medicines):
        yield day_0 + timedelta(days=WINDOW_DAYS) < pulse.started_on.earliest <= day


def _steroids(at: AtVisit, kidney: Kidney) -> Iterator[Limb]:
    start = clocks.day_0_on(kidney.course) if kidney.course else None
    day, most = at.visit.visited_on, published.MOST_PREDNISONE_MG
    if start is not None and day is not None and (day - start.latest).days >= WEEK_24:
        yield Limb(f"Prednisone {most} mg a day or less", _limbs.prednisone(at, most))


_SETTINGS = {
    **_renal.SETTINGS,
    **_limbs.STEROID_SETTINGS,
    "before the flare": f"the last eGFR in {PRE_FLARE_DAYS} days before the last kidney flare "
    "before the course (policy)",
    "rescue": f"an intercurrent rescue that was not planned, or a pulse after day {WINDOW_DAYS} "
    "(policy)",
    "prednisone": f"{published.MOST_PREDNISONE_MG} mg a day or less, asked from day {WEEK_24} on",
}
STATES = (
    State(
        "bliss_ln_perr",
        published.VERSION,
        "BLISS-LN primary efficacy renal response",
        SOURCE,
        _renal.respond(
            _response(
                published.perr,
                f"{published.PERR_UPCR} g/g or less",
                published.PERR_EGFR,
                published.PERR_LOSS,
            )
        ),
        {**_SETTINGS, "ratio at most": f"{published.PERR_UPCR} g/g"},
        place=65,
        kind="responder",
    ),
    State(
        "bliss_ln_crr",
        published.VERSION,
        "BLISS-LN complete renal response",
        SOURCE,
        _renal.respond(
            _response(
                published.crr,
                f"below {published.CRR_UPCR} g/g",
                published.CRR_EGFR,
                published.CRR_LOSS,
            )
        ),
        {**_SETTINGS, "ratio below": f"{published.CRR_UPCR} g/g"},
        place=66,
        kind="responder",
    ),
)
