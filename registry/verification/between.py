"""What must hold between rows and no constraint of the database says."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from registry.models import (
    Assessment,
    AuditEntry,
    Course,
    Infusion,
    LaboratoryResult,
    Medication,
    Signature,
    Visit,
)
from registry.models.medication import NEXT_DOSE
from registry.queries.fact_rows import streamed
from registry.queries.final_visits import of_no_draft
from registry.verification.findings import Finding
from registry.verification.naming import found

_visit: Any = Visit.__table__
_signature: Any = Signature.__table__
_medication: Any = Medication.__table__
# A part in force of a whole that was voided would be counted by some and not by others.
PARTS: tuple[tuple[Any, str, Any], ...] = (
    (Assessment, "visit_id", Visit),
    (Medication, "visit_id", Visit),
    (LaboratoryResult, "visit_id", Visit),
    (Infusion, "course_id", Course),
)


def problems(session: Session) -> Iterator[Finding]:
    """Yield every row that contradicts another one."""
    for table in AuditEntry.metadata.sorted_tables:
        for column, statement in _of_another_patient(table):
            yield from _told(session, table, statement, f"{column} is of another patient")
    for model, column, whole in PARTS:
        problem = f"is in force, and its {whole.__tablename__} was voided"
        yield from _told(session, model.__table__, _outlives(model, column, whole), problem)
    problem = "was ended for a visit that nobody signed; run `registry db upgrade`"
    yield from _told(session, _medication, _ended_too_early(), problem)
    yield from _told(session, _visit, _SIGNED, "signed_version is not the number of its signatures")


def _told(
    session: Session, table: Table, statement: Select[Any], problem: str
) -> Iterator[Finding]:
    for row in streamed(session, statement):
        yield found(session, table, row.id, problem)


def _of_another_patient(table: Table) -> Iterator[tuple[str, Select[Any]]]:
    """Yield, for each row a table points at that has a patient too, the rows where they differ."""
    if "patient_id" not in table.c:
        return
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        other = key.column.table.alias()
        if key.constraint is None or len(key.constraint.columns) > 1 or "patient_id" not in other.c:
            continue
        statement = (
            select(table.c.id)
            .join(other, other.c[key.column.key] == key.parent)
            .where(other.c.patient_id != table.c.patient_id)
        )
        yield key.parent.name, statement


def _outlives(model: Any, column: str, whole: Any) -> Select[Any]:
    return (
        select(model.id)
        .join(whole, whole.id == getattr(model, column))
        .where(model.voided_at.is_(None), whole.voided_at.is_not(None))
    )


def _ended_too_early() -> Select[Any]:
    """Return the doses that ended for one stated at an open visit, and no other begins then."""
    stated, begun = _medication.alias("stated"), _medication.alias("begun")
    of_patient, in_force = _medication.c.patient_id, _medication.c.voided_at.is_(None)
    another = select(begun.c.id).where(
        begun.c.patient_id == of_patient,
        begun.c.started_on_text == stated.c.started_on_text,
        begun.c.voided_at.is_(None),
        of_no_draft(begun.c.visit_id),
    )
    return (
        select(_medication.c.id)
        .join(stated, stated.c.patient_id == of_patient)
        .where(
            _medication.c.stop_reason == NEXT_DOSE + stated.c.started_on_text,
            in_force,
            stated.c.voided_at.is_(None),
            ~of_no_draft(stated.c.visit_id),
            ~another.exists(),
        )
    )


_LAST = func.coalesce(func.max(_signature.c.version), 0)
_SIGNED = (
    select(_visit.c.id)
    .outerjoin(_signature, _signature.c.visit_id == _visit.c.id)
    .group_by(_visit.c.id, _visit.c.signed_version)
    .having((_visit.c.signed_version != _LAST) | (func.count(_signature.c.id) != _LAST))
)
