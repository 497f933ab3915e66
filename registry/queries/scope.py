"""Row scope: what a person may load, decided where rows are loaded and nowhere else.

The site of the open enrolment reads all of the patient's rows and writes its own; a former
site reads its own rows. A record that is absent and one that is out of reach look the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    bindparam,
    or_,
    select,
)
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.models import Enrolment, Patient, Site
from registry.partial_date import PartialDate
from registry.permissions import Permission
from registry.security.sessions import SignedInUser

_patient, _enrolment, _site = Patient.__table__, Enrolment.__table__, Site.__table__
_PLAIN_OF_PATIENT = ("id", "code", "sex", "ancestry", "death_cause", "row_version")
_PLAIN_OF_ENROLMENT = ("id", "site_id", "ascertainment", "row_version")


@dataclass(frozen=True, slots=True)
class Reach:
    """The sites one person reads and writes; None means every site."""

    reads: frozenset[int] | None
    writes: frozenset[int] | None

    @classmethod
    def of(cls, user: SignedInUser, write: Permission = Permission.PATIENT_WRITE) -> Self:
        """Return the reach of the roles in force; ``write`` may be a narrower act, as signing.

        A permission held at one site says nothing about another, so acts are scoped one by one.
        """
        return cls(user.sites(Permission.PATIENT_READ), user.sites(write))

    @classmethod
    def everything(cls) -> Self:
        """Return the reach of a command run on the server itself."""
        return cls(None, None)


@dataclass(frozen=True, slots=True)
class EnrolmentRow:
    id: UUID
    site_id: int
    site_code: str
    site_name: str
    from_on: PartialDate
    to_on: PartialDate | None
    ascertainment: str | None
    row_version: int


@dataclass(frozen=True, slots=True)
class PatientInReach:
    """A patient this person may see, and which rows of the patient that covers."""

    id: UUID
    code: str
    sex: str
    birth_date: PartialDate | None
    ancestry: str | None
    first_symptom_on: PartialDate | None
    sle_diagnosed_on: PartialDate | None
    last_known_alive_on: PartialDate | None
    death_on: PartialDate | None
    death_cause: str | None
    row_version: int
    enrolments: tuple[EnrolmentRow, ...]
    row_sites: frozenset[int] | None  # None: all of the patient's rows
    writable: EnrolmentRow | None  # the open enrolment, when this person may write there

    @property
    def until(self) -> date:
        """Return the last day of what this person may read of rows that carry no site.

        Statuses and consents belong to the patient; a former site reads them to its own end.
        """
        if self.row_sites is None:
            return date.max
        ends = [e.to_on.latest if e.to_on else date.max for e in self.enrolments]
        return max(ends, default=date.max)


@dataclass(frozen=True, slots=True)
class RowsOfPatient:
    """A query for one patient's rows, built once at import: building costs more than running."""

    every: Select[Any] | CompoundSelect[Any]
    by_site: Select[Any] | CompoundSelect[Any]  # for a former site

    @classmethod
    def prepared(cls, statement: Select[Any], table: FromClause) -> Self:
        """Narrow ``statement`` to the rows of ``table`` that a patient's reader may see."""
        mine = statement.where(
            table.c.patient_id == bindparam("patient_id"), table.c.voided_at.is_(None)
        )
        made_there = table.c.site_id.in_(bindparam("row_sites", expanding=True))
        return cls(mine, mine.where(made_there))

    def read(self, session: Session, patient: PatientInReach, **more: object) -> Sequence[Any]:
        """Return the rows that this person may see; ``more`` are parameters of the statement."""
        given = {"patient_id": patient.id, **more}
        if patient.row_sites is None:
            return session.execute(self.every, given).all()
        given["row_sites"] = sorted(patient.row_sites)
        return session.execute(self.by_site, given).all()


def columns(table: FromClause, *names: str) -> tuple[ColumnElement[Any], ...]:
    """Return the columns by name: a query that names them reads no others."""
    return tuple(table.c[name] for name in names)


def partial_columns(table: FromClause, name: str) -> tuple[ColumnElement[Any], ...]:
    """Return the three columns of a partial date, for a query that names its columns."""
    return columns(table, f"{name}_text", f"{name}_earliest", f"{name}_latest")


def _labelled(prefix: str, named: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [column.label(f"{prefix}_{column.key}") for column in named]


_DATES = ("birth_date", "first_symptom_on", "sle_diagnosed_on", "last_known_alive_on", "death_on")
_PATIENT = (
    select(
        *_labelled("p", columns(_patient, *_PLAIN_OF_PATIENT)),
        *[part for name in _DATES for part in _labelled("p", partial_columns(_patient, name))],
        *_labelled("e", columns(_enrolment, *_PLAIN_OF_ENROLMENT)),
        *_labelled("e", partial_columns(_enrolment, "from_on")),
        *_labelled("e", partial_columns(_enrolment, "to_on")),
        _site.c.code.label("site_code"),
        _site.c.name.label("site_name"),
    )
    .join_from(_patient, _enrolment, _enrolment.c.patient_id == _patient.c.id)
    .join(_site, _site.c.id == _enrolment.c.site_id)
    .where(_patient.c.voided_at.is_(None), _enrolment.c.voided_at.is_(None))
    .order_by(_enrolment.c.from_on_earliest, _enrolment.c.id)
)
_BY_CODE = _PATIENT.where(_patient.c.code == bindparam("code"))


def patient_in_reach(session: Session, reach: Reach, code: str) -> PatientInReach:
    """Load one patient with the enrolments in one query; raise NotInReachError otherwise."""
    # No code has control characters or lone surrogates, and no driver could send them.
    if not code.isprintable():
        raise NotInReachError
    return _within_reach(session.execute(_BY_CODE, {"code": code}).all(), reach)


def row_with_patient(
    session: Session, reach: Reach, model: Any, key: ColumnElement[bool]
) -> tuple[Any, PatientInReach]:
    """Load a row of a table with its patient in one query; raise NotInReachError otherwise.

    Whether the row itself is in reach is for the caller to say.
    """
    statement = (
        _PATIENT.add_columns(model)
        .join(model, model.patient_id == _patient.c.id)
        .where(key, model.voided_at.is_(None))
    )
    rows = session.execute(statement).all()
    patient = _within_reach(rows, reach)
    return rows[0][-1], patient


def _within_reach(rows: Sequence[Any], reach: Reach) -> PatientInReach:
    enrolments = tuple(_enrolment_row(row) for row in rows)
    visible = [e for e in enrolments if reach.reads is None or e.site_id in reach.reads]
    if not visible:
        raise NotInReachError
    current = open_enrolment(enrolments)
    sees_all = reach.reads is None or (current is not None and current.site_id in reach.reads)
    return _patient_row(
        rows[0],
        enrolments if sees_all else tuple(visible),
        None if sees_all else frozenset(e.site_id for e in visible),
        _writable(current, reach),
    )


def open_enrolment(enrolments: tuple[EnrolmentRow, ...]) -> EnrolmentRow | None:
    """Return the enrolment without an end; the latest one when files brought several."""
    still_open = [enrolment for enrolment in enrolments if enrolment.to_on is None]
    return still_open[-1] if still_open else None


def is_open() -> ColumnElement[bool]:
    """Return, of an enrolment in a query, what ``open_enrolment`` decides of loaded ones."""
    later = _enrolment.alias("later")
    after = or_(
        later.c.from_on_earliest > _enrolment.c.from_on_earliest,
        (later.c.from_on_earliest == _enrolment.c.from_on_earliest)
        & (later.c.id > _enrolment.c.id),
    )
    another = select(later.c.id).where(
        later.c.patient_id == _enrolment.c.patient_id,
        later.c.voided_at.is_(None),
        later.c.to_on_text.is_(None),
        after,
    )
    return and_(
        _enrolment.c.voided_at.is_(None),
        _enrolment.c.to_on_text.is_(None),
        ~another.correlate(_enrolment).exists(),
    )


def _writable(current: EnrolmentRow | None, reach: Reach) -> EnrolmentRow | None:
    if current is None:
        return None
    return current if reach.writes is None or current.site_id in reach.writes else None


def partial_of(row: Any, name: str) -> PartialDate | None:
    """Read the three columns of a partial date from a Core row."""
    text = getattr(row, f"{name}_text")
    if text is None:
        return None
    return PartialDate.from_columns(
        text, getattr(row, f"{name}_earliest"), getattr(row, f"{name}_latest")
    )


def partial_from(text: str | None, earliest: date, latest: date) -> PartialDate | None:
    """Read the three columns of a partial date, unpacked from a row."""
    return None if text is None else PartialDate(text, earliest, latest)


def certain_partial(row: Any, name: str) -> PartialDate:
    """Read a partial date whose column is never empty."""
    value = partial_of(row, name)
    if value is None:
        raise ValueError(f"{name} is empty although the column forbids it")
    return value


def _enrolment_row(row: Any) -> EnrolmentRow:
    return EnrolmentRow(
        id=row.e_id,
        site_id=row.e_site_id,
        site_code=row.site_code,
        site_name=row.site_name,
        from_on=certain_partial(row, "e_from_on"),
        to_on=partial_of(row, "e_to_on"),
        ascertainment=row.e_ascertainment,
        row_version=row.e_row_version,
    )


def _patient_row(
    row: Any,
    enrolments: tuple[EnrolmentRow, ...],
    row_sites: frozenset[int] | None,
    writable: EnrolmentRow | None,
) -> PatientInReach:
    return PatientInReach(
        id=row.p_id,
        code=row.p_code,
        sex=row.p_sex,
        birth_date=partial_of(row, "p_birth_date"),
        ancestry=row.p_ancestry,
        first_symptom_on=partial_of(row, "p_first_symptom_on"),
        sle_diagnosed_on=partial_of(row, "p_sle_diagnosed_on"),
        last_known_alive_on=partial_of(row, "p_last_known_alive_on"),
        death_on=partial_of(row, "p_death_on"),
        death_cause=row.p_death_cause,
        row_version=row.p_row_version,
        enrolments=enrolments,
        row_sites=row_sites,
        writable=writable,
    )
