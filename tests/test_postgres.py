"""The PostgreSQL of the tests can be had in each of three ways, and never outlives the tests."""

import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres

START_AND_WAIT = """
import time
from tests import postgres
print(postgres.start().url, flush=True)
time.sleep(600)
"""


def version(url: str) -> str:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        return str(connection.execute("SHOW server_version").fetchone()[0])


def folder_of(url: str) -> Path:
    return Path(url.partition("host=")[2])


def test_the_embedded_server_needs_nothing_of_the_machine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(postgres.CHOICE, "embedded")
    server = postgres.start()
    assert int(version(server.url).split(".")[0]) >= 18

    server.stop()

    assert not folder_of(server.url).exists()


def test_without_a_server_on_the_machine_the_embedded_one_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(postgres, "PLACES", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tmp_path in postgres.binaries("", tmp_path).parents


def test_the_newest_server_of_the_machine_is_taken_unless_it_is_too_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    for number in ("9.6.24", "16.4", "17.1"):
        made = tmp_path / number
        made.mkdir()
        for name in ("postgres", "initdb"):
            (made / name).write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {number}'\n")
            (made / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "9.6.24"))
    monkeypatch.setattr(postgres, "PLACES", (f"{tmp_path}/1*",))
    assert postgres.system_binaries() == tmp_path / "17.1"

    monkeypatch.setattr(postgres, "PLACES", ())
    assert postgres.system_binaries() is None


def test_a_given_server_is_used_and_left_running(
    monkeypatch: pytest.MonkeyPatch, postgres_server: str
):
    monkeypatch.setenv(postgres.CHOICE, postgres_server.replace("+psycopg", ""))
    server = postgres.start()
    assert server.url == postgres_server

    server.stop()

    assert version(postgres_server)


def test_the_server_goes_with_tests_that_are_killed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(postgres.CHOICE, raising=False)
    tests = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    with tests:
        url = tests.stdout.readline().strip()
        assert folder_of(url).exists()
        tests.kill()

    deadline = time.monotonic() + 30
    while folder_of(url).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not folder_of(url).exists()
    with pytest.raises(psycopg.OperationalError):
        version(url)
