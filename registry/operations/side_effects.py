"""What the fixed questions of a visit lead to: each harm found opens one draft of an event.

Once for a visit and question, however often the visit is saved: a draft that was voided is not
opened again, and an answer taken back leaves its draft to be voided by a person.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.forms.visit import Answered
from registry.instruments import INQUIRIES, INSTRUMENTS
from registry.models import AdverseEvent, AdverseEventVersion, Assessment, Visit
from registry.operations.adverse_events import FACTS, record_event
from registry.queries.scope import PatientInReach

PRESENT = 1


def open_drafts(
    session: Session,
    patient: PatientInReach,
    visit: Visit,
    answered: Iterable[Answered],
    by: str,
) -> None:
    """Open a draft for each harm that is present and has none of this visit yet."""
    found = {
        f"{one.instrument.code}.{item.code}": item.label
        for one in answered
        if one.instrument.code in INQUIRIES
        for item in one.instrument.items
        if one.answers[item.code] == PRESENT
    }
    opened = _opened(session, visit) if found else {}
    for item, label in found.items():
        if item not in opened:
            values = _values(label, visit)
            record_event(session, patient, values, by, visit_id=visit.id, draft=True, item=item)


def taken_back(session: Session, visit: Visit) -> list[str]:
    """Return the words of open drafts whose question is not answered present any more."""
    present = _present(session, visit)
    return [
        event.verbatim_term
        for item, event in _opened(session, visit).items()
        if event.state == "draft" and event.voided_at is None and item not in present
    ]


def _opened(session: Session, visit: Visit) -> dict[str, AdverseEvent]:
    """Return every event that a question of this visit opened, voided or not, by question."""
    rows = session.execute(
        select(AdverseEventVersion.content, AdverseEvent)
        .join(AdverseEvent, AdverseEvent.id == AdverseEventVersion.event_id)
        .where(AdverseEvent.visit_id == visit.id, AdverseEventVersion.version == 1)
        .order_by(AdverseEvent.id)
    )
    return {content["item"]: event for content, event in rows if content.get("item")}


def _present(session: Session, visit: Visit) -> set[str]:
    stored = session.scalars(
        select(Assessment).where(
            Assessment.visit_id == visit.id,
            Assessment.instrument.in_(INQUIRIES),
            Assessment.voided_at.is_(None),
        )
    )
    return {
        f"{row.instrument}.{code}"
        for row in stored
        for code, answer in INSTRUMENTS[row.instrument].from_row(row.answers or []).items()
        if answer == PRESENT
    }


def _values(label: str, visit: Visit) -> Mapping[str, Any]:
    """Return an event about which nothing is known yet but that a visit found it."""
    empty: dict[str, Any] = dict.fromkeys(FACTS)
    return empty | {
        "verbatim_term": label,
        "solicited": True,
        "site_aware_at": visit.visited_on,
        "seriousness": [],
        "grades": [],
        "causality": {},
    }
