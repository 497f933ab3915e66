"""Server-side sessions: the cookie holds a random reference, the table decides.

Sign-out, disabling an account and a change of roles act at the next request, because every
request reads the session, the account and its grants in one query.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from registry.models import RoleGrant, User, UserSession
from registry.permissions import GRANTS, Permission, Role

TOUCH_EVERY = timedelta(minutes=1)
_session, _user, _grant = UserSession.__table__, User.__table__, RoleGrant.__table__


@dataclass(frozen=True, slots=True, eq=False)
class SignedInUser:
    """Who is signed in, with the roles in force at this request (flask-login's user)."""

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    id: UUID
    username: str
    printed_name: str
    session_id: UUID
    reference: str
    last_seen_at: datetime
    grants: frozenset[tuple[Role, int | None]]

    def get_id(self) -> str:
        """Return what flask-login puts into the cookie: the random reference, never a user id."""
        return self.reference

    def may(self, permission: Permission) -> bool:
        """Whether any role in force carries the permission, at whatever site."""
        return any(permission in GRANTS[role] for role, _ in self.grants)

    def sites(self, permission: Permission) -> frozenset[int] | None:
        """Return the sites where the permission holds; None means the whole registry."""
        held = {site for role, site in self.grants if permission in GRANTS[role]}
        return None if None in held else frozenset(site for site in held if site is not None)


_LOAD = (
    select(
        _session.c.id.label("session_id"),
        _session.c.last_seen_at,
        _session.c.expires_at,
        _user.c.id,
        _user.c.username,
        _user.c.printed_name,
        _grant.c.role,
        _grant.c.site_id,
    )
    .join_from(_session, _user, _session.c.user_id == _user.c.id)
    .outerjoin(_grant, (_grant.c.user_id == _user.c.id) & _grant.c.revoked_at.is_(None))
    .where(
        _session.c.token_sha256 == bindparam("token_sha256"),
        _session.c.revoked_at.is_(None),
        _user.c.disabled_at.is_(None),
    )
)


def open_session(session: Session, user_id: UUID, now: datetime, hours: int) -> str:
    """Store a new session and return its reference; the database keeps only the SHA-256."""
    reference = secrets.token_urlsafe(32)
    session.execute(
        insert(UserSession).values(
            token_sha256=_digest(reference),
            user_id=user_id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=hours),
        )
    )
    return reference


def load_user(
    session: Session, reference: str, now: datetime, idle_minutes: int
) -> SignedInUser | None:
    """Return the user of a live session, or None when it ended in whatever way."""
    rows = session.execute(_LOAD, {"token_sha256": _digest(reference)}).all()
    if not rows:
        return None
    first = rows[0]
    if now >= first.expires_at or now - first.last_seen_at > timedelta(minutes=idle_minutes):
        return None
    return SignedInUser(
        id=first.id,
        username=first.username,
        printed_name=first.printed_name,
        session_id=first.session_id,
        reference=reference,
        last_seen_at=first.last_seen_at,
        grants=frozenset((Role(row.role), row.site_id) for row in rows if row.role),
    )


def touch(session: Session, session_id: UUID, now: datetime) -> None:
    """Note that the session was used; callers do it at most once in TOUCH_EVERY."""
    session.execute(
        update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now)
    )


def close_session(session: Session, session_id: UUID, now: datetime) -> None:
    """End one session."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(revoked_at=now))


def close_all_sessions(session: Session, user_id: UUID, now: datetime) -> None:
    """End every session of one person, as when the password changes."""
    session.execute(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def _digest(reference: str) -> bytes:
    return sha256(reference.encode("utf-8", "replace")).digest()
