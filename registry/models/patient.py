"""The patient (registry-wide, without a name), enrolments, status history and consent."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.models.mixins import Recorded, coded, partial, recorded
from registry.partial_date import PartialDate


class Patient(Recorded, Base):
    """One person in the registry, known by a pseudonymous code only."""

    __tablename__ = "patient"
    __table_args__ = recorded(
        coded("sex", codes.SEX),
        CheckConstraint("length(code) BETWEEN 1 AND 40", name="code_length"),
    )

    code: Mapped[str] = mapped_column(
        Text, unique=True, comment="patient_id of the exchange format"
    )
    sex: Mapped[str] = mapped_column(Text, comment="Sex at birth")
    birth_date: Mapped[PartialDate | None] = partial("birth_date")
    ancestry: Mapped[str | None] = mapped_column(Text, comment="In the patient's own words")
    first_symptom_on: Mapped[PartialDate | None] = partial("first_symptom_on")
    sle_diagnosed_on: Mapped[PartialDate | None] = partial("sle_diagnosed_on")
    last_known_alive_on: Mapped[PartialDate | None] = partial("last_known_alive_on")
    death_on: Mapped[PartialDate | None] = partial("death_on")
    death_cause: Mapped[str | None] = mapped_column(Text)


class Enrolment(Recorded, Base):
    """A patient at a site from a day to a day; open while ``to_on`` is empty.

    A transfer ends one and begins another. The site of the open one reads all of the
    patient's rows and writes its own; a former site reads its own.
    """

    __tablename__ = "enrolment"
    __table_args__ = recorded(
        # Clinical rows point here with all three, so none can carry another site or patient.
        UniqueConstraint("id", "patient_id", "site_id"),
        Index(
            "uq_enrolment_start",
            "patient_id",
            "site_id",
            "from_on_text",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
        Index("ix_enrolment_site_id_patient_id", "site_id", "patient_id"),
        coded("ascertainment", codes.ASCERTAINMENT),
    )

    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id", ondelete="RESTRICT"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    from_on: Mapped[PartialDate] = partial("from_on", nullable=False)
    to_on: Mapped[PartialDate | None] = partial("to_on")
    ascertainment: Mapped[str | None] = mapped_column(Text, comment="As given; empty is derived")


class PatientStatus(Recorded, Base):
    """One dated status; the latest one is in force. Overdue is derived, never a status."""

    __tablename__ = "patient_status"
    __table_args__ = recorded(coded("status", codes.STATUS))

    patient_id: Mapped[UUID] = mapped_column(
        ForeignKey("patient.id", ondelete="RESTRICT"), index=True
    )
    status: Mapped[str] = mapped_column(Text)
    on: Mapped[PartialDate] = partial("on_date", nullable=False)
    reason: Mapped[str | None] = mapped_column(Text)


class Consent(Recorded, Base):
    """A dated decision about one version of the consent form."""

    __tablename__ = "consent"
    __table_args__ = recorded(coded("decision", codes.DECISION))

    patient_id: Mapped[UUID] = mapped_column(
        ForeignKey("patient.id", ondelete="RESTRICT"), index=True
    )
    version: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[PartialDate] = partial("decided_on", nullable=False)
    scopes: Mapped[str | None] = mapped_column(Text)
