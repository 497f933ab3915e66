"""The 28-joint counts: how many joints of the set are tender, and how many swollen.

Unit: joints, 0 to 28 (high is bad).  Window: at the visit, examined by a clinician.
Set: both shoulders, elbows, wrists, MCP 1 to 5, thumb IP, PIP 2 to 5 and knees.  Hips, ankles and
feet lie outside: they are kept and named, and not counted.
A visit stores the two counts; the calculator counts swollen joints from a list of them.
Missing: a joint that was not assessed leaves a lowest and a highest count, and no count.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._criteria import apart, listed
from registry.instruments._three_valued import known_codes, named
from registry.instruments._values import YEARLY, as_scales, each_alone, numbers
from registry.instruments.base import NOT_ASSESSED, Calculator, Instrument

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


_SET = "of both shoulders, elbows, wrists, MCP 1 to 5, thumb IP, PIP 2 to 5 and knees"
ITEMS = numbers(
    ("tender", "Tender joints", f"How many are tender on pressure or movement, {_SET}."),
    ("swollen", "Swollen joints", f"How many are swollen, {_SET}."),
    high=Decimal(len(JOINTS)),
)
SCALES = as_scales(ITEMS, "high_bad")

INSTRUMENT = Instrument(
    code="joint_count_28",
    key="joint_count_28",
    version="joints-28-counts/1",
    subject="activity",
    title="28-joint count",
    items=ITEMS,
    maximum=Decimal(len(JOINTS)),
    score=each_alone(ITEMS, SCALES),
    source="Prevoo ML et al. Arthritis Rheum 1995;38:44-8, the set of the DAS28",
    licence="Free to use.",
    window="at the visit, examined by a clinician",
    unit="joints",
    due_at=YEARLY,
    totalled=False,
    scales=SCALES,
    note="Hips, ankles and feet lie outside the set and are not counted.",
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
        INSTRUMENT.rule,
        aliases=("joint_count",),
    ),
)
