"""Rows that are work in progress, not records: drafts, submissions and the log of reads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.database.base import Base
from registry.database.types import Id, JsonText, new_id


class Draft(Base):
    """What somebody has typed and not yet saved; never counted, never exported."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "form", "subject"),)

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    form: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text, comment="Patient or visit code")
    fields: Mapped[dict[str, str]] = mapped_column(JsonText)
    saved_at: Mapped[datetime]


class Submission(Base):
    """A form that was sent once: the same id again gets the first answer, not a second record."""

    __tablename__ = "submission"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    endpoint: Mapped[str] = mapped_column(Text)
    body_sha256: Mapped[str] = mapped_column(Text)
    result_url: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class AccessLog(Base):
    """Exports, refusals, sign-ins and reads of identified records; append-only by trigger."""

    __tablename__ = "access_log"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str | None] = mapped_column(Text)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    request: Mapped[str | None] = mapped_column(Text)
