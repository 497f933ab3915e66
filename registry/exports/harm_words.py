"""Harms among the judged states, apart and in words of their own: to meet one is no success.

The codes of the summary stay as they are.  Its rows are named after states that one hopes for, so
for a harm *worst* is the fewest that it can have happened to, and *best* the most.
"""

from collections.abc import Mapping
from typing import Any

from registry.followup.states import STATES

HARMS = frozenset(name for name, state in STATES.items() if state.harm)
TITLE, COURSE_TITLE = "Harms", "Course of harms"
# Row of the summary → its heading, and what it counts.
ROWS: Mapping[str, tuple[str, str]] = {
    "observed": ("Happened", "of those whose data decide"),
    "non_responder_imputed": ("Not seen as free of it", "of everybody infused and due or gone"),
    "worst": ("Fewest", "each indeterminate one counted as free of it"),
    "best": ("Most", "each indeterminate one counted as having it"),
}
# What a line of the course of a state counts.
LEVELS: Mapping[str, str] = {
    "baseline_met": "happened before treatment",
    "baseline_not_met": "free of it at baseline",
    "baseline_indeterminate": "undecided at baseline",
    "baseline_not_evaluable": "not evaluable at baseline",
    "baseline_not_seen": "not seen at baseline",
    "attained": "happened since treatment",
    "sustained": "found again 5 months or more later",
    "days_met": "days after it had happened",
    "days_indeterminate": "days undecided",
    "days_unobserved": "days unobserved",
    "days_observed": "days observed",
    "share_of_days_observed": "share of days observed after it had happened",
}


def is_harm(line: Mapping[str, Any]) -> bool:
    """Whether a line of states or of their course counts a harm that the registry computes."""
    return line["name"] in HARMS and line.get("origin", "computed") == "computed"


def worded(line: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a line of a harm with its row and level in words."""
    words = {}
    if line.get("row") in ROWS:
        words["row"] = ", ".join(ROWS[line["row"]])
    if line.get("level") in LEVELS:
        words["level"] = LEVELS[line["level"]]
    return {**line, **words}
