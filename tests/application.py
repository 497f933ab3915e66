"""Fixtures for the web application: settings, app, client and a server that really listens.

The application is on SQLite unless a module says otherwise, by a fixture of its own:
``database_url`` returning ``engine_url`` runs its tests on both databases.
"""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.databases import KEY

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from registry.settings import Settings


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The database behind ``settings``; override it in a module to choose another."""
    return sqlite_url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> "Settings":
    """Settings of a registry that is cheap to sign in to."""
    from registry.settings import Settings

    key_file = tmp_path / "registry.key"
    key_file.touch(mode=0o600)
    key_file.write_bytes(KEY)
    return Settings(
        database_url=database_url,
        home=tmp_path,
        key_file=key_file,
        secret_key="of the tests, and as long as a real one",
        production=False,
        secure_cookies=False,
        argon2_memory_kib=8,
        argon2_time_cost=1,
        testing=True,
    )


@pytest.fixture
def app(settings: "Settings") -> Iterator["Flask"]:
    from registry import create_app

    made = create_app(settings)
    yield made
    made.extensions["registry_engine"].dispose()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    return app.test_client()


@pytest.fixture
def live_server(app: "Flask") -> Iterator[str]:
    """The address of the application behind a threaded server on loopback."""
    from werkzeug.serving import make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
