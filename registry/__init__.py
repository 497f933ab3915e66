"""The Lupus Cell Therapy Registry; importing it is cheap, building the application is not."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from registry.settings import Settings

try:
    __version__ = version("lupus-cell-therapy-registry")
except PackageNotFoundError:  # a checkout that was never installed says it in its own metadata
    _checkout = Path(__file__).parent.parent / "setup.cfg"
    _lines = _checkout.read_text(encoding="utf-8").splitlines() if _checkout.is_file() else []
    __version__ = next((line.split()[2] for line in _lines if line.startswith("version = ")), "0")


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Return the WSGI application; see ``registry.application``.

    A command such as ``registry score`` imports this package without the web.
    """
    from registry.application import build

    return build(settings)
