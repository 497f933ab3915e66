"""Load the laboratory panel of one patient: every result in reach, in canonical units."""

from datetime import date
from decimal import Context, Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.followup.facts import LabFact
from registry.laboratory.analytes import code_of
from registry.models import LaboratoryResult
from registry.numbers import InvalidNumberError, parse_decimal
from registry.plots.laboratory_panel import LaboratoryData
from registry.queries.final_visits import of_no_draft
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    certain_partial,
    columns,
    partial_columns,
)
from registry.queries.treatment_marks import courses_in_reach, day_0_of, infusion_marks

_result = LaboratoryResult.__table__
_SHORT = Context(prec=6)  # a factor got by division has no last digit; no limit has more than six
_RESULTS = RowsOfPatient.prepared(
    select(
        *partial_columns(_result, "collected_on"),
        *columns(_result, "analyte", "value", "comparator", "state", "lower_limit", "upper_limit"),
        *columns(_result, "canonical_value", "canonical_unit"),
        of_no_draft(_result.c.visit_id).label("counts"),
    ).order_by(*columns(_result, "collected_on_earliest", "collected_on_text", "analyte", "id")),
    _result,
)


def load(
    session: Session, patient: PatientInReach, *, today: date, synthetic: bool = False
) -> LaboratoryData:
    """Read what the figure needs: three queries beside the patient."""
    courses = courses_in_reach(session, patient)
    start = day_0_of(courses)
    rows = _RESULTS.read(session, patient)
    facts = [_fact(row) for row in rows if row.counts]
    # A number without its unit would be read as a word; it is counted instead.
    shown = tuple(fact for fact in facts if fact.value is not None or not _as_number(fact.text))
    days = [fact.collected_on.exact for fact in shown if fact.collected_on.exact]
    origin = start or min(days, default=None)
    return LaboratoryData(
        patient_code=patient.code,
        origin_on=origin,
        day_0_known=start is not None,
        results=shown,
        infusions=infusion_marks(courses, origin),
        cut_on=today,
        not_converted=len(facts) - len(shown),
        unsigned=len(rows) - len(facts),
        synthetic=synthetic,
    )


def _fact(row: Any) -> LabFact:
    factor = _factor(row.value, row.canonical_value)
    return LabFact(
        analyte=code_of(row.analyte),
        collected_on=certain_partial(row, "collected_on"),
        value=row.canonical_value,
        unit=row.canonical_unit,
        comparator=row.comparator,
        state=row.state,
        text=row.value,
        lower_limit=_scaled(row.lower_limit, factor),
        upper_limit=_scaled(row.upper_limit, factor),
    )


def _factor(entered: str | None, canonical: Decimal | None) -> Decimal | None:
    """Return what turned the value as entered into the canonical one; limits share its unit."""
    number = _as_number(entered)
    return canonical / number if canonical is not None and number else None


def _scaled(limit: Decimal | None, factor: Decimal | None) -> Decimal | None:
    return None if limit is None or factor is None else _SHORT.multiply(limit, factor)


def _as_number(text: str | None) -> Decimal | None:
    try:
        return parse_decimal(text) if text else None
    except InvalidNumberError:
        return None
