"""The seal: one HMAC-SHA256 per transaction, chained to the one before.

It covers previous seal, number, transaction, actor, reason, request, instant, the count and the
digest of the entries, each length-prefixed so that no two different transactions look alike.
The key never enters the database.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from registry import clock
from registry.audit.context import Context
from registry.errors import EnvironmentProblem
from registry.models.audit_entry import AuditEntry, AuditHead, AuditTx

ENTRY = AuditEntry.__table__
HEAD = AuditHead.__table__

_FETCHED_AT_ONCE = 1000
_HEAD = select(HEAD.c.seq, HEAD.c.mac).where(HEAD.c.id == 1).with_for_update()
ENTRY_COLUMNS = (
    ENTRY.c.id,
    ENTRY.c.tbl,
    ENTRY.c.row_id,
    ENTRY.c.op,
    ENTRY.c.old,
    ENTRY.c.new,
)
_PAGE = (
    select(*ENTRY_COLUMNS)
    .where(ENTRY.c.tx == bindparam("own"), ENTRY.c.id > bindparam("last"))
    .order_by(ENTRY.c.id)
    .limit(_FETCHED_AT_ONCE)
)


@dataclass(frozen=True, slots=True)
class Seal:
    """What one seal signs."""

    seq: int
    tx: str
    actor: str
    reason: str
    request: str | None
    at: datetime
    n: int
    digest: str
    prev: str

    def mac(self, key: bytes) -> str:
        instant = self.at.astimezone(UTC).isoformat()
        fields = (self.prev, self.seq, self.tx, self.actor, self.reason, self.request, instant)
        return hmac.new(key, encoded((*fields, self.n, self.digest)), hashlib.sha256).hexdigest()


def encoded(fields: Iterable[str | int | None]) -> bytes:
    """Return the fields as one unambiguous byte string; None and "" differ."""
    parts = []
    for field in fields:
        raw = b"" if field is None else str(field).encode()
        parts.append(b"%d:%s," % (-1 if field is None else len(raw), raw))
    return b"".join(parts)


def digest(entries: Iterable[Iterable[Any]]) -> tuple[int, str]:
    """Return count and SHA-256 of entries in order, read one by one."""
    hashed, count = hashlib.sha256(), 0
    for entry in entries:
        hashed.update(encoded(entry))
        count += 1
    return count, hashed.hexdigest()


def _entries(connection: Connection, tx: str) -> Iterator[Any]:
    """Yield the entries page by page: one round trip for a save, bounded memory for an import."""
    last = 0
    while True:
        page = connection.execute(_PAGE, {"own": tx, "last": last}).all()
        yield from page
        if len(page) < _FETCHED_AT_ONCE:
            return
        last = page[-1].id


def seal(connection: Connection, tx: str, context: Context, key: bytes | None) -> None:
    """Seal the entries of this transaction; a transaction without entries needs none.

    Runs last before COMMIT, because from here on every other writer waits for the head.
    """
    count, hashed = digest(_entries(connection, tx))
    if count == 0:
        return
    if key is None:
        raise EnvironmentProblem("the audit key is not loaded: nothing can be stored")
    head = connection.execute(_HEAD).one_or_none()
    if head is None:
        raise EnvironmentProblem("the head of the audit chain is missing; nothing is stored")
    made = Seal(
        seq=head.seq + 1,
        tx=tx,
        actor=context.actor,
        reason=context.reason,
        request=context.request,
        at=clock.now(),
        n=count,
        digest=hashed,
        prev=head.mac,
    )
    mac = made.mac(key)
    values = {name: getattr(made, name) for name in Seal.__dataclass_fields__}
    connection.execute(insert(AuditTx).values(**values, mac=mac))
    connection.execute(update(AuditHead).where(HEAD.c.id == 1).values(seq=made.seq, mac=mac))
