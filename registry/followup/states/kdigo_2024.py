"""Response of lupus nephritis by KDIGO 2024: complete, and partial or better."""

from decimal import Decimal

from registry.followup.kidney import Kidney
from registry.followup.states import _renal
from registry.followup.states.base import AtVisit, Limb, State, Verdict, join, unknown
from registry.followup.states.eular_renal import function_limb
from registry.instruments import eular_renal
from registry.instruments import kdigo_2024 as published

SOURCE = (
    "KDIGO 2024 Clinical Practice Guideline for the Management of Lupus Nephritis. "
    "Kidney Int 2024;105(1S):S1-S69"
)


def complete(at: AtVisit, kidney: Kidney) -> Verdict:
    """Judge a ratio below 0.5 g/g with the function kept."""
    return at.once(_complete)


def _complete(at: AtVisit) -> Verdict:
    return join(_ratio_below(at, published.COMPLETE_BELOW), at.once(_function_kept))


def partial(at: AtVisit, kidney: Kidney) -> Verdict:
    """Judge the partial response; whoever has the complete one has this too."""
    better = complete(at, kidney)
    if better.state == "met":
        return better
    found = join(_halved(at), _ratio_below(at, published.PARTIAL_BELOW), at.once(_function_kept))
    undecided = found.state == "not_met" and better.state == "indeterminate"
    return Verdict("indeterminate", better.reason, found.limbs) if undecided else found


def _function_kept(at: AtVisit) -> Limb:
    return function_limb(at, published.TOLERANCE)


def _ratio_below(at: AtVisit, limit: Decimal) -> Limb:
    now = _renal.spot(at)
    cut_off = _renal.in_unit(limit, at.kidney.unit.policy)
    return Limb(f"Ratio below {cut_off}: {now.words}", _renal.below(now.bounds, limit, "upcr"))


def _halved(at: AtVisit) -> Limb:
    before, now, share = _renal.baseline_spot(at), _renal.spot(at), published.LEAST_FALL
    title = (
        f"Ratio at least {share * 100:.0f} % below baseline: {now.words}, baseline {before.words}"
    )
    then, here = before.bounds, now.bounds
    if then is None or here is None:
        return Limb(title, unknown("no_baseline_upcr" if then is None else "no_upcr"))
    worst = eular_renal.fallen(then.low, here.high, share)
    best = eular_renal.fallen(then.high, here.low, share)
    return Limb(title, _renal.decided(worst, best, f"fall_of_{share * 100:.0f}_percent"))


_SETTINGS = {**_renal.SETTINGS, "function kept": f"within {published.TOLERANCE} % (policy)"}
STATES = (
    State(
        "kdigo_2024_complete",
        published.VERSION,
        "KDIGO 2024 complete renal response",
        SOURCE,
        _renal.respond(complete),
        {**_SETTINGS, "complete": f"ratio below {published.COMPLETE_BELOW} g/g, function kept"},
        place=73,
        kind="responder",
        concerns=_renal.has_nephritis,
    ),
    State(
        "kdigo_2024_partial",
        published.VERSION,
        "KDIGO 2024 partial renal response or better",
        SOURCE,
        _renal.respond(partial),
        {
            **_SETTINGS,
            "partial": f"ratio at least {published.LEAST_FALL * 100:.0f} % lower and below "
            f"{published.PARTIAL_BELOW} g/g, function kept; a complete response counts too",
        },
        place=74,
        kind="responder",
        concerns=_renal.has_nephritis,
    ),
)
