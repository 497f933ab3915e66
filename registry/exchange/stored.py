"""Stored records as rows of the exchange format: for export, and for import to compare with.

Each file is led by one table (the one its first column names); records are fetched for a batch
of leading keys at a time, so that nothing is ever held whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry.exchange import adverse_events, follow_up, people, treatment
from registry.exchange.columns import File
from registry.exchange.stored_answers import assessment_rows
from registry.exchange.stored_gathered import event_rows, infusion_rows
from registry.exchange.stored_people import enrolment_rows, patient_rows, status_rows
from registry.exchange.stored_rows import (
    Cells,
    Found,
    in_byte_order,
    plain,
    streamed,
    streamed_lines,
)
from registry.exchange.tables import ASSESSMENT, LED_BY, VISIT
from registry.exchange.visible import visible

BATCH = 500


def rows(session: Session, file: File, cut: date | None) -> Iterator[Cells]:
    """Yield the rows of a file in canonical order; of identical rows without a key, one."""
    found = _gathered(session, file, cut) if file.name in _SPECIAL else streamed(session, file, cut)
    if file.key == file.names[:1]:
        return found
    return (cells for cells, _ in groupby(found))


def lines(session: Session, file: File, cut: date | None) -> Iterator[str] | None:
    """Yield the same rows as lines of CSV; None for a file whose rows gather several records."""
    if file.name in _SPECIAL:
        return None
    found = streamed_lines(session, file, cut)
    return found if file.key == file.names[:1] else (line for line, _ in groupby(found))


def _gathered(session: Session, file: File, cut: date | None) -> Iterator[Cells]:
    for ids in leads(session, file, cut):
        for _, cells in records(session, file, ids, cut):
            yield cells


def leads(session: Session, file: File, cut: date | None) -> Iterator[list[Any]]:
    """Yield the keys of the leading table that a file may speak about, in the order of codes."""
    leading = LED_BY[file.name]
    code = in_byte_order(session, leading.c.code)
    last = None
    while True:
        statement = visible(select(leading.c.id, leading.c.code), leading, cut).order_by(code)
        if last is not None:
            statement = statement.where(code > last)
        batch = session.execute(statement.limit(BATCH)).all()
        if not batch:
            return
        yield [row.id for row in batch]
        last = batch[-1].code


def records(session: Session, file: File, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Return the rows of a file for a batch of leading keys; sorted as the format sorts them."""
    special = _SPECIAL.get(file.name)
    found = special(session, ids, cut) if special else plain(session, file, ids, cut)
    return sorted(found, key=itemgetter(1))


def _assessments(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    statement = (
        select(ASSESSMENT, VISIT.c.code.label("visit_code"))
        .join(VISIT, VISIT.c.id == ASSESSMENT.c.visit_id)
        .where(ASSESSMENT.c.visit_id.in_(ids), ASSESSMENT.c.voided_at.is_(None))
    )
    if cut is not None:
        day = ASSESSMENT.c.assessed_on_earliest
        statement = statement.where(or_(day.is_(None), day <= cut))
    return [(row.id, cells) for row in session.execute(statement) for cells in assessment_rows(row)]


_SPECIAL: Mapping[str, Callable[[Session, Sequence[Any], date | None], list[Found]]] = {
    people.PATIENTS.name: patient_rows,
    people.ENROLMENTS.name: enrolment_rows,
    people.PATIENT_STATUS.name: status_rows,
    treatment.INFUSIONS.name: infusion_rows,
    follow_up.ASSESSMENTS.name: _assessments,
    adverse_events.ADVERSE_EVENTS.name: event_rows,
}
