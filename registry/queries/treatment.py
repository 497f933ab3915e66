"""The courses and infusions of one patient, apart or from one query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    bindparam,
    null,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session

from registry.models import Course, Infusion, InfusionLot, Lot, Site
from registry.partial_date import PartialDate
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    columns,
    partial_columns,
    partial_from,
)

_course = Course.__table__
_infusion, _infusion_lot, _lot = Infusion.__table__, InfusionLot.__table__, Lot.__table__
_site = Site.__table__


@dataclass(frozen=True, slots=True)
class CourseRow:
    id: UUID
    code: str
    indication: str | None
    legal_basis: str | None
    trial: str | None
    conditioning: str | None
    started_on: PartialDate | None
    mobilised_on: PartialDate | None
    site_id: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InfusionRow:
    id: UUID
    code: str
    course_id: UUID | None
    started_at: PartialDate
    sequence: int | None
    cell_type: str
    tissue_source: str | None
    dose_total_cells: Decimal | None
    dose_cells_per_kg: Decimal | None
    reaction: str | None
    site_id: int
    site_code: str
    premedication: str | None
    lots: tuple[str, ...]


_COURSE = (
    *columns(_course, "id", "code", "indication", "legal_basis", "trial", "conditioning"),
    *partial_columns(_course, "started_on"),
    *partial_columns(_course, "mobilised_on"),
    *columns(_course, "site_id", "reason"),
)
_COURSES = RowsOfPatient.prepared(select(*_COURSE).order_by(_course.c.id), _course)
_INFUSION = (
    select(
        *columns(_infusion, "id", "code", "course_id"),
        *partial_columns(_infusion, "started_at"),
        *columns(_infusion, "sequence", "cell_type", "tissue_source"),
        *columns(_infusion, "dose_total_cells", "dose_cells_per_kg", "reaction", "site_id"),
        _site.c.code.label("site_code"),
        _infusion.c.premedication,
        _lot.c.code.label("lot_code"),
    )
    .join_from(_infusion, _site, _site.c.id == _infusion.c.site_id)
    .outerjoin(_infusion_lot, _infusion_lot.c.infusion_id == _infusion.c.id)
    .outerjoin(_lot, _lot.c.id == _infusion_lot.c.lot_id)
    .order_by(
        *columns(_infusion, "started_at_earliest", "started_at_text", "id"),
        _infusion_lot.c.ordinal,
    )
)
_INFUSIONS = RowsOfPatient.prepared(_INFUSION, _infusion)
_TREATMENT = RowsOfPatient.prepared(
    _INFUSION.add_columns(*_COURSE).outerjoin(
        _course, (_course.c.id == _infusion.c.course_id) & _course.c.voided_at.is_(None)
    ),
    _infusion,
)
_WIDTH = len(_INFUSION.selected_columns)  # after them come the columns of the course


def _nothing_of(wanted: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Return empty columns of the same types, for the part of a union that has none of them."""
    return [type_coerce(null(), column.type).label(column.name) for column in wanted]


def _whole_treatment(*, by_site: bool) -> CompoundSelect[Any]:
    """Return infusions, then courses, each with the columns of the other left empty."""
    infusions = _INFUSION.order_by(None).add_columns(_infusion_lot.c.ordinal, *_nothing_of(_COURSE))
    courses = select(
        *_nothing_of(_INFUSION.selected_columns),
        type_coerce(null(), _infusion_lot.c.ordinal.type),
        *_COURSE,
    )
    parts = []
    for part, table in ((infusions, _infusion), (courses, _course)):
        mine = part.where(
            table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None)
        )
        made_there = table.c.site_id.in_(bindparam("row_sites", expanding=True))
        parts.append(mine.where(made_there) if by_site else mine)
    return union_all(*parts)


_WHOLE_TREATMENT = RowsOfPatient(_whole_treatment(by_site=False), _whole_treatment(by_site=True))


def courses_of(session: Session, patient: PatientInReach) -> tuple[CourseRow, ...]:
    """Return the treatment courses in the order they were recorded."""
    return tuple(_course_row(row) for row in _COURSES.read(session, patient))


def infusions_of(session: Session, patient: PatientInReach) -> tuple[InfusionRow, ...]:
    """Return the infusions with their lots, by time."""
    return _infusions(_INFUSIONS.read(session, patient))


def treatment_of(
    session: Session, patient: PatientInReach
) -> tuple[tuple[CourseRow, ...], tuple[InfusionRow, ...]]:
    """Return the infusions and the courses they belong to, from one query."""
    rows = _TREATMENT.read(session, patient)
    courses = {row[_WIDTH]: _course_row(row[_WIDTH:]) for row in rows if row[_WIDTH] is not None}
    return tuple(courses.values()), _infusions([row[:_WIDTH] for row in rows])


def whole_treatment_of(
    session: Session, patient: PatientInReach
) -> tuple[tuple[CourseRow, ...], tuple[InfusionRow, ...]]:
    """Return every course, infused or not, and every infusion by time, from one query."""
    rows = _WHOLE_TREATMENT.read(session, patient)
    courses = [_course_row(row[_WIDTH + 1 :]) for row in rows if row[_WIDTH + 1] is not None]
    given = [row for row in rows if row[0] is not None]
    # By day, text and key, and the lots of one infusion in their order.
    given.sort(key=lambda row: (row[4], row[3], row[0], row[_WIDTH] or 0))
    return (
        tuple(sorted(courses, key=lambda course: course.id)),
        _infusions([row[:_WIDTH] for row in given]),
    )


def _infusions(rows: Iterable[Sequence[Any]]) -> tuple[InfusionRow, ...]:
    groups: dict[UUID, list[Sequence[Any]]] = {}  # one row per lot; the order is kept
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    return tuple(_infusion_row(group) for group in groups.values())


# Built by place, in the order of the query: to read columns by name costs more than the query.


def _course_row(row: Any) -> CourseRow:
    values = [*row[:6], partial_from(*row[6:9]), partial_from(*row[9:12]), *row[12:]]
    return CourseRow(*values)


def _infusion_row(group: list[Sequence[Any]]) -> InfusionRow:
    first = group[0]
    lots = tuple(row[-1] for row in group if row[-1])
    values = [*first[:3], PartialDate(*first[3:6]), *first[6:-1], lots]
    return InfusionRow(*values)
