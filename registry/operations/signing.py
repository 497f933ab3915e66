"""Sign a visit and amend a signed one: who, when, what it meant, and the content itself.

The signature keeps the canonical JSON of what was signed and its SHA-256; derived numbers are
left out, because a new rule must not make an honest signature look broken.
Source: 21 CFR 11.50, 11.70, 11.200 (name, time, meaning, bound to the record, re-authentication).
"""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.database.types import canonical_json
from registry.errors import ConflictError, InvalidRecordError
from registry.forms.visit import VisitValues
from registry.models import Signature, Visit
from registry.operations.finality import is_closed
from registry.operations.laboratory import as_entered
from registry.operations.steroids import take_effect
from registry.operations.visit_rows import Assessed, Dose, VisitRows, rows_of
from registry.operations.visits import replace_content
from registry.queries.scope import PatientInReach
from registry.security.sessions import SignedInUser

CHANGED = "This visit changed while you were reading it. Read it again, then sign."
FINAL = "Nothing was signed: somebody signed this visit while you were reading it."
FACTS = ("timepoint", "attendance", "contact_mode", "assessor", "reason")


@dataclass(frozen=True, slots=True)
class Content:
    """What a signature covers, as canonical JSON, and its SHA-256."""

    text: str

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()


def content_of(patient: PatientInReach, visit: Visit, rows: VisitRows) -> Content:
    """Return the content of the visit as it is stored now."""
    content: dict[str, Any] = {
        "patient_id": patient.code,
        "visit_id": visit.code,
        "visited_on": visit.visited_on.text if visit.visited_on else None,
        "facts": {name: getattr(visit, name) for name in FACTS},
        "assessments": {code: _assessed(row) for code, row in sorted(rows.assessments.items())},
        "steroid": _steroid(rows.steroid),
    }
    if rows.results:  # a visit without any is signed as it was before there were results
        content["results"] = [as_entered(row) for row in rows.results]
    return Content(canonical_json(content))


def problems_before_signing(visit: Visit, sledai: Assessed | None) -> list[str]:
    """Return what must be answered before anybody can sign; empty when it can be signed."""
    if (visit.attendance or "done") != "done":
        return []
    if sledai is None:
        return ["SLEDAI-2K is not answered. Answer each item, or mark it not assessed with why."]
    open_items = [code for code, why in (sledai.reasons or {}).items() if why == "not_recorded"]
    if open_items:
        named = ", ".join(code.replace("_", " ") for code in open_items)
        return [f"{len(open_items)} of 24 items are open: {named}"]
    return []


def sign_visit(  # noqa: PLR0913 - each is part of what a signature is
    session: Session,
    patient: PatientInReach,
    visit: Visit,
    user: SignedInUser,
    *,
    meaning: str,
    seen_sha256: str,
) -> Signature:
    """Sign what the person has seen; refuse when it is signed, open or has changed since."""
    if is_closed(visit):
        raise ConflictError(FINAL)
    # PostgreSQL: from here to the commit no score is taken over to another rule.
    session.execute(select(Visit.id).where(Visit.id == visit.id).with_for_update())
    rows = rows_of(session, visit)
    content = content_of(patient, visit, rows)
    if content.digest != seen_sha256:
        raise ConflictError(CHANGED)
    open_ends = problems_before_signing(visit, rows.checklist)
    if open_ends:
        raise InvalidRecordError({"": open_ends[0]})
    # The visit first, as a change writes it first: neither waits for the other's rows in turn.
    signature = _add(session, visit, user, content, meaning=meaning, reason=None)
    take_effect(session, patient, visit)
    return signature


def amend_visit(  # noqa: PLR0913 - each is part of what an amendment is
    session: Session,
    patient: PatientInReach,
    visit: Visit,
    user: SignedInUser,
    *,
    values: VisitValues,
    reason: str,
) -> Signature:
    """Replace a signed visit and sign the new version; the old one stays readable."""
    if not is_closed(visit):
        raise ConflictError("This visit is not signed. Change it, then sign it.")
    before = content_of(patient, visit, rows_of(session, visit))
    replace_content(session, patient, visit, values, user.username)
    rows = rows_of(session, visit)
    after = content_of(patient, visit, rows)
    if after.text == before.text:
        raise InvalidRecordError({"": "Nothing is different from what was signed."})
    open_ends = problems_before_signing(visit, rows.checklist)
    if open_ends:
        raise InvalidRecordError({"": open_ends[0]})
    signature = _add(session, visit, user, after, meaning="amendment", reason=reason)
    if signature.version == 1:  # imported: no signature here keeps what it said
        signature.replaced = before.text
        session.flush()
    return signature


def _add(  # noqa: PLR0913 - one argument for each part of the row
    session: Session,
    visit: Visit,
    user: SignedInUser,
    content: Content,
    *,
    meaning: str,
    reason: str | None,
) -> Signature:
    visit.signed_version += 1
    signature = Signature(
        visit_id=visit.id,
        version=visit.signed_version,
        user_id=user.id,
        printed_name=user.printed_name,
        meaning=meaning,
        reason=reason,
        signed_at=clock.now(),
        content=content.text,
        content_sha256=content.digest,
    )
    session.add(signature)
    session.flush()
    return signature


def _assessed(row: Assessed) -> dict[str, Any]:
    return {
        "rule_version": row.rule_version,
        "answers": row.answers,
        "reasons": row.reasons,
        "historic_total": str(row.total) if row.total_only else None,
    }


def _steroid(row: Dose | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {"drug": row.drug, "daily_dose": str(row.daily_dose), "unit": row.unit}
