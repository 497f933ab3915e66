"""Who changed a record last, from the trail; and the signatures of a visit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Signature
from registry.models.audit_entry import AuditEntry, AuditTx


@dataclass(frozen=True, slots=True)
class LastChange:
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignatureRow:
    who: str
    meaning: str
    reason: str | None
    at: datetime
    version: int
    content: str
    sha256: str
    replaced: str | None = None  # what an imported visit said before its first amendment


def last_change(session: Session, table: str, key: UUID) -> LastChange | None:
    """Return who wrote the row last and when; None for a row older than the trail."""
    row = session.execute(
        select(AuditTx.actor, AuditTx.at)
        .join(AuditEntry, AuditEntry.tx == AuditTx.tx)
        .where(AuditEntry.tbl == table, AuditEntry.row_id.in_([str(key), key.hex]))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    return LastChange(row.actor, row.at) if row else None


def signatures_of(session: Session, visit_id: UUID) -> tuple[SignatureRow, ...]:
    """Return the signatures of a visit, first version first."""
    found = session.scalars(
        select(Signature).where(Signature.visit_id == visit_id).order_by(Signature.version)
    )
    return tuple(
        SignatureRow(
            row.printed_name,
            row.meaning,
            row.reason,
            row.signed_at,
            row.version,
            row.content,
            row.content_sha256,
            row.replaced,
        )
        for row in found
    )
