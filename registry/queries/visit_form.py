"""What the visit form shows beside each field: the last final visit before, and the baseline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from registry.followup import clocks
from registry.followup.facts import PatientFacts
from registry.followup.selection import baseline_visit
from registry.followup.steroids import daily_mg, is_steroid
from registry.instruments import INSTRUMENTS
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import (
    PatientPageRows,
    VisitRow,
    courses_of,
    infusions_of,
    medications_of,
    visits_of,
)
from registry.queries.scope import PatientInReach

CHECKLIST = "sledai_2k"


@dataclass(frozen=True, slots=True)
class Previous:
    """The last final visit dated before, as the form shows it beside each field."""

    on: date | None = None
    answers: Mapping[str, str] = field(default_factory=dict)  # item → present, absent, not_assessed
    total: Decimal | None = None
    pga: str = ""
    steroid: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything around the fields: facts for the strip, last values, baseline."""

    facts: PatientFacts
    rows: PatientPageRows
    day_0: date | None
    previous: Previous
    baseline: Mapping[str, Any] | None


def beside(session: Session, patient: PatientInReach, before: date, leave_out: str = "") -> Beside:
    """Load what stands beside the fields of a visit on ``before``; four queries.

    ``leave_out`` is the code of the visit being changed, which is not its own predecessor.
    """
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses_of(session, patient),
        infusions=infusions_of(session, patient),
        visits=visits_of(session, patient),
        medications=medications_of(session, patient),
    )
    facts = facts_of(patient, rows)
    course = facts.courses[0] if facts.courses else None
    return Beside(
        facts=facts,
        rows=rows,
        day_0=clocks.day_0(course) if course else None,
        previous=_previous(rows, facts, before, leave_out),
        baseline=_baseline(facts),
    )


def answers_in_words(row: VisitRow, instrument: str = CHECKLIST) -> dict[str, str]:
    """Return item → answer as the form writes it; empty for a historic total alone."""
    stored = row.assessments.get(instrument)
    declared = INSTRUMENTS[instrument]
    if stored is None or stored.answers is None or stored.total_only:
        return {}
    answers = declared.from_row(stored.answers)
    return {item.code: item.text(answers[item.code]) for item in declared.items}


def _previous(rows: PatientPageRows, facts: PatientFacts, before: date, leave_out: str) -> Previous:
    """Return the latest signed or imported visit dated before: never an open or a later one."""
    earlier = [
        (row.visited_on.earliest, row)
        for row in rows.visits
        if row.final and row.visited_on and row.visited_on.latest < before
        if row.code != leave_out and row.assessments
    ]
    if not earlier:
        return Previous()
    # One with the checklist, if there is any: what was present must not look forgotten.
    on, row = max(earlier, key=lambda pair: (CHECKLIST in pair[1].assessments, pair[0]))
    sledai, pga = row.assessments.get(CHECKLIST), row.assessments.get("pga")
    return Previous(
        on=on,
        answers=answers_in_words(row),
        total=sledai.total if sledai else None,
        pga=str(pga.total) if pga and pga.total is not None else "",
        steroid=_steroid_on(facts, on),
    )


def _steroid_on(facts: PatientFacts, on: date) -> str:
    """Return the steroid in force on a day in words, for the hint beside the field."""
    taken = [
        medicine
        for medicine in facts.medicines
        if is_steroid(medicine) and medicine.started_on.latest <= on
        if medicine.ended_on is None or medicine.ended_on.earliest >= on
    ]
    doses = [(medicine.drug, daily_mg(medicine)) for medicine in taken]
    return ", ".join(
        f"{drug} {mg.normalize():f} mg" if mg is not None else f"{drug}, dose not known"
        for drug, mg in doses
    )


def _baseline(facts: PatientFacts) -> Mapping[str, Any] | None:
    course = facts.courses[0] if facts.courses else None
    visit = baseline_visit(facts, course, CHECKLIST) if course else None
    if visit is None:
        return None
    total = next(a.total for a in visit.assessments if a.instrument == CHECKLIST)
    return {"total": total, "on": visit.visited_on}
