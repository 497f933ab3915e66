"""Medicines, steroids first."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.database.types import Entered
from registry.models.mixins import AtSite, at_site, coded, partial
from registry.partial_date import PartialDate

NEXT_DOSE = "next dose from "  # begins the stop reason of an end that another dose made


class Medication(AtSite, Base):
    """One period of one medicine at one dose; ``daily_dose`` wins over dose x per_day."""

    __tablename__ = "medication"
    __table_args__ = at_site(coded("route", codes.ROUTE))

    code: Mapped[str | None] = mapped_column(
        Text, unique=True, comment="medication_id of the exchange format, where given"
    )
    visit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("visit.id", ondelete="RESTRICT"), index=True, comment="Visit that recorded it"
    )
    drug: Mapped[str] = mapped_column(Text, comment="As typed; steroids are recognised by name")
    started_on: Mapped[PartialDate] = partial("started_on", nullable=False)
    ended_on: Mapped[PartialDate | None] = partial("ended_on")
    dose: Mapped[Decimal | None] = mapped_column(Entered, comment="Per intake, in unit")
    unit: Mapped[str | None] = mapped_column(Text)
    per_day: Mapped[Decimal | None] = mapped_column(Entered, comment="Intakes per day")
    daily_dose: Mapped[Decimal | None] = mapped_column(Entered, comment="Per day, in unit")
    route: Mapped[str | None] = mapped_column(Text)
    pulse: Mapped[bool | None]
    as_needed: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(Text)
    stop_reason: Mapped[str | None] = mapped_column(Text)
