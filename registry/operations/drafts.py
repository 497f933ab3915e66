"""Drafts: what one person has typed for one patient, kept on the server, never a record."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry import clock
from registry.database.types import new_id
from registry.models import Draft

_draft = Draft.__table__
_OWN = select(_draft.c.fields, _draft.c.saved_at).where(
    *(_draft.c[name] == bindparam(name) for name in ("user_id", "form", "subject"))
)
LONGEST = 60_000  # characters in all; every instrument of a visit filled in needs a third


def keep_draft(
    session: Session, user_id: UUID, form: str, subject: str, fields: Mapping[str, str]
) -> datetime:
    """Store the draft in place of an earlier one and return the time.

    One statement, because a pause in typing and the button may save at the same moment.
    """
    now, typed = clock.now(), dict(fields)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(
        insert(Draft)
        .values(
            id=new_id(), user_id=user_id, form=form, subject=subject, fields=typed, saved_at=now
        )
        .on_conflict_do_update(
            index_elements=["user_id", "form", "subject"],
            set_={"fields": typed, "saved_at": now},
        )
    )
    return now


def draft_of(
    session: Session, user_id: UUID, form: str, subject: str
) -> tuple[dict[str, str], datetime] | None:
    """Return the person's own draft and when it was saved."""
    row = session.execute(_OWN, {"user_id": user_id, "form": form, "subject": subject}).first()
    return (row.fields, row.saved_at) if row else None


def forget_draft(session: Session, user_id: UUID, form: str, subject: str) -> None:
    """Drop the draft, as when the visit is saved."""
    session.execute(
        delete(Draft).where(Draft.user_id == user_id, Draft.form == form, Draft.subject == subject)
    )
