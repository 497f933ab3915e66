"""The way of an exchange folder into a registry and out of it, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from registry.audit.context import Context
from registry.database.engine import make_engine
from registry.exchange.files import FILES
from registry.exports.exchange import export_folder
from registry.exports.exchange_target import write_csv
from registry.imports import source
from registry.imports.importer import import_folder
from tests.databases import KEY

TODAY = date(2026, 11, 22)
CONTEXT = Context("cli:test", "round trip")


def written(folder: Path, files: dict[str, list[dict[str, str]]]) -> Path:
    folder.mkdir()
    for name, rows in files.items():
        if rows or FILES[name].required:
            names = FILES[name].names
            with (folder / name).open("wb") as stream:
                write_csv(stream, names, ([row.get(c, "") for c in names] for row in rows))
    return folder


def imported(engine: Engine, folder: Path) -> None:
    with source.opened(folder) as found:
        report = import_folder(engine, found, CONTEXT, TODAY)
    assert report.errors == []


def exported(engine: Engine, folder: Path, cut: date | None = None) -> dict[str, bytes]:
    export_folder(engine, folder, "cli:test", TODAY, cut=cut)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    engine = make_engine(url, KEY)
    yield engine
    engine.dispose()
