"""``registry demo``: one command from nothing to a page, and nothing left behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.cli.demo import demo_settings, listening
from registry.errors import EnvironmentProblem
from registry.permissions import Role

REGISTRY = (sys.executable, "-c", "from registry.cli import main; main(prog_name='registry')")
SIGN_IN = re.compile(r"sign-in (\w+) (\S+) (\S{12,})\n")
ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)\n")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@contextmanager
def demo(tmp_path: Path, *words: str, **surroundings: str) -> Iterator[subprocess.Popen[str]]:
    """Run the demo with its temporary folders in ``tmp_path``."""
    environment = {name: os.environ[name] for name in os.environ if name != "PORT"}
    environment |= {"TMPDIR": str(tmp_path), **surroundings}
    with subprocess.Popen(
        [*REGISTRY, "demo", *words], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_prints_how_to_sign_in_then_serves_then_leaves_nothing(tmp_path: Path) -> None:
    with demo(tmp_path, "--patients", "30") as process:
        assert process.stdout is not None
        printed = [process.stdout.readline() for _ in range(6)]
        accounts = {m[1]: (m[2], m[3]) for line in printed[:5] if (m := SIGN_IN.fullmatch(line))}
        assert set(accounts) == set(Role)
        address = ADDRESS.fullmatch(printed[5])
        assert address
        assert int(address[1]) >= 8000
        home = address[0].strip()
        with urlopen(f"{home}/sign-in", timeout=30) as page:
            assert page.status == 200
        assert "SYN-00" in first_page(home, *accounts["clinician"])
        assert list(tmp_path.glob("registry-demo-*"))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert process.stdout.read() == ""
    assert not list(tmp_path.glob("registry-*"))


def first_page(home: str, username: str, password: str) -> str:
    """Sign in and return the list of patients."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    token = TOKEN.search(browser.open(f"{home}/sign-in").read().decode())
    assert token
    typed = {"username": username, "password": password, "csrf_token": token[1]}
    browser.open(f"{home}/sign-in", urlencode(typed).encode()).close()
    return str(browser.open(f"{home}/patients").read().decode())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_is_being_built_ends_it_cleanly(tmp_path: Path, number: int) -> None:
    port = free_port()
    with demo(tmp_path, PORT=str(port)) as process:
        while not list(tmp_path.glob("registry-demo-*/registry.db")):
            assert process.poll() is None
        process.send_signal(number)
        assert process.wait(30) == 0
    assert not list(tmp_path.glob("registry-*"))


def test_a_taken_port_exits_3_with_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        result = CliRunner().invoke(main, ["demo", "--port", str(port)])
    assert result.exit_code == 3
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert f"port {port} is taken" in line


def test_without_a_port_the_next_free_one_is_taken() -> None:
    with listening(None) as first, listening(None) as second:
        assert 8000 <= first.getsockname()[1] < second.getsockname()[1]
        assert first.getsockname()[0] == "127.0.0.1"
        with pytest.raises(EnvironmentProblem):
            listening(second.getsockname()[1])


@pytest.mark.parametrize("words", [("--port", "0"), ("--port", "x"), ("--patients", "0")])
def test_wrong_use_exits_2(words: tuple[str, ...]) -> None:
    assert CliRunner().invoke(main, ["demo", *words]).exit_code == 2


def test_the_settings_carry_the_ribbon_and_never_pass_for_production(tmp_path: Path) -> None:
    settings = demo_settings(tmp_path)
    assert settings.synthetic
    assert not settings.production
    assert settings.secret_key != demo_settings(tmp_path).secret_key
