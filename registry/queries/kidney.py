"""One patient's kidney: the facts its page is made of, in six queries beside the patient."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql import FromClause

from registry.followup.facts import (
    BiopsyFact,
    ConditionFact,
    FlareFact,
    IntercurrentFact,
    LabFact,
    PatientFacts,
)
from registry.followup.kidney.course import ANALYTES
from registry.laboratory.analytes import code_of, spellings
from registry.models import Biopsy, Condition, Flare, IntercurrentEvent, LaboratoryResult
from registry.partial_date import PartialDate
from registry.queries.final_visits import of_no_draft
from registry.queries.patient_facts import facts_of
from registry.queries.patient_page import (
    PatientPageRows,
    courses_of,
    infusions_of,
    medications_of,
    visits_of,
)
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    columns,
    partial_columns,
    partial_from,
)

_lab = LaboratoryResult.__table__
_condition, _biopsy = Condition.__table__, Biopsy.__table__
_flare, _intercurrent = Flare.__table__, IntercurrentEvent.__table__
_LABS = RowsOfPatient.prepared(
    select(
        _lab.c.analyte,
        *partial_columns(_lab, "collected_on"),
        *columns(_lab, "canonical_value", "canonical_unit", "comparator", "state", "value", "unit"),
    )
    .where(func.lower(_lab.c.analyte).in_(spellings(ANALYTES)), of_no_draft(_lab.c.visit_id))
    .order_by(*columns(_lab, "collected_on_earliest", "id")),
    _lab,
)
_NO_TEXT, _NO_YES = cast(null(), Text), cast(null(), Boolean)


def _part(
    table: FromClause, first: str, *rest: ColumnElement[Any], ended: str = "ended_on"
) -> Select[Any]:
    """Return one part of the union: kind, begin, end, then word, two texts and a yes or no."""
    end = partial_columns(table, ended if f"{ended}_text" in table.c else first)
    return select(literal(table.description), *partial_columns(table, first), *end, *rest).where(
        table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None)
    )


_PARTS = (
    (
        _condition,
        _part(
            _condition, "onset_on", _condition.c.condition, _NO_TEXT, _NO_TEXT, _condition.c.active
        ),
    ),
    (_biopsy, _part(_biopsy, "taken_on", _biopsy.c.classes, _NO_TEXT, _NO_TEXT, _NO_YES)),
    (_flare, _part(_flare, "onset_on", *columns(_flare, "code", "severity", "organs"), _NO_YES)),
    (
        _intercurrent,
        _part(
            _intercurrent,
            "on_date",
            *columns(_intercurrent, "type", "reason"),
            _NO_TEXT,
            _intercurrent.c.planned,
        ),
    ),
)
_PAST = RowsOfPatient(
    union_all(*(part for _, part in _PARTS)),
    union_all(
        *(
            part.where(table.c.site_id.in_(bindparam("row_sites", expanding=True)))
            for table, part in _PARTS
        )
    ),
)


def kidney_facts(session: Session, patient: PatientInReach) -> PatientFacts:
    """Return the facts of one patient with every final result of the kidney, by date."""
    rows = PatientPageRows(
        statuses=(),
        consents=(),
        courses=courses_of(session, patient),
        infusions=infusions_of(session, patient),
        visits=visits_of(session, patient),
        medications=medications_of(session, patient),
    )
    past = sorted(_PAST.read(session, patient), key=lambda row: (row[2] or date.min, row[7] or ""))
    return replace(
        facts_of(patient, rows),
        labs=tuple(_lab_fact(*row) for row in _LABS.read(session, patient)),
        conditions=tuple(
            ConditionFact(row[7], _on(row), partial_from(*row[4:7]), row[10])
            for row in _of(past, _condition)
        ),
        biopsies=tuple(BiopsyFact(_date(row), row[7]) for row in _of(past, _biopsy)),
        flares=tuple(_flare_fact(row) for row in _of(past, _flare)),
        intercurrent=tuple(
            IntercurrentFact(row[7], _date(row), planned=row[10], reason=row[8])
            for row in _of(past, _intercurrent)
        ),
    )


def _of(rows: Iterable[Any], table: FromClause) -> list[Any]:
    return [row for row in rows if row[0] == table.description]


def _on(row: Any) -> PartialDate | None:
    return partial_from(*row[1:4])


def _date(row: Any) -> PartialDate:
    return PartialDate(*row[1:4])


def _flare_fact(row: Any) -> FlareFact:
    organs = tuple(part.strip() for part in (row[9] or "").split(";") if part.strip())
    return FlareFact(row[7], _date(row), partial_from(*row[4:7]), row[8], organs)


def _lab_fact(analyte: str, text: str, first: date, last: date, *rest: Any) -> LabFact:
    value, unit, comparator, state, entered, entered_unit = rest
    return LabFact(
        analyte=code_of(analyte),
        collected_on=PartialDate(text, first, last),
        value=value,
        unit=unit,
        comparator=comparator,
        state=state,
        text=entered,
        entered_unit=entered_unit,
    )
