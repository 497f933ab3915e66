"""Drafts of the visit forms: kept while somebody types, offered again, forgotten when saved."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from registry.errors import InvalidRecordError
from registry.extensions import read_session, signed_in, unaudited_session
from registry.models import Visit
from registry.operations import drafts
from registry.operations.finality import is_closed
from registry.operations.submissions import is_answered
from registry.views.form_page import writable, writable_record
from registry.views.saving import submission_id

NEW, CHANGE, AMEND = "visit", "visit-change", "visit-amend"
NOT_KEPT = frozenset({"csrf_token", "submission_id", "action"})  # and no password
LATE = 409  # the form of this draft was saved already


def form_of(code: str, visit: str) -> tuple[str, str]:
    """Return form and subject of a draft; raise where this person may not write the record."""
    if code:
        writable(code)
        return NEW, code
    row, _ = writable_record(Visit, visit)
    return (AMEND if is_closed(row) else CHANGE), visit


def keep(form: str, subject: str) -> bool:
    """Store what is typed; False, and nothing stored, when this very form was saved already.

    A draft that was on its way while the visit was saved must not come back as a second visit.
    """
    fields = _typed()
    if sum(len(name) + len(value) for name, value in fields.items()) > drafts.LONGEST:
        raise InvalidRecordError({"": "This draft is too long to be kept."})
    with unaudited_session() as session:
        if is_answered(session, UUID(submission_id())):
            return False
        drafts.keep_draft(session, signed_in().id, form, subject, fields)
    return True


def offer(
    form: str, subject: str, stored: Mapping[str, str], row_version: int | None = None
) -> tuple[Mapping[str, str], dict[str, Any]]:
    """Return what the form shows, and the context of the note about the draft.

    A draft typed over an earlier state of the record is left out: it would undo what came since.
    """
    found = drafts.draft_of(read_session(), signed_in().id, form, subject)
    if found is None:
        return stored, {}
    fields, saved_at = found
    outdated = row_version is not None and fields.get("row_version") != str(row_version)
    return (stored if outdated else fields), {"draft_at": saved_at, "draft_outdated": outdated}


def forget(session: Session, *forms: str, subject: str) -> None:
    """Drop the person's own drafts of these forms."""
    for form in forms:
        drafts.forget_draft(session, signed_in().id, form, subject)


def _typed() -> dict[str, str]:
    return {
        name: value
        for name, value in request.form.items()
        if name not in NOT_KEPT and "password" not in name
    }
