"""Results that somebody else reported: shown as reported, never mixed with computed ones."""

from sqlalchemy import Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry import codes
from registry.database.base import Base
from registry.models.mixins import AtSite, at_site, coded, partial
from registry.partial_date import PartialDate


class ReportedEndpoint(AtSite, Base):
    """One reported state of one patient at one timepoint."""

    __tablename__ = "reported_endpoint"
    __table_args__ = at_site(
        coded("state", codes.ENDPOINT_STATE),
        Index(
            "uq_reported_endpoint",
            "patient_id",
            "definition",
            "timepoint",
            unique=True,
            sqlite_where=text("voided_at IS NULL"),
            postgresql_where=text("voided_at IS NULL"),
        ),
    )

    definition: Mapped[str] = mapped_column(Text)
    timepoint: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    assessed_on: Mapped[PartialDate | None] = partial("assessed_on")
    origin: Mapped[str | None] = mapped_column(Text)
