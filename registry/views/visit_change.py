"""The change since the visit before in words: Toronto rule, SELENA flare index, each limb."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from registry.codes import SELENA_LIMB
from registry.followup.facts import CourseFact
from registry.followup.flare_index import Change, Evidence, Judged, Seen, judge, seen_at
from registry.instruments import INSTRUMENTS
from registry.models import Visit
from registry.operations.finality import is_closed
from registry.operations.visit_rows import VisitRows
from registry.queries.patient_page import CHECKLIST
from registry.queries.visit_change import Around
from registry.queries.visit_form import Previous
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
    "one. Limbs of treatment overstate severity (Thanou 2014)."
)
UNSIGNED = " This visit is not signed, so it counts in no result yet."
VAGUE = "the day of the visit before is not exactly known"
Row = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class ChangeTable:
    """The heading, the rows and the sentence under them."""

    title: str
    rows: Sequence[Row]
    note: str


def change_table(
    visit: Visit,
    rows: VisitRows,
    previous: Previous,
    around: Around,
    courses: Iterable[CourseFact],
) -> ChangeTable | None:
    """Return what changed; None where the visit has no day of its own or did not take place."""
    now = _seen(visit, rows)
    if now is None:
        return None
    evidence = Evidence(around.medicines, tuple(courses), around.weights, around.admissions)
    change = judge(now, previous.seen, evidence)
    note = NOTE + ("" if is_closed(visit) else UNSIGNED)
    if previous.on is None:
        return ChangeTable("Change since the visit before", (), f"No final visit before. {note}")
    days = f", {_days(change.days)} before" if change.days is not None else ""
    title = f"Change since the visit of {show_date(previous.on)}{days}"
    return ChangeTable(title, tuple(_rows(change, "" if previous.seen else VAGUE)), note)


def _days(days: int) -> str:
    return f"{days} day{'' if days == 1 else 's'}"


def _seen(visit: Visit, rows: VisitRows) -> Seen | None:
    on = visit.visited_on.exact if visit.visited_on else None
    stored, pga = rows.checklist, rows.assessments.get("pga")
    if on is None or (visit.attendance or "done") != "done" or (stored is None and pga is None):
        return None
    score = (stored.total, stored.known_points, stored.max_possible) if stored else (None,) * 3
    answers = None
    if stored is not None and stored.answers and not stored.total_only:
        answers = INSTRUMENTS[CHECKLIST].from_row(stored.answers)
    return seen_at(on, score, answers, pga.total if pga else None)


def _rows(change: Change, why: str) -> Iterator[Row]:
    delta = f"SLEDAI-2K {show_change(change.delta)}" if change.delta is not None else ""
    missing = "a complete SLEDAI-2K is missing at one of the visits"
    yield "Toronto change rule", TORONTO[change.toronto], delta or missing
    yield "SELENA flare index", _flare(change), why or change.why or _by(change)
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
    words = [f"fired: {', '.join(fired)}" if fired else "no limb fired"]
    words += [f"{open_} of {len(change.limbs)} could not be judged"] if open_ else []
    return "; ".join(words)


def _limb(limb: Judged) -> str:
    if limb.state == "fired":
        return f"Fired, {'at least ' if limb.open else ''}{GRADES[limb.at_least]}"
    return "Did not fire" if limb.state == "not_fired" else OPEN
