"""Size of visits with their assessments against one row per item, on SQLite.

The tables of a filled registry are copied, with their indexes, into a file of their own, and
the same answers into two other layouts beside the same visits:

lean: rows of (visit, item, value), whole numbers, keyed by visit and item without a row id; no
total, no patient, site, source, version or void, so it cannot hold what the registry holds;
same columns: a row of the registry's own table for each item, with owner, source and void.

Run: ``python -m bench.storage [--patients N] [--home FOLDER]``.
"""

import argparse
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.pages import prepared
from registry.instruments import INSTRUMENTS

AIM = 0.40
# What differs from item to item; derived values have no place in a row of one item.
PER_ITEM = {
    "id": "randomblob(16)",
    "instrument": "a.instrument || '.' || item.key",
    "answers": "item.value",
    "total": "NULL",
    "known_points": "NULL",
    "max_possible": "NULL",
    "parts": "NULL",
}
ITEMS = {
    (code, number): place
    for place, (code, number) in enumerate(
        (code, number)
        for code, instrument in sorted(INSTRUMENTS.items())
        if instrument.stored
        for number in range(len(instrument.items))
    )
}


def copied(filled: Path, target: Path, *tables: str) -> int:
    """Copy tables with their indexes into a file of their own; return its size."""
    connection = sqlite3.connect(target)
    connection.execute("ATTACH ? AS filled", (str(filled),))
    named = ", ".join("?" * len(tables))
    made = connection.execute(
        "SELECT sql FROM filled.sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index')"
        f" AND tbl_name IN ({named}) ORDER BY type DESC",
        tables,
    ).fetchall()
    for (sql,) in made:
        connection.execute(sql)
    for table in tables:
        connection.execute(f"INSERT INTO {table} SELECT * FROM filled.{table}")
    connection.commit()
    return closed_size(connection)


def lean(filled: Path, target: Path) -> int:
    """Write the same visits and answers as one row per item; return the size of the file."""
    copied(filled, target, "visit")
    connection = sqlite3.connect(target)
    connection.execute("ATTACH ? AS filled", (str(filled),))
    connection.execute(
        "CREATE TABLE answer (visit_id BLOB NOT NULL, item INTEGER NOT NULL, value,"
        " PRIMARY KEY (visit_id, item)) WITHOUT ROWID"
    )
    connection.executemany("INSERT INTO answer VALUES (?, ?, ?)", items(connection))
    connection.commit()
    return closed_size(connection)


def same_columns(filled: Path, target: Path) -> int:
    """Write each answer into a row like that of an assessment; return the size of the file."""
    copied(filled, target, "visit", "assessment")
    connection = sqlite3.connect(target)
    connection.execute("ATTACH ? AS filled", (str(filled),))
    connection.execute("DELETE FROM assessment")
    names = [row[1] for row in connection.execute("PRAGMA table_info(assessment)")]
    values = ", ".join(PER_ITEM.get(name, f"a.{name}") for name in names)
    connection.execute(
        f"INSERT INTO assessment SELECT {values}"
        " FROM filled.assessment AS a JOIN json_each(a.answers) AS item"
    )
    connection.commit()
    return closed_size(connection)


def items(connection: sqlite3.Connection) -> Iterator[tuple[bytes, int, object]]:
    """Yield visit, item and value; a decimal as a scaled whole number, the smallest form."""
    stored = connection.execute("SELECT visit_id, instrument, answers FROM filled.assessment")
    for visit, instrument, answers in stored:
        for number, answer in enumerate(json.loads(answers)):
            value = int(float(answer) * 100) if isinstance(answer, str) else answer
            yield visit, ITEMS[instrument, number], value


def closed_size(connection: sqlite3.Connection) -> int:
    """Pack the file and return its size in bytes."""
    connection.execute("DETACH filled")
    connection.execute("VACUUM")
    pages, size = (connection.execute(f"PRAGMA page_{x}").fetchone()[0] for x in ("count", "size"))
    connection.close()
    return int(pages) * int(size)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--patients", type=int, default=10_000)
    parser.add_argument("--home", type=Path, help="a registry filled by bench.pages")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.home or Path(folder) / "registry"
        prepared(home, asked.patients)
        filled = home / "registry.db"
        sizes = {
            "the registry": copied(filled, Path(folder) / "ours.db", "visit", "assessment"),
            "one row per item, lean": lean(filled, Path(folder) / "lean.db"),
            "one row per item, same columns": same_columns(filled, Path(folder) / "same.db"),
        }
        visits_only = copied(filled, Path(folder) / "visits.db", "visit")
        with sqlite3.connect(filled) as connection:
            visits = connection.execute("SELECT count(*) FROM visit").fetchone()[0]
    ours = sizes["the registry"]
    print(f"{visits} visits; a visit row alone {visits_only / visits:.0f} bytes; aim {AIM}")
    for name, size in sizes.items():
        print(f"{name:32} {size / visits:6.0f} bytes a visit; the registry is {ours / size:.2f}")


if __name__ == "__main__":
    main()
