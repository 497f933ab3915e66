"""The application for a WSGI server: ``gunicorn wsgi:app`` or ``flask --app wsgi run``."""

from registry import create_app
from registry.settings import Settings

app = create_app(Settings.from_env())
