"""Folders and zips that are not what they say, or too much, are refused before they are read."""

import os
import time
import zipfile
from pathlib import Path

import pytest

from registry.errors import RefusedError
from registry.imports.source import UPLOAD, Limits, opened
from tests.registry.imports.conftest import BASE


@pytest.fixture
def packed(tmp_path: Path):
    """Make a zip of named contents."""

    def pack(files: dict[str, str | bytes]) -> Path:
        path = tmp_path / "in.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return path

    return pack


def refusal(path: Path, limits: Limits = UPLOAD) -> str:
    with pytest.raises(RefusedError) as refused, opened(path, limits):
        pass
    return str(refused.value)


@pytest.mark.parametrize("folder", ["", "cohort/"])
def test_a_zip_imports_like_its_folder(packed, load, sqlite_engine, folder):
    assert load(sqlite_engine, packed({folder + name: text for name, text in BASE.items()})).ok


@pytest.mark.parametrize(
    "name", ["../patients.csv", "/etc/patients.csv", "a\\patients.csv", "C:patients.csv"]
)
def test_a_member_that_points_outside_is_refused(packed, name):
    assert "points outside" in refusal(packed({name: "x"}))


def test_a_folder_in_a_folder_is_refused(packed):
    assert "in one folder" in refusal(packed({"a/b/patients.csv": "x"}))


def test_files_of_one_name_in_two_folders_are_refused(packed):
    assert "lie together" in refusal(packed({"a/sites.csv": "x", "b/patients.csv": "x"}))


def test_a_bomb_is_refused_by_its_ratio(packed):
    assert "unpacks to more than" in refusal(packed({"visits.csv": b"0" * 2**25}))


def test_too_many_members_are_refused(packed):
    assert "at most 64" in refusal(packed({f"{n}.csv": "x" for n in range(65)}))


def test_a_file_of_200_mb_is_refused_at_once(tmp_path):
    (tmp_path / "in").mkdir()
    with (tmp_path / "in" / "visits.csv").open("wb") as file:
        os.truncate(file.fileno(), 200 * 2**20)
    began = time.perf_counter()
    assert "200 MB" in refusal(tmp_path / "in")
    assert time.perf_counter() - began < 1


def test_a_torn_zip_is_refused(packed):
    path = packed(BASE)
    path.write_bytes(path.read_bytes()[:-40])
    assert "neither a folder nor a complete zip" in refusal(path)


def test_a_picture_is_not_a_zip(tmp_path):
    (tmp_path / "in.zip").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "neither a folder nor a complete zip" in refusal(tmp_path / "in.zip")


def test_a_damaged_member_is_named(packed, load, sqlite_engine):
    path = packed(BASE)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("patients.csv").header_offset
    content[start + 60 : start + 90] = bytes(30)
    path.write_bytes(content)
    report = load(sqlite_engine, path)
    assert "patients.csv" in {problem.file for problem in report.errors}
    assert not report.imported


def test_what_a_desktop_leaves_behind_is_a_warning(packed, load, sqlite_engine):
    report = load(sqlite_engine, packed({**BASE, "__MACOSX/._sites.csv": b"\x00"}))
    assert report.imported
    assert report.total_warnings == 1


def test_a_folder_inside_is_refused(tmp_path):
    (tmp_path / "in" / "patients.csv").mkdir(parents=True)
    assert "is not a file" in refusal(tmp_path / "in")


def test_the_same_files_have_the_same_digest(write):
    with opened(write()) as one, opened(write(name="other")) as other:
        assert one.sha256() == other.sha256()
