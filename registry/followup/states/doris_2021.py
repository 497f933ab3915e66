"""Remission by DORIS 2021 with 5 mg of prednisone a day or less, the reading of the abstract."""

from registry.followup.maintenance import STABLE_DAYS
from registry.followup.states._limbs import (
    STEROID_SETTINGS,
    is_judged,
    no_clinical_activity,
    pga_below_a_half,
    prednisone,
    stable_maintenance,
)
from registry.followup.states.base import AtVisit, Limb, State, Verdict, join
from registry.instruments import doris_2021 as published

SOURCE = "van Vollenhoven RF et al. Lupus Sci Med 2021;8:e000538, doi 10.1136/lupus-2021-000538"
SETTINGS = {
    "clinical SLEDAI-2K": "0",
    "PGA": f"below {published.PGA_BELOW}",
    "maintenance": f"no immunosuppressant or biologic started or raised in {STABLE_DAYS} days; "
    "another new medicine leaves it open (policy)",
    **STEROID_SETTINGS,
}


def remission(at: AtVisit, *, strict: bool) -> Verdict | None:
    """Judge the four limbs of one visit; ``strict`` asks for less than 5 mg."""
    if not is_judged(at.visit):
        return None
    therapy = _on_therapy(at, strict=True) if strict else at.once(on_therapy)
    return join(*at.once(quiet), *therapy)


def quiet(at: AtVisit) -> tuple[Limb, ...]:
    """Return the limbs about the disease, which every form of remission shares."""
    return (
        Limb("Clinical SLEDAI-2K of 0", no_clinical_activity(at.visit)),
        Limb(f"PGA below {published.PGA_BELOW}", pga_below_a_half(at.visit)),
    )


def on_therapy(at: AtVisit) -> tuple[Limb, ...]:
    """Return the limbs about the treatment that a remission on therapy allows."""
    return _on_therapy(at, strict=False)


def _on_therapy(at: AtVisit, *, strict: bool) -> tuple[Limb, ...]:
    mg = published.PREDNISONE_MG
    return (
        Limb(
            f"Prednisone below {mg} mg a day" if strict else f"Prednisone {mg} mg a day or less",
            prednisone(at, mg, strict=strict),
        ),
        Limb("Stable maintenance", stable_maintenance(at)),
    )


def judge(at: AtVisit) -> Verdict | None:
    """Judge remission with 5 mg or less; None where the visit has neither SLEDAI-2K nor PGA."""
    return remission(at, strict=False)


STATE = State(
    "doris_2021",
    published.VERSION,
    "DORIS 2021 remission, prednisone 5 mg or less",
    SOURCE,
    judge,
    {**SETTINGS, "prednisone": "5 mg or less, as in the abstract"},
    place=4,
    short="DORIS",
)
