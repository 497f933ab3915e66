"""``registry serve``: the production server, to stand behind a proxy that speaks TLS.

gunicorn, because worker processes use several cores and a restart loses no request; threads
inside a worker wait for the database.
"""

from typing import TYPE_CHECKING, Any

import click

from registry.errors import EnvironmentProblem
from registry.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

WORKERS, THREADS = 2, 4
LONGEST_REQUEST_S = 120


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=WORKERS, show_default=True)
@click.option("--threads", type=click.IntRange(1, 64), default=THREADS, show_default=True)
def COMMAND(  # noqa: N802 - the name that every command module shares
    host: str, port: int, workers: int, threads: int
) -> None:
    """Serve the registry; refuse settings that are not safe for real patients."""
    settings = Settings.from_env()
    settings.check_production()
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        "timeout": LONGEST_REQUEST_S,
        "preload_app": True,
        # It would listen on a socket in the home folder, for a tool that nobody uses here.
        "control_socket_disable": True,
    }
    _run(preloaded(settings), options)


def preloaded(settings: Settings) -> "Flask":
    """Return the application as workers inherit it: figures loaded, no connection open."""
    from registry import create_app

    app = create_app(settings)
    _draw_once()
    # A connection that two processes share would mix up their answers.
    app.extensions["registry_engine"].dispose()
    return app


def _draw_once() -> None:
    """Load matplotlib and its fonts now: the first figure of a process takes a second."""
    from io import BytesIO

    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0.5, 0.5, "warm")
    figure.savefig(BytesIO(), format="svg")


def _run(app: "Flask", options: dict[str, Any]) -> None:
    try:
        from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # no stubs
    except ImportError as error:
        raise EnvironmentProblem(
            "gunicorn does not run here; serve wsgi:app with another WSGI server"
        ) from error

    class Server(BaseApplication):  # type: ignore[misc]  # no stubs
        def load_config(self) -> None:
            for name, value in options.items():
                if name in self.cfg.settings:  # older versions know fewer
                    self.cfg.set(name, value)

        def load(self) -> "Flask":
            return app

    Server().run()
