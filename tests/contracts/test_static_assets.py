"""What is served as a static file is what was reviewed: pinned, hashed, from this origin only."""

import hashlib
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "registry" / "static"
VENDOR = STATIC / "vendor"
ROWS = [
    line.split()
    for line in (VENDOR / "MANIFEST").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
TEXTS = sorted(path for path in STATIC.rglob("*") if path.suffix in {".css", ".js", ".svg"})


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_vendored_file_has_the_hash_of_the_manifest(row):
    name, _, after, _, _ = row
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == after


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_vendored_file_names_its_version_and_carries_its_licence(row):
    name, _, _, version, licence = row
    folder = (VENDOR / name).parent
    assert folder.name.endswith(f"-{version}")
    assert {"MIT": "Permission is hereby granted, free of charge", "0BSD": "Zero-Clause BSD"}[
        licence
    ] in (folder / "LICENSE.txt").read_text(encoding="utf-8")


def test_every_vendored_file_is_in_the_manifest():
    kept = {path.relative_to(VENDOR).as_posix() for path in VENDOR.glob("*/*")}
    named = {row[0] for row in ROWS}
    assert {name for name in kept if not name.endswith("/LICENSE.txt")} == named


def test_htmx_is_exactly_the_published_file():
    (row,) = [row for row in ROWS if row[0].startswith("htmx-")]
    assert row[0] == "htmx-2.0.11/htmx.min.js"
    assert row[1] == row[2]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_static_file_asks_no_other_origin(path):
    text = path.read_text(encoding="utf-8")
    namespaces = text.replace("http://www.w3.org/", "")
    assert not re.search(r"https?://[a-z0-9]", namespaces)
    assert not re.search(r"@import|url\((?!['\"]?#)", text)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_static_file_uses_no_restricted_font_or_mark(path):
    text = path.read_text(encoding="utf-8").lower()
    for mark in ("@font-face", "gds transport", "frutiger", "woff", "crest.svg", "crown.svg"):
        assert mark not in text


def test_no_font_or_third_party_image_is_shipped():
    kinds = {path.suffix for path in STATIC.rglob("*") if path.is_file()}
    assert kinds <= {"", ".txt", ".css", ".js", ".svg"}
