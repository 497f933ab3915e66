"""Arrange the end points of a summary for reading; every number is taken as it is."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from registry.followup import timepoints
from registry.followup.endpoints import ENDPOINTS
from registry.followup.states import STATES
from registry.views.cohort_tables import share

Row = Mapping[str, Any]
# The code of a row, its heading, and which question it answers.
READINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "composite": (
            "Composite",
            "no response where treatment changed or failed, or the patient is gone, missing or "
            "undecided",
        ),
        "treatment_policy": (
            "Treatment policy",
            "response at the visit whatever happened in between; no answer counts as none",
        ),
        "observed": ("Observed", "the same, of those whose visit decides"),
        "worst": ("Worst case", "the composite, each indeterminate one counted as no response"),
        "best": ("Best case", "the composite, each indeterminate one counted as response"),
    }
)
REASON_COLUMNS = [
    ("Reason", ""),
    ("Counted here", "numeric"),
    ("In all", "numeric"),
    ("Unknown", "numeric"),
]


def what(found: Row) -> str:
    """Say what was judged and when."""
    title = STATES[found["responder"]].title
    return f"{title}, at {timepoints.title(found['timepoint']).lower()}"


def graded(found: Row) -> str:
    """Say how many had the grades that an SRI needs, and what is judged where too few had."""
    asked, n = ENDPOINTS[found["endpoint"]].responder, found["n"]
    sentence = f"BILAG was graded at the baseline of {found['bilag_at_baseline']} of {n}."
    if asked == found["responder"]:
        return sentence
    return f"Not {STATES[asked].title}: {sentence} This response asks for less."


def who(found: Row) -> str:
    """Say who is counted, and who of the infused is not."""
    at = timepoints.title(found["timepoint"]).lower()
    return (
        f"{found['n']} prospective patients whose window of {at} has closed, of "
        f"{found['infused']} infused. Left out: {found['not_prospective']} not enrolled "
        f"prospectively, {found['window_open']} with the window still open."
    )


def readings(found: Row) -> list[dict[str, Any]]:
    """Return one line for each row: its heading, what it asks, and x of n."""
    return [
        {"title": READINGS[row["row"]][0], "asks": READINGS[row["row"]][1], "share": share(row)}
        for row in found["rows"]
    ]


def reasons(found: Row) -> list[Sequence[object]]:
    """Return the reasons that hold for anybody, or that are not known of somebody."""
    return [
        (reason["title"], *counts)
        for reason in found["reasons"]
        if any(counts := [reason[name] for name in ("first", "patients", "undecided")])
    ]


def unreached(found: Row) -> str:
    """Name the reasons that hold for nobody and are known of everybody."""
    names = ("first", "patients", "undecided")
    titles = [r["title"] for r in found["reasons"] if not any(r[name] for name in names)]
    return "; ".join(title[:1].lower() + title[1:] for title in titles)
