"""Who a command acts as: the person at the shell, or the account named by ``--as``."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getuser
from typing import Any, TypeVar

import click
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.audit.context import Context
from registry.database.engine import reading, writing
from registry.database.opening import opened
from registry.models import User
from registry.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def as_option(command: F) -> F:
    """Add ``--as USER`` to a command that writes."""
    option = click.option("--as", "as_user", metavar="USER", help="Account to sign the change.")
    return option(command)


def shell_actor() -> str:
    """Return ``cli:`` and the name of the operating-system user."""
    try:
        return f"cli:{getuser()}"
    except (OSError, KeyError):  # a container may run as a number without a name
        return f"cli:uid{os.getuid()}"


@contextmanager
def acting(settings: Settings, reason: str, as_user: str | None) -> Iterator[Session]:
    """Open the registry and a session that commits once, signed by whoever acts."""
    engine = opened(settings)
    try:
        with writing(engine, Context(actor_of(engine, as_user), reason)) as session:
            yield session
    finally:
        engine.dispose()


def actor_of(engine: Engine, as_user: str | None) -> str:
    """Return who signs; an unknown or disabled account is wrong use."""
    if as_user is None:
        return shell_actor()
    with reading(engine) as session:
        known = select(User.id).where(User.username == as_user, User.disabled_at.is_(None))
        if session.scalar(known) is None:
            raise click.BadParameter(f"there is no account “{as_user[:40]}”", param_hint="--as")
    return as_user
