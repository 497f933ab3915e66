"""Idempotent forms: the same submission id gives the first answer, never a second record."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.errors import ConflictError
from registry.models import Submission


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of a form: its id, who sent it where, and a digest of what was typed."""

    id: UUID
    user_id: UUID
    endpoint: str
    body_sha256: str


def earlier_answer(session: Session, sent: Sent) -> str | None:
    """Return where the first sending led, or None; raise ConflictError when the typing differs."""
    row = session.scalar(select(Submission).where(Submission.id == sent.id))
    if row is None:
        return None
    if (row.user_id, row.body_sha256) != (sent.user_id, sent.body_sha256):
        raise ConflictError(
            "This form was already saved with other answers. Open the record to see what was saved."
        )
    return row.result_url


def is_answered(session: Session, sent_id: UUID) -> bool:
    """Whether a form with this id was saved."""
    return session.get(Submission, sent_id) is not None


def remember(session: Session, sent: Sent, result_url: str) -> None:
    """Store where this sending led, in the same transaction as the record."""
    session.add(
        Submission(
            id=sent.id,
            user_id=sent.user_id,
            endpoint=sent.endpoint,
            body_sha256=sent.body_sha256,
            result_url=result_url,
            at=clock.now(),
        )
    )
