"""The limits of a laboratory at a site, from a day on."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.forms.results import unit_choices
from registry.instruments.units import spelling
from registry.laboratory.analytes import ANALYTES
from registry.models import LaboratoryLimit
from registry.operations.refusing import refuse
from registry.partial_date import PartialDate


def record_limit(session: Session, values: Mapping[str, Any]) -> LaboratoryLimit:
    """Add limits; raise InvalidRecordError where they cannot be used, or exist for that day."""
    columns = _columns(session, values)
    row = LaboratoryLimit(**columns)
    session.add(row)
    session.flush()
    return row


def change_limit(session: Session, row: LaboratoryLimit, values: Mapping[str, Any]) -> None:
    """Correct limits; results that took them over keep what they were stored with."""
    for name, value in _columns(session, values, row).items():
        setattr(row, name, value)
    session.flush()


def void_limit(session: Session, row: LaboratoryLimit, by: str, reason: str) -> None:
    """Take limits out of use; they stay readable in the trail."""
    row.voided_at, row.voided_by, row.void_reason = clock.now(), by, reason
    session.flush()


def _columns(
    session: Session, values: Mapping[str, Any], row: LaboratoryLimit | None = None
) -> dict[str, Any]:
    columns = dict(values)
    start = columns["from_on"]
    columns["from_on"] = start.earliest if isinstance(start, PartialDate) else start
    columns["unit"] = _unit(columns["analyte"], columns["unit"])
    lower, upper = columns["lower_limit"], columns["upper_limit"]
    refuse(
        lower_limit="Lower limit: one of the two limits is needed"
        if lower is None and upper is None
        else None,
        upper_limit="Upper limit: it is below the lower one"
        if lower is not None and upper is not None and upper < lower
        else None,
    )
    refuse(from_on=_taken(session, columns, row))
    return columns


def _unit(analyte: str, typed: str | None) -> str | None:
    """Return the unit as results write it; refuse one in which no result can be typed."""
    choices = unit_choices(ANALYTES[analyte])
    quantity = ANALYTES[analyte].quantity
    if not typed:
        needed = quantity is not None and not quantity.implied
        refuse(unit=f"Unit: this is needed, one of {', '.join(choices)}" if needed else None)
        return choices[0] if choices else None
    found = quantity.find(typed) if quantity else None
    own = next((unit for unit in choices if spelling(unit) == spelling(typed)), None)
    name = found.name if found else own
    refuse(unit=None if name else f"Unit: “{typed[:40]}” is not one of {', '.join(choices)}")
    return name


def _taken(session: Session, columns: Mapping[str, Any], row: LaboratoryLimit | None) -> str | None:
    names = ("site_id", "laboratory", "analyte", "from_on")
    found = session.scalar(
        select(LaboratoryLimit.id).where(
            *(getattr(LaboratoryLimit, name) == columns[name] for name in names),
            LaboratoryLimit.voided_at.is_(None),
        )
    )
    if found is None or (row is not None and found == row.id):
        return None
    return "First day: limits of this laboratory and analyte are recorded from that day already"
