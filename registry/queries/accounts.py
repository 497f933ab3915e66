"""Sites, accounts and role grants as the administrator sees them: no patient is counted here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.errors import NotInReachError
from registry.models import RoleGrant, Site, User
from registry.permissions import ROLE_TITLES, Role

PAGE = 100
_user, _grant, _site = User.__table__, RoleGrant.__table__, Site.__table__


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role in force, in words."""

    id: UUID
    role: str
    site: str | None  # code; None is the whole registry
    granted_at: datetime
    row_version: int

    @property
    def title(self) -> str:
        """Return the role and where it holds."""
        return f"{ROLE_TITLES[Role(self.role)]}, {self.site or 'whole registry'}"


@dataclass(frozen=True, slots=True)
class AccountRow:
    id: UUID
    username: str
    printed_name: str
    disabled_at: datetime | None
    row_version: int
    grants: tuple[GrantRow, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    rows: tuple[AccountRow, ...]
    after: str | None  # the user name after which the next page begins


def accounts_page(session: Session, after: str = "") -> AccountPage:
    """Return 100 accounts by user name, with their roles in force, in two queries."""
    if "\0" in after:
        return AccountPage((), None)
    users = session.execute(
        select(_user).where(_user.c.username > after).order_by(_user.c.username).limit(PAGE + 1)
    ).all()
    shown = users[:PAGE]
    return AccountPage(_with_grants(session, shown), shown[-1].username if users[PAGE:] else None)


def account(session: Session, key: UUID) -> AccountRow:
    """Return one account; raise NotInReachError when there is none."""
    found = _with_grants(session, session.execute(select(_user).where(_user.c.id == key)).all())
    if not found:
        raise NotInReachError
    return found[0]


def sites(session: Session) -> list[Any]:
    """Return every site, by code."""
    return list(session.execute(select(_site).order_by(_site.c.code)))


def site_by_code(session: Session, code: str) -> Site:
    """Load a site to change it; raise NotInReachError when there is none."""
    site = session.scalar(select(Site).where(Site.code == code)) if "\0" not in code else None
    if site is None:
        raise NotInReachError
    return site


def _with_grants(session: Session, users: Iterable[Any]) -> tuple[AccountRow, ...]:
    held: dict[UUID, list[GrantRow]] = {user.id: [] for user in users}
    for row in session.execute(_grants_of(held)):
        held[row.user_id].append(
            GrantRow(row.id, row.role, row.site, row.granted_at, row.row_version)
        )
    return tuple(
        AccountRow(
            user.id,
            user.username,
            user.printed_name,
            user.disabled_at,
            user.row_version,
            tuple(held[user.id]),
        )
        for user in users
    )


def _grants_of(users: Iterable[UUID]) -> Select[Any]:
    return (
        select(_grant, _site.c.code.label("site"))
        .outerjoin_from(_grant, _site, _site.c.id == _grant.c.site_id)
        .where(_grant.c.user_id.in_(list(users)), _grant.c.revoked_at.is_(None))
        .order_by(_grant.c.role, _site.c.code)
    )
