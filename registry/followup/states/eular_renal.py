"""The milestones of EULAR/ERA-EDTA 2019 in lupus nephritis: 25 %, 50 %, and the target.

A milestone reached early counts; one not reached is open before the timepoint of its month.
Proteinuria is the ratio or the 24-hour collection, whichever the baseline has, at both times.
"""

from decimal import Decimal

from registry.followup.kidney import Kidney
from registry.followup.states import _renal
from registry.followup.states.base import AtVisit, Limb, State, Verdict, join, unknown
from registry.instruments import eular_renal as published
from registry.instruments import kdigo_2024

SOURCE = "Fanouriakis A et al. Ann Rheum Dis 2020;79:713-23, doi 10.1136/annrheumdis-2020-216924"
# "(Near-)normal" has no number in the paper: the stricter end of KDIGO's 10 to 15 % is ours.
NEAR_NORMAL_LOSS = kdigo_2024.LOWEST_TOLERANCE


def _fall(share: Decimal, due: Decimal, at: AtVisit) -> Limb:
    before, now = _renal.baseline_protein(at), _renal.protein(at)
    then, here = before.bounds, now.bounds
    title = (
        f"Proteinuria at least {share * 100:.0f} % below baseline: {now.words}, "
        f"baseline {before.words}"
    )
    if then is None or here is None:
        return Limb(title, unknown("no_baseline_proteinuria" if then is None else "no_proteinuria"))
    worst = published.fallen(then.low, here.high, share)
    best = published.fallen(then.high, here.low, share)
    return Limb(title, _due(worst, best, due, at, f"fall_of_{share * 100:.0f}_percent"))


def _due(worst: bool | None, best: bool | None, due: Decimal, at: AtVisit, name: str) -> Verdict:
    """Judge a milestone; before its month it is open where it is not reached."""
    now = Decimal(_renal.months(at))
    open_still = best is False and published.judged(best, now, due) is None
    if open_still:
        return unknown(f"not_due_before_month_{due}")
    return _renal.decided(worst, best, name)


def _target(at: AtVisit, kidney: Kidney) -> Limb:
    now = _renal.protein(at)
    here, limit = now.bounds, published.TARGET_BELOW
    allowed = published.NEPHROTIC_FROM
    before = _renal.baseline_protein(at).bounds
    later = published.TARGET_DUE + published.EXTENSION
    note = f"; nephrotic at baseline, by month {later} will do" if _from(before, allowed) else ""
    cut_off = _renal.in_unit(limit, kidney.unit.policy) if kidney.baseline_spot else f"{limit} g"
    title = f"Proteinuria below {cut_off}: {now.words}{note}"
    if here is None:
        return Limb(title, unknown("no_proteinuria"))
    verdict = _due(
        here.high < limit, here.low < limit, published.TARGET_DUE, at, f"proteinuria_below_{limit}"
    )
    return Limb(title, verdict)


def _from(amount: object, limit: Decimal) -> bool:
    low = getattr(amount, "low", None)
    return low is not None and low >= limit


def function_limb(at: AtVisit, tolerance: Decimal) -> Limb:
    """Judge that the eGFR is within the tolerance of its baseline, or better."""
    before, now = _renal.baseline_egfr(at), _renal.egfr(at)
    title = f"eGFR not more than {tolerance} % below baseline: {now.words}, baseline {before.words}"
    then, here = before.bounds, now.bounds
    if then is None or here is None:
        return Limb(title, unknown("no_baseline_egfr" if then is None else "no_egfr"))
    worst, best = (
        kdigo_2024.function_kept(kdigo_2024.Course(None, None, *pair), tolerance)
        for pair in ((then.high, here.low), (then.low, here.high))
    )
    return Limb(title, _renal.decided(worst, best, "egfr_kept"))


def _milestone(share: Decimal, due: Decimal) -> _renal.Judge:
    def judge(at: AtVisit, kidney: Kidney) -> Verdict:
        return join(_fall(share, due, at))

    return judge


def _complete(at: AtVisit, kidney: Kidney) -> Verdict:
    return join(_target(at, kidney), function_limb(at, NEAR_NORMAL_LOSS))


def _state(name: str, title: str, judge: _renal.Judge, place: int, **settings: str) -> State:
    return State(
        name,
        published.VERSION,
        title,
        SOURCE,
        _renal.respond(judge),
        {
            **_renal.SETTINGS,
            **settings,
            "measure": "ratio or 24-hour protein, that of the baseline both times",
        },
        place=place,
        kind="responder",
        concerns=_renal.has_nephritis,
    )


STATES = (
    _state(
        "eular_renal_25_3mo",
        "EULAR renal milestone: proteinuria 25 % lower by month 3",
        _milestone(published.QUARTER, published.QUARTER_DUE),
        70,
        fall=f"{published.QUARTER * 100:.0f} % or more, due from month {published.QUARTER_DUE}",
    ),
    _state(
        "eular_renal_50_6mo",
        "EULAR renal milestone: proteinuria 50 % lower by month 6",
        _milestone(published.HALF, published.HALF_DUE),
        71,
        fall=f"{published.HALF * 100:.0f} % or more, due from month {published.HALF_DUE}",
    ),
    _state(
        "eular_renal_complete_12mo",
        "EULAR complete renal response by month 12",
        _complete,
        72,
        target=f"proteinuria below {published.TARGET_BELOW} g, due from month "
        f"{published.TARGET_DUE}; a nephrotic baseline may take {published.EXTENSION} months more",
        near_normal=f"eGFR not more than {NEAR_NORMAL_LOSS} % below baseline (policy)",
    ),
)
