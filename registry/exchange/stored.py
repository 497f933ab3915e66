"""Stored records as rows of the exchange format: for export, and for import to compare with.

Each file is led by one table (the one its first column names); records are fetched for a batch
of leading keys at a time, so that nothing is ever held whole.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, and_, exists, or_, select
from sqlalchemy.orm import Session

from registry.exchange import follow_up, people, treatment
from registry.exchange.cells import write
from registry.exchange.columns import DATES, Column, File
from registry.exchange.stored_answers import assessment_rows
from registry.models import (
    Assessment,
    Consent,
    Course,
    Enrolment,
    Infusion,
    InfusionLot,
    Lot,
    Medication,
    Patient,
    PatientStatus,
    ReportedEndpoint,
    Site,
    Visit,
)

BATCH = 500
Cells = tuple[str, ...]
Found = tuple[Any, Cells]  # the key of the stored record, its row


def table(model: Any) -> Table:
    found: Table = model.__table__
    return found


SITE, PATIENT, ENROLMENT, STATUS = map(table, (Site, Patient, Enrolment, PatientStatus))
LOT, COURSE, INFUSION, VISIT = map(table, (Lot, Course, Infusion, Visit))
ASSESSMENT, INFUSION_LOT = map(table, (Assessment, InfusionLot))
TABLES: Mapping[str, Table] = {
    "sites.csv": SITE,
    "patients.csv": PATIENT,
    "enrolments.csv": ENROLMENT,
    "patient_status.csv": STATUS,
    "consents.csv": table(Consent),
    "lots.csv": LOT,
    "courses.csv": COURSE,
    "infusions.csv": INFUSION,
    "visits.csv": VISIT,
    "assessments.csv": ASSESSMENT,
    "medications.csv": table(Medication),
    "endpoints.csv": table(ReportedEndpoint),
}
LED_BY: Mapping[str, Table] = {
    **dict.fromkeys(
        (
            "patients.csv",
            "enrolments.csv",
            "patient_status.csv",
            "consents.csv",
            "medications.csv",
            "endpoints.csv",
        ),
        PATIENT,
    ),
    "sites.csv": SITE,
    "lots.csv": LOT,
    "courses.csv": COURSE,
    "infusions.csv": INFUSION,
    "visits.csv": VISIT,
    "assessments.csv": VISIT,
}
# The date that places a record in time, for a cut.
DATED_BY = {
    "enrolments.csv": "from_on",
    "patient_status.csv": "on_date",
    "consents.csv": "decided_on",
    "courses.csv": "started_on",
    "infusions.csv": "started_at",
    "visits.csv": "visited_on",
    "assessments.csv": "assessed_on",
    "medications.csv": "started_on",
    "endpoints.csv": "assessed_on",
    "lots.csv": "manufactured_on",
}


def leads(session: Session, file: File, cut: date | None) -> Iterator[list[Any]]:
    """Yield the keys of the leading table that a file may speak about, in the order of codes."""
    leading = LED_BY[file.name]
    code = _in_byte_order(session, leading.c.code)
    last = None
    while True:
        statement = _visible(select(leading.c.id, leading.c.code), leading, cut).order_by(code)
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
    found = special(session, ids, cut) if special else _plain(session, file, ids, cut)
    return sorted(found, key=lambda record: record[1])


def _in_byte_order(session: Session, code: ColumnElement[str]) -> ColumnElement[str]:
    """Compare as bytes of UTF-8, which is how Python and SQLite order text."""
    return code.collate("C") if session.get_bind().dialect.name == "postgresql" else code


def _visible(statement: Select[Any], leading: Table, cut: date | None) -> Select[Any]:
    if leading is SITE:
        return statement
    statement = statement.where(leading.c.voided_at.is_(None))
    if leading is LOT:
        return statement.where(_lot_by(cut))
    if leading is not PATIENT:
        statement = statement.join(PATIENT, PATIENT.c.id == leading.c.patient_id)
        statement = statement.where(PATIENT.c.voided_at.is_(None))
    statement = statement.where(_enrolled_by(cut))
    if leading is VISIT:
        statement = statement.where(final())
    return statement.where(_dated_by(leading, cut))


def final() -> ColumnElement[bool]:
    """Whether a visit is signed here or imported; drafts leave the registry never."""
    return or_(VISIT.c.source == "import", VISIT.c.signed_version > 0)


def _enrolled_by(cut: date | None) -> ColumnElement[bool]:
    first = and_(ENROLMENT.c.patient_id == PATIENT.c.id, ENROLMENT.c.voided_at.is_(None))
    if cut is not None:
        first = and_(first, ENROLMENT.c.from_on_earliest <= cut)
    return exists().where(first).correlate(PATIENT)


def _dated_by(leading: Table, cut: date | None) -> ColumnElement[bool]:
    dated = DATED_BY.get(next(name for name, found in TABLES.items() if found is leading))
    if cut is None or dated is None:
        return leading.c.id.is_not(None)
    day = leading.c[f"{dated}_earliest"]
    undated_or_before = or_(day.is_(None), day <= cut)
    if leading is COURSE:
        given = and_(INFUSION.c.course_id == COURSE.c.id, INFUSION.c.started_at_earliest <= cut)
        return or_(undated_or_before, exists().where(given).correlate(COURSE))
    return undated_or_before


def _lot_by(cut: date | None) -> ColumnElement[bool]:
    if cut is None:
        return LOT.c.id.is_not(None)
    given = and_(
        INFUSION_LOT.c.lot_id == LOT.c.id,
        INFUSION.c.id == INFUSION_LOT.c.infusion_id,
        INFUSION.c.started_at_earliest <= cut,
    )
    made = LOT.c.manufactured_on_earliest
    return or_(made.is_(None), made <= cut, exists().where(given).correlate(LOT))


def _plain(session: Session, file: File, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Return the rows of a file whose columns are columns of its table or codes beside it."""
    statement = _select(file, ids)
    dated = DATED_BY.get(file.name)
    own = TABLES[file.name]
    if cut is not None and dated and own is not LED_BY[file.name]:
        day = own.c[f"{dated}_earliest"]
        statement = statement.where(or_(day.is_(None), day <= cut))
    writers = [_writer(column, cut) for column in file.columns]
    return [
        (row[0], tuple(put(row, place) for place, put in enumerate(writers, 1)))
        for row in session.execute(_with_dates(statement, file))
    ]


def _select(file: File, ids: Sequence[Any]) -> Select[Any]:
    own, leading = TABLES[file.name], LED_BY[file.name]
    statement = select(own.c.id, *(_expression(own, column) for column in file.columns))
    statement = statement.select_from(_joined(file, own))
    key = own.c.id if own is leading else own.c.patient_id
    statement = statement.where(key.in_(ids))
    return statement if own is SITE else statement.where(own.c.voided_at.is_(None))


def _joined(file: File, own: Table) -> Any:
    joined: Any = own
    if own not in {SITE, PATIENT, LOT}:
        joined = joined.join(PATIENT, PATIENT.c.id == own.c.patient_id)
    if "site_code" in file.names and own is not SITE:
        joined = joined.join(SITE, SITE.c.id == own.c.site_id)
    if own is INFUSION:
        joined = joined.outerjoin(
            COURSE, and_(COURSE.c.id == INFUSION.c.course_id, COURSE.c.voided_at.is_(None))
        )
    return joined


def _expression(own: Table, column: Column) -> ColumnElement[Any]:
    if column.target is None:
        return {"patient_id": PATIENT, "site_code": SITE, "course_id": COURSE}[column.name].c.code
    return own.c[f"{column.target}_text" if is_partial(own, column) else column.target]


def is_partial(own: Table, column: Column) -> bool:
    """Whether the table keeps first and last possible day beside the text."""
    return column.kind in DATES and f"{column.target}_text" in own.c


def _with_dates(statement: Select[Any], file: File) -> Select[Any]:
    """Add the first possible day of each date, by name, for a cut."""
    own = TABLES[file.name]
    return statement.add_columns(
        *(
            own.c[f"{column.target}_earliest"]
            for column in file.columns
            if column.target and is_partial(own, column)
        )
    )


def _writer(column: Column, cut: date | None) -> Callable[[Any, int], str]:
    """Return how a cell is written; a day that lies after the cut is not known yet."""
    # A visit or a lot is left in or out as a whole; expiry is a property of the lot.
    hidden = cut is not None and column.kind == "date" and column.name != "expires_on"
    earliest = f"{column.target}_earliest"

    def put(row: Any, place: int) -> str:
        if hidden and row[place] is not None and row._mapping[earliest] > cut:
            return ""
        return write(column, row[place])

    return put


# --- files whose rows gather several records ------------------------------------------------


def _patients(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    file = people.PATIENTS
    own = [c for c in file.columns if c.target]
    statement = select(PATIENT.c.id, *(_expression(PATIENT, c) for c in own)).where(
        PATIENT.c.id.in_(ids)
    )
    first, latest = first_stays(session, ids), latest_statuses(session, ids, cut)
    found = []
    for row in session.execute(_with_dates(statement, file)):
        cells = {c.name: _writer(c, cut)(row, place) for place, c in enumerate(own, 1)}
        if cut is not None and not cells["death_on"] and row.death_on_text is not None:
            cells["death_cause"] = ""
        cells |= _of_stay(first.get(row.id)) | _of_status(latest.get(row.id))
        found.append((row.id, tuple(cells[name] for name in file.names)))
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


def _enrolments(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Leave out a first enrolment without an end: patients.csv says all there is to say."""
    first = {stay.id for stay in first_stays(session, ids).values()}
    found = _plain(session, people.ENROLMENTS, ids, cut)
    return [(key, cells) for key, cells in found if cells[-1] or key not in first]


def _statuses(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Leave out what equals the latest status in patients.csv."""
    latest = {
        (status.status, status.on_date_text, "", patient)
        for patient, status in latest_statuses(session, ids, cut).items()
    }
    codes = dict(
        session.execute(select(PATIENT.c.code, PATIENT.c.id).where(PATIENT.c.id.in_(ids))).all()
    )
    found = _plain(session, people.PATIENT_STATUS, ids, cut)
    return [(key, cells) for key, cells in found if (*cells[1:], codes[cells[0]]) not in latest]


def _infusions(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    statement = (
        select(INFUSION_LOT.c.infusion_id, LOT.c.code)
        .join(LOT, LOT.c.id == INFUSION_LOT.c.lot_id)
        .where(INFUSION_LOT.c.infusion_id.in_(ids), LOT.c.voided_at.is_(None))
        .order_by(INFUSION_LOT.c.infusion_id, INFUSION_LOT.c.ordinal)
    )
    lots: dict[UUID, list[str]] = defaultdict(list)
    for infusion, lot in session.execute(statement):
        lots[infusion].append(lot)
    place = treatment.INFUSIONS.names.index("lot_ids")
    return [
        (key, (*cells[:place], ";".join(lots[key]), *cells[place:]))
        for key, cells in _plain(session, _WITHOUT_LOTS, ids, cut)
    ]


_WITHOUT_LOTS = File(
    treatment.INFUSIONS.name,
    treatment.INFUSIONS.meaning,
    tuple(c for c in treatment.INFUSIONS.columns if c.name != "lot_ids"),
    treatment.INFUSIONS.key,
)


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
    people.PATIENTS.name: _patients,
    people.ENROLMENTS.name: _enrolments,
    people.PATIENT_STATUS.name: _statuses,
    treatment.INFUSIONS.name: _infusions,
    follow_up.ASSESSMENTS.name: _assessments,
}
