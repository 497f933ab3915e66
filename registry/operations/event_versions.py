"""The parts of a case and its versions: grade history, verdicts, and the whole as it stood."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock, codes
from registry.forms.adverse_event import MOST_GRADES, Graded
from registry.models import (
    AdverseEvent,
    AdverseEventCausality,
    AdverseEventGrade,
    AdverseEventVersion,
    Infusion,
    Lot,
    Visit,
)
from registry.partial_date import PartialDate

FACTS = (
    *("verbatim_term", "started_on", "ended_on", "solicited", "term", "dictionary"),
    *("dictionary_version", "soc", "grade", "scale", "serious", "expected", "expected_reference"),
    *("outcome", "action", "treatment", "narrative"),
    *("site_aware_at", "registry_aware_at", "sponsor_aware_at", "passed_on_at"),
)
BATCH = 500
RETIRED = "replaced by a later version of the case"
IMPORTED = "import"  # who wrote the first version of a case that a file brought
AS_IMPORTED = "As imported, kept before the first change"
Values = Mapping[str, Any]


def set_parts(session: Session, event: AdverseEvent, values: Values, by: str) -> None:
    _set_grades(session, event, values["grades"], by)
    _set_causality(session, event, values["causality"], by)
    session.flush()


def _set_grades(session: Session, event: AdverseEvent, grades: Iterable[Graded], by: str) -> None:
    # A form shows so many rows; what it cannot show it does not replace.
    shown = grades_of(session, event.id)[:MOST_GRADES]
    stored = {(row.on, row.grade, row.serious): row for row in shown}
    for graded in grades:
        if stored.pop((graded.on, graded.grade, graded.serious), None) is None:
            session.add(
                AdverseEventGrade(
                    event_id=event.id, on=graded.on, grade=graded.grade, serious=graded.serious
                )
            )
    for left in stored.values():
        left.voided_at, left.voided_by, left.void_reason = clock.now(), by, RETIRED


def _set_causality(
    session: Session, event: AdverseEvent, verdicts: Mapping[tuple[str, str], str], by: str
) -> None:
    stored = {(row.cause, row.assessor): row for row in causality_of(session, event.id)}
    for (cause, assessor), verdict in verdicts.items():
        row = stored.pop((cause, assessor), None)
        if row is None:
            session.add(
                AdverseEventCausality(
                    event_id=event.id, cause=cause, assessor=assessor, verdict=verdict
                )
            )
        elif row.verdict != verdict:
            row.verdict = verdict
    for left in stored.values():
        left.voided_at, left.voided_by, left.void_reason = clock.now(), by, RETIRED


def grades_of(session: Session, event: UUID) -> list[AdverseEventGrade]:
    """Return the grade history in force, by date."""
    rows = session.scalars(
        select(AdverseEventGrade).where(
            AdverseEventGrade.event_id == event, AdverseEventGrade.voided_at.is_(None)
        )
    )
    return sorted(rows, key=lambda row: (row.on.earliest, row.on.latest, row.id))


def causality_of(session: Session, event: UUID) -> list[AdverseEventCausality]:
    """Return the verdicts in force, in the order of the list of causes."""
    rows = session.scalars(
        select(AdverseEventCausality).where(
            AdverseEventCausality.event_id == event, AdverseEventCausality.voided_at.is_(None)
        )
    )
    order = list(codes.CAUSE)
    return sorted(rows, key=lambda row: (order.index(row.cause), row.assessor != "reporter"))


def keep_first(session: Session, event: AdverseEvent) -> None:
    """Keep a case that a file brought as it stands, before anything changes it.

    A file brings cases without versions; without this one the first change would lose what was.
    """
    if _last_version(session, event.id) == 0:
        keep_version(session, event, IMPORTED, AS_IMPORTED, event.site_aware_at)


def keep_changes(session: Session, events: Iterable[UUID], by: str, reason: str) -> None:
    """Keep a version of each case that a file changed behind the session."""
    session.expire_all()
    for event in _in_order(session, events):
        keep_version(session, event, by, reason, None)


def keep_firsts(session: Session, events: Iterable[UUID]) -> None:
    """Keep each case that has no version yet as it stands, before a file changes it."""
    for event in _in_order(session, events):
        keep_first(session, event)


def _in_order(session: Session, events: Iterable[UUID]) -> Iterator[AdverseEvent]:
    """Yield the cases by key, loaded a few at a time: a file may change any number."""
    keys = iter(sorted(events))
    while batch := list(islice(keys, BATCH)):
        named = select(AdverseEvent).where(AdverseEvent.id.in_(batch))
        yield from session.scalars(named.order_by(AdverseEvent.id)).all()


def keep_version(  # noqa: PLR0913 - one argument for each part of a version
    session: Session,
    event: AdverseEvent,
    by: str,
    reason: str | None,
    aware_at: PartialDate | None,
    *,
    item: str | None = None,
) -> None:
    """Store the whole case as it stands now as its next version."""
    session.add(
        AdverseEventVersion(
            event_id=event.id,
            version=_last_version(session, event.id) + 1,
            at=clock.now(),
            by=by,
            reason=reason,
            aware_at=aware_at,
            content=content_of(session, event) | ({"item": item} if item else {}),
        )
    )
    session.flush()


def _last_version(session: Session, event: UUID) -> int:
    """Return the number of the last version; 0 where the case has none."""
    last = select(func.max(AdverseEventVersion.version)).where(
        AdverseEventVersion.event_id == event
    )
    return session.scalar(last) or 0


def content_of(session: Session, event: AdverseEvent) -> dict[str, Any]:
    """Return the case as plain JSON values: everything as typed, codes instead of keys."""
    return {
        "state": event.state,
        **{name: _plain(getattr(event, name)) for name in FACTS},
        "seriousness": event.seriousness,
        "infusion": _code_of(session, Infusion, event.infusion_id),
        "lot": _code_of(session, Lot, event.lot_id),
        "visit": _code_of(session, Visit, event.visit_id),
        "grades": [[row.on.text, row.grade, row.serious] for row in grades_of(session, event.id)],
        "causality": [
            [row.cause, row.assessor, row.verdict] for row in causality_of(session, event.id)
        ],
    }


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, PartialDate) else value


def _code_of(session: Session, model: type[Any], key: UUID | None) -> str | None:
    return session.scalar(select(model.code).where(model.id == key)) if key else None
