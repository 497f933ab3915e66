"""Response of lupus nephritis by KDIGO 2024: complete, and partial or better."""

from registry.followup.kidney import Kidney
from registry.followup.kidney.course import bounds
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
    now, limit = _renal.spot(at, kidney), published.COMPLETE_BELOW
    ratio = Limb(
        f"Ratio below {_renal.in_unit(limit, kidney.unit.policy)}: {_renal.said(now)}",
        _renal.below(bounds(now), limit, "upcr"),
    )
    return join(ratio, function_limb(at, kidney, published.TOLERANCE))


def partial(at: AtVisit, kidney: Kidney) -> Verdict:
    """Judge the partial response; whoever has the complete one has this too."""
    found = join(*_partial(at, kidney))
    better = complete(at, kidney)
    if better.state == "met":
        return better
    undecided = found.state == "not_met" and better.state == "indeterminate"
    return Verdict("indeterminate", better.reason, found.limbs) if undecided else found


def _partial(at: AtVisit, kidney: Kidney) -> tuple[Limb, ...]:
    before, now = kidney.baseline_spot, _renal.spot(at, kidney)
    then, here = bounds(before), bounds(now)
    share, limit = published.LEAST_FALL, published.PARTIAL_BELOW
    if then is None or here is None:
        fallen = unknown("no_baseline_upcr" if then is None else "no_upcr")
    else:
        worst = eular_renal.fallen(then.low, here.high, share)
        best = eular_renal.fallen(then.high, here.low, share)
        fallen = _renal.decided(worst, best, f"fall_of_{share * 100:.0f}_percent")
    return (
        Limb(
            f"Ratio at least {share * 100:.0f} % below baseline: {_renal.said(now)}, "
            f"baseline {_renal.said(before)}",
            fallen,
        ),
        Limb(
            f"Ratio below {_renal.in_unit(limit, kidney.unit.policy)}: {_renal.said(now)}",
            _renal.below(here, limit, "upcr"),
        ),
        function_limb(at, kidney, published.TOLERANCE),
    )


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
