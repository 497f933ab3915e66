"""The page that a person signs: the content word by word, its score, and what to look at twice."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from registry import clock, codes
from registry.models import Visit
from registry.operations.signing import content_of, problems_before_signing
from registry.operations.steroids import steroid_of
from registry.operations.visits import current_assessments
from registry.queries.patient_page import CHECKLIST
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import beside
from registry.views.consent_notice import consent_notice
from registry.views.patient_timeline import identity
from registry.views.visit_pages import named
from registry.views.visit_words import content_rows, facts_in_words, further_answers

FIRST_MEANINGS = {c: words for c, words in codes.SIGNATURE_MEANING.items() if c != "amendment"}
SEVERE_PGA = 2  # policy: worth a second look where no item is present


def sign_context(session: Session, patient: PatientInReach, visit: Visit) -> dict[str, Any]:
    """Return what is signed, word by word, with its digest."""
    around = beside(session, patient, clock.today(), visit.code)
    stored = current_assessments(session, visit).get(CHECKLIST)
    return {
        "patient": named(patient),
        "identity": identity(patient, around.facts, clock.today()),
        "notice": consent_notice(patient),
        "visit": visit,
        "facts": facts_in_words(session, visit),
        "content": content_rows(stored),
        "further": further_answers(session, visit),
        "checks": [*problems_before_signing(visit, stored), *_soft(session, visit)],
        "meanings": list(FIRST_MEANINGS.items()),
        "sha256": content_of(session, patient, visit).digest,
        "back_url": url_for("visits.edit", visit=visit.code),
    }


def _soft(session: Session, visit: Visit) -> list[str]:
    """Return what may be right and is worth a second look: never in the way of a signature."""
    found = []
    assessed = current_assessments(session, visit)
    pga, sledai = assessed.get("pga"), assessed.get(CHECKLIST)
    if pga is None and (visit.attendance or "done") == "done":
        found.append("No global assessment (PGA) was entered.")
    if steroid_of(session, visit) is None and (visit.attendance or "done") == "done":
        found.append("No steroid dose was entered with this visit.")
    if pga and sledai and sledai.total == 0 and (pga.total or 0) >= SEVERE_PGA:
        found.append("PGA is 2 or more, but the SLEDAI-2K is 0.")
    return found
