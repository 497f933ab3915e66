"""Prednisone-equivalent of 5 mg a day or less without a pulse."""

from decimal import Decimal

from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.states._limbs import STEROID_SETTINGS, prednisone
from registry.followup.states.base import POLICY, State, Verdict

CEILING_MG = Decimal(5)


def judge(patient: PatientFacts, visit: VisitFact) -> Verdict | None:
    """Judge a mean prednisone-equivalent of 5 mg or less without a pulse, 28 days before."""
    return None if visit.visited_on is None else prednisone(patient, visit, CEILING_MG)


STATE = State(
    "prednisone_le_5",
    "1",
    "Prednisone-equivalent of 5 mg a day or less, no pulse",
    POLICY,
    judge,
    {"ceiling": "5 mg", **STEROID_SETTINGS},
    place=2,
)
