"""Which stored records leave the registry, all of them or as they were known on a cut.

What refers to a record that stays (voided, a draft, later than the cut) leaves without it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, and_, exists, or_, true

from registry.exchange.tables import (
    COURSE,
    DATED_BY,
    ENROLMENT,
    EVENT,
    INFUSION,
    INFUSION_LOT,
    LOT,
    PATIENT,
    SITE,
    TABLES,
    VISIT,
)
from registry.queries.final_visits import final


def visible(statement: Select[Any], leading: Table, cut: date | None) -> Select[Any]:
    """Keep the records of a leading table that leave the registry."""
    if leading is EVENT:
        return _events(statement, cut)
    if leading not in {SITE, LOT, PATIENT}:
        statement = statement.join(PATIENT, PATIENT.c.id == leading.c.patient_id)
    return statement.where(leaves(leading, cut))


def leaves(leading: Table, cut: date | None) -> ColumnElement[bool]:
    """Whether a leading record, joined with its patient, leaves the registry."""
    if leading is SITE:
        return true()
    if leading is LOT:
        return and_(LOT.c.voided_at.is_(None), _lot_by(cut))
    of_patient = and_(PATIENT.c.voided_at.is_(None), _enrolled_by(cut))
    if leading is PATIENT:
        return of_patient
    found = and_(leading.c.voided_at.is_(None), of_patient, dated_by(leading, cut))
    return and_(found, final()) if leading is VISIT else found


def _events(statement: Select[Any], cut: date | None) -> Select[Any]:
    """Keep reported events of a patient, or of a lot alone."""
    statement = statement.outerjoin(PATIENT, PATIENT.c.id == EVENT.c.patient_id).outerjoin(
        LOT, LOT.c.id == EVENT.c.lot_id
    )
    of_patient = and_(
        EVENT.c.patient_id.is_not(None), PATIENT.c.voided_at.is_(None), _enrolled_by(cut)
    )
    of_lot = and_(
        EVENT.c.patient_id.is_(None),
        EVENT.c.lot_id.is_not(None),
        LOT.c.voided_at.is_(None),
        _lot_by(cut),
    )
    return statement.where(
        EVENT.c.voided_at.is_(None),
        EVENT.c.state == "reported",
        or_(of_patient, of_lot),
        dated_by(EVENT, cut),
    )


def _enrolled_by(cut: date | None) -> ColumnElement[bool]:
    first = and_(ENROLMENT.c.patient_id == PATIENT.c.id, ENROLMENT.c.voided_at.is_(None))
    if cut is not None:
        first = and_(first, ENROLMENT.c.from_on_earliest <= cut)
    return exists().where(first).correlate(PATIENT)


def dated_by(own: Table, cut: date | None) -> ColumnElement[bool]:
    """Whether a record is dated on or before the cut, or has no date."""
    dated = DATED_BY.get(next(name for name, found in TABLES.items() if found is own))
    if cut is None or dated is None:
        return true()
    day = own.c[f"{dated}_earliest"]
    undated_or_before = or_(day.is_(None), day <= cut)
    if own is COURSE:
        given = and_(INFUSION.c.course_id == COURSE.c.id, INFUSION.c.started_at_earliest <= cut)
        return or_(undated_or_before, exists().where(given).correlate(COURSE))
    return undated_or_before


def _lot_by(cut: date | None) -> ColumnElement[bool]:
    if cut is None:
        return true()
    given = and_(
        INFUSION_LOT.c.lot_id == LOT.c.id,
        INFUSION.c.id == INFUSION_LOT.c.infusion_id,
        INFUSION.c.started_at_earliest <= cut,
    )
    made = LOT.c.manufactured_on_earliest
    return or_(made.is_(None), made <= cut, exists().where(given).correlate(LOT))


# --- what a record refers to ----------------------------------------------------------------

_REFERRED: Mapping[str, tuple[Table, Callable[[date | None], ColumnElement[bool]]]] = {
    "course_id": (COURSE, lambda cut: dated_by(COURSE, cut)),
    "infusion_id": (INFUSION, lambda cut: dated_by(INFUSION, cut)),
    "visit_id": (VISIT, lambda cut: and_(final(), dated_by(VISIT, cut))),
    "lot_id": (LOT, _lot_by),
}


def with_referred(joined: FromClause, own: Table, name: str, cut: date | None) -> FromClause:
    """Join what a column of this name refers to, where that leaves the registry too."""
    found, leaves = _REFERRED[name]
    there = and_(found.c.id == own.c[name], found.c.voided_at.is_(None), leaves(cut))
    return joined.outerjoin(found, there)


def refers(name: str) -> bool:
    return name in _REFERRED
