"""Everything stored of one patient that speaks of classification, ever; four queries."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Date, Text, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from registry.followup.classification import Evidence, evidence
from registry.followup.classification_rules import READ_FROM
from registry.followup.facts import BiopsyFact, ConditionFact, PatientFacts
from registry.laboratory.analytes import code_of, spellings
from registry.laboratory.proposals import Result
from registry.models import Biopsy, Condition, LaboratoryResult
from registry.partial_date import PartialDate
from registry.queries.final_visits import of_no_draft
from registry.queries.scope import PatientInReach, RowsOfPatient, columns, partial_columns
from registry.queries.visit_form import facts_until

_result = LaboratoryResult.__table__
_condition, _biopsy = Condition.__table__, Biopsy.__table__


@dataclass(frozen=True, slots=True)
class ClassificationRows:
    """The facts with every visit and its answers, and what speaks of the criteria."""

    facts: PatientFacts
    known: Evidence


_RESULTS = RowsOfPatient.prepared(
    select(
        *partial_columns(_result, "collected_on"),
        *columns(_result, "analyte", "value", "unit", "comparator", "state"),
        *columns(_result, "lower_limit", "upper_limit"),
    )
    .where(
        func.lower(_result.c.analyte).in_(spellings(READ_FROM)),
        _result.c.value.is_not(None),
        of_no_draft(_result.c.visit_id),
    )
    .order_by(*columns(_result, "collected_on_earliest", "id")),
    _result,
)
_NO_DATE = (cast(null(), Text), cast(null(), Date), cast(null(), Date))
_PARTS = (
    (_condition, select(literal("condition").label("kind"), _condition.c.condition, *_NO_DATE)),
    (
        _biopsy,
        select(
            literal("biopsy").label("kind"),
            _biopsy.c.classes,
            *partial_columns(_biopsy, "taken_on"),
        ),
    ),
)


_PREPARED = [RowsOfPatient.prepared(part, table) for table, part in _PARTS]
_HISTORY = RowsOfPatient(
    union_all(*(part.every for part in _PREPARED)),
    union_all(*(part.by_site for part in _PREPARED)),
)


def classification_rows(session: Session, patient: PatientInReach) -> ClassificationRows:
    """Load the facts and gather what speaks of the criteria; four queries."""
    facts = facts_until(session, patient, date.max)
    history = _HISTORY.read(session, patient)
    return ClassificationRows(
        facts,
        evidence(
            results=[
                Result(code_of(row[3]), PartialDate(*row[:3]), *row[4:])
                for row in _RESULTS.read(session, patient)
            ],
            biopsies=[
                BiopsyFact(PartialDate(*day), words)
                for kind, words, *day in history
                if kind == "biopsy"
            ],
            stored=[ConditionFact(words) for kind, words, *_ in history if kind == "condition"],
            visits=facts.visits,
            course=facts.courses[0] if facts.courses else None,
        ),
    )
