"""The list of patients: one page of 50 by code, with what tells them apart, in one query."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from registry.models import Enrolment, Infusion, Patient, PatientStatus, Site, Visit
from registry.queries.scope import Reach

PAGE = 50
LONGEST_CODE = 40  # characters; the pattern of a longer search is more than a database takes
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
    if not (search + after).isprintable() or len(search) > LONGEST_CODE:
        return PatientPage((), None)
    statement = _page_statement(everywhere=reach.reads is None, searched=bool(search))
    given = {"after": after, "sites": sorted(reach.reads or ()), "like": _contains(search)}
    found = session.execute(statement, given).all()
    rows = tuple(PatientListRow(*row) for row in found[:PAGE])
    return PatientPage(rows, rows[-1].code if len(found) > PAGE else None)


def _contains(search: str) -> str:
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped.lower()}%"


def _site_code(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Return the site of the open enrolment, else of the latest, among those like that."""
    return (
        select(_site.c.code)
        .join_from(_enrolment, _site, _site.c.id == _enrolment.c.site_id)
        .where(
            _enrolment.c.patient_id == _patient.c.id, _enrolment.c.voided_at.is_(None), *conditions
        )
        .order_by(
            _enrolment.c.to_on_text.is_not(None),
            _enrolment.c.from_on_earliest.desc(),
            _enrolment.c.id,
        )
        .limit(1)
        .scalar_subquery()
    )


def _last_status(*conditions: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Return the status in force, among those like that."""
    return (
        select(_status.c.status)
        .where(_status.c.patient_id == _patient.c.id, _status.c.voided_at.is_(None), *conditions)
        .order_by(
            _status.c.on_date_earliest.desc(), _status.c.on_date_latest.desc(), _status.c.id.desc()
        )
        .limit(1)
        .scalar_subquery()
    )


@cache
def _page_statement(*, everywhere: bool, searched: bool) -> Select[Any]:
    """Return one of four statements, each built once: building costs as much as running.

    The page comes first, in a subquery; the dates are looked up for its patients only.
    """
    page = _patients(everywhere=everywhere, searched=searched).subquery("page")
    columns = [column for column in page.c if column.key not in {"id", "sees_all"}]
    return select(*columns, _day_0(page), _last_visit(page)).order_by(page.c.code)


def _patients(*, everywhere: bool, searched: bool) -> Select[Any]:
    statement = (
        select(
            *(_patient.c.id, _patient.c.code, _patient.c.sex, _patient.c.birth_date_text),
            *_site_and_status(everywhere=everywhere),
            (true() if everywhere else _enrolled_here(_enrolment.c.to_on_text.is_(None))).label(
                "sees_all"
            ),
        )
        .where(_patient.c.code > bindparam("after"), _patient.c.voided_at.is_(None))
        .where(_enrolled() if everywhere else _enrolled_here())
        .order_by(_patient.c.code)
        .limit(PAGE + 1)
    )
    if searched:
        return statement.where(func.lower(_patient.c.code).like(bindparam("like"), escape="\\"))
    return statement


def _site_and_status(*, everywhere: bool) -> tuple[ColumnElement[Any], ...]:
    """Return the two columns; a former site sees its own code, and the status until it ended."""
    if everywhere:
        return _site_code().label("site"), _last_status().label("status")
    while_here = _enrolled_here(
        or_(
            _enrolment.c.to_on_text.is_(None),
            _enrolment.c.to_on_latest >= _status.c.on_date_earliest,
        )
    )
    return _site_code(_here()).label("site"), _last_status(while_here).label("status")


def _enrolled(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return: the patient of the page has an enrolment like that."""
    return (
        select(literal_column("1"))
        .where(
            _enrolment.c.patient_id == _patient.c.id, _enrolment.c.voided_at.is_(None), *conditions
        )
        .correlate(_patient, _status)
        .exists()
    )


def _enrolled_here(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return _enrolled(_here(), *conditions)


def _here() -> ColumnElement[bool]:
    return _enrolment.c.site_id.in_(bindparam("sites", expanding=True))


def _day_0(page: FromClause) -> ScalarSelect[Any]:
    return (
        select(func.min(_infusion.c.started_at_earliest))
        .where(_row_in_reach(page, _infusion))
        .scalar_subquery()
    )


def _last_visit(page: FromClause) -> ScalarSelect[Any]:
    return (
        select(func.max(_visit.c.visited_on_latest))
        .where(
            _row_in_reach(page, _visit),
            or_(_visit.c.attendance.is_(None), _visit.c.attendance == "done"),
        )
        .scalar_subquery()
    )


def _row_in_reach(page: FromClause, table: FromClause) -> ColumnElement[bool]:
    """Return: a row of the patient, made at a site in reach or seen through the open enrolment."""
    here = table.c.site_id.in_(bindparam("sites", expanding=True))
    return and_(
        table.c.patient_id == page.c.id, table.c.voided_at.is_(None), or_(page.c.sees_all, here)
    )
