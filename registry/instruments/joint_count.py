"""The 28-joint count: how many joints of the set are swollen.

Unit: joints, 0 to 28 (high is bad).  Window: at the visit, examined by a clinician.
Set: both shoulders, elbows, wrists, MCP 1 to 5, thumb IP, PIP 2 to 5 and knees.  Hips, ankles and
feet lie outside: they are kept and named, and not counted.
Missing: a joint that was not assessed leaves a lowest and a highest count, and no count.
"""

from collections.abc import Mapping
from typing import Any

from registry.instruments._criteria import apart, listed
from registry.instruments._three_valued import known_codes, named
from registry.instruments.base import NOT_ASSESSED, Calculator, Rule

VERSION = "joints-28/1"
SIDES = ("L", "R")


def _both(*joints: str) -> tuple[str, ...]:
    return tuple(f"{joint}_{side}" for joint in joints for side in SIDES)


JOINTS = _both(
    *("shoulder", "elbow", "wrist", "mcp1", "mcp2", "mcp3", "mcp4", "mcp5"),
    *("ip_thumb", "pip2", "pip3", "pip4", "pip5", "knee"),
)
OUTSIDE = _both(
    *("temporomandibular", "sternoclavicular", "acromioclavicular", "hip", "ankle", "foot"),
    *("dip2", "dip3", "dip4", "dip5", "tarsus", "mtp1", "mtp2", "mtp3", "mtp4", "mtp5"),
    *("ip_toe", "toe2", "toe3", "toe4", "toe5"),
)


def _count(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    swollen = known_codes(inputs, named(inputs, "swollen"), JOINTS + OUTSIDE)
    unknown = listed(inputs, NOT_ASSESSED, JOINTS + OUTSIDE)
    if swollen is None:
        return {"known_count": 0, "max_possible": len(JOINTS), "complete": False}
    apart(swollen, unknown, "a joint")
    known, gaps = len(swollen & set(JOINTS)), [joint for joint in JOINTS if joint in unknown]
    return {
        "count": None if gaps else known,
        "all_joints_in_set": swollen <= set(JOINTS),
        "known_count": known,
        "max_possible": known + len(gaps),
        "complete": not gaps,
        "missing": gaps,
        "not_counted": [joint for joint in OUTSIDE if joint in swollen],
    }


RULE = Rule(
    title="Swollen joints of 28",
    version=VERSION,
    subject="activity",
    source="Prevoo ML et al. Arthritis Rheum 1995;38:44-8, the set of the DAS28",
    licence="Free to use.",
    settings={
        "answer": f"joints, 0 to {len(JOINTS)}, high is bad",
        "window": "at the visit, examined by a clinician",
        "set": "both shoulders, elbows, wrists, MCP 1 to 5, thumb IP, PIP 2 to 5 and knees",
        "outside": "hips, ankles and feet are kept and named, and not counted",
        "not assessed": "leaves a lowest and a highest count, and no count",
    },
    disagreements=(
        "The arthritis of the SLEDAI takes any joint, so it is never derived from this count.",
    ),
)
CALCULATORS = (
    Calculator(
        "joint_count_28",
        ("swollen", NOT_ASSESSED),
        (
            *("count", "all_joints_in_set", "known_count", "max_possible"),
            *("complete", "missing", "not_counted"),
        ),
        _count,
        RULE,
        aliases=("joint_count",),
    ),
)
