"""What the visit form shows beside each field: the last final visit before, and the baseline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, literal_column, select
from sqlalchemy.orm import Session

from registry.followup import clocks
from registry.followup.facts import PatientFacts
from registry.followup.schedules import a_day
from registry.followup.selection import baseline_visit
from registry.followup.steroids import is_steroid
from registry.instruments import INSTRUMENTS, UNSCORED
from registry.instruments.glucocorticoids import written
from registry.models import Assessment, Visit
from registry.partial_date import PartialDate
from registry.queries.final_visits import final
from registry.queries.patient_facts import facts_of, medicine_fact
from registry.queries.patient_page import (
    CHECKLIST,
    MedicationRow,
    PatientPageRows,
    VisitRow,
    medications_of,
    visits_until,
)
from registry.queries.scope import PatientInReach, RowsOfPatient
from registry.queries.treatment import CourseRow, InfusionRow, treatment_of

_visit, _assessment = Visit.__table__, Assessment.__table__


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

    facts: PatientFacts  # treatment, and the visits that may be the baseline
    day_0: date | None
    previous: Previous
    baseline: Mapping[str, Any] | None


def _in_force(assessment: FromClause) -> ColumnElement[bool]:
    return (assessment.c.visit_id == _visit.c.id) & assessment.c.voided_at.is_(None)


_sledai, _pga = _assessment.alias("sledai"), _assessment.alias("pga")
_PREVIOUS = RowsOfPatient.prepared(
    select(
        *(_visit.c.visited_on_earliest, _sledai.c.total, _sledai.c.answers, _sledai.c.total_only),
        _pga.c.total.label("pga"),
    )
    .outerjoin(_sledai, _in_force(_sledai) & (_sledai.c.instrument == CHECKLIST))
    .outerjoin(_pga, _in_force(_pga) & (_pga.c.instrument == "pga"))
    .where(
        final(),
        _visit.c.visited_on_latest < bindparam("before"),
        _visit.c.code != bindparam("leave_out"),
        select(literal_column("1"))
        .where(_in_force(_assessment), _assessment.c.instrument.not_in(UNSCORED))
        .exists(),
    )
    # One with the checklist, if there is any: what was present must not look forgotten.
    .order_by(_sledai.c.id.is_(None), _visit.c.visited_on_earliest.desc(), _visit.c.id)
    .limit(1),
    _visit,
)


_SAME_DAY = RowsOfPatient.prepared(
    select(_visit.c.code)
    .where(
        _visit.c.visited_on_earliest == bindparam("on"),
        _visit.c.visited_on_latest == bindparam("on"),
        _visit.c.code != bindparam("leave_out"),
    )
    .order_by(_visit.c.code),
    _visit,
)


def same_day(
    session: Session, patient: PatientInReach, on: PartialDate | None, leave_out: str
) -> tuple[str, ...]:
    """Return the codes of the other visits on an exactly known day."""
    if on is None or on.exact is None:
        return ()
    found = _SAME_DAY.read(session, patient, on=on.exact, leave_out=leave_out)
    return tuple(code for (code,) in found)


def beside(session: Session, patient: PatientInReach, before: date, leave_out: str = "") -> Beside:
    """Load what stands beside the fields of a visit on ``before``; at most four queries.

    ``leave_out`` is the code of the visit being changed, which is not its own predecessor.
    """
    facts = facts_until(session, patient)
    course = facts.courses[0] if facts.courses else None
    previous = previous_of(session, patient, before, leave_out)
    if previous.on is not None:
        steroid = _steroid_on(medications_of(session, patient), previous.on)
        previous = replace(previous, steroid=steroid)
    return Beside(
        facts=facts,
        day_0=clocks.day_0(course) if course else None,
        previous=previous,
        baseline=baseline_of(facts),
    )


def facts_until(session: Session, patient: PatientInReach, day: date | None = None) -> PatientFacts:
    """Return the facts of the treatment and the visits until a day; at most two queries.

    The visits until the last infusion are always among them, so that the baseline is.
    """
    courses, infusions = treatment_of(session, patient)
    days = [infusion.started_at.latest for infusion in infusions] + ([day] if day else [])
    seen = visits_until(session, patient, max(days)) if days else ()
    return _facts(patient, courses, infusions, seen)


def _facts(
    patient: PatientInReach,
    courses: tuple[CourseRow, ...],
    infusions: tuple[InfusionRow, ...],
    visits: tuple[VisitRow, ...] = (),
) -> PatientFacts:
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses,
        infusions=infusions,
        visits=visits,
        medications=(),
    )
    return facts_of(patient, rows)


def previous_of(
    session: Session, patient: PatientInReach, before: date, leave_out: str
) -> Previous:
    """Return the latest signed or imported visit dated before, without its steroid; one query.

    Never an open or a later one.
    """
    found = _PREVIOUS.read(session, patient, before=before, leave_out=leave_out)
    if not found:
        return Previous()
    on, total, answers, total_only, pga = found[0]
    return Previous(
        on=on,
        answers={} if answers is None or total_only else in_words(answers),
        total=total,
        pga="" if pga is None else str(pga),
    )


def in_words(answers: Sequence[Any]) -> dict[str, str]:
    """Return item → answer as the form writes it."""
    items = INSTRUMENTS[CHECKLIST].items
    return {item.code: item.text(answer) for item, answer in zip(items, answers, strict=True)}


def _steroid_on(rows: Iterable[MedicationRow], on: date) -> str:
    """Return the steroid in force on a day in words, for the hint beside the field.

    In its own milligrams, which are asked there: 8 mg of methylprednisolone are not 10.
    """
    taken = [
        row
        for row in rows
        if row.started_on.latest <= on and (row.ended_on is None or row.ended_on.earliest >= on)
    ]
    return ", ".join(_dose_words(row) for row in taken if is_steroid(medicine_fact(row)))


def _dose_words(row: MedicationRow) -> str:
    amount = row.daily_dose
    if amount is None and row.dose is not None and row.per_day is not None:
        amount = a_day(row.dose, row.per_day)
    if amount is None:
        return f"{row.drug}, dose not known"
    return f"{row.drug} {written(amount)} {row.unit or 'mg'}"


def baseline_of(facts: PatientFacts) -> Mapping[str, Any] | None:
    """Return total and day of the baseline of the first course."""
    course = facts.courses[0] if facts.courses else None
    visit = baseline_visit(facts, course, CHECKLIST) if course else None
    if visit is None:
        return None
    total = next(a.total for a in visit.assessments if a.instrument == CHECKLIST)
    return {"total": total, "on": visit.visited_on}
