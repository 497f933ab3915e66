"""The list of patients: one page of 50 by code, with what tells them apart, in one query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from registry.models import Enrolment, Infusion, Patient, PatientStatus, Site, Visit
from registry.queries.scope import Reach, in_sites

PAGE = 50
_patient, _enrolment, _site = Patient.__table__, Enrolment.__table__, Site.__table__
_status, _visit, _infusion = PatientStatus.__table__, Visit.__table__, Infusion.__table__


@dataclass(frozen=True, slots=True)
class PatientListRow:
    code: str
    sex: str
    birth_date: str | None
    site: str
    status: str | None
    day_0: date | None
    last_visit: date | None


@dataclass(frozen=True, slots=True)
class PatientPage:
    rows: tuple[PatientListRow, ...]
    older: str | None  # the code after which the next page begins


def patients_page(session: Session, reach: Reach, search: str = "", after: str = "") -> PatientPage:
    """Return the patients in reach whose code contains ``search``, 50 from ``after`` on.

    Keyset paging: the next page costs the same wherever it is, and nothing is counted.
    """
    if not (search + after).isprintable():
        return PatientPage((), None)
    statement = _page_statement(reach, searched=bool(search))
    found = session.execute(statement, {"after": after, "like": _contains(search)}).all()
    rows = tuple(PatientListRow(*row) for row in found[:PAGE])
    return PatientPage(rows, rows[-1].code if len(found) > PAGE else None)


def _contains(search: str) -> str:
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped.lower()}%"


def _page_statement(reach: Reach, *, searched: bool) -> Select[Any]:
    enrolled_here = (
        select(literal_column("1"))
        .where(
            _enrolment.c.patient_id == _patient.c.id,
            _enrolment.c.voided_at.is_(None),
            in_sites(reach.reads, _enrolment),
        )
        .exists()
    )
    statement: Select[Any] = (
        select(
            _patient.c.code,
            _patient.c.sex,
            _patient.c.birth_date_text,
            _SITE,
            _STATUS,
            *_dates(reach),
        )
        .where(_patient.c.code > bindparam("after"), _patient.c.voided_at.is_(None), enrolled_here)
        .order_by(_patient.c.code)
        .limit(PAGE + 1)
    )
    if searched:
        return statement.where(func.lower(_patient.c.code).like(bindparam("like"), escape="\\"))
    return statement


_SITE = (
    select(_site.c.code)
    .join_from(_enrolment, _site, _site.c.id == _enrolment.c.site_id)
    .where(_enrolment.c.patient_id == _patient.c.id, _enrolment.c.voided_at.is_(None))
    # The open enrolment first, then the latest.
    .order_by(
        _enrolment.c.to_on_text.is_not(None), _enrolment.c.from_on_earliest.desc(), _enrolment.c.id
    )
    .limit(1)
    .scalar_subquery()
)
_STATUS = (
    select(_status.c.status)
    .where(_status.c.patient_id == _patient.c.id, _status.c.voided_at.is_(None))
    .order_by(_status.c.on_date_latest.desc(), _status.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


def _dates(reach: Reach) -> tuple[ScalarSelect[Any], ScalarSelect[Any]]:
    """Return day 0 and the last done visit, from the rows this person may see."""
    first_infusion = (
        select(func.min(_infusion.c.started_at_earliest))
        .where(
            _infusion.c.patient_id == _patient.c.id,
            _infusion.c.voided_at.is_(None),
            _row_in_reach(reach, _infusion),
        )
        .scalar_subquery()
    )
    last_visit = (
        select(func.max(_visit.c.visited_on_latest))
        .where(
            _visit.c.patient_id == _patient.c.id,
            _visit.c.voided_at.is_(None),
            or_(_visit.c.attendance.is_(None), _visit.c.attendance == "done"),
            _row_in_reach(reach, _visit),
        )
        .scalar_subquery()
    )
    return first_infusion, last_visit


def _row_in_reach(reach: Reach, table: FromClause) -> ColumnElement[bool]:
    """Return: made at a site in reach, or the patient's open enrolment is there."""
    if reach.reads is None:
        return true()
    open_here = (
        select(literal_column("1"))
        .where(
            _enrolment.c.patient_id == _patient.c.id,
            _enrolment.c.to_on_text.is_(None),
            _enrolment.c.voided_at.is_(None),
            in_sites(reach.reads, _enrolment),
        )
        .exists()
    )
    return or_(in_sites(reach.reads, table), open_here)
