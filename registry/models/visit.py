"""Visits, the assessments made at them, and the signatures that close them."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.database.types import Exact, JsonText
from registry.models.mixins import AtSite, Keyed, at_site, coded, partial
from registry.partial_date import PartialDate


class Visit(AtSite, Base):
    """One planned or actual contact of a patient with a site."""

    __tablename__ = "visit"
    __table_args__ = at_site(
        coded("attendance", codes.ATTENDANCE),
        coded("contact_mode", codes.CONTACT_MODE),
        coded("assessor", codes.ASSESSOR),
        CheckConstraint(
            "attendance <> 'done' OR visited_on IS NOT NULL", name="done_visits_have_a_date"
        ),
        CheckConstraint("signed_version >= 0", name="signed_version_not_negative"),
    )

    code: Mapped[str] = mapped_column(Text, unique=True, comment="visit_id of the exchange format")
    visited_on: Mapped[PartialDate | None] = partial("visited_on")
    timepoint: Mapped[str | None] = mapped_column(Text, comment="As given; the derived one is used")
    attendance: Mapped[str | None] = mapped_column(Text, comment="Empty = done when dated")
    reason: Mapped[str | None] = mapped_column(Text, comment="Why missed or not expected")
    contact_mode: Mapped[str | None] = mapped_column(Text)
    assessor: Mapped[str | None] = mapped_column(Text)
    signed_elsewhere_by: Mapped[str | None] = mapped_column(
        Text, comment="Imported text, no Signature"
    )
    signed_elsewhere_at: Mapped[str | None] = mapped_column(
        Text, comment="Imported text, no Signature"
    )
    signed_version: Mapped[int] = mapped_column(
        default=0, comment="0 = not signed here; n = the n-th signed version is in force"
    )


class Assessment(AtSite, Base):
    """The answers to one instrument at one visit, and what was derived from them."""

    __tablename__ = "assessment"
    __table_args__ = at_site(
        Index(
            "uq_assessment_visit_instrument",
            "visit_id",
            "instrument",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        CheckConstraint("complete OR total IS NULL", name="no_total_while_incomplete"),
        CheckConstraint("NOT total_only OR complete", name="historic_total_is_complete"),
    )

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"))
    instrument: Mapped[str] = mapped_column(Text)
    rule_version: Mapped[str] = mapped_column(
        Text, comment="Version of the rule that derived the rest"
    )
    assessed_on: Mapped[PartialDate | None] = partial("assessed_on")
    answers: Mapped[list[Any] | None] = mapped_column(
        JsonText, comment="JSON array in the declared item order; null = not assessed"
    )
    reasons: Mapped[dict[str, str] | None] = mapped_column(
        JsonText, comment="JSON object: item code → why it was not assessed"
    )
    total: Mapped[Decimal | None] = mapped_column(Exact(2), comment="Empty while incomplete")
    known_points: Mapped[Decimal | None] = mapped_column(Exact(2), comment="Sum of known items")
    max_possible: Mapped[Decimal | None] = mapped_column(
        Exact(2), comment="Total if every unassessed item were present"
    )
    complete: Mapped[bool]
    parts: Mapped[dict[str, Any] | None] = mapped_column(JsonText, comment="Derived parts, JSON")
    total_only: Mapped[bool] = mapped_column(
        default=False, comment="A historic total without its items"
    )


class Signature(Keyed, Base):
    """Who signed which version of a visit, with the content that was signed and its hash."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("visit_id", "version"),
        coded("meaning", codes.SIGNATURE_MEANING),
    )

    visit_id: Mapped[UUID] = mapped_column(ForeignKey("visit.id", ondelete="RESTRICT"))
    version: Mapped[int]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    printed_name: Mapped[str] = mapped_column(Text, comment="As it stood when signing")
    meaning: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text, comment="Why the signed visit was amended")
    signed_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(Text, comment="Canonical JSON of what was signed")
    content_sha256: Mapped[str] = mapped_column(Text)
    replaced: Mapped[str | None] = mapped_column(
        Text, comment="Canonical JSON of an imported visit, before its first amendment here"
    )
