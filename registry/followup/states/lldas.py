"""Lupus low disease activity state (LLDAS), with and without the bar on investigational drugs.

Five criteria.  What is no SLEDAI-2K item, PGA or dose is asked by the questions for the target
states and never assumed: a visit at which nobody asked is indeterminate, unless a criterion fails.
The cells of this registry are an investigational drug while they have no marketing authorisation.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from registry.followup.facts import AssessmentFact, CourseFact, InfusionFact
from registry.followup.states._limbs import (
    STEROID_SETTINGS,
    asked,
    at_most,
    bounds,
    is_judged,
    items_of,
    pga,
    prednisone,
    result_of,
)
from registry.followup.states.base import (
    MET,
    AtVisit,
    Limb,
    State,
    Verdict,
    all_of,
    failed,
    join,
    unknown,
)
from registry.instruments import lldas as published

Items = Mapping[str, Any]

SOURCE = "Franklyn K et al. Ann Rheum Dis 2016;75:1615, doi 10.1136/annrheumdis-2015-207726"
EXPOSURE_DAYS = 183  # six months; a protocol may say otherwise, and that is a new version
AUTHORISED = "authorised"
NO_BASIS = frozenset({None, "", "unknown"})
NOT_SCORED = ("haemolytic_anaemia", "gi_activity", "other_major_organ")
MYOSITIS = "myositis_is_no_major_organ_by_the_letter"
SETTINGS = {
    "SLEDAI-2K": "4 or less, no major organ (renal, neurological with vasculitis, serositis, "
    "fever; myositis is none), and by the clinician no haemolytic anaemia, no gastrointestinal "
    "and no other major activity",
    "new activity": "no SLEDAI-2K item newly present since the last visit with one, and the "
    "clinician says no; at a first visit not known (policy)",
    "PGA": f"{published.PGA_CEILING} or less",
    "prednisone": f"{published.PREDNISONE_CEILING_MG} mg or less",
    "maintenance": "standard doses, well tolerated, by the clinician",
    **STEROID_SETTINGS,
}


def judge(at: AtVisit) -> Verdict | None:
    """Judge the five criteria as published; None where the visit has neither SLEDAI-2K nor PGA."""
    return _judge(at, barred=True)


def judge_without_bar(at: AtVisit) -> Verdict | None:
    """Judge the five criteria and let investigational drugs pass."""
    return _judge(at, barred=False)


def _judge(at: AtVisit, *, barred: bool) -> Verdict | None:
    if not is_judged(at.visit):
        return None
    tolerated, fifth = _tolerated(at), "Maintenance tolerated at standard doses"
    return join(
        *at.once(_first_four),
        Limb(f"{fifth}, no investigational drug", all_of(tolerated, _no_investigational(at)))
        if barred
        else Limb(fifth, tolerated),
    )


def _first_four(at: AtVisit) -> tuple[Limb, ...]:
    mg, ceiling = published.PREDNISONE_CEILING_MG, published.PGA_CEILING
    return (
        Limb("SLEDAI-2K of 4 or less, no major organ active", _activity(at)),
        Limb("Nothing new since the last assessment", _nothing_new(at)),
        Limb(f"PGA of {ceiling} or less", at_most(pga(at.visit), ceiling, "pga")),
        Limb(f"Prednisone {mg} mg a day or less", prednisone(at, mg)),
    )


def _absent(at: AtVisit, question: str) -> Verdict:
    """Judge that the clinician says no; not asked and not assessed leave it open."""
    answer = asked(at).get(question)
    if answer is None:
        return unknown(f"{question}_not_known")
    return failed(question) if answer else MET


def _tolerated(at: AtVisit) -> Verdict:
    answer = asked(at).get("maintenance_tolerated")
    if answer is None:
        return unknown("maintenance_not_known")
    return MET if answer else failed("maintenance_not_tolerated")


def _activity(at: AtVisit) -> Verdict:
    """Judge the first criterion; myositis does not fail it, and is named."""
    result = result_of(at.visit, "sledai_2k")
    beyond = [_absent(at, question) for question in NOT_SCORED]
    if result is None:
        return all_of(unknown("no_sledai_2k"), *beyond)
    items = at.once(_items)
    score = at_most(bounds(result), published.SLEDAI_CEILING, "sledai_2k")
    verdict = all_of(score, _no_major_organ(result, items), *beyond)
    myositis = verdict == MET and items.get("myositis") == 1
    return Verdict("met", MYOSITIS) if myositis else verdict


def _items(at: AtVisit) -> Items:
    return items_of(result_of(at.visit, "sledai_2k"))


def _no_major_organ(result: AssessmentFact, items: Items) -> Verdict:
    """Judge by the items; a total without them names no organ, unless it is 0."""
    if not items:
        found = bounds(result)
        return MET if found and found[1] == 0 else unknown("items_not_stored")
    major = [items[code] for code in published.MAJOR_ITEMS]
    if 1 in major:
        return failed("major_organ")
    return unknown("major_organ_not_assessed") if None in major else MET


def _nothing_new(at: AtVisit) -> Verdict:
    """Judge the second criterion: the items against the last ones before, and the clinician."""
    now, before = result_of(at.visit, "sledai_2k"), at.previous_with("sledai_2k")
    said = _absent(at, "new_activity")
    if at.previous is None:
        return all_of(said, unknown("no_earlier_assessment"))
    if now is None or before is None:
        return all_of(said, unknown("no_sledai_2k" if now is None else "no_earlier_sledai_2k"))
    last = result_of(before, "sledai_2k")
    old, new = items_of(last), at.once(_items)
    return all_of(said, _no_new_item(old, new) if old and new else _no_rise(now, last))


def _no_new_item(old: Items, new: Items) -> Verdict:
    """Judge that no item is present that was absent before; without items the totals say."""
    if any(new[code] == 1 and old[code] == 0 for code in new):
        return failed("new_sledai_item")
    certain = all(new[code] == 0 or old[code] == 1 for code in new)
    return MET if certain else unknown("new_items_not_certain")


def _no_rise(now: AssessmentFact, before: AssessmentFact | None) -> Verdict:
    """Judge by points: more than all that was possible before is something new, none is nothing."""
    after, then = bounds(now), bounds(before) if before else None
    if after and after[1] == 0:
        return MET
    if after and then and after[0] > then[1]:
        return failed("new_sledai_item")
    return unknown("items_not_stored")


def _no_investigational(at: AtVisit) -> Verdict:
    """Judge the bar: no other investigational drug, and no cells without an authorisation."""
    cells = (
        _let_pass(at, course, infusion)
        for course in at.patient.courses
        if course.legal_basis != AUTHORISED
        for infusion in course.infusions
    )
    return all_of(_absent(at, "investigational_drug"), *cells)


def _let_pass(at: AtVisit, course: CourseFact, infusion: InfusionFact) -> Verdict:
    """Judge one infusion; of one on the day of the visit, the visit came first."""
    day, given = at.visit.visited_on, infusion.started_at
    if day is None:
        return unknown("no_date")
    first, last = day - timedelta(days=EXPOSURE_DAYS), day - timedelta(days=1)
    if given.latest < first or given.earliest > last:
        return MET
    if course.legal_basis in NO_BASIS:
        return unknown("legal_basis_not_known")
    certain = first <= given.earliest and given.latest <= last
    return failed("investigational_cells") if certain else unknown("infusion_date_not_certain")


STATES = (
    State(
        "lldas",
        published.VERSION,
        "LLDAS, investigational drugs barred",
        SOURCE,
        judge,
        {
            **SETTINGS,
            "investigational": "another drug by the clinician; cells of this registry for "
            f"{EXPOSURE_DAYS} days after an infusion, whatever the legal basis but a marketing "
            "authorisation; a basis that is not known leaves it open (policy)",
        },
        place=3,
        short="LLDAS",
    ),
    State(
        "lldas_without_bar",
        published.VERSION,
        "LLDAS, without the bar on investigational drugs",
        SOURCE,
        judge_without_bar,
        {**SETTINGS, "investigational": "let pass (policy)"},
        place=3,
        short="LLDAS*",
    ),
)
