"""Who received a lot: through doses of several lots, voided infusions and transfers.

A person sees the recipients in reach in full, and of every other site only how many there are,
so that nobody is missed and nothing else is said.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Text, cast, literal, null, or_, select, type_coerce, union_all
from sqlalchemy.orm import Session

from registry.database.types import Id
from registry.models import (
    AdverseEvent,
    Enrolment,
    Infusion,
    InfusionLot,
    Lot,
    Patient,
    PatientStatus,
    Site,
)
from registry.partial_date import PartialDate
from registry.queries.lots import LONGEST_SEARCH, is_named
from registry.queries.scope import Reach, certain_partial, columns, partial_columns, partial_of

_lot, _given, _infusion = Lot.__table__, InfusionLot.__table__, Infusion.__table__
_patient, _site, _enrolment = Patient.__table__, Site.__table__, Enrolment.__table__
_status, _event = PatientStatus.__table__, AdverseEvent.__table__


@dataclass(frozen=True, slots=True)
class RecalledLot:
    """A lot that a search names, or a sibling of one."""

    id: UUID
    code: str
    product_name: str | None
    donor_id: str | None
    din: str | None
    release_status: str | None
    voided: bool


@dataclass(frozen=True, slots=True)
class Recipient:
    """One infusion of one of the lots, with who received it and where that person is now."""

    lot: str
    patient: str
    infusion: str
    started_at: PartialDate
    volume_ml: Decimal | None
    cells: Decimal | None
    voided: bool  # the cells may have been given all the same
    site: str  # where it was given
    followed_at: str | None  # None: at no site now, or at one out of reach
    followed_elsewhere: bool
    status: str | None
    died_on: PartialDate | None
    events_after: int  # reported, and not certainly before the infusion


@dataclass(frozen=True, slots=True)
class Recall:
    """What a recall must answer."""

    lots: tuple[RecalledLot, ...]
    siblings: tuple[RecalledLot, ...]  # of the same donor or donation
    recipients: tuple[Recipient, ...]
    elsewhere: Mapping[str, int]  # site → number of recipients out of reach

    @property
    def patients(self) -> int:
        """Return the number of recipients, in reach and out of it."""
        return len({row.patient for row in self.recipients}) + sum(self.elsewhere.values())


def find_lots(session: Session, search: str) -> tuple[RecalledLot, ...]:
    """Return the lots whose code, donation number, European code or donor key is this."""
    if not search.strip() or not search.isprintable() or len(search) > LONGEST_SEARCH:
        return ()
    named = [is_named(name, search.strip()) for name in ("code", "din", "sec", "donor_id")]
    return _lots(session, or_(*named))


def lot_as_recalled(lot: Lot) -> RecalledLot:
    """Return a loaded lot as the recall knows it."""
    return RecalledLot(
        lot.id, lot.code, lot.product_name, lot.donor_id, lot.din, lot.release_status,
        lot.voided_at is not None,
    )  # fmt: skip


def recall(session: Session, reach: Reach, lots: Sequence[RecalledLot]) -> Recall:
    """Return who received the lots, in three queries whatever the number of recipients."""
    rows = session.execute(_recipients([lot.id for lot in lots])).all()
    about = _around(session, {row.patient_id for row in rows})
    seen = [row for row in rows if _sees(reach, about[row.patient_id], row.site_id)]
    shown = {row.patient_id for row in seen}
    return Recall(
        lots=tuple(lots),
        siblings=_siblings(session, lots),
        recipients=tuple(_recipient(reach, about[row.patient_id], row) for row in seen),
        elsewhere=_elsewhere([row for row in rows if row.patient_id not in shown], about),
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What happened to one recipient: enrolments, statuses, events, each with its site or word."""

    enrolments: tuple[Any, ...] = ()
    statuses: tuple[Any, ...] = ()
    events: tuple[Any, ...] = ()

    @property
    def present(self) -> Any | None:
        """Return the open enrolment; the latest one when files brought several."""
        still_open = [row for row in self.enrolments if row.until is None]
        return still_open[-1] if still_open else None


def _sees(reach: Reach, about: _Around, site_id: int | None) -> bool:
    """Whether this person may see a row of the patient that was made at the site."""
    if reach.reads is None or site_id in reach.reads:
        return True
    return about.present is not None and about.present.site_id in reach.reads


def _recipients(lot_ids: Iterable[UUID]) -> Any:
    return (
        select(
            _lot.c.code.label("lot"),
            *columns(_given, "volume_ml", "cells"),
            _infusion.c.code.label("infusion"),
            *columns(_infusion, "patient_id", "site_id", "voided_at"),
            *partial_columns(_infusion, "started_at"),
            _patient.c.code.label("patient"),
            *partial_columns(_patient, "death_on"),
            _site.c.code.label("site"),
        )
        .join_from(_given, _lot, _lot.c.id == _given.c.lot_id)
        .join(_infusion, _infusion.c.id == _given.c.infusion_id)
        .join(_patient, _patient.c.id == _infusion.c.patient_id)
        .join(_site, _site.c.id == _infusion.c.site_id)
        .where(_given.c.lot_id.in_(list(lot_ids)))
        .order_by(*columns(_infusion, "started_at_earliest", "code"), _lot.c.code)
    )


def _around(session: Session, patients: set[UUID]) -> Mapping[UUID, _Around]:
    """Return enrolments, statuses and events of the patients, in one query."""
    kept: dict[UUID, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in session.execute(_happenings(patients)):
        kept[row.patient_id][row.kind].append(row)
    return {
        key: _Around(*(tuple(kept[key][kind]) for kind in ("enrolment", "status", "event")))
        for key in patients
    }


def _happenings(patients: set[UUID]) -> Any:
    no_day, no_word = cast(null(), Date), cast(null(), Text)
    enrolments = select(
        literal("enrolment").label("kind"), _enrolment.c.patient_id, _enrolment.c.site_id,
        _enrolment.c.from_on_earliest.label("since"), _enrolment.c.from_on_latest.label("by"),
        _enrolment.c.to_on_latest.label("until"), _site.c.code.label("word"), _enrolment.c.id,
    ).join(_site, _site.c.id == _enrolment.c.site_id)  # fmt: skip
    statuses = select(
        literal("status"), _status.c.patient_id, null(), _status.c.on_date_earliest,
        _status.c.on_date_latest, no_day, _status.c.status, _status.c.id,
    )  # fmt: skip
    events = select(
        literal("event"), _event.c.patient_id, _event.c.site_id, _event.c.started_on_earliest,
        _event.c.started_on_latest, no_day, no_word, _event.c.id,
    ).where(_event.c.state == "reported")  # fmt: skip
    parts = [
        part.where(table.c.patient_id.in_(patients), table.c.voided_at.is_(None))
        for part, table in ((enrolments, _enrolment), (statuses, _status), (events, _event))
    ]
    every = union_all(*parts).subquery("around")
    return select(
        every.c.kind, type_coerce(every.c.patient_id, Id).label("patient_id"),
        *columns(every, "site_id", "since", "by", "until", "word"),
    ).order_by(every.c.since, every.c.by, every.c.id)  # fmt: skip


def _recipient(reach: Reach, about: _Around, row: Any) -> Recipient:
    present, started_at = about.present, certain_partial(row, "started_at")
    follows = present is not None and (reach.reads is None or present.site_id in reach.reads)
    statuses = [one for one in about.statuses if one.since <= _until(reach, about, follows)]
    return Recipient(
        lot=row.lot,
        patient=row.patient,
        infusion=row.infusion,
        started_at=started_at,
        volume_ml=row.volume_ml,
        cells=row.cells,
        voided=row.voided_at is not None,
        site=row.site,
        followed_at=present.word if follows and present else None,
        followed_elsewhere=present is not None and not follows,
        status=statuses[-1].word if statuses else None,
        died_on=partial_of(row, "death_on"),
        events_after=sum(_after(one, started_at) for one in about.events
                         if _sees(reach, about, one.site_id)),
    )  # fmt: skip


def _until(reach: Reach, about: _Around, follows: bool) -> date:
    """Return the last day of what may be read of statuses; a former site's ends with its own."""
    if follows or reach.reads is None:
        return date.max
    own = [one for one in about.enrolments if one.site_id in reach.reads]
    return max((one.until or date.max for one in own), default=date.min)


def _after(event: Any, started_at: PartialDate) -> bool:
    """Whether an event may have begun after the infusion; without an onset it may."""
    return event.by is None or event.by >= started_at.earliest


def _elsewhere(rows: Iterable[Any], about: Mapping[UUID, _Around]) -> Mapping[str, int]:
    """Count recipients out of reach by the site that follows them, else that gave the cells."""
    at: dict[UUID, str] = {}
    for row in rows:
        present = about[row.patient_id].present
        at[row.patient_id] = present.word if present is not None else row.site
    return dict(sorted(Counter(at.values()).items()))


def _siblings(session: Session, lots: Sequence[RecalledLot]) -> tuple[RecalledLot, ...]:
    said = {name: {str(value) for lot in lots if (value := getattr(lot, name))}
            for name in ("donor_id", "din")}  # fmt: skip
    shared = [is_named(name, *values) for name, values in said.items() if values]
    if not shared:
        return ()
    own = {lot.id for lot in lots}
    return tuple(lot for lot in _lots(session, or_(*shared)) if lot.id not in own)


def _lots(session: Session, condition: Any) -> tuple[RecalledLot, ...]:
    named = columns(_lot, "id", "code", "product_name", "donor_id", "din", "release_status")
    rows = session.execute(select(*named, _lot.c.voided_at).where(condition).order_by(_lot.c.code))
    return tuple(RecalledLot(*[*row[:-1], row.voided_at is not None]) for row in rows)
