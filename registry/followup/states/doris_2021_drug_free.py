"""Remission by DORIS 2021 without steroid and immunosuppressant: drug-free, antimalarials allowed.

DORIS 2021 itself allows stable treatment and names no drug-free form.  Drug-free here means no
steroid, no pulse and no immunosuppressant or biologic; antimalarials are kept by nearly everybody
and allowed.  The criteria are those of clinical remission off therapy in the framework of 2017.
"""

from registry.followup.states import doris_2017, doris_2021
from registry.followup.states._limbs import is_judged
from registry.followup.states.base import AtVisit, State, Verdict, join
from registry.instruments import doris_2021 as published


def judge(at: AtVisit) -> Verdict | None:
    """Judge the four limbs of one visit; None where it has neither SLEDAI-2K nor PGA."""
    if not is_judged(at.visit):
        return None
    return join(*at.once(doris_2021.quiet), *at.once(doris_2017.off_therapy))


STATE = State(
    "doris_2021_drug_free",
    f"{published.VERSION} drug-free/1",
    "DORIS 2021 remission, drug-free: antimalarials allowed",
    f"{doris_2021.SOURCE}; drug-free is a definition of this registry",
    judge,
    {
        **doris_2017.ACTIVITY,
        **doris_2017.OFF,
        "same as": "clinical remission off therapy of DORIS 2017 (policy)",
    },
    place=6,
)
