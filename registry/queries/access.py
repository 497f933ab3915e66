"""The access log: sign-ins, refusals, exports and reads of identified records, newest first."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AccessLog

PAGE = 50
_log = AccessLog.__table__


def access_page(
    session: Session, actor: str = "", action: str = "", before: UUID | None = None
) -> tuple[list[Any], UUID | None]:
    """Return 50 lines and the key before which the next page begins.

    Keys are made in the order of time, so the primary key is the order of the page.
    """
    statement = select(_log).order_by(_log.c.id.desc()).limit(PAGE + 1)
    for column, wanted in ((_log.c.actor, actor), (_log.c.action, action)):
        if wanted:
            statement = statement.where(column == wanted)
    if before is not None:
        statement = statement.where(_log.c.id < before)
    found = list(session.execute(statement))
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None
