"""Treatment courses, infusions with their lots, and adjuncts."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.database.types import Entered
from registry.models.mixins import AtSite, Keyed, at_site, coded, partial
from registry.partial_date import PartialDate


class Course(AtSite, Base):
    """One planned treatment: its infusions share day 0, the day of the first."""

    __tablename__ = "course"
    __table_args__ = at_site(coded("legal_basis", codes.LEGAL_BASIS))

    code: Mapped[str] = mapped_column(Text, unique=True, comment="course_id of the exchange format")
    indication: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    trial: Mapped[str | None] = mapped_column(Text, comment="Trial number")
    responsible_party: Mapped[str | None] = mapped_column(
        Text, comment="Sponsor, maker or clinic whose duty the reports are"
    )
    started_on: Mapped[PartialDate | None] = partial("started_on")
    planned_infusions: Mapped[int | None]
    conditioning: Mapped[str | None] = mapped_column(Text)
    mobilised_on: Mapped[PartialDate | None] = partial("mobilised_on")
    engrafted_on: Mapped[PartialDate | None] = partial("engrafted_on")


class Infusion(AtSite, Base):
    """One administration of a cell product."""

    __tablename__ = "infusion"
    __table_args__ = at_site(
        coded("cell_type", codes.CELL_TYPE),
        coded("tissue_source", codes.TISSUE_SOURCE),
        coded("donor_type", codes.DONOR_TYPE),
        coded("route", codes.ROUTE),
        coded("cost_paid_by", codes.COST_PAYER),
    )

    code: Mapped[str] = mapped_column(
        Text, unique=True, comment="infusion_id of the exchange format"
    )
    course_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("course.id", ondelete="RESTRICT"), index=True
    )
    started_at: Mapped[PartialDate] = partial(
        "started_at", nullable=False, comment="Time with offset, day, month or year, as typed"
    )
    ended_at: Mapped[PartialDate | None] = partial("ended_at", comment="As started_at")
    sequence: Mapped[int | None] = mapped_column(comment="1 for the first of the course")
    cell_type: Mapped[str] = mapped_column(Text)
    tissue_source: Mapped[str | None] = mapped_column(Text)
    donor_type: Mapped[str | None] = mapped_column(Text)
    planned_total_cells: Mapped[Decimal | None] = mapped_column(Entered, comment="Cells planned")
    planned_cells_per_kg: Mapped[Decimal | None] = mapped_column(
        Entered, comment="Cells per kg planned"
    )
    dose_total_cells: Mapped[Decimal | None] = mapped_column(Entered, comment="Cells given in all")
    weight_kg: Mapped[Decimal | None] = mapped_column(Entered, comment="kg")
    weighed_on: Mapped[PartialDate | None] = partial("weighed_on")
    dose_cells_per_kg: Mapped[Decimal | None] = mapped_column(Entered, comment="Cells per kg")
    route: Mapped[str | None] = mapped_column(Text)
    premedication: Mapped[str | None] = mapped_column(Text)
    concomitant: Mapped[str | None] = mapped_column(Text)
    viability_percent: Mapped[Decimal | None] = mapped_column(
        Entered, comment="Viable cells when given, after thaw, %"
    )
    observed_hours: Mapped[Decimal | None] = mapped_column(
        Entered, comment="Observation afterwards, hours"
    )
    reaction: Mapped[str | None] = mapped_column(Text)
    cost_amount: Mapped[Decimal | None] = mapped_column(Entered)
    cost_currency: Mapped[str | None] = mapped_column(Text, comment="ISO 4217")
    cost_covers: Mapped[str | None] = mapped_column(Text, comment="What the amount pays for")
    cost_paid_by: Mapped[str | None] = mapped_column(Text)


class InfusionLot(Keyed, Base):
    """A lot that went into an infusion, in the order given."""

    __tablename__ = "infusion_lot"
    __table_args__ = (UniqueConstraint("infusion_id", "lot_id"),)

    infusion_id: Mapped[UUID] = mapped_column(ForeignKey("infusion.id", ondelete="RESTRICT"))
    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id", ondelete="RESTRICT"), index=True)
    ordinal: Mapped[int]
    volume_ml: Mapped[Decimal | None] = mapped_column(Entered, comment="Volume of this lot, mL")
    cells: Mapped[Decimal | None] = mapped_column(Entered, comment="Cells of this lot")
    thawed_at: Mapped[PartialDate | None] = partial("thawed_at", comment="As started_at")


class Adjunct(AtSite, Base):
    """What was given beside the cells: exosomes, vitamins, growth factors, light."""

    __tablename__ = "adjunct"
    __table_args__ = at_site(coded("route", codes.ROUTE))

    infusion_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("infusion.id", ondelete="RESTRICT"), index=True
    )
    adjunct: Mapped[str] = mapped_column(Text, comment="What was given, as typed")
    given_on: Mapped[PartialDate] = partial("given_on", nullable=False)
    dose: Mapped[Decimal | None] = mapped_column(Entered, comment="In unit")
    unit: Mapped[str | None] = mapped_column(Text)
    route: Mapped[str | None] = mapped_column(Text)
