"""``registry serve``: starts behind a proxy, and refuses what is only safe on one's own machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.settings import Settings

REGISTRY = (sys.executable, "-c", "from registry.cli import main; main(prog_name='registry')")
HOST = "registry.example.org"


@pytest.fixture
def surroundings(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "REGISTRY_HOME": str(settings.home),
        "REGISTRY_KEY_FILE": str(settings.key_file),
        "REGISTRY_SECRET_KEY": "of the tests, and as long as a real one",
        "REGISTRY_TRUSTED_HOSTS": HOST,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status(url: str) -> int:
    for _ in range(300):
        try:
            with urlopen(Request(url, headers={"Host": HOST}), timeout=10) as answer:
                return int(answer.status)
        except URLError:
            time.sleep(0.1)
    raise AssertionError(f"{url} never answered")


def test_it_serves_until_it_is_told_to_stop(surroundings: dict[str, str], tmp_path: Path) -> None:
    port = free_port()
    words = [*REGISTRY, "serve", "--port", str(port), "--workers", "1"]
    with (
        (tmp_path / "log").open("wb") as log,
        subprocess.Popen(words, env=os.environ | surroundings, stdout=log, stderr=log) as server,
    ):
        try:
            assert status(f"http://127.0.0.1:{port}/sign-in") == 200
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("REGISTRY_SECRET_KEY", "short", "REGISTRY_SECRET_KEY"),
        ("REGISTRY_TRUSTED_HOSTS", "", "REGISTRY_TRUSTED_HOSTS"),
        ("REGISTRY_SECURE_COOKIES", "false", "REGISTRY_SECURE_COOKIES"),
        ("REGISTRY_SYNTHETIC", "true", "REGISTRY_SYNTHETIC"),
    ],
)
def test_unsafe_settings_refuse_to_start(
    surroundings: dict[str, str], name: str, value: str, sentence: str
) -> None:
    result = CliRunner().invoke(main, ["serve"], env=surroundings | {name: value})
    assert result.exit_code == 3
    assert sentence in result.stderr
