"""Sites by code, for choices and for rows that name them."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Site


def site_titles(session: Session, sites: frozenset[int] | None = None) -> Mapping[str, str]:
    """Return code → name of the sites given, or of all for None, by code."""
    statement = select(Site.code, Site.name).order_by(Site.code)
    if sites is not None:
        statement = statement.where(Site.id.in_(sites))
    return {code: f"{code} – {name}" for code, name in session.execute(statement)}


def time_zone_of(session: Session, site_id: int) -> str | None:
    """Return the IANA name of the zone whose clock hangs on the wall there, if it is known."""
    return session.scalar(select(Site.time_zone).where(Site.id == site_id))


def site_id_of(session: Session, code: str) -> int:
    """Return the key of a site whose code is known to exist."""
    return session.execute(select(Site.id).where(Site.code == code)).scalar_one()
