"""Import and export of 1,000 patients against the shortest way to move the same rows.

``python bench/exchange.py [PATIENTS]`` prints rows per second of CPU time and ratios of one run:
import against parsing the same files and ``executemany`` into plain tables, export against
selecting the plain tables in order and writing them with the csv module.  The plain way checks
nothing, keeps no trail, and folds no answers.
"""

import csv
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from registry import clock
from registry.audit.context import Context
from registry.audit.key import create_key
from registry.database.engine import make_engine
from registry.database.schema import upgrade
from registry.exports.exchange import export_folder
from registry.imports.importer import import_folder
from registry.imports.source import opened
from registry.synthetic.folder import write_folder


def timed(step: Callable[[], object]) -> float:
    began = time.process_time()
    step()
    return time.process_time() - began


def plain_import(folder: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for path in sorted(folder.iterdir()):
            with path.open(encoding="utf-8", newline="") as stream:
                rows = csv.reader(stream)
                names = next(rows)
                columns = ", ".join(f'"{name}"' for name in names)
                connection.execute(f'CREATE TABLE "{path.stem}" ({columns})')
                marks = ", ".join("?" * len(names))
                connection.executemany(f'INSERT INTO "{path.stem}" VALUES ({marks})', rows)
        connection.commit()


def plain_export(file: Path, folder: Path) -> None:
    folder.mkdir()
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        for (table,) in tables:
            found = connection.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2, 3')
            with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream, lineterminator="\n")
                writer.writerow(column[0] for column in found.description)
                writer.writerows(found)


def measured(home: Path, patients: int) -> None:
    rows = sum(write_folder(home / "in", patients, today=clock.today()).values())
    create_key(home / "registry.key")
    engine = make_engine(f"sqlite:///{home / 'registry.db'}", (home / "registry.key").read_bytes())
    upgrade(engine)

    def ours_in() -> None:
        with opened(home / "in") as found:
            report = import_folder(engine, found, Context("bench", "bench"), clock.today())
        assert report.imported

    inward = timed(ours_in), timed(lambda: plain_import(home / "in", home / "plain.db"))
    outward = (
        timed(lambda: export_folder(engine, home / "out", "bench", clock.today())),
        timed(lambda: plain_export(home / "plain.db", home / "plain")),
    )
    engine.dispose()
    for label, (ours, plain) in {"import": inward, "export": outward}.items():
        print(
            f"{label}: {rows / ours:,.0f} rows/s, plain {rows / plain:,.0f} rows/s, "
            f"{ours / plain:.1f} times as long ({rows} rows)"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        measured(Path(temporary), int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
