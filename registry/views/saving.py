"""How every form is saved: once per submission id, in one audited commit, or not at all."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID, uuid4

from flask import redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from registry.database.types import canonical_json
from registry.errors import ConflictError, InvalidRecordError
from registry.extensions import read_session, signed_in, write_session
from registry.operations.submissions import Sent, earlier_answer, remember

# Left out of the digest, beside passwords, which must not be stored in any form.
UNDIGESTED = frozenset({"csrf_token", "submission_id"})
LOST_RACE = "Somebody else changed this record while you were typing. Nothing was overwritten."
SAME_CODE = "Somebody else saved the same code or name at the same moment. Nothing was overwritten."


class Versioned(Protocol):
    row_version: Any


def new_submission_id() -> str:
    """Return the hidden id that a freshly drawn form carries."""
    return str(uuid4())


def submission_id() -> str:
    """Return the id this form came with, or a new one where it has none that can be used."""
    try:
        return str(UUID(request.form.get("submission_id", "")))
    except ValueError:
        return new_submission_id()


def save(reason: str, act: Callable[[Session], str]) -> ResponseReturnValue:
    """Run ``act`` once for this submission and redirect to the address it returns.

    Raises InvalidRecordError (the view draws the form again) or ConflictError (409).
    """
    sent = _sent()
    try:
        with write_session(reason) as session:
            address = earlier_answer(session, sent)
            if address is None:
                address = act(session)
                session.flush()
                remember(session, sent, address)
    except (IntegrityError, StaleDataError, ConflictError) as error:
        # Perhaps the same form twice at once, and the other sending won: its answer is ours.
        address = _answer_of_the_winner(sent, error)
    return redirect(address, 303)


def check_row_version(row: Versioned) -> None:
    """Raise ConflictError unless the form was drawn from the row as it is now."""
    if request.form.get("row_version") != str(row.row_version):
        raise ConflictError(LOST_RACE)


def _answer_of_the_winner(sent: Sent, error: Exception) -> str:
    address = earlier_answer(read_session(), sent)
    if address is not None:
        return address
    if isinstance(error, ConflictError):
        raise error
    raise ConflictError(LOST_RACE if isinstance(error, StaleDataError) else SAME_CODE) from error


def _sent() -> Sent:
    typed = {
        name: request.form.getlist(name)
        for name in request.form
        if name not in UNDIGESTED and "password" not in name
    } | {"path": request.path}
    body = canonical_json(typed).encode("utf-8", "replace")
    return Sent(
        id=_form_id(),
        user_id=signed_in().id,
        endpoint=request.endpoint or "",
        body_sha256=sha256(body).hexdigest(),
    )


def _form_id() -> UUID:
    try:
        return UUID(request.form.get("submission_id", ""))
    except ValueError as error:
        raise InvalidRecordError(
            {"": "This form is incomplete. Open the page again, then type it once more."}
        ) from error
