"""The page that a person signs: the content word by word, its score, and what to look at twice."""

from decimal import Decimal
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from registry import clock, codes
from registry.extensions import read_session
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Score
from registry.models import Assessment, Visit
from registry.operations.signing import content_of, problems_before_signing
from registry.operations.visits import current_assessments
from registry.queries.patient_page import CHECKLIST
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import Beside, beside
from registry.templating import show_change, show_date, show_number
from registry.views.consent_notice import consent_notice
from registry.views.patient_timeline import identity
from registry.views.visit_checks import second_looks
from registry.views.visit_pages import named
from registry.views.visit_words import content_rows, facts_in_words, further_answers

FIRST_MEANINGS = {c: words for c, words in codes.SIGNATURE_MEANING.items() if c != "amendment"}
CLINICAL = "csledai_2k"
READ = "true"


def sign_context(session: Session, patient: PatientInReach, visit: Visit) -> dict[str, Any]:
    """Return what is signed, word by word, with its digest."""
    around = _around(session, patient, visit)
    stored = current_assessments(session, visit).get(CHECKLIST)
    return {
        "patient": named(patient),
        "identity": identity(patient, around.facts, clock.today()),
        "notice": consent_notice(patient),
        "visit": visit,
        "facts": facts_in_words(session, visit),
        "score": _score_rows(stored, around),
        "content": content_rows(stored),
        "further": further_answers(session, visit),
        "problems": problems_before_signing(visit, stored),
        "checks": second_looks(session, patient, visit, around.facts),
        "meanings": list(FIRST_MEANINGS.items()),
        "sha256": content_of(session, patient, visit).digest,
        "back_url": url_for("visits.edit", visit=visit.code),
    }


def unfinished(patient: PatientInReach, visit: Visit) -> dict[str, str]:
    """Return a sentence for each part of the signature's form that is missing."""
    missing = {}
    if request.form.get("checks_read") != READ:
        around = _around(read_session(), patient, visit)
        if second_looks(read_session(), patient, visit, around.facts):
            missing["checks_read"] = "Read the checks above, then tick that you have"
    if request.form.get("meaning") not in FIRST_MEANINGS:
        missing["meaning"] = "Say what your signature means"
    return missing


def _around(session: Session, patient: PatientInReach, visit: Visit) -> Beside:
    day = visit.visited_on.earliest if visit.visited_on else clock.today()
    return beside(session, patient, day, visit.code)


def _score_rows(stored: Assessment | None, around: Beside) -> list[tuple[str, str]]:
    """Return the score that follows from the answers, and how far it is from earlier ones."""
    if stored is None:
        return []
    clinical = INSTRUMENTS[CLINICAL]
    score = clinical.from_parts(stored.parts or {}) if clinical.from_parts else None
    baseline = around.baseline or {}
    return [
        (INSTRUMENTS[CHECKLIST].title, _total_words(stored)),
        (clinical.title, _total_words(score) if score else "not known"),
        ("Change from the last visit", _change(stored, around.previous.total, around.previous.on)),
        ("Change from baseline", _change(stored, baseline.get("total"), baseline.get("on"))),
    ]


def _total_words(score: Assessment | Score) -> str:
    if score.total is not None:
        return show_number(score.total)
    low, high = show_number(score.known_points), show_number(score.max_possible)
    return f"incomplete, {low} to {high}"


def _change(stored: Assessment, before: Decimal | None, on: object) -> str:
    if on is None:
        return "nothing to compare with"
    if before is None:
        return f"no complete score on {show_date(on)}"
    since = f"{show_number(before)} on {show_date(on)}"
    if stored.total is None:
        return f"not known: this score is incomplete, it was {since}"
    return f"{show_change(stored.total - before)} (it was {since})"
