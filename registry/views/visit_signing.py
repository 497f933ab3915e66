"""The page that a person signs: the content word by word, its score, and what to look at twice."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from registry import clock, codes
from registry.extensions import read_session
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Score
from registry.models import Visit
from registry.operations.signing import content_of, problems_before_signing
from registry.operations.visit_rows import Assessed, rows_of
from registry.queries.patient_page import CHECKLIST
from registry.queries.scope import PatientInReach
from registry.queries.visit_form import Previous, baseline_of, facts_until, previous_of
from registry.templating import show_change, show_date, show_number
from registry.views.consent_notice import consent_notice
from registry.views.patient_timeline import identity
from registry.views.visit_checks import second_looks
from registry.views.visit_pages import named
from registry.views.visit_words import content_rows, facts_in_words, further_answers, further_scores

FIRST_MEANINGS = {c: words for c, words in codes.SIGNATURE_MEANING.items() if c != "amendment"}
CLINICAL = "csledai_2k"
READ = "true"
TAKES_OVER = (
    "Once signed, this steroid dose counts from the day of the visit, and a daily dose of a "
    "steroid before it ends the day before. Pulses and what is taken as needed stay."
)


def sign_context(session: Session, patient: PatientInReach, visit: Visit) -> dict[str, Any]:
    """Return what is signed, word by word, with its digest."""
    day, rows = _day(visit), rows_of(session, visit)
    stored, facts = rows.checklist, facts_until(session, patient, day)
    previous = previous_of(session, patient, day, visit.code)
    return {
        "patient": named(patient),
        "identity": identity(patient, facts, clock.today()),
        "notice": consent_notice(patient),
        "visit": visit,
        "facts": facts_in_words(visit, rows),
        "dose_note": TAKES_OVER if rows.steroid else "",
        "score": [*_score_rows(stored, previous, baseline_of(facts)), *further_scores(rows)],
        "content": content_rows(stored),
        "further": further_answers(rows),
        "problems": problems_before_signing(visit, stored),
        "checks": second_looks(session, patient, visit, rows, facts),
        "meanings": list(FIRST_MEANINGS.items()),
        "sha256": content_of(patient, visit, rows).digest,
        "back_url": url_for("visits.edit", visit=visit.code),
    }


def unfinished(patient: PatientInReach, visit: Visit) -> dict[str, str]:
    """Return a sentence for each part of the signature's form that is missing."""
    missing = {}
    if request.form.get("checks_read") != READ:
        session = read_session()
        facts = facts_until(session, patient, _day(visit))
        if second_looks(session, patient, visit, rows_of(session, visit), facts):
            missing["checks_read"] = "Read the checks above, then tick that you have"
    if request.form.get("meaning") not in FIRST_MEANINGS:
        missing["meaning"] = "Say what your signature means"
    return missing


def _day(visit: Visit) -> date:
    return visit.visited_on.earliest if visit.visited_on else clock.today()


def _score_rows(
    stored: Assessed | None, previous: Previous, baseline: Mapping[str, Any] | None
) -> list[tuple[str, str]]:
    """Return the score that follows from the answers, and how far it is from earlier ones."""
    if stored is None:
        return []
    clinical = INSTRUMENTS[CLINICAL]
    score = clinical.from_parts(stored.parts or {}) if clinical.from_parts else None
    first = baseline or {}
    return [
        (INSTRUMENTS[CHECKLIST].title, _total_words(stored)),
        (clinical.title, _total_words(score) if score else "not known"),
        ("Change from the last visit", _change(stored, previous.total, previous.on)),
        ("Change from baseline", _change(stored, first.get("total"), first.get("on"))),
    ]


def _total_words(score: Assessed | Score) -> str:
    if score.total is not None:
        return show_number(score.total)
    low, high = show_number(score.known_points), show_number(score.max_possible)
    return f"incomplete, {low} to {high}"


def _change(stored: Assessed, before: Decimal | None, on: object) -> str:
    if on is None:
        return "nothing to compare with"
    if before is None:
        return f"no complete score on {show_date(on)}"
    since = f"{show_number(before)} on {show_date(on)}"
    if stored.total is None:
        return f"not known: this score is incomplete, it was {since}"
    return f"{show_change(stored.total - before)} (it was {since})"
