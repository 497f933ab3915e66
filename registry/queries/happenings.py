"""Adverse events and flares of one patient, as figures and rules see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.followup.facts import AdverseEventFact
from registry.models import AdverseEvent, Flare
from registry.partial_date import PartialDate
from registry.queries.scope import (
    PatientInReach,
    RowsOfPatient,
    certain_partial,
    columns,
    partial_columns,
    partial_of,
)

_event, _flare = AdverseEvent.__table__, Flare.__table__
_EVENTS = RowsOfPatient.prepared(
    select(
        *columns(_event, "code", "verbatim_term", "term", "soc", "grade", "scale", "serious"),
        *columns(_event, "outcome", "solicited"),
        *partial_columns(_event, "started_on"),
        *partial_columns(_event, "ended_on"),
    )
    .where(_event.c.state == "reported")
    .order_by(
        _event.c.started_on_earliest.is_(None),
        *columns(_event, "started_on_earliest", "started_on_text", "code"),
    ),
    _event,
)
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


def events_of(session: Session, patient: PatientInReach) -> tuple[AdverseEventFact, ...]:
    """Return the reported events by onset, those without a date last; drafts count nowhere."""
    return tuple(_event_fact(row) for row in _EVENTS.read(session, patient))


def flares_of(session: Session, patient: PatientInReach) -> tuple[FlareRow, ...]:
    """Return the recorded flares by onset."""
    return tuple(
        FlareRow(certain_partial(row, "onset_on"), row.severity)
        for row in _FLARES.read(session, patient)
    )


def _event_fact(row: Any) -> AdverseEventFact:
    return AdverseEventFact(
        event_id=row.code,
        verbatim_term=row.verbatim_term,
        started_on=partial_of(row, "started_on"),
        ended_on=partial_of(row, "ended_on"),
        term=row.term,
        soc=row.soc,
        grade=row.grade,
        scale=row.scale,
        serious=row.serious,
        outcome=row.outcome,
        solicited=row.solicited,
    )
