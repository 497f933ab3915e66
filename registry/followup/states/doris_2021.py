"""Remission by DORIS 2021 with 5 mg of prednisone a day or less, the reading of the abstract."""

from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.states._limbs import (
    STABLE_DAYS,
    STEROID_SETTINGS,
    is_judged,
    no_clinical_activity,
    pga_below_a_half,
    prednisone,
    stable_maintenance,
)
from registry.followup.states.base import State, Verdict, all_of
from registry.instruments import doris_2021 as published

SOURCE = "van Vollenhoven RF et al. Lupus Sci Med 2021;8:e000538, doi 10.1136/lupus-2021-000538"
SETTINGS = {
    "clinical SLEDAI-2K": "0",
    "PGA": f"below {published.PGA_BELOW}",
    "maintenance": f"no medicine but steroids started or changed in {STABLE_DAYS} days; "
    "otherwise not certain (policy)",
    **STEROID_SETTINGS,
}


def remission(patient: PatientFacts, visit: VisitFact, *, strict: bool) -> Verdict | None:
    """Judge the four limbs of one visit; ``strict`` asks for less than 5 mg."""
    if not is_judged(visit):
        return None
    return all_of(
        no_clinical_activity(visit),
        pga_below_a_half(visit),
        prednisone(patient, visit, published.PREDNISONE_MG, strict=strict),
        stable_maintenance(patient, visit),
    )


def judge(patient: PatientFacts, visit: VisitFact) -> Verdict | None:
    """Judge remission with 5 mg or less; None where the visit has neither SLEDAI-2K nor PGA."""
    return remission(patient, visit, strict=False)


STATE = State(
    "doris_2021",
    published.VERSION,
    "DORIS 2021 remission, prednisone 5 mg or less",
    SOURCE,
    judge,
    {**SETTINGS, "prednisone": "5 mg or less, as in the abstract"},
    place=4,
)
