"""Dated happenings beside visits: flares, intercurrent events, attempts to reach the patient."""

from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.models.mixins import AtSite, at_site, coded, partial
from registry.partial_date import PartialDate


class Flare(AtSite, Base):
    """One lupus flare, whether or not a visit saw it."""

    __tablename__ = "flare"
    __table_args__ = at_site()

    code: Mapped[str] = mapped_column(Text, unique=True, comment="flare_id of the exchange format")
    onset_on: Mapped[PartialDate] = partial("onset_on", nullable=False)
    ended_on: Mapped[PartialDate | None] = partial("ended_on")
    severity: Mapped[str | None] = mapped_column(Text)
    organs: Mapped[str | None] = mapped_column(Text, comment="Joined by ;")
    reported_by: Mapped[str | None] = mapped_column(Text, comment="Visit, chart, patient")
    treatment: Mapped[str | None] = mapped_column(Text)
    # Added later, and SQLite does not tell what a foreign key of an added column does on delete:
    # left out, no action, it refuses like the others.
    visit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("visit.id"), index=True, comment="Visit that found it"
    )
    selena_limbs: Mapped[str | None] = mapped_column(
        Text, comment="Limbs of the SELENA flare index that fired, joined by ;"
    )
    bilag_systems: Mapped[str | None] = mapped_column(Text, comment="BILAG systems at A or B")
    admitted: Mapped[bool | None] = mapped_column(comment="Admitted to hospital for it")
    last_treated_on: Mapped[PartialDate | None] = partial("last_treated_on")
    adjudicated: Mapped[bool | None] = mapped_column(
        comment="Judged by somebody who did not report it"
    )
    adjudicated_by: Mapped[str | None] = mapped_column(Text)
    adjudicated_on: Mapped[PartialDate | None] = partial("adjudicated_on")


class IntercurrentEvent(AtSite, Base):
    """What happened after treatment and changes the meaning of an outcome."""

    __tablename__ = "intercurrent_event"
    __table_args__ = at_site()

    course_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("course.id", ondelete="RESTRICT"), index=True
    )
    type: Mapped[str] = mapped_column(Text)
    on: Mapped[PartialDate] = partial("on_date", nullable=False)
    planned: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)


class ContactAttempt(AtSite, Base):
    """One try to reach the patient."""

    __tablename__ = "contact_attempt"
    __table_args__ = at_site(coded("mode", codes.CONTACT_MODE))

    attempted_at: Mapped[PartialDate] = partial("attempted_at", nullable=False)
    mode: Mapped[str] = mapped_column(Text)
    result: Mapped[str | None] = mapped_column(Text)
