"""Laboratory results as entered and as understood, and the limits of each laboratory."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.database.types import Entered
from registry.models.mixins import AtSite, Recorded, at_site, coded, partial, recorded
from registry.partial_date import PartialDate


class LaboratoryResult(AtSite, Base):
    """One result; what was typed stays, the canonical value beside it is derived by a rule."""

    __tablename__ = "laboratory_result"
    __table_args__ = at_site(
        coded("state", codes.VALUE_STATE),
        CheckConstraint(
            "canonical_value IS NULL OR rule_version IS NOT NULL", name="derived_by_a_rule"
        ),
    )

    code: Mapped[str | None] = mapped_column(
        Text, unique=True, comment="lab_id of the exchange format, where given"
    )
    visit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("visit.id", ondelete="RESTRICT"), index=True, comment="Visit that recorded it"
    )
    collected_on: Mapped[PartialDate] = partial(
        "collected_on", nullable=False, comment="Sample: time with offset, day, month or year"
    )
    analyte: Mapped[str] = mapped_column(Text, comment="Code of the analyte, else as typed")
    value: Mapped[str | None] = mapped_column(Text, comment="As typed: a number or in words")
    unit: Mapped[str | None] = mapped_column(Text, comment="As typed")
    comparator: Mapped[str | None] = mapped_column(Text, comment="< <= > >= before the value")
    state: Mapped[str | None] = mapped_column(Text, comment="Why there is no value")
    lower_limit: Mapped[Decimal | None] = mapped_column(
        Entered, comment="Of this laboratory, in unit"
    )
    upper_limit: Mapped[Decimal | None] = mapped_column(
        Entered, comment="Of this laboratory, in unit"
    )
    laboratory: Mapped[str | None] = mapped_column(Text)
    canonical_value: Mapped[Decimal | None] = mapped_column(
        Entered, comment="Derived, in canonical_unit"
    )
    canonical_unit: Mapped[str | None] = mapped_column(Text, comment="Derived")
    rule_version: Mapped[str | None] = mapped_column(
        Text, comment="Version of the rule that derived the canonical value"
    )


class LaboratoryLimit(Recorded, Base):
    """The normal range of one analyte at one laboratory of a site, from a day on."""

    __tablename__ = "laboratory_limit"
    __table_args__ = recorded(
        CheckConstraint("lower_limit IS NOT NULL OR upper_limit IS NOT NULL", name="has_a_limit"),
        Index(
            "uq_laboratory_limit",
            "site_id",
            "laboratory",
            "analyte",
            "from_on",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    laboratory: Mapped[str] = mapped_column(Text)
    analyte: Mapped[str] = mapped_column(Text, comment="Code of the analyte; it names the assay")
    assay: Mapped[str | None] = mapped_column(Text, comment="Kit or method, in words")
    from_on: Mapped[date] = mapped_column(Date, comment="First day these limits hold")
    unit: Mapped[str | None] = mapped_column(Text)
    lower_limit: Mapped[Decimal | None] = mapped_column(Entered, comment="In unit")
    upper_limit: Mapped[Decimal | None] = mapped_column(Entered, comment="In unit")
