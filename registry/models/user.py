"""Accounts, role grants, sessions and the sign-in throttle."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.database.base import Base
from registry.database.types import Id, new_id
from registry.models.mixins import Keyed, coded
from registry.permissions import Role


class User(Keyed, Base):
    """One person, one account; names are never given to somebody else."""

    __tablename__ = "user_account"

    username: Mapped[str] = mapped_column(
        Text, unique=True, comment="Lower case, as typed at sign-in"
    )
    printed_name: Mapped[str] = mapped_column(Text, comment="The name that signatures show")
    password_hash: Mapped[str] = mapped_column(Text, comment="argon2id")
    disabled_at: Mapped[datetime | None]


def _once(name: str, scope: str, *columns: str) -> Index:
    """Return the rule that a grant in force stands once within ``scope``."""
    in_force = text(f"revoked_at IS NULL AND {scope}")
    return Index(name, *columns, unique=True, sqlite_where=in_force, postgresql_where=in_force)


class RoleGrant(Keyed, Base):
    """A role of one person, at one site or (site empty) in the whole registry."""

    __tablename__ = "role_grant"
    __table_args__ = (
        coded("role", [role.value for role in Role]),
        CheckConstraint(
            "role NOT IN ('clinician', 'coordinator') OR site_id IS NOT NULL",
            name="site_roles_name_a_site",
        ),
        CheckConstraint(
            "role NOT IN ('data_manager', 'administrator') OR site_id IS NULL",
            name="registry_roles_name_no_site",
        ),
        # Two plain indexes, because an index on an expression cannot be compared by Alembic.
        _once("uq_role_grant_at_site", "site_id IS NOT NULL", "user_id", "role", "site_id"),
        _once("uq_role_grant_registry_wide", "site_id IS NULL", "user_id", "role"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    role: Mapped[str] = mapped_column(Text)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="RESTRICT"))
    granted_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class UserSession(Base):
    """A signed-in browser; the cookie holds a random reference, this row its SHA-256."""

    __tablename__ = "user_session"

    id: Mapped[UUID] = mapped_column(Id, primary_key=True, default=new_id)
    token_sha256: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("user_account.id", ondelete="RESTRICT"), index=True
    )
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(comment="Absolute end, whatever the activity")
    revoked_at: Mapped[datetime | None]


class SignInThrottle(Base):
    """Failures of one account, address or of everybody; survives restarts and several workers."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    window_started_at: Mapped[datetime]
    failures: Mapped[int]
