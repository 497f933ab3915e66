"""The trail: one entry per changed row, one seal per transaction, one head of the chain."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.database.base import Base


class AuditTx(Base):
    """Who changed what, when and why, in one transaction: the seal over its entries."""

    __tablename__ = "audit_tx"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    tx: Mapped[str] = mapped_column(String(32), unique=True)
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    request: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime]
    n: Mapped[int] = mapped_column(comment="Entries of this transaction")
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the entries, in order")
    # Unique, so that no two transactions can ever follow the same one.
    prev: Mapped[str] = mapped_column(String(64), unique=True)
    mac: Mapped[str] = mapped_column(String(64), comment="HMAC-SHA256 of the seal")


class AuditEntry(Base):
    """One changed row as the trigger saw it; text, so that what was hashed is what is stored."""

    __tablename__ = "audit_entry"
    __table_args__: Any = (
        CheckConstraint("op IN ('I', 'U', 'X')", name="op"),
        Index(None, "tx", "id"),
        Index(None, "tbl", "row_id", "id"),
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True
    )
    # Deferred: a transaction that changed rows but was not sealed cannot commit.
    tx: Mapped[str] = mapped_column(
        ForeignKey("audit_tx.tx", deferrable=True, initially="DEFERRED", ondelete="RESTRICT")
    )
    tbl: Mapped[str] = mapped_column(Text)
    row_id: Mapped[str] = mapped_column(Text)
    op: Mapped[str] = mapped_column(
        String(1), comment="I insert, U update, X table dropped by a migration"
    )
    old: Mapped[str | None] = mapped_column(Text)
    new: Mapped[str | None] = mapped_column(Text)


class AuditHead(Base):
    """The last seal; its one row is locked while the next is made."""

    __tablename__ = "audit_head"
    __table_args__: Any = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[str] = mapped_column(String(64))
