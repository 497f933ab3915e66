"""The schema of the database: upgrade, downgrade, and whether it is what this version expects."""

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, Engine

from registry.audit.context import MIGRATION_ACTOR, Context
from registry.audit.triggers import trigger_drift
from registry.database import sqlite
from registry.database.engine import make_engine
from registry.errors import EnvironmentProblem

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

BASE = "base"
HEAD = "head"


def migrations_folder() -> Path:
    """Return the folder of the steps: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    installed = package / "migrations"
    return installed if installed.is_dir() else package.parent / "migrations"


def config_for(engine: Engine | None, reason: str = "schema") -> "Config":
    """Return Alembic's configuration, built here so that no ini file is needed."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["engine"] = engine
    config.attributes["reason"] = reason
    return config


def upgrade(engine: Engine, revision: str = HEAD) -> None:
    """Bring the database to ``revision``, triggers and trail included."""
    from alembic import command

    command.upgrade(config_for(engine, f"upgrade to {revision}"), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to ``revision``; what a step loses stands in its docstring."""
    from alembic import command

    command.downgrade(config_for(engine, f"downgrade to {revision}"), revision)


def write_revision(message: str) -> Path:
    """Write the step from the newest revision to the models, and return its file.

    It is compared on a throw-away database, so nobody's own database is touched; SQLite cannot
    compare indexes on expressions, so models have none.
    """
    from alembic import command

    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/throw-away.db", secrets.token_bytes(32))
        upgrade(engine)
        number = f"{len(list((migrations_folder() / 'versions').glob('[0-9]*.py'))) + 1:04}"
        made = command.revision(config_for(engine), message, autogenerate=True, rev_id=number)
        engine.dispose()
    return _tidied(Path(cast("Script", made).path))


def _tidied(file: Path) -> Path:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.lstrip().startswith("# ###"))
    file.write_text(kept, encoding="utf-8")
    return file


def head() -> str:
    """Return the newest revision this version knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config_for(None)).get_current_head() or BASE


def current(engine: Engine) -> str:
    """Return the revision the database is at; ``base`` when it is empty."""
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or BASE


def check_ready(engine: Engine) -> None:
    """Refuse to work on a database that is not at head or whose triggers are not intact."""
    found, wanted = current(engine), head()
    if found != wanted:
        raise EnvironmentProblem(
            f"the database is at revision {found}, this version needs {wanted}; "
            "run `registry db upgrade`"
        )
    problems = check_triggers_of(engine)
    if problems:
        raise EnvironmentProblem(
            "the audit triggers of the database are not intact; run `registry audit verify`",
            problems,
        )


def check_triggers_of(engine: Engine) -> list[str]:
    """Return one sentence for each trigger that is missing, changed or not ours."""
    with engine.connect() as connection:
        return trigger_drift(connection)


def check(engine: Engine) -> list[str]:
    """Return everything that is wrong with the schema; an empty list when all is well."""
    found, wanted = current(engine), head()
    if found != wanted:
        return [f"the database is at revision {found}, this version needs {wanted}"]
    return check_triggers_of(engine) + differences(engine)


def differences(engine: Engine) -> list[str]:
    """Return how the live tables differ from the models."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from registry.database.migrating import COMPARED
    from registry.models import AuditEntry

    with engine.connect() as connection:
        migration = MigrationContext.configure(connection, opts=dict(COMPARED))
        found = compare_metadata(migration, AuditEntry.metadata)
    return [f"the schema differs from the models: {difference}" for difference in found]


@contextlib.contextmanager
def connection_of(config: "Config") -> Iterator[Connection]:
    """Open the connection of a migration, with foreign keys off where batches rebuild tables."""
    engine = config.attributes.get("engine") or _engine_from_environment()
    audited = engine.execution_options(
        audit=Context(MIGRATION_ACTOR, config.attributes.get("reason") or "schema")
    )
    with audited.connect() as connection:
        if connection.dialect.name != "sqlite":
            yield connection
            return
        driver = connection.connection.driver_connection
        sqlite.set_foreign_keys(driver, on=False)
        try:
            yield connection
        finally:
            connection.rollback()
            sqlite.set_foreign_keys(driver, on=True)


def _engine_from_environment() -> Engine:
    from registry.settings import Settings

    settings = Settings.from_env()
    return make_engine(settings.database_url, settings.key())
