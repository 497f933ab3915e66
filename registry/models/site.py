"""A place that treats or follows patients."""

from sqlalchemy import SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.database.base import Base


class Site(Base):
    """A site; its small integer key is what clinical rows carry."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text, comment="ISO 3166 code or own words")
    time_zone: Mapped[str | None] = mapped_column(Text, comment="IANA name, e.g. Europe/Paris")
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}
