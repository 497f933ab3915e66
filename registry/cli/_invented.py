"""Fill a registry with invented patients, the same way in as real ones: through the importer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from registry.audit.context import Context
from registry.errors import RefusedError
from registry.imports.importer import import_folder
from registry.imports.source import opened
from registry.synthetic import write_folder


def import_invented(
    engine: Engine, patients: int, seed: int, today: date, context: Context
) -> dict[str, int]:
    """Write an exchange folder, import it, forget it; return how many rows each file had."""
    with TemporaryDirectory(prefix="registry-synthetic-") as made, _progress() as progress:
        task = progress.add_task("Inventing patients", total=None)
        folder = Path(made)
        counts = write_folder(folder, patients, seed, today=today)

        def tell(file: str, rows: int) -> None:
            progress.update(task, description=f"Importing {file}, {rows} rows")

        with opened(folder) as source:
            report = import_folder(engine, source, context, today, progress=tell)
    if not report.ok:
        raise RefusedError(
            "the invented patients were refused; nothing was stored", map(str, report.errors)
        )
    return counts


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show progress on standard error, and nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield progress
