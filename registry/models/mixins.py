"""What every clinical row carries, and the helper for partial dates."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKeyConstraint, Text
from sqlalchemy.orm import Composite, Mapped, composite, declared_attr, mapped_column

from registry import codes
from registry.database.types import Id, new_id
from registry.partial_date import PartialDate


def coded(column: str, allowed: Any) -> CheckConstraint:
    """Return a check that the column holds one of the codes, or nothing."""
    listed = ", ".join(f"'{code}'" for code in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_code")


def partial(name: str, *, nullable: bool = True, comment: str = "") -> Composite[Any]:
    """Map a partial date: the text as typed and the first and last day it can mean."""
    return composite(
        PartialDate.from_columns,
        # The attribute of this name is the composite, so Core finds the text under another key.
        mapped_column(
            name,
            Text,
            key=f"{name}_text",
            nullable=nullable,
            comment=comment or "ISO 8601, maybe reduced",
        ),
        mapped_column(f"{name}_earliest", Date, nullable=nullable, comment="First possible day"),
        mapped_column(f"{name}_latest", Date, nullable=nullable, comment="Last possible day"),
        return_none_on=lambda *columns: columns[0] is None,
    )


class Keyed:
    """A UUIDv7 key and the row version of optimistic locking."""

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id, sort_order=-10)
    row_version: Mapped[int] = mapped_column(
        default=1, sort_order=99, comment="Rises by one with every change"
    )

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy passes the class
        return {"version_id_col": cls.row_version}


class Recorded(Keyed):
    """How a row came in, and whether it was voided; nothing is deleted."""

    source: Mapped[str] = mapped_column(
        Text, default="form", sort_order=95, comment="form, import or api"
    )
    voided_at: Mapped[datetime | None] = mapped_column(
        sort_order=96, comment="Set together with by and reason"
    )
    voided_by: Mapped[str | None] = mapped_column(Text, sort_order=97)
    void_reason: Mapped[str | None] = mapped_column(Text, sort_order=98)


RECORDED_CHECKS = (
    coded("source", codes.SOURCE),
    CheckConstraint(
        "(voided_at IS NULL) = (voided_by IS NULL) AND (voided_at IS NULL) = (void_reason IS NULL)",
        name="voided_at_by_reason_together",
    ),
)


class AtSite(Recorded):
    """A clinical row: it hangs on (enrolment, patient, site) and never moves to another site."""

    patient_id: Mapped[UUID] = mapped_column(Id, index=True, sort_order=-9)
    enrolment_id: Mapped[UUID] = mapped_column(Id, sort_order=-8)
    site_id: Mapped[int] = mapped_column(sort_order=-7, comment="Where it was done; never updated")


def at_site(*more: Any) -> tuple[Any, ...]:
    """Return the table arguments of a clinical row, with ``more`` after them."""
    hangs_on = ForeignKeyConstraint(
        ["enrolment_id", "patient_id", "site_id"],
        ["enrolment.id", "enrolment.patient_id", "enrolment.site_id"],
        ondelete="RESTRICT",
    )
    return (hangs_on, *recorded(*more))


def recorded(*more: Any) -> tuple[Any, ...]:
    """Return the table arguments of any recorded row, with ``more`` after them."""
    # Constraints belong to one table each, so every model gets its own copies.
    checks = [CheckConstraint(str(c.sqltext), name=str(c.name)) for c in RECORDED_CHECKS]
    return (*checks, *more)
