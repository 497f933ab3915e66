"""What the fixed questions of a visit lead to: each harm found opens one draft of an event.

Once for a visit and question, however often the visit is saved: a draft that was voided is not
opened again, and an answer taken back leaves its draft to be voided by a person.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.forms.visit_answers import Answered
from registry.instruments import INQUIRIES
from registry.models import AdverseEvent, AdverseEventVersion, Visit
from registry.operations.adverse_events import record_event
from registry.operations.event_versions import FACTS
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
    opened = _opened(session, visit) if found else set()
    for item, label in found.items():
        if item not in opened:
            values = _values(label, visit)
            record_event(session, patient, values, by, visit_id=visit.id, draft=True, item=item)


def _opened(session: Session, visit: Visit) -> set[str]:
    """Return the questions of this visit that opened an event, whether it was voided or not."""
    contents = session.scalars(
        select(AdverseEventVersion.content)
        .join(AdverseEvent, AdverseEvent.id == AdverseEventVersion.event_id)
        .where(AdverseEvent.visit_id == visit.id, AdverseEventVersion.version == 1)
    )
    return {content["item"] for content in contents if "item" in content}


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
