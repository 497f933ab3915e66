"""``registry demo``: a throw-away registry of invented patients, on this machine only."""

import secrets
import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import NoReturn

import click

from registry.cli._demo_content import fill
from registry.errors import EnvironmentProblem
from registry.settings import Settings
from registry.synthetic import DEFAULT_SEED, MOST_PATIENTS

LOOPBACK = "127.0.0.1"
FIRST_PORT, LAST_PORT = 8000, 8999
THREADS = 8
STOPPING = (signal.SIGINT, signal.SIGTERM)


@click.command("demo")
@click.option("--patients", type=click.IntRange(1, MOST_PATIENTS), default=60, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=DEFAULT_SEED, show_default=True)
@click.option(
    "--port", type=click.IntRange(1, 65535), envvar="PORT", help="Default: first free from 8000."
)
def COMMAND(  # noqa: N802 - the name that every command module shares
    patients: int, seed: int, port: int | None
) -> None:
    """Build a registry of invented patients, print how to sign in, and serve it.

    Everything lives in a temporary folder that is removed when the demo is stopped.
    """
    with stopping_cleanly(), closing(listening(port)) as listener, temporary_home() as home:
        settings = demo_settings(home)
        for line in fill(settings, patients, seed):
            click.echo(line)
        serve(settings, listener)


def demo_settings(home: Path) -> Settings:
    """Return settings for plain http on loopback, with the ribbon on everything."""
    return Settings(
        database_url=f"sqlite:///{home / 'registry.db'}",
        home=home,
        key_file=home / "registry.key",
        secret_key=secrets.token_hex(32),
        production=False,
        synthetic=True,
        operator="Demonstration on this machine",
        trusted_hosts=(LOOPBACK, "localhost"),
        secure_cookies=False,
    )


def listening(port: int | None) -> socket.socket:
    """Return a socket that holds the port from now on; raise EnvironmentProblem if it is taken."""
    for candidate in [port] if port else range(FIRST_PORT, LAST_PORT + 1):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        # A demo that has just ended leaves its port waiting; that is not taken.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, candidate))
            listener.listen()
        except OSError as error:
            listener.close()
            reason = error.strerror
        else:
            return listener
    asked = f"port {port}" if port else f"every port from {FIRST_PORT} to {LAST_PORT}"
    raise EnvironmentProblem(f"{asked} is taken ({reason}); choose another with --port")


def serve(settings: Settings, listener: socket.socket) -> None:
    """Serve until a signal comes; the address is printed once requests are answered."""
    from waitress.server import create_server  # type: ignore[import-untyped, unused-ignore]

    from registry import create_app

    app = create_app(settings)
    with closing(create_server(app, sockets=[listener], threads=THREADS)) as server:
        click.echo(f"http://{LOOPBACK}:{listener.getsockname()[1]}")
        server.run()
    app.extensions["registry_engine"].dispose()


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Make a private folder and remove it at the end, whatever happened."""
    with TemporaryDirectory(prefix="registry-demo-", ignore_cleanup_errors=True) as home:
        yield Path(home)


@contextmanager
def stopping_cleanly() -> Iterator[None]:
    """Turn the first Ctrl-C or SIGTERM into an orderly end; further ones cannot disturb it."""
    before = {number: signal.signal(number, _stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit(0)
