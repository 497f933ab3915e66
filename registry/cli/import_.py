"""``registry import``: check a folder or zip of the exchange format, and store it as a whole."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from registry import clock
from registry.audit.context import Context
from registry.cli._acting import actor_of, as_option
from registry.database.engine import reading
from registry.database.opening import opened_or_created
from registry.errors import RefusedError
from registry.imports import source
from registry.imports.importer import check_folder, import_folder, silent
from registry.imports.reading import Progress as Tell
from registry.imports.report import Problem, Report
from registry.settings import Settings


@click.command("import")
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Report everything and store nothing.")
@click.option("--update", metavar="REASON", help="Replace stored values that differ; says why.")
@as_option
def COMMAND(  # noqa: N802 - the name that every command module shares
    folder: Path, *, dry_run: bool, update: str | None, as_user: str | None
) -> None:
    """Import FOLDER (or a zip) of CSV files: everything or nothing, in one transaction."""
    if update is not None and not update.strip():
        raise click.BadParameter("says why the stored values are replaced", param_hint="--update")
    engine = opened_or_created(Settings.from_env())
    try:
        with source.opened(folder) as found, told() as progress:
            if dry_run:
                with reading(engine) as session:
                    report = check_folder(
                        found, session, clock.today(), update=bool(update), progress=progress
                    )
            else:
                reason = f"import {folder.name}, SHA-256 {found.sha256()}"
                report = import_folder(
                    engine,
                    found,
                    Context(actor_of(engine, as_user), f"{update}; {reason}" if update else reason),
                    clock.today(),
                    update=bool(update),
                    progress=progress,
                    before_write=show_changes,
                )
    finally:
        engine.dispose()
    show(report, dry_run=dry_run)


@contextmanager
def told() -> Iterator[Tell]:
    """Show how far it is, where somebody looks."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda file, rows: bar.update(task, description=f"{file}: {rows} rows")


def show_changes(report: Report) -> None:
    """Print what an update replaces, old value first, before it does."""
    for change in report.changes:
        click.echo(str(change))


def show(report: Report, *, dry_run: bool) -> None:
    """Print warnings and counts; errors end the command with the list."""
    _list("warning", report.warnings, report.total_warnings)
    if not report.ok:
        more = report.total_errors - len(report.errors)
        items = [str(problem) for problem in report.errors]
        items += [f"... and {more} more"] if more else []
        raise RefusedError(f"nothing was stored: {_counted(report.total_errors, 'error')}", items)
    if dry_run:
        show_changes(report)
    for name, count in report.counts.items():
        if count.new or count.unchanged or count.changed:
            click.echo(
                f"{name}: {count.new} new, {count.changed} changed, {count.unchanged} unchanged"
            )
    if dry_run:
        click.echo("dry run: nothing was stored")
    elif not report.imported:
        click.echo("nothing to store: every record is in the registry as it is here")


def _list(label: str, problems: list[Problem], total: int) -> None:
    for problem in problems:
        click.echo(f"{label}: {problem}", err=True)
    if total > len(problems):
        click.echo(f"{label}: ... and {total - len(problems)} more", err=True)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
