"""The log of what was read, taken away or refused: append-only, written before the answer."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from registry import clock
from registry.models import AccessLog


def log_access(  # noqa: PLR0913 - one argument for each column of the line
    session: Session,
    actor: str,
    action: str,
    subject: str | None = None,
    *,
    detail: Mapping[str, Any] | None = None,
    request: str | None = None,
) -> None:
    """Append one line; ``action`` is sign_in, sign_in_failed, sign_out, refused, export or read."""
    session.execute(
        insert(AccessLog).values(
            at=clock.now(),
            actor=actor,
            action=action,
            subject=subject,
            detail=dict(detail) if detail else None,
            request=request,
        )
    )
