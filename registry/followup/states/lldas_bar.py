"""Lupus low disease activity state as published: an investigational drug bars it.

Cells given in a trial are one. How long the exposure lasts no protocol here says, so that it
lasts from the infusion on.
"""

from registry.followup.facts import PatientFacts, VisitFact
from registry.followup.states import lldas
from registry.followup.states.base import State, Verdict, all_of, failed, unknown

TRIAL = "trial"


def judge(patient: PatientFacts, visit: VisitFact) -> Verdict | None:
    """Judge LLDAS and the bar; None where the visit has neither SLEDAI-2K nor PGA."""
    without = lldas.judge(patient, visit)
    return None if without is None else all_of(without, _bar(patient, visit))


def _bar(patient: PatientFacts, visit: VisitFact) -> Verdict:
    """Judge by the courses alone: other drugs of a trial are not marked as such."""
    given = (
        infusion.started_at.latest
        for course in patient.courses
        if course.legal_basis == TRIAL
        for infusion in course.infusions
    )
    # On the day itself the visit may have come first.
    if visit.visited_on is not None and any(day < visit.visited_on for day in given):
        return failed("investigational_product")
    return unknown("investigational_drug_not_asked")


STATE = State(
    "lldas_bar",
    lldas.STATE.version,
    "LLDAS, investigational drugs barred",
    lldas.STATE.source,
    judge,
    {
        **lldas.STATE.settings,
        "investigational": "cells of a course whose legal basis is a trial, from the day after "
        "the infusion on (policy)",
    },
    limit=lldas.STATE.limit,
    place=3,
)
