"""Load the item heat map of one patient: the checklist of each final visit, by date."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.analysis.definitions import rules_named
from registry.models import Assessment, Visit
from registry.plots.item_heat_map import Assessed, Given, HeatMapData
from registry.plots.trajectory import InfusionMark
from registry.queries.patient_page import CHECKLIST, state_of
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    certain_partial,
    columns,
    partial_columns,
)
from registry.queries.treatment_marks import (
    courses_in_reach,
    day_0_of,
    day_from,
    infusion_marks,
)

_visit, _assessment = Visit.__table__, Assessment.__table__
_CHECKLISTS = RowsOfPatient.prepared(
    select(
        *partial_columns(_visit, "visited_on"),
        *columns(_visit, "source", "signed_version", "attendance"),
        *columns(_assessment, "answers", "total", "known_points", "total_only"),
        _assessment.c.rule_version,
        _assessment.c.id.label("assessment_id"),
    )
    .outerjoin(
        _assessment,
        (_assessment.c.visit_id == _visit.c.id)
        & (_assessment.c.instrument == CHECKLIST)
        & _assessment.c.voided_at.is_(None),
    )
    .where(_visit.c.visited_on_earliest.is_not(None))
    .order_by(*columns(_visit, "visited_on_earliest", "visited_on_latest", "id")),
    _visit,
)


def load(
    session: Session, patient: PatientInReach, *, today: date, synthetic: bool = False
) -> HeatMapData:
    """Read what the figure needs: three queries beside the patient."""
    courses = courses_in_reach(session, patient)
    origin = day_0_of(courses)
    rows = _CHECKLISTS.read(session, patient)
    final = [row for row in rows if state_of(row.signed_version, row.source) != "unsigned"]
    visits = tuple(_assessed(row, origin) for row in final if row.assessment_id)
    marks = infusion_marks(courses, origin)
    return HeatMapData(
        patient_code=patient.code,
        visits=visits,
        infusions=_given(marks, visits),
        cut_on=today,
        unsigned=len(rows) - len(final),
        without_checklist=sum(
            not row.assessment_id and (row.attendance or "done") == "done" for row in final
        ),
        undated_infusions=sum(mark.given_on.exact is None for mark in marks),
        definitions=rules_named(
            CHECKLIST, (row.rule_version for row in final if row.assessment_id)
        ),
        synthetic=synthetic,
    )


def _assessed(row: Any, origin: date | None) -> Assessed:
    on = certain_partial(row, "visited_on")
    return Assessed(
        visited_on=on,
        day=day_from(on.exact, origin),
        answers=None if row.total_only or row.answers is None else _present(row.answers),
        known_points=row.known_points,
        total=row.total,
    )


def _present(answers: Iterable[Any]) -> tuple[bool | None, ...]:
    return tuple(None if answer is None else bool(answer) for answer in answers)


def _given(marks: Sequence[InfusionMark], visits: Sequence[Assessed]) -> tuple[Given, ...]:
    """Place each infusion after the visits of its day: they look back, as the baseline does."""
    placed = []
    for number, mark in enumerate(marks, start=1):
        exact = mark.given_on.exact
        if exact is not None:
            after = sum(visit.visited_on.earliest <= exact for visit in visits)
            placed.append(Given(after, _label(mark, number)))
    return tuple(placed)


def _label(mark: InfusionMark, number: int) -> str:
    if not mark.is_day_0:
        return f"infusion {number}"
    return "day 0" if mark.course == 1 else f"day 0 of course {mark.course}"
