"""Remission by DORIS 2021 with less than 5 mg of prednisone a day, the reading of the table."""

from registry.followup.states.base import AtVisit, State, Verdict
from registry.followup.states.doris_2021 import SETTINGS, SOURCE, remission
from registry.instruments import doris_2021 as published


def judge(at: AtVisit) -> Verdict | None:
    """Judge remission with less than 5 mg; None where the visit has neither SLEDAI-2K nor PGA."""
    return remission(at, strict=True)


STATE = State(
    "doris_2021_strict",
    published.VERSION,
    "DORIS 2021 remission, prednisone below 5 mg",
    SOURCE,
    judge,
    {**SETTINGS, "prednisone": "below 5 mg, as in the table"},
    place=5,
)
