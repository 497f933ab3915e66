"""Adverse events: what was reported, how severe, how serious, what may have caused it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.database.types import Id, JsonText
from registry.models.mixins import Keyed, Recorded, coded, partial, recorded
from registry.partial_date import PartialDate


class AdverseEvent(Recorded, Base):
    """One event of a patient, or of a lot that harmed nobody; a draft counts nowhere.

    Unlike other clinical rows it may have no patient: then it has no enrolment either, and a
    site only where one reported it.
    """

    __tablename__ = "adverse_event"
    __table_args__ = recorded(
        ForeignKeyConstraint(
            ["enrolment_id", "patient_id", "site_id"],
            ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
            ondelete="RESTRICT",
        ),
        CheckConstraint("(patient_id IS NULL) = (enrolment_id IS NULL)", name="patient_enrolled"),
        CheckConstraint("patient_id IS NULL OR site_id IS NOT NULL", name="patient_at_a_site"),
        CheckConstraint("patient_id IS NOT NULL OR lot_id IS NOT NULL", name="patient_or_lot"),
        CheckConstraint("grade BETWEEN 1 AND 5", name="grade_range"),
        coded("state", codes.ADVERSE_EVENT_STATE),
        coded("outcome", codes.OUTCOME),
    )

    code: Mapped[str] = mapped_column(Text, unique=True, comment="event_id of the exchange format")
    patient_id: Mapped[UUID | None] = mapped_column(Id, index=True)
    enrolment_id: Mapped[UUID | None] = mapped_column(Id)
    site_id: Mapped[int | None] = mapped_column(
        ForeignKey("site.id", ondelete="RESTRICT"), comment="Where it was reported; never updated"
    )
    state: Mapped[str] = mapped_column(Text, default="reported")
    visit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("visit.id", ondelete="RESTRICT"), index=True, comment="Visit that asked for it"
    )
    infusion_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("infusion.id", ondelete="RESTRICT"), index=True
    )
    lot_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("lot.id", ondelete="RESTRICT"), index=True
    )
    verbatim_term: Mapped[str] = mapped_column(Text, comment="In the reporter's own words")
    started_on: Mapped[PartialDate | None] = partial(
        "started_on", comment="Time with offset, day, month or year, as typed"
    )
    ended_on: Mapped[PartialDate | None] = partial("ended_on", comment="As started_on")
    term: Mapped[str | None] = mapped_column(Text, comment="Coded term, as given")
    dictionary: Mapped[str | None] = mapped_column(Text)
    dictionary_version: Mapped[str | None] = mapped_column(Text)
    soc: Mapped[str | None] = mapped_column(Text, comment="System organ class, as given")
    grade: Mapped[int | None] = mapped_column(comment="Worst, 1 to 5")
    scale: Mapped[str | None] = mapped_column(Text, comment="Scale and version of the grade")
    serious: Mapped[bool | None]
    seriousness: Mapped[str | None] = mapped_column(Text, comment="Criteria met, joined by ;")
    expected: Mapped[bool | None]
    expected_reference: Mapped[str | None] = mapped_column(
        Text, comment="Reference safety information and its version"
    )
    outcome: Mapped[str | None] = mapped_column(Text)
    action: Mapped[str | None] = mapped_column(Text, comment="Done with the cell treatment")
    treatment: Mapped[str | None] = mapped_column(Text, comment="Of the event")
    solicited: Mapped[bool | None] = mapped_column(comment="Answer to a fixed question")
    narrative: Mapped[str | None] = mapped_column(Text)
    site_aware_at: Mapped[PartialDate | None] = partial("site_aware_at")
    registry_aware_at: Mapped[PartialDate | None] = partial("registry_aware_at")
    sponsor_aware_at: Mapped[PartialDate | None] = partial("sponsor_aware_at")
    passed_on_at: Mapped[PartialDate | None] = partial("passed_on_at")


class AdverseEventGrade(Recorded, Base):
    """How severe an event was from a day on; one event over time is one record."""

    __tablename__ = "adverse_event_grade"
    __table_args__ = recorded(CheckConstraint("grade BETWEEN 1 AND 5", name="grade_range"))

    event_id: Mapped[UUID] = mapped_column(
        ForeignKey("adverse_event.id", ondelete="RESTRICT"), index=True
    )
    on: Mapped[PartialDate] = partial("on_date", nullable=False)
    grade: Mapped[int]
    serious: Mapped[bool | None]


class AdverseEventCausality(Recorded, Base):
    """What one assessor thinks of one possible cause."""

    __tablename__ = "adverse_event_causality"
    __table_args__ = recorded(
        coded("cause", codes.CAUSE),
        coded("assessor", codes.CAUSALITY_ASSESSOR),
        coded("verdict", codes.CAUSALITY),
    )

    event_id: Mapped[UUID] = mapped_column(
        ForeignKey("adverse_event.id", ondelete="RESTRICT"), index=True
    )
    cause: Mapped[str] = mapped_column(Text)
    assessor: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)


class AdverseEventVersion(Keyed, Base):
    """The whole case as it stood after one change, with what made the change known and when."""

    __tablename__ = "adverse_event_version"
    __table_args__ = (UniqueConstraint("event_id", "version"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("adverse_event.id", ondelete="RESTRICT"))
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text, comment="What is new in this version")
    aware_at: Mapped[PartialDate | None] = partial(
        "aware_at", comment="When the information of this version reached the site"
    )
    content: Mapped[dict[str, Any]] = mapped_column(JsonText, comment="Canonical JSON of the case")
