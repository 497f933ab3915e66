"""Cell products, their lots, what release tests found and what was decided about a lot."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.database.types import Entered
from registry.models.mixins import Recorded, coded, partial, recorded
from registry.partial_date import PartialDate


class Product(Recorded, Base):
    """One way of making cells, registry-wide; lots name it by ``product_name``.

    The name is the identity that labels, files and papers carry, so it never changes.
    """

    __tablename__ = "product"
    __table_args__ = recorded(
        coded("cell_type", codes.CELL_TYPE),
        coded("tissue_source", codes.TISSUE_SOURCE),
        coded("donor_type", codes.DONOR_TYPE),
    )

    name: Mapped[str] = mapped_column(Text, unique=True, comment="product_name of its lots")
    cell_type: Mapped[str] = mapped_column(Text)
    tissue_source: Mapped[str | None] = mapped_column(Text)
    donor_type: Mapped[str | None] = mapped_column(Text)
    maker: Mapped[str | None] = mapped_column(Text)
    steps: Mapped[str | None] = mapped_column(Text, comment="How it is made, in order")
    specification: Mapped[str | None] = mapped_column(
        Text, comment="Release specification; limits of a lot stand with its tests"
    )


class Lot(Recorded, Base):
    """A lot of a cell product, registry-wide."""

    __tablename__ = "lot"
    __table_args__ = recorded(
        coded("cell_type", codes.CELL_TYPE),
        coded("tissue_source", codes.TISSUE_SOURCE),
        coded("donor_type", codes.DONOR_TYPE),
        coded("preservation", codes.PRESERVATION),
    )

    code: Mapped[str] = mapped_column(Text, unique=True, comment="lot_id of the exchange format")
    cell_type: Mapped[str] = mapped_column(Text)
    product_name: Mapped[str | None] = mapped_column(Text, index=True)
    tissue_source: Mapped[str | None] = mapped_column(Text)
    donor_type: Mapped[str | None] = mapped_column(Text)
    donor_id: Mapped[str | None] = mapped_column(Text)
    din: Mapped[str | None] = mapped_column(Text, comment="Donation Identification Number")
    sec: Mapped[str | None] = mapped_column(Text, comment="Single European Code")
    passage: Mapped[str | None] = mapped_column(Text)
    viability_percent: Mapped[Decimal | None] = mapped_column(Entered, comment="0 to 100 %")
    cells: Mapped[Decimal | None] = mapped_column(Entered, comment="Cells in the whole lot")
    preservation: Mapped[str | None] = mapped_column(Text)
    cryoprotectant: Mapped[str | None] = mapped_column(Text, comment="With its percentage")
    manufactured_on: Mapped[PartialDate | None] = partial("manufactured_on")
    frozen_on: Mapped[PartialDate | None] = partial("frozen_on")
    expires_on: Mapped[PartialDate | None] = partial("expires_on")
    # As typed in a file, or the code of the latest decision made here.
    release_status: Mapped[str | None] = mapped_column(Text)


class LotTest(Recorded, Base):
    """One release test of a lot against its specification; *pending* is a value."""

    __tablename__ = "lot_test"
    __table_args__ = recorded(coded("state", codes.LOT_TEST_STATE))

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id", ondelete="RESTRICT"), index=True)
    test: Mapped[str] = mapped_column(Text, comment="viability, sterility, endotoxin ...")
    result: Mapped[str | None] = mapped_column(Text, comment="As typed")
    unit: Mapped[str | None] = mapped_column(Text)
    comparator: Mapped[str | None] = mapped_column(Text, comment="Of the result: < <= > >=")
    limit: Mapped[str | None] = mapped_column("limit_text", Text, comment="As in the specification")
    state: Mapped[str | None] = mapped_column(Text)
    reported_on: Mapped[PartialDate | None] = partial("reported_on")


class LotDecision(Recorded, Base):
    """A dated decision about a lot; the latest one is in force and may block its use."""

    __tablename__ = "lot_decision"
    __table_args__ = recorded(coded("decision", codes.LOT_DECISION))

    lot_id: Mapped[UUID] = mapped_column(ForeignKey("lot.id", ondelete="RESTRICT"), index=True)
    decision: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[PartialDate] = partial("decided_on", nullable=False)
    reason: Mapped[str] = mapped_column(Text)
