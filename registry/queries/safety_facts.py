"""What went wrong, what was measured before treatment and what the patient had: rows to facts.

Of laboratory results only those that can be a baseline are read, the analytes of table 1 taken in
the days before a step of a course, and those of the kidney whenever they were taken: the other
years of follow-up results cost nothing.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from registry.analysis.baseline_values import ANALYTES
from registry.followup.facts import (
    AdverseEventFact,
    BiopsyFact,
    CausalityFact,
    ConditionFact,
    GradeFact,
    LabFact,
)
from registry.followup.kidney.course import ANALYTES as OF_THE_KIDNEY
from registry.followup.timepoints import BASELINE_DAYS
from registry.laboratory.analytes import code_of, spellings
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    Biopsy,
    Condition,
    Course,
    Infusion,
    LaboratoryResult,
    Lot,
    Site,
)
from registry.queries.fact_rows import (
    Grouped,
    Scope,
    by_first,
    named,
    of_patients,
    parsed,
    parsed_or_none,
    rows_in,
    streamed,
)
from registry.queries.final_visits import of_no_draft

_event: Any = AdverseEvent.__table__
_grade: Any = AdverseEventGrade.__table__
_causality: Any = AdverseEventCausality.__table__
_lab: Any = LaboratoryResult.__table__
_condition: Any = Condition.__table__
_biopsy: Any = Biopsy.__table__
_course: Any = Course.__table__
_infusion: Any = Infusion.__table__
_lot: Any = Lot.__table__
_site: Any = Site.__table__

REPORTED = "reported"  # a draft counts nowhere

_EVENT = (
    *("site_id", "id", "code", "verbatim_term", "started_on_text", "ended_on_text", "term", "soc"),
    *("grade", "scale", "serious", "seriousness", "outcome", "solicited"),
    *("dictionary", "dictionary_version"),
)
_LAB = (
    *("site_id", "id", "analyte", "collected_on_text", "canonical_value", "canonical_unit"),
    *("comparator", "state", "value", "unit"),
)
_CONDITION = ("site_id", "id", "condition", "onset_on_text", "ended_on_text", "active")
_BIOPSY = ("site_id", "id", "taken_on_text", "classes")


def parts(session: Session, scope: Scope) -> Mapping[str, Grouped]:
    """Load events with their grades and causality, the laboratory, conditions and biopsies."""
    clinical = {
        "adverse_events": (_events(), _event),
        "labs": (_labs(session), _lab),
        "conditions": (of_patients(_condition, *_CONDITION), _condition),
        "biopsies": (of_patients(_biopsy, *_BIOPSY), _biopsy),
    }
    found = {
        name: by_first(row for row in rows_in(session, scope, *pair) if scope.sees(row))
        for name, pair in clinical.items()
    }
    found["grades"] = by_first(streamed(session, _grades()))
    found["causality"] = by_first(streamed(session, _causalities()))
    return found


def event_facts(rows: list[Any], loaded: Mapping[str, Grouped]) -> tuple[AdverseEventFact, ...]:
    """Return the events of one patient by onset, those without one last."""
    grades, causality = loaded["grades"], loaded["causality"]
    facts = (_event_fact(row, grades.get(row.id, []), causality.get(row.id, [])) for row in rows)
    return tuple(sorted(facts, key=_by_onset))


def lab_facts(rows: list[Any]) -> tuple[LabFact, ...]:
    """Return the results by date, those of one day as they were entered."""
    facts = (_lab_fact(row) for row in sorted(rows, key=lambda row: row.id))
    return tuple(sorted(facts, key=lambda fact: fact.collected_on.earliest))


def condition_facts(rows: list[Any]) -> tuple[ConditionFact, ...]:
    """Return the conditions as they were entered."""
    return tuple(
        ConditionFact(
            row.condition,
            parsed_or_none(row.onset_on_text),
            parsed_or_none(row.ended_on_text),
            row.active,
        )
        for row in sorted(rows, key=lambda row: row.id)
    )


def biopsy_facts(rows: list[Any]) -> tuple[BiopsyFact, ...]:
    """Return the biopsies of the kidney by date."""
    facts = (BiopsyFact(parsed(row.taken_on_text), row.classes) for row in rows)
    return tuple(sorted(facts, key=lambda fact: (fact.taken_on.earliest, fact.classes)))


def product_events(
    session: Session, cut: date, *, reads: frozenset[int] | None = None, site: str | None = None
) -> tuple[AdverseEventFact, ...]:
    """Return the reported events of lots that reached no patient, dated by the cut.

    Those that a site in reach reported; an event of no site belongs to the whole registry.
    """
    lot = _lot.c.code.label("lot")
    columns = named(_event, (name for name in _EVENT if name != "site_id"))
    statement = (
        select(*columns, lot)
        .join(_lot, _lot.c.id == _event.c.lot_id)
        .outerjoin(_site, _site.c.id == _event.c.site_id)
        .where(_event.c.patient_id.is_(None), *_counted())
        .where(_event.c.started_on_earliest.is_(None) | (_event.c.started_on_earliest <= cut))
    )
    if reads is not None:
        statement = statement.where(_event.c.site_id.in_(reads))
    if site is not None:
        statement = statement.where(_site.c.code == site)
    return tuple(
        sorted((_event_fact(r, [], []) for r in streamed(session, statement)), key=_by_onset)
    )


def _counted() -> tuple[ColumnElement[bool], ...]:
    return _event.c.voided_at.is_(None), _event.c.state == REPORTED


def _events() -> Select[Any]:
    return (
        select(
            *named(_event, ("patient_id", *_EVENT)),
            _infusion.c.code.label("infusion"),
            _lot.c.code.label("lot"),
        )
        .outerjoin(_infusion, _infusion.c.id == _event.c.infusion_id)
        .outerjoin(_lot, _lot.c.id == _event.c.lot_id)
        .where(_event.c.patient_id.is_not(None), *_counted())
    )


def _grades() -> Select[Any]:
    columns = named(_grade, ("event_id", "on_date_text", "grade", "serious"))
    return (
        select(*columns)
        .where(_grade.c.voided_at.is_(None))
        .order_by(_grade.c.on_date_earliest, _grade.c.id)
    )


def _causalities() -> Select[Any]:
    columns = named(_causality, ("event_id", "cause", "assessor", "verdict"))
    return select(*columns).where(_causality.c.voided_at.is_(None)).order_by(_causality.c.id)


def _labs(session: Session) -> Select[Any]:
    """Select the results of the kidney, and those that may lie in a baseline window.

    Those of a visit that is not final count as little as the visit itself.
    """
    steps = _first_and_last_steps()
    earliest = _days_before(session, steps.c.first)
    analyte = func.lower(_lab.c.analyte)
    early = and_(
        analyte.in_(spellings(ANALYTES)),
        _lab.c.collected_on_earliest <= steps.c.last,
        _lab.c.collected_on_latest >= earliest,
    )
    return (
        of_patients(_lab, *_LAB)
        .join(steps, steps.c.patient_id == _lab.c.patient_id)
        .where(
            of_no_draft(_lab.c.visit_id),
            or_(analyte.in_(spellings(OF_THE_KIDNEY)), early),
        )
    )


def _first_and_last_steps() -> Any:
    """Return, for each patient, the bounds between which every course began."""
    steps = [
        (_course, "started_on"),
        (_course, "mobilised_on"),
        (_infusion, "started_at"),
    ]
    each = union_all(
        *(
            select(
                table.c.patient_id,
                table.c[f"{name}_earliest"].label("first"),
                table.c[f"{name}_latest"].label("last"),
            ).where(table.c.voided_at.is_(None), table.c[f"{name}_earliest"].is_not(None))
            for table, name in steps
        )
    ).subquery()
    first, last = func.min(each.c.first).label("first"), func.max(each.c.last).label("last")
    return select(each.c.patient_id, first, last).group_by(each.c.patient_id).subquery()


def _days_before(session: Session, day: ColumnElement[date]) -> ColumnElement[date]:
    """Return the first day of the window; the two engines reckon with dates in their own ways."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(day, f"-{BASELINE_DAYS} days", type_=Date)
    return day - timedelta(days=BASELINE_DAYS)


def _event_fact(row: Any, grades: list[Any], causality: list[Any]) -> AdverseEventFact:
    return AdverseEventFact(
        event_id=row.code,
        verbatim_term=row.verbatim_term,
        started_on=parsed_or_none(row.started_on_text),
        ended_on=parsed_or_none(row.ended_on_text),
        term=row.term,
        soc=row.soc,
        grade=row.grade,
        scale=row.scale,
        serious=row.serious,
        seriousness=tuple(part for part in (row.seriousness or "").split(";") if part),
        outcome=row.outcome,
        solicited=row.solicited,
        infusion_id=getattr(row, "infusion", None),
        lot=row.lot,
        grades=tuple(GradeFact(parsed(day), grade, serious) for _, day, grade, serious in grades),
        causality=tuple(CausalityFact(*row[1:]) for row in causality),
        dictionary=row.dictionary,
        dictionary_version=row.dictionary_version,
    )


def _by_onset(fact: AdverseEventFact) -> tuple[bool, date, str]:
    began = fact.started_on
    return began is None, began.earliest if began else date.max, fact.event_id


def _lab_fact(row: Any) -> LabFact:
    return LabFact(
        analyte=code_of(row.analyte),
        collected_on=parsed(row.collected_on_text),
        value=row.canonical_value,
        unit=row.canonical_unit,
        comparator=row.comparator,
        state=row.state,
        text=row.value,
        entered_unit=row.unit,
    )
