"""``registry audit``: prove that the trail is whole and that the tables are what it says."""

import click

from registry.audit.verify import Anchor, verify
from registry.database.engine import make_engine, reading
from registry.database.opening import require_file
from registry.errors import RefusedError
from registry.settings import Settings


@click.group("audit")
def COMMAND() -> None:  # noqa: N802 - the name that every command module shares
    """Read the audit trail."""


@COMMAND.command("verify")
@click.option(
    "--anchor",
    "anchors",
    type=(click.IntRange(min=1), str),
    multiple=True,
    metavar="SEQ MAC",
    help="A head printed earlier: it must still be in the chain.",
)
def verify_trail(anchors: tuple[tuple[int, str], ...]) -> None:
    """Recompute every seal and fold the trail against the tables; print the head to keep."""
    settings = Settings.from_env()
    require_file(settings)
    engine = make_engine(settings.database_url, settings.key(), statement_timeout_ms=0)
    try:
        with reading(engine, snapshot=True) as session:
            report = verify(session.connection(), settings.key(), [Anchor(*a) for a in anchors])
    finally:
        engine.dispose()
    click.echo(f"{report.seals} seals, {report.entries} entries")
    click.echo(f"head {report.head.seq} {report.head.mac or '-'}")
    if report.findings:
        raise RefusedError(f"the audit trail has {len(report.findings)} findings", report.findings)
    click.echo("the trail is whole and every table is what it says")
