"""The final results of one patient that the kidney and a visit are judged by, by date."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from registry.followup.facts import LabFact
from registry.followup.flare_index import OF_THE_BLOOD
from registry.followup.kidney.course import ANALYTES
from registry.laboratory.analytes import code_of, spellings
from registry.models import LaboratoryResult
from registry.partial_date import PartialDate
from registry.queries.final_visits import of_no_draft
from registry.queries.scope import PatientInReach, RowsOfPatient, columns, partial_columns

_lab = LaboratoryResult.__table__
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
_OWN_AND_LABS = RowsOfPatient.prepared(
    select(LaboratoryResult)
    .where(
        or_(
            _lab.c.visit_id == bindparam("visit"),
            func.lower(_lab.c.analyte).in_(spellings(ANALYTES)) & of_no_draft(_lab.c.visit_id),
            func.lower(_lab.c.analyte).in_(spellings(OF_THE_BLOOD))
            & of_no_draft(_lab.c.visit_id)
            & (_lab.c.collected_on_earliest >= bindparam("blood_from")),
        )
    )
    .order_by(_lab.c.id),
    _lab,
)


def kidney_labs_of(session: Session, patient: PatientInReach) -> tuple[LabFact, ...]:
    """Return the results that this person may see, those of unsigned visits left out."""
    return tuple(_lab_fact(*row) for row in _LABS.read(session, patient))


def results_around(
    session: Session, patient: PatientInReach, visit: UUID, blood_from: date
) -> list[LaboratoryResult]:
    """Return the final results of the kidney and of the blood, and all that one visit recorded.

    Of the blood those from a day on: what a flare is judged by.  Those of the visit stand in the
    order they were typed, whether or not somebody has signed it.
    """
    return [
        row for (row,) in _OWN_AND_LABS.read(session, patient, visit=visit, blood_from=blood_from)
    ]


def lab_fact_of(row: LaboratoryResult) -> LabFact:
    """Return a stored result as the rules see it."""
    return LabFact(
        analyte=code_of(row.analyte),
        collected_on=row.collected_on,
        value=row.canonical_value,
        unit=row.canonical_unit,
        comparator=row.comparator,
        state=row.state,
        text=row.value,
        entered_unit=row.unit,
    )


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
