"""Accounts, roles and sites: who may come in, and the rules that keep somebody in charge.

There is always an administrator, and nobody is administrator and reads patients at once.
"""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import clock
from registry.errors import ConflictError, InvalidRecordError, NotInReachError
from registry.models import RoleGrant, Site, User
from registry.operations.refusing import refuse
from registry.permissions import APART, REGISTRY_ROLES, ROLE_TITLES, SITE_ROLES, Role
from registry.security.sessions import close_all_sessions

LAST = "This is the last administrator. Make somebody else an administrator first."
# Words could be guessed; twenty characters without look-alikes can still be typed from paper.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


def new_password() -> str:
    """Return a password to hand over once: 20 random characters, 99 bits, in groups of five."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def add_site(session: Session, values: Mapping[str, Any]) -> Site:
    """Add a site under the next number; its code is never given to another."""
    if session.scalar(select(Site.id).where(Site.code == values["code"])):
        raise InvalidRecordError({"code": f"Site code: {values['code']} is already in use"})
    highest = session.scalar(select(func.max(Site.id))) or 0
    site = Site(id=highest + 1, **values)
    session.add(site)
    session.flush()
    return site


def change_site(session: Session, site: Site, values: Mapping[str, Any]) -> None:
    """Change name, country and time zone."""
    for name in ("name", "country", "time_zone"):
        setattr(site, name, values[name])
    session.flush()


def add_user(session: Session, username: str, printed_name: str, password_hash: str) -> User:
    """Add an account without a role; callers hash outside the transaction, which is slow."""
    if session.scalar(select(User.id).where(User.username == username)):
        raise InvalidRecordError({"username": f"User name: {username} is already in use"})
    user = User(username=username, printed_name=printed_name, password_hash=password_hash)
    session.add(user)
    session.flush()
    return user


def set_password(session: Session, user: User, password_hash: str) -> None:
    """Replace the password and end every session of the account."""
    user.password_hash = password_hash
    close_all_sessions(session, user.id, clock.now())
    session.flush()


def grant(session: Session, user: User, role: Role, site_id: int | None) -> RoleGrant:
    """Give a role; raise InvalidRecordError when it does not fit the site or the other roles."""
    _lock(session, user.id)
    held = session.execute(
        select(RoleGrant.role, RoleGrant.site_id).where(
            RoleGrant.user_id == user.id, RoleGrant.revoked_at.is_(None)
        )
    ).all()
    refuse(site=_misplaced(role, site_id))
    refuse(role=_doubled(role, site_id, held) or _clashing(role, {Role(row.role) for row in held}))
    given = RoleGrant(user_id=user.id, role=role.value, site_id=site_id, granted_at=clock.now())
    session.add(given)
    session.flush()
    return given


def revoke(session: Session, given: RoleGrant) -> None:
    """Take a role away; it acts at the next request."""
    if given.revoked_at is not None:
        return
    if given.role == Role.ADMINISTRATOR:
        _keep_an_administrator(session, given.user_id)
    given.revoked_at = clock.now()
    session.flush()


def disable(session: Session, user: User) -> None:
    """Close the account and its sessions; the name stays taken for ever."""
    if user.disabled_at is not None:
        return
    _keep_an_administrator(session, user.id)
    user.disabled_at = clock.now()
    close_all_sessions(session, user.id, clock.now())
    session.flush()


def enable(session: Session, user: User) -> None:
    """Open a disabled account again; its sessions stay ended."""
    user.disabled_at = None
    session.flush()


def _misplaced(role: Role, site_id: int | None) -> str | None:
    if site_id is None and role not in REGISTRY_ROLES:
        return f"Site: a {ROLE_TITLES[role].lower()} works at a site; choose it"
    if site_id is not None and role not in SITE_ROLES:
        return f"Site: the role {ROLE_TITLES[role].lower()} is for the whole registry; leave empty"
    return None


def _doubled(role: Role, site_id: int | None, held: Iterable[Any]) -> str | None:
    if (role.value, site_id) in {(row.role, row.site_id) for row in held}:
        return f"Role: this account is {ROLE_TITLES[role].lower()} there already"
    return None


def _clashing(role: Role, held: set[Role]) -> str | None:
    for one, other in APART:
        if (role == one and other in held) or (role == other and one in held):
            return (
                f"Role: one account cannot be {ROLE_TITLES[one].lower()} and "
                f"{ROLE_TITLES[other].lower()} at once; make a second account"
            )
    return None


def _lock(session: Session, user_id: UUID) -> None:
    """Let one writer at a time decide about the roles of this person."""
    if session.scalar(select(User.id).where(User.id == user_id).with_for_update()) is None:
        raise NotInReachError


_ADMINISTRATORS = select(RoleGrant.id, RoleGrant.user_id).where(
    RoleGrant.role == Role.ADMINISTRATOR.value, RoleGrant.revoked_at.is_(None)
)


def _keep_an_administrator(session: Session, leaving: UUID) -> None:
    """Raise ConflictError unless somebody else can still give out accounts.

    The grants are locked first and counted by a second statement, so that of two administrators
    who remove each other the second sees what the first did.
    """
    session.execute(_ADMINISTRATORS.order_by(RoleGrant.id).with_for_update()).all()
    others = (
        _ADMINISTRATORS.join(User, User.id == RoleGrant.user_id)
        .where(User.disabled_at.is_(None), User.id != leaving)
        .limit(1)
    )
    administers = session.execute(_ADMINISTRATORS.where(RoleGrant.user_id == leaving)).first()
    if administers and session.execute(others).first() is None:
        raise ConflictError(LAST)
