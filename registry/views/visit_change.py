"""The change since the visit before in words: Toronto rule, SELENA flare index, each limb."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.codes import SELENA_LIMB
from registry.followup.facts import PatientFacts
from registry.followup.flare_index import (
    Change,
    Evidence,
    Judged,
    judge,
    previous,
    results_of,
    seen,
)
from registry.queries.visit_change import Around
from registry.templating import show_change, show_date

GRADES = {"none": "no flare", "mild_moderate": "mild or moderate", "severe": "severe"}
FLARES = {"none": "No flare", "mild_moderate": "Mild or moderate flare", "severe": "Severe flare"}
TORONTO = {
    "remission": "Remission: 0 now",
    "flare": "Flare",
    "improvement": "Improvement",
    "persistently_active": "Persistently active",
    "indeterminate": "Could not be judged",
}
OPEN = "Could not be judged"
NOTE = (
    "Computed from what is recorded, and never a diagnosis: a flare counts where somebody records "
    "one. The criteria of treatment overstate severity (Thanou 2014)."
)
UNSIGNED = " This visit is not signed, so it counts in no result yet."
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """The heading, the rows and the sentence under them."""

    title: str
    rows: Sequence[Row]
    note: str


def change_table(facts: PatientFacts, visit: str, around: Around) -> ChangeTable | None:
    """Return what changed; None where the visit has no day of its own or found nothing to compare.

    ``facts`` hold treatment, medicines and every visit; ``visit`` is the code of this one.
    """
    own = next((one for one in facts.visits if one.visit_id == visit), None)
    now = seen(own) if own else None
    if own is None or now is None:
        return None
    note = NOTE + ("" if own.final else UNSIGNED)
    before = previous(facts.visits, own)
    if before is None:
        return ChangeTable("Change since the visit before", (), f"No final visit before. {note}")
    evidence = Evidence(
        facts.medicines, facts.courses, around.weights, around.admissions, results_of(facts)
    )
    change = judge(now, before, evidence)
    title = f"Change since the visit of {show_date(before.on)}, {_days(change.days)} before"
    return ChangeTable(title, tuple(_rows(change)), note)


def _days(days: int | None) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def _rows(change: Change) -> Iterator[Row]:
    delta = f"SLEDAI-2K {show_change(change.delta)}" if change.delta is not None else ""
    missing = "a complete SLEDAI-2K is missing at one of the visits"
    yield "Toronto change rule", TORONTO[change.toronto], delta or missing
    yield "SELENA flare index", _flare(change), change.why or _by(change)
    for limb in change.limbs:
        yield f"– {SELENA_LIMB[limb.limb]}", _limb(limb), limb.why


def _flare(change: Change) -> str:
    if change.flare in FLARES:
        return FLARES[change.flare]
    if change.flare == "not_judged" or change.at_least == "none":
        return OPEN
    return f"At least a {FLARES[change.at_least].lower()}"


def _by(change: Change) -> str:
    """Say which limbs decide, and how many are open."""
    fired = [SELENA_LIMB[one.limb] for one in change.limbs if one.state == "fired"]
    open_ = sum(one.state == "not_judged" for one in change.limbs)
    words = [f"met: {', '.join(fired)}" if fired else "no criterion met"]
    words += [f"{open_} of {len(change.limbs)} could not be judged"] if open_ else []
    return "; ".join(words)


def _limb(limb: Judged) -> str:
    if limb.state == "fired":
        return f"Met, {'at least ' if limb.open else ''}{GRADES[limb.at_least]}"
    return "Not met" if limb.state == "not_fired" else OPEN
