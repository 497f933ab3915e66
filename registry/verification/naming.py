"""The name of a row in a finding: its code, or whose it is; looked up for findings only."""

from typing import Any
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from registry.models import AdverseEvent, Infusion, Lot, Patient, Visit
from registry.verification.findings import Finding

# The first of these that a row points at says whose it is.
OWNERS: dict[str, Any] = {
    "visit_id": Visit,
    "event_id": AdverseEvent,
    "infusion_id": Infusion,
    "lot_id": Lot,
    "patient_id": Patient,
}
# What tells the rows of one owner apart; all others are told apart by their key.
DETAILS = {"assessment": "instrument", "signature": "version", "adverse_event_version": "version"}
SIGNED = "of a signed visit, which only an amendment changes"


def found(session: Session, table: Table, key: Any, problem: str) -> Finding:
    """Return the finding about a row, in words that a person can look up."""
    key = UUID(bytes=key) if isinstance(key, bytes) else key
    detail = DETAILS.get(table.name, "id")
    names = [name for name in ("code", detail, *OWNERS) if name in table.c and name != "id"]
    columns = [table.c[name] for name in names]
    row = session.execute(select(table.c.id, *columns).where(table.c.id == key)).one()._mapping
    signed = _is_signed(session, row.get("visit_id"))
    record = row.get("code") or " ".join(
        str(part) for part in (_owner(session, row), row[detail]) if part
    )
    return Finding(table.name, record, f"{problem} ({SIGNED})" if signed else problem)


def _owner(session: Session, row: Any) -> str | None:
    for name, model in OWNERS.items():
        if row.get(name) is not None:
            code: str | None = session.scalar(select(model.code).where(model.id == row[name]))
            return code
    return None


def _is_signed(session: Session, visit: UUID | None) -> bool:
    if visit is None:
        return False
    return bool(session.scalar(select(Visit.signed_version).where(Visit.id == visit)))
