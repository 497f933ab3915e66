"""``registry export``: the whole registry as canonical CSV files, in a folder or a zip."""

from datetime import date
from pathlib import Path

import click

from registry import clock
from registry.cli._acting import actor_of, as_option
from registry.cli.import_ import told
from registry.database.opening import opened
from registry.exports.exchange import export_folder
from registry.partial_date import InvalidDateError, PartialDate
from registry.settings import Settings


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--cut", metavar="DATE", help="Facts dated on or before this day; default all.")
@as_option
def COMMAND(folder: Path, cut: str | None, as_user: str | None) -> None:  # noqa: N802
    """Export to FOLDER, which must be new or empty (or to a new file FOLDER.zip).

    The cut is printed; without one it is today in UTC.
    """
    day = _day(cut) if cut is not None else None
    engine = opened(Settings.from_env())
    try:
        with told() as progress:
            today = clock.today()
            actor = actor_of(engine, as_user)
            written = export_folder(engine, folder, actor, today, cut=day, progress=progress)
    finally:
        engine.dispose()
    click.echo(f"data cut {day or today}")
    for name, rows in written.items():
        click.echo(f"{name}: {rows} rows")


def _day(text: str) -> date:
    try:
        day = PartialDate.parse(text).exact
    except InvalidDateError as error:
        raise click.BadParameter(str(error), param_hint="--cut") from error
    if day is None:
        raise click.BadParameter(f"“{text}” is not one day like 2026-05-17", param_hint="--cut")
    return day
