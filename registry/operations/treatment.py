"""Record and change courses, and infusions with their lot."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import cell_dose, rules
from registry.errors import InvalidRecordError
from registry.issued_codes import new_code
from registry.models import Course, Infusion, InfusionLot, Lot
from registry.operations.refusing import refuse
from registry.queries.scope import PatientInReach


def record_course(session: Session, patient: PatientInReach, values: Mapping[str, Any]) -> Course:
    """Add a treatment course at the patient's present site."""
    _check_dates(patient, values, "started_on", "mobilised_on", "engrafted_on")
    course = Course(code=new_code("C"), **_place(patient), **values)
    session.add(course)
    session.flush()
    return course


def change_course(
    session: Session, patient: PatientInReach, course: Course, values: Mapping[str, Any]
) -> None:
    """Replace the facts of a course; the trail keeps what was."""
    _check_dates(patient, values, "started_on", "mobilised_on", "engrafted_on")
    _set(course, values)
    session.flush()


def record_infusion(
    session: Session, patient: PatientInReach, values: Mapping[str, Any]
) -> Infusion:
    """Add an infusion; its lot is added to the lots when the code is new."""
    facts, course, lot = _split(values)
    _check_infusion(patient, facts)
    infusion = Infusion(
        code=new_code("I"),
        course_id=_course_id(session, patient, course),
        **_place(patient),
        **facts,
    )
    session.add(infusion)
    session.flush()
    if lot:
        lot_id = _lot_id(session, lot, facts)
        session.add(InfusionLot(infusion_id=infusion.id, lot_id=lot_id, ordinal=1))
    session.flush()
    return infusion


def change_infusion(
    session: Session, patient: PatientInReach, infusion: Infusion, values: Mapping[str, Any]
) -> None:
    """Replace the facts of an infusion; a lot once linked stays traceable and is not replaced."""
    facts, course, lot = _split(values)
    _check_infusion(patient, facts)
    _check_lots(session, infusion, facts)
    _keep_lot(session, infusion, lot, facts)
    _set(infusion, facts | {"course_id": _course_id(session, patient, course)})
    session.flush()


def lots_of(session: Session, infusion_id: UUID) -> list[str]:
    """Return the lot codes of an infusion, in order."""
    return list(
        session.scalars(
            select(Lot.code)
            .join(InfusionLot, InfusionLot.lot_id == Lot.id)
            .where(InfusionLot.infusion_id == infusion_id)
            .order_by(InfusionLot.ordinal)
        )
    )


def _place(patient: PatientInReach) -> dict[str, Any]:
    if patient.writable is None:
        raise InvalidRecordError({"": "This patient has no open enrolment at your site."})
    enrolment = patient.writable
    return {
        "patient_id": patient.id,
        "enrolment_id": enrolment.id,
        "site_id": enrolment.site_id,
        "source": "form",
    }


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _split(values: Mapping[str, Any]) -> tuple[dict[str, Any], str | None, str | None]:
    facts = dict(values)
    return facts, facts.pop("course"), facts.pop("lot")


def _check_dates(patient: PatientInReach, values: Mapping[str, Any], *names: str) -> None:
    refuse(
        **{
            name: rules.outside_life(values[name], patient.birth_date, patient.death_on)
            for name in names
        }
    )


def _check_infusion(patient: PatientInReach, facts: Mapping[str, Any]) -> None:
    _check_dates(patient, facts, "started_at", "weighed_on")
    wrong = cell_dose.contradiction(
        facts["dose_total_cells"], facts["dose_cells_per_kg"], facts["weight_kg"]
    )
    refuse(dose_total_cells=wrong and f"Cells given in all: {wrong}")


def _course_id(session: Session, patient: PatientInReach, code: str | None) -> UUID | None:
    if code is None:
        return None
    return session.execute(
        select(Course.id).where(Course.code == code, Course.patient_id == patient.id)
    ).scalar_one()


def _lot_id(session: Session, code: str, facts: Mapping[str, Any]) -> UUID:
    lot = session.scalar(select(Lot).where(Lot.code == code))
    if lot is None:
        lot = Lot(
            code=code,
            cell_type=facts["cell_type"],
            tissue_source=facts["tissue_source"],
            donor_type=facts["donor_type"],
        )
        session.add(lot)
        session.flush()
    elif lot.cell_type != facts["cell_type"]:
        raise InvalidRecordError(
            {"lot": f"Lot code: {code} is a lot of another cell type ({lot.cell_type})"}
        )
    return lot.id


def _check_lots(session: Session, infusion: Infusion, facts: Mapping[str, Any]) -> None:
    """Refuse a cell type that is not that of the linked lots."""
    linked = lots_of(session, infusion.id)
    types = set(session.scalars(select(Lot.cell_type).where(Lot.code.in_(linked))))
    if types - {facts["cell_type"]}:
        raise InvalidRecordError(
            {"cell_type": f"Cell type: lot {linked[0]} is of another cell type ({types.pop()})"}
        )


def _keep_lot(
    session: Session, infusion: Infusion, lot: str | None, facts: Mapping[str, Any]
) -> None:
    linked = lots_of(session, infusion.id)
    if not linked and lot:
        lot_id = _lot_id(session, lot, facts)
        session.add(InfusionLot(infusion_id=infusion.id, lot_id=lot_id, ordinal=1))
    elif linked and lot not in linked:
        raise InvalidRecordError(
            {"lot": f"Lot code: {linked[0]} is linked; void the infusion and record it again"}
        )
