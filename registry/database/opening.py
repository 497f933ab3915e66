"""How a command comes by its engine: open what is there, or create it with its folder and key."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, make_url, text

from registry.audit.key import create_key
from registry.audit.triggers import has_trail
from registry.database import schema
from registry.database.engine import make_engine
from registry.errors import EnvironmentProblem
from registry.settings import Settings


def opened(settings: Settings, **options: Any) -> Engine:
    """Return the engine of a registry that exists, is at head and has its triggers."""
    require_file(settings)
    engine = make_engine(settings.database_url, settings.key(), **options)
    schema.check_ready(engine)
    return engine


def opened_or_created(settings: Settings) -> Engine:
    """Return the engine; a SQLite file that does not exist is created first."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return upgraded(settings)
    return opened(settings)


def upgraded(settings: Settings, revision: str = schema.HEAD) -> Engine:
    """Return the engine after bringing the schema to ``revision``, making key and folder first."""
    file = sqlite_file(settings)
    if file is not None:
        _make_private(file)
    if not settings.key_file.exists():
        _refuse_second_key(settings)
        _refuse_key_far_from_data(settings)
        create_key(settings.key_file)
    engine = make_engine(settings.database_url, settings.key())
    schema.upgrade(engine, revision)
    return engine


def sqlite_file(settings: Settings) -> Path | None:
    """Return the path of the SQLite file, None on PostgreSQL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return None
    if not url.database or url.database == ":memory:":
        raise EnvironmentProblem("DATABASE_URL names no file; an audited registry needs one")
    return Path(url.database)


def require_file(settings: Settings) -> None:
    """Refuse a SQLite file that is not there."""
    # SQLite would create an empty file for whoever asks.
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        raise EnvironmentProblem(f"there is no database {file}; run `registry db upgrade`")


def _make_private(file: Path) -> None:
    """Make the folder and an empty file that only its owner reads; SQLite keeps that mode."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise EnvironmentProblem(
            f"{file} cannot be made ({error.strerror}); set REGISTRY_HOME"
        ) from error


def _refuse_key_far_from_data(settings: Settings) -> None:
    """Refuse to invent a key for a server: several hosts may write there, all with one key."""
    if sqlite_file(settings) is None:
        raise EnvironmentProblem(
            f"PostgreSQL needs its audit key, and {settings.key_file} is not there; make one with "
            "`(umask 077; openssl rand -base64 48 > FILE)` and set REGISTRY_KEY_FILE=FILE"
        )


def _refuse_second_key(settings: Settings) -> None:
    """Refuse a fresh key for a trail that was sealed with another."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return
    engine = make_engine(settings.database_url, None)
    with engine.connect() as connection:
        sealed = has_trail(connection) and connection.scalar(text("SELECT seq FROM audit_head"))
    engine.dispose()
    if sealed:
        raise EnvironmentProblem(
            f"audit key {settings.key_file} is missing but the database has sealed changes; "
            "put the key back from its backup, or set REGISTRY_KEY_FILE"
        )
