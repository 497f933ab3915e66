"""Record and change infusions with their lots; a lot once linked stays traceable."""

from collections.abc import Iterable, Mapping, Set
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import cell_dose
from registry.errors import InvalidRecordError
from registry.issued_codes import new_code
from registry.lot_rules import GivenLot, later_moment, unfit_for_new
from registry.models import Course, Infusion, InfusionLot, Lot
from registry.operations.infusion_checks import (
    given_elsewhere,
    questions_about,
    refuse_lots,
    used_lots,
)
from registry.operations.placing import check_life, placed, replace
from registry.operations.refusing import ask, refuse
from registry.queries.scope import PatientInReach


def record_infusion(
    session: Session,
    patient: PatientInReach,
    values: Mapping[str, Any],
    answered: Set[str] = frozenset(),
) -> Infusion:
    """Add an infusion; a lot whose code is new is added to the lots.

    Raises UnlikelyError with what is unlikely, unless all of it is in ``answered``.
    """
    facts, course, lots = _split(values)
    _check(patient, facts, lots)
    _add_new_lots(session, lots, facts)
    used = used_lots(session, lots)
    refuse_lots(used, facts, given_elsewhere(session, used, patient.id))
    ask(questions_about(session, facts, used), answered)
    infusion = Infusion(
        code=new_code("I"), course_id=_course_id(session, patient, course), **placed(patient),
        **facts,
    )  # fmt: skip
    session.add(infusion)
    session.flush()
    _link(session, infusion, lots, used)
    return infusion


def change_infusion(
    session: Session,
    patient: PatientInReach,
    infusion: Infusion,
    values: Mapping[str, Any],
    answered: Set[str] = frozenset(),
) -> None:
    """Replace the facts of an infusion and of its lots; what was kept before is not asked again."""
    facts, course, lots = _split(values)
    before = lots_given(session, infusion.id)
    _check(patient, facts, lots)
    _keep_linked(before, lots)
    _add_new_lots(session, lots, facts)
    stored = {name: getattr(infusion, name) for name in facts}
    kept = set(questions_about(session, stored, used_lots(session, before)))
    settled = {lot.code for lot in before} if stored["started_at"] == facts["started_at"] else set()
    used = used_lots(session, lots)
    refuse_lots(used, facts, given_elsewhere(session, used, patient.id), settled)
    ask([q for q in questions_about(session, facts, used) if q not in kept], answered)
    replace(infusion, facts | {"course_id": _course_id(session, patient, course)})
    _link(session, infusion, lots, used)


def lots_of(session: Session, infusion_id: UUID) -> list[str]:
    """Return the lot codes of an infusion, in order."""
    return [lot.code for lot in lots_given(session, infusion_id)]


def lots_given(session: Session, infusion_id: UUID) -> tuple[GivenLot, ...]:
    """Return what each lot gave to an infusion, in order."""
    rows = session.execute(
        select(Lot.code, InfusionLot)
        .join(InfusionLot, InfusionLot.lot_id == Lot.id)
        .where(InfusionLot.infusion_id == infusion_id)
        .order_by(InfusionLot.ordinal)
    )
    return tuple(
        GivenLot(code, given.volume_ml, given.cells, given.thawed_at) for code, given in rows
    )


def _split(
    values: Mapping[str, Any],
) -> tuple[dict[str, Any], str | None, tuple[GivenLot, ...]]:
    facts = dict(values)
    return facts, facts.pop("course"), facts.pop("lots")


def _check(patient: PatientInReach, facts: Mapping[str, Any], lots: Iterable[GivenLot]) -> None:
    """Refuse what is impossible in itself, whatever the lots are."""
    check_life(patient, facts, "started_at", "ended_at", "weighed_on")
    over = facts["ended_at"] or facts["started_at"]
    wrong = cell_dose.contradiction(
        facts["dose_total_cells"], facts["dose_cells_per_kg"], facts["weight_kg"]
    )
    refuse(
        ended_at=_before_start(facts),
        dose_total_cells=wrong and f"Cells given in all: {wrong}",
        cost_currency=_currency_needed(facts),
        **{
            f"{lot.field}_thawed_at": f"{lot.thawed_at.words} is after the infusion"
            for lot in lots
            if lot.thawed_at is not None and later_moment(lot.thawed_at, over)
        },
    )


def _before_start(facts: Mapping[str, Any]) -> str | None:
    if later_moment(facts["started_at"], facts["ended_at"]):
        return "the end is before the start"
    return None


def _currency_needed(facts: Mapping[str, Any]) -> str | None:
    if facts["cost_amount"] is None or facts["cost_currency"]:
        return None
    return "Currency: an amount needs its currency, for example EUR"


def _course_id(session: Session, patient: PatientInReach, code: str | None) -> UUID | None:
    if code is None:
        return None
    return session.execute(
        select(Course.id).where(Course.code == code, Course.patient_id == patient.id)
    ).scalar_one()


def _add_new_lots(session: Session, lots: Iterable[GivenLot], facts: Mapping[str, Any]) -> None:
    codes = {lot.code: lot.field for lot in lots}
    known = set(session.scalars(select(Lot.code).where(Lot.code.in_(codes))))
    new = {code: field for code, field in codes.items() if code not in known}
    unfit = {field: unfit_for_new(code) for code, field in new.items()}
    refuse(**{field: why and f"Lot code: {why}" for field, why in unfit.items()})
    names = ("cell_type", "tissue_source", "donor_type")
    session.add_all(Lot(code=code, **{name: facts[name] for name in names}) for code in new)
    session.flush()


def _keep_linked(before: Iterable[GivenLot], lots: Iterable[GivenLot]) -> None:
    """Refuse to take a lot away: whoever received it must be found by it."""
    codes = {lot.code for lot in lots}
    gone = [lot.code for lot in before if lot.code not in codes]
    if gone:
        raise InvalidRecordError(
            {"lot": f"Lot code: {gone[0]} is linked; void the infusion and record it again"}
        )


def _link(
    session: Session,
    infusion: Infusion,
    lots: Iterable[GivenLot],
    used: Mapping[str, Any],
) -> None:
    """Store what each lot gave, in the order of the rows."""
    linked = {
        row.lot_id: row
        for row in session.scalars(
            select(InfusionLot).where(InfusionLot.infusion_id == infusion.id)
        )
    }
    last = max((row.ordinal for row in linked.values()), default=0)
    for lot in lots:
        lot_id = used[lot.code].lot.id
        row = linked.get(lot_id)
        if row is None:
            last += 1
            row = InfusionLot(infusion_id=infusion.id, lot_id=lot_id, ordinal=last)
            session.add(row)
        replace(row, {name: getattr(lot, name) for name in ("volume_ml", "cells", "thawed_at")})
    session.flush()
