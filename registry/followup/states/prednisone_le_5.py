"""Prednisone-equivalent of 5 mg a day or less without a pulse."""

from decimal import Decimal

from registry.followup.states._limbs import STEROID_SETTINGS, prednisone
from registry.followup.states.base import POLICY, AtVisit, State, Verdict

CEILING_MG = Decimal(5)


def judge(at: AtVisit) -> Verdict | None:
    """Judge a mean prednisone-equivalent of 5 mg or less without a pulse, 28 days before."""
    return None if at.exposure is None else prednisone(at, CEILING_MG)


STATE = State(
    "prednisone_le_5",
    "1",
    "Prednisone-equivalent of 5 mg a day or less, no pulse",
    POLICY,
    judge,
    {"ceiling": "5 mg", **STEROID_SETTINGS},
    place=2,
    first_estimate="month_1",
)
