"""Renal responses of BLISS-LN: primary efficacy (PERR) and complete (CRR).

Function is set against the value before the flare, which is not the baseline.  Rescue is judged by
the intercurrent rules of the registry, the dose of prednisone from week 24 on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from registry.followup import clocks, intercurrent
from registry.followup.intercurrent import After, any_of, recorded
from registry.followup.kidney import Kidney
from registry.followup.kidney.course import PRE_FLARE_DAYS
from registry.followup.states import _limbs, _renal
from registry.followup.states.base import MET, AtVisit, Limb, State, Verdict, failed, join, unknown
from registry.instruments import bliss_ln as published
from registry.instruments.glucocorticoids import WINDOW_DAYS

SOURCE = "Furie R et al. N Engl J Med 2020;383:1117-28, doi 10.1056/NEJMoa2001180"
WEEK_24 = 168  # days
RESCUES = (
    intercurrent.NEW_TREATMENT,
    intercurrent.DOSE_ABOVE_BASELINE,
    intercurrent.CYCLOPHOSPHAMIDE,
    intercurrent.ANOTHER_COURSE,
    intercurrent.pulse_after(WINDOW_DAYS),
)
OTHER_RESCUE = ("rescue_other", "organ_transplant")  # only ever recorded as events
Response = Callable[[published.Visit], bool | None]
# A visit at which everything but the criterion in question is as good as it can be.
_FINE = published.Visit(Decimal(0), published.HIGHEST_EGFR, None, rescue=False, pred_mg=Decimal(0))


def _response(
    responds: Response, most: Decimal, words: str, enough: Decimal, loss: Decimal
) -> _renal.Judge:
    """Return the judge of one of the two, which differ in their cut-offs only."""

    def judge(at: AtVisit, kidney: Kidney) -> Verdict:
        return join(
            _ratio(responds, words.format(_renal.in_unit(most, kidney.unit.policy)), at),
            _function(responds, enough, loss, at),
            Limb("No rescue treatment", at.once(_unaided)),
            *_steroids(at, kidney),
        )

    return judge


def _ratio(responds: Response, ratio: str, at: AtVisit) -> Limb:
    now = _renal.spot(at)
    title, here = f"Ratio {ratio}: {now.words}", now.bounds
    if here is None:
        return Limb(title, unknown("no_upcr"))
    worst, best = (responds(replace(_FINE, upcr=upcr)) for upcr in (here.high, here.low))
    return Limb(title, _renal.decided(worst, best, "upcr"))


def _function(responds: Response, enough: Decimal, loss: Decimal, at: AtVisit) -> Limb:
    now, before = _renal.egfr(at), _renal.pre_flare_egfr(at)
    title = (
        f"eGFR {enough} or more, or not more than {loss} % below the value before the flare: "
        f"{now.words}, before the flare {before.words}"
    )
    here, then = now.bounds, before.bounds
    if here is None:
        return Limb(title, unknown("no_egfr"))
    pairs = ((here.low, then.high if then else None), (here.high, then.low if then else None))
    worst, best = (responds(replace(_FINE, egfr=egfr, egfr_preflare=was)) for egfr, was in pairs)
    return Limb(title, _renal.decided(worst, best, "egfr", "" if then else "no_egfr_before_flare"))


def _unaided(at: AtVisit) -> Verdict:
    """Judge that nothing had to be added from day 0 to the day before the visit."""
    course = at.kidney.course
    start = clocks.day_0_on(course) if course else None
    if course is None or start is None or at.visit.visited_on is None:
        return unknown("no_date")
    after = After(at.patient, course, start, at.visit.visited_on - timedelta(days=1))
    rescued = any_of([*(rule.happened(after) for rule in RESCUES), recorded(after, *OTHER_RESCUE)])
    if rescued:
        return failed("rescue")
    if rescued is False:
        return MET
    return unknown("rescue_not_certain" if at.patient.medicines else "no_medicine_history")


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
    "rescue": "; ".join(rule.title for rule in RESCUES) + f" (policy, {intercurrent.VERSION})",
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
                published.PERR_UPCR,
                "{} or less",
                published.PERR_EGFR,
                published.PERR_LOSS,
            )
        ),
        {**_SETTINGS, "ratio at most": f"{published.PERR_UPCR} g/g"},
        place=75,
        kind="responder",
        concerns=_renal.has_nephritis,
    ),
    State(
        "bliss_ln_crr",
        published.VERSION,
        "BLISS-LN complete renal response",
        SOURCE,
        _renal.respond(
            _response(
                published.crr,
                published.CRR_UPCR,
                "below {}",
                published.CRR_EGFR,
                published.CRR_LOSS,
            )
        ),
        {**_SETTINGS, "ratio below": f"{published.CRR_UPCR} g/g"},
        place=76,
        kind="responder",
        concerns=_renal.has_nephritis,
    ),
)
