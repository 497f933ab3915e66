"""Writes the invented cohort as a canonical exchange folder, streaming."""

import csv
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from registry.exchange.files import FILES
from registry.synthetic.cohort import DEFAULT_SEED, cohort


def write_folder(
    path: Path, patients: int = 60, seed: int = DEFAULT_SEED, *, today: date
) -> dict[str, int]:
    """Write one CSV file per kind of row into ``path``; return how many rows each has."""
    path.mkdir(parents=True, exist_ok=True)
    columns = {name: file.names for name, file in FILES.items()}
    counts: dict[str, int] = {}
    with ExitStack() as files:
        writers = {}
        for name, row in cohort(patients, seed, today):
            if name not in writers:
                # Opened with the first row: the format has no file without rows.
                handle = files.enter_context((path / name).open("w", encoding="utf-8", newline=""))
                writers[name] = csv.writer(handle, lineterminator="\n")
                writers[name].writerow(columns[name])
            writers[name].writerow([row.get(column, "") for column in columns[name]])
            counts[name] = counts.get(name, 0) + 1
    return counts
