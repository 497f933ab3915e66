"""Rows that gather several records: infusions with their lots, events with both verdicts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.exchange import adverse_events, treatment
from registry.exchange.columns import File
from registry.exchange.stored_rows import Cells, Found, plain
from registry.exchange.tables import CAUSALITY, EVENT, INFUSION_LOT, LOT, PATIENT
from registry.followup.emergence import DEATH, FATAL, FATAL_GRADE

PRODUCT = "product"
# The column of adverse_events.csv that one assessor's verdict about the product stands in.
VERDICTS: Mapping[str, str] = {"causality": "reporter", "causality_reviewer": "reviewer"}


def _without(file: File, *names: str) -> File:
    kept = tuple(column for column in file.columns if column.name not in names)
    return File(file.name, file.meaning, kept, file.key)


_INFUSIONS = _without(treatment.INFUSIONS, "lot_ids")
_EVENTS = _without(adverse_events.ADVERSE_EVENTS, *VERDICTS)
_LOTS_AT = treatment.INFUSIONS.names.index("lot_ids")
_VERDICTS_AT = adverse_events.ADVERSE_EVENTS.names.index("causality")


def infusion_rows(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Return infusions with their lots in order, joined by ;."""
    statement = (
        select(INFUSION_LOT.c.infusion_id, LOT.c.code)
        .join(LOT, LOT.c.id == INFUSION_LOT.c.lot_id)
        .where(INFUSION_LOT.c.infusion_id.in_(ids), LOT.c.voided_at.is_(None))
        .order_by(INFUSION_LOT.c.infusion_id, INFUSION_LOT.c.ordinal)
    )
    lots: dict[UUID, list[str]] = defaultdict(list)
    for infusion, lot in session.execute(statement):
        lots[infusion].append(lot)
    return [
        (key, _put(cells, _LOTS_AT, ";".join(lots[key])))
        for key, cells in plain(session, _INFUSIONS, ids, cut)
    ]


def event_rows(session: Session, ids: Sequence[Any], cut: date | None) -> list[Found]:
    """Return reported events with what reporter and reviewer think of the product."""
    said = {
        key: {assessor: verdict for assessor, (_, verdict) in found.items()}
        for key, found in verdicts(session, ids).items()
    }
    unended, outlived = _not_yet(session, ids, cut) if cut else (frozenset(), frozenset())
    return [
        (key, _put(cells, _VERDICTS_AT, *_both(said.get(key, {}))))
        for key, found in plain(session, _EVENTS, ids, cut)
        for cells in [_as_of(found, ended=key not in unended, died=key not in outlived)]
    ]


def _not_yet(
    session: Session, ids: Sequence[Any], cut: date
) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Return the events that end after the cut, and those whose patient died after it."""
    statement = (
        select(EVENT.c.id, EVENT.c.ended_on_earliest, PATIENT.c.death_on_earliest)
        .outerjoin(PATIENT, PATIENT.c.id == EVENT.c.patient_id)
        .where(EVENT.c.id.in_(ids))
    )
    found = session.execute(statement).all()
    return (
        frozenset(key for key, ended, _ in found if ended is not None and ended > cut),
        frozenset(key for key, _, died in found if died is not None and died > cut),
    )


def _as_of(cells: Cells, *, ended: bool, died: bool) -> Cells:
    """Blank what came of an event after the cut: its outcome, and everything that says death."""
    if ended and died:
        return cells
    values = dict(zip(_EVENTS.names, cells, strict=True))
    fatal = values["outcome"] == FATAL
    if not ended or fatal:
        values["outcome"] = ""
    if not died or fatal:
        criteria = [part for part in values["seriousness"].split(";") if part not in {"", DEATH}]
        values["seriousness"] = ";".join(criteria)
        values["grade"] = "" if values["grade"] == str(FATAL_GRADE) else values["grade"]
    return tuple(values.values())


def verdicts(session: Session, ids: Sequence[Any]) -> dict[UUID, dict[str, tuple[UUID, str]]]:
    """Return event → assessor → the record and its verdict about the product; the latest one."""
    statement = (
        select(CAUSALITY)
        .where(
            CAUSALITY.c.event_id.in_(ids),
            CAUSALITY.c.cause == PRODUCT,
            CAUSALITY.c.voided_at.is_(None),
        )
        .order_by(CAUSALITY.c.id)  # keys rise with time
    )
    found: dict[UUID, dict[str, tuple[UUID, str]]] = defaultdict(dict)
    for row in session.execute(statement):
        found[row.event_id][row.assessor] = (row.id, row.verdict)
    return found


def _both(said: Mapping[str, str]) -> Cells:
    return tuple(said.get(assessor, "") for assessor in VERDICTS.values())


def _put(cells: Cells, place: int, *more: str) -> Cells:
    return (*cells[:place], *more, *cells[place:])
