"""Flares of one patient, by onset."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Flare
from registry.partial_date import PartialDate
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    columns,
    partial_columns,
    partial_from,
)

_flare = Flare.__table__
_FLARES = RowsOfPatient.prepared(
    select(
        *columns(_flare, "id", "code", "site_id", "severity", "organs", "admitted"),
        *partial_columns(_flare, "onset_on"),
        *partial_columns(_flare, "ended_on"),
        *partial_columns(_flare, "last_treated_on"),
    ).order_by(*columns(_flare, "onset_on_earliest", "code")),
    _flare,
)


@dataclass(frozen=True, slots=True)
class FlareRow:
    """One flare as lists and figures show it; ``organs`` are joined by ;."""

    id: UUID
    code: str
    site_id: int
    severity: str | None
    organs: str | None
    admitted: bool | None
    onset_on: PartialDate
    ended_on: PartialDate | None = None
    last_treated_on: PartialDate | None = None


def flares_of(session: Session, patient: PatientInReach) -> tuple[FlareRow, ...]:
    """Return the recorded flares that this person may see."""
    return tuple(_row(row) for row in _FLARES.read(session, patient))


def _row(row: Any) -> FlareRow:
    values = [*row[:6], PartialDate(*row[6:9]), partial_from(*row[9:12]), partial_from(*row[12:])]
    return FlareRow(*values)
