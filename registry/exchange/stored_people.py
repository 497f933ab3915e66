"""Rows of patients.csv and its companions: the first enrolment and the latest status inside."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange import people
from registry.exchange.stored_rows import Found, cell, plain
from registry.exchange.tables import ENROLMENT, PATIENT, SITE, STATUS


def patient_rows(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Return patients with their first enrolment and the status in force."""
    names = people.PATIENTS.names
    own = [column for column in people.PATIENTS.columns if column.target]
    statement = select(
        *(cell(PATIENT, column, cut).label(column.name) for column in own),
        *(PATIENT.c.id, PATIENT.c.death_on_text.label("died")),
    ).where(PATIENT.c.id.in_(ids))
    first, latest = first_stays(session, ids), latest_statuses(session, ids, cut)
    found = []
    for row in session.execute(statement).mappings():
        cells = {**row, **_of_stay(first.get(row["id"])), **_of_status(latest.get(row["id"]))}
        if cells["died"] is not None and not cells["death_on"]:  # after the cut
            cells["death_cause"] = ""
        found.append((row["id"], tuple(cells[name] for name in names)))
    return found


def _of_stay(stay: Any) -> dict[str, str]:
    if stay is None:
        return {"site_code": "", "enrolled_on": "", "ascertainment": ""}
    return {
        "site_code": stay.site_code,
        "enrolled_on": stay.from_on_text,
        "ascertainment": stay.ascertainment or "",
    }


def _of_status(status: Any) -> dict[str, str]:
    if status is None:
        return {"status": "", "status_on": ""}
    return {"status": status.status, "status_on": status.on_date_text}


def stays(session: Session, ids: Sequence[Any]) -> dict[UUID, list[Any]]:
    """Return the enrolments of each patient, the first one first."""
    statement = (
        select(ENROLMENT, SITE.c.code.label("site_code"))
        .join(SITE, SITE.c.id == ENROLMENT.c.site_id)
        .where(ENROLMENT.c.patient_id.in_(ids), ENROLMENT.c.voided_at.is_(None))
        # Keys rise with time: of two on one day the one made first is the first.
        .order_by(ENROLMENT.c.from_on_earliest, ENROLMENT.c.from_on_latest, ENROLMENT.c.id)
    )
    return _by_patient(session.execute(statement))


def statuses(session: Session, ids: Sequence[Any]) -> dict[UUID, list[Any]]:
    """Return the status history of each patient, the latest one last."""
    statement = (
        select(STATUS)
        .where(STATUS.c.patient_id.in_(ids), STATUS.c.voided_at.is_(None))
        .order_by(STATUS.c.on_date_earliest, STATUS.c.on_date_latest, STATUS.c.id)
    )
    return _by_patient(session.execute(statement))


def _by_patient(found: Iterable[Any]) -> dict[UUID, list[Any]]:
    grouped: dict[UUID, list[Any]] = defaultdict(list)
    for row in found:
        grouped[row.patient_id].append(row)
    return grouped


def first_stays(session: Session, ids: Sequence[Any]) -> dict[UUID, Any]:
    return {patient: rows[0] for patient, rows in stays(session, ids).items()}


def latest_statuses(session: Session, ids: Sequence[Any], cut: date | None) -> dict[UUID, Any]:
    """Return the status in force on the cut, or the latest of all."""
    return {
        patient: known[-1]
        for patient, rows in statuses(session, ids).items()
        if (known := [row for row in rows if cut is None or row.on_date_earliest <= cut])
    }


def enrolment_rows(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Leave out a first enrolment without an end: patients.csv says all there is to say."""
    first = {stay.id for stay in first_stays(session, ids).values()}
    found = plain(session, people.ENROLMENTS, ids, cut)
    return [(key, cells) for key, cells in found if cells[-1] or key not in first]


def status_rows(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Leave out what equals the latest status in patients.csv."""
    latest = {
        (status.status, status.on_date_text, "", patient)
        for patient, status in latest_statuses(session, ids, cut).items()
    }
    codes = dict(
        session.execute(select(PATIENT.c.code, PATIENT.c.id).where(PATIENT.c.id.in_(ids))).all()
    )
    found = plain(session, people.PATIENT_STATUS, ids, cut)
    return [(key, cells) for key, cells in found if (*cells[1:], codes[cells[0]]) not in latest]
