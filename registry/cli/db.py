"""``registry db``: create the database, bring it up to date, take it back, check it."""

import click
from sqlalchemy import Engine

from registry.audit.context import Context
from registry.cli._acting import shell_actor
from registry.database import schema
from registry.database.engine import make_engine, writing
from registry.database.opening import opened, upgraded
from registry.errors import RefusedError
from registry.operations.steroids import hand_back_of_open_visits
from registry.settings import Settings

HANDED_BACK = "a dose stated at an unsigned visit counts when it is signed"


@click.group("db")
def COMMAND() -> None:  # noqa: N802 - the name that every command module shares
    """Create, upgrade, downgrade or check the database."""


@COMMAND.command("upgrade")
@click.argument("revision", default=schema.HEAD)
def upgrade(revision: str) -> None:
    """Bring the database to REVISION (the newest); make folder and key on the first run."""
    engine = upgraded(Settings.from_env(), revision)
    click.echo(f"database at revision {schema.current(engine)}")
    if revision == schema.HEAD:
        _hand_back(engine)
    engine.dispose()


def _hand_back(engine: Engine) -> None:
    """Let doses that earlier versions ended for unsigned visits go on until those are signed."""
    with writing(engine, Context(shell_actor(), HANDED_BACK)) as session:
        found = hand_back_of_open_visits(session)
    if found:
        click.echo(f"steroid doses of unsigned visits that do not count any more: {found}")


@COMMAND.command("downgrade")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask; back up first.")
def downgrade(revision: str, *, yes: bool) -> None:
    """Take the database back to REVISION; newer columns and tables lose what they hold."""
    settings = Settings.from_env()
    engine = make_engine(settings.database_url, settings.key())
    if not yes:
        click.confirm(f"Take the database back to revision {revision}?", abort=True)
    schema.downgrade(engine, revision)
    click.echo(f"database at revision {schema.current(engine)}")


@COMMAND.command("check")
def check() -> None:
    """Compare revision, audit triggers and every table with what this version expects."""
    engine = opened(Settings.from_env())
    problems = schema.differences(engine)
    if problems:
        raise RefusedError("the database is not what this version expects", problems)
    click.echo(f"database at revision {schema.current(engine)}, triggers and tables as expected")


@COMMAND.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write the next migration, from the newest one to the models, into a checkout.

    MESSAGE names what changes; read the file, say what happens to existing rows, and format it.
    """
    click.echo(f"wrote {schema.write_revision(message)}")
