"""Flares of one patient, by onset."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Flare
from registry.partial_date import PartialDate
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    certain_partial,
    columns,
    partial_columns,
)

_flare = Flare.__table__
_FLARES = RowsOfPatient.prepared(
    select(*partial_columns(_flare, "onset_on"), _flare.c.severity).order_by(
        *columns(_flare, "onset_on_earliest", "code")
    ),
    _flare,
)


@dataclass(frozen=True, slots=True)
class FlareRow:
    onset_on: PartialDate
    severity: str | None


def flares_of(session: Session, patient: PatientInReach) -> tuple[FlareRow, ...]:
    """Return the recorded flares that this person may see."""
    return tuple(
        FlareRow(certain_partial(row, "onset_on"), row.severity)
        for row in _FLARES.read(session, patient)
    )
