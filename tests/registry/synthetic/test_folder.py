"""The folder is canonical and depends on seed, size and day alone."""

import csv
from datetime import date, timedelta

from registry.exchange.files import FILES
from registry.synthetic import write_folder

TODAY = date(2026, 11, 22)


def contents(path):
    return {file.name: file.read_bytes() for file in path.iterdir()}


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path):
    counts = write_folder(tmp_path / "a", 35, 5, today=TODAY)
    assert counts == write_folder(tmp_path / "b", 35, 5, today=TODAY)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_another_seed_gives_other_patients(tmp_path):
    write_folder(tmp_path / "a", 35, 5, today=TODAY)
    write_folder(tmp_path / "b", 35, 6, today=TODAY)
    assert contents(tmp_path / "a")["patients.csv"] != contents(tmp_path / "b")["patients.csv"]


def test_another_day_moves_the_dates_and_nothing_else(tmp_path):
    write_folder(tmp_path / "a", 35, 5, today=TODAY)
    write_folder(tmp_path / "b", 35, 5, today=TODAY + timedelta(days=1))
    first, second = (
        [
            date.fromisoformat(row["enrolled_on"])
            for row in csv.DictReader((tmp_path / name / "patients.csv").read_text().splitlines())
        ]
        for name in "ab"
    )
    assert all(later - day == timedelta(days=1) for day, later in zip(first, second, strict=True))


def test_every_file_is_canonical(tmp_path):
    write_folder(tmp_path, 65, 5, today=TODAY)
    for file in tmp_path.iterdir():
        assert b"\r" not in file.read_bytes()
        header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
        assert tuple(header) == FILES[file.name].names
        assert rows
        assert rows == sorted(rows), file.name
