"""What the patient brings along: conditions, biopsies, pregnancies."""

from decimal import Decimal

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.database.base import Base
from registry.database.types import Entered
from registry.models.mixins import AtSite, at_site, partial
from registry.partial_date import PartialDate


class Condition(AtSite, Base):
    """Organ involvement, another disease, an infection, or an earlier cell therapy anywhere."""

    __tablename__ = "condition"
    __table_args__ = at_site()

    condition: Mapped[str] = mapped_column(Text, comment="Code of the list, else as typed")
    onset_on: Mapped[PartialDate | None] = partial("onset_on")
    ended_on: Mapped[PartialDate | None] = partial("ended_on")
    active: Mapped[bool | None]
    detail: Mapped[str | None] = mapped_column(Text)


class Biopsy(AtSite, Base):
    """A kidney biopsy: its classes, both indices and the scheme they belong to."""

    __tablename__ = "biopsy"
    __table_args__ = at_site()

    taken_on: Mapped[PartialDate] = partial("taken_on", nullable=False)
    classes: Mapped[str] = mapped_column(Text, comment="As reported, e.g. III (A/C) + V")
    activity_index: Mapped[Decimal | None] = mapped_column(Entered, comment="0 to 24")
    chronicity_index: Mapped[Decimal | None] = mapped_column(Entered, comment="0 to 12")
    scheme: Mapped[str | None] = mapped_column(Text, comment="ISN/RPS 2003, ISN/RPS 2018 ...")


class Pregnancy(AtSite, Base):
    """A pregnancy with its outcome, as far as it is known."""

    __tablename__ = "pregnancy"
    __table_args__ = at_site()

    began_on: Mapped[PartialDate] = partial("began_on", nullable=False)
    ended_on: Mapped[PartialDate | None] = partial("ended_on")
    outcome: Mapped[str | None] = mapped_column(Text)
