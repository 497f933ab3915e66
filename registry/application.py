"""The application factory: build, register, return."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from registry import extensions, templating, views
from registry.database.engine import make_engine
from registry.database.schema import check_ready
from registry.security import headers
from registry.security.headers import ONE_YEAR
from registry.settings import Settings

HERE = Path(__file__).parent
MEGABYTE = 1024 * 1024


class RegistryApp(Flask):
    """Flask without its look, a dozen times a request, for functions that are coroutines."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function: none here is a coroutine."""
        return func


def build(settings: Settings | None = None) -> Flask:
    """Return the WSGI application; raise EnvironmentProblem where running would not be safe."""
    settings = settings or Settings.from_env()
    settings.check_production()
    engine = make_engine(settings.database_url, settings.key())
    check_ready(engine)

    app = RegistryApp("registry", template_folder=str(_templates()))
    app.config.from_mapping(_flask_config(settings))
    app.extensions["registry_settings"] = settings
    app.extensions["registry_engine"] = engine
    templating.init_app(app)
    extensions.init_app(app)
    headers.init_app(app, https=settings.production)
    views.init_app(app)
    if settings.proxy_hops:
        # Only as many hops as the operator states: more could be forged by a client.
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _templates() -> Path:
    """Return the templates beside an installed package, or those of the checkout."""
    installed = HERE / "templates"
    return installed if installed.is_dir() else HERE.parent / "templates"


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        # Production demands a stated one; elsewhere a restart may end the sessions.
        "SECRET_KEY": settings.secret_key or secrets.token_urlsafe(32),
        "TESTING": settings.testing,
        "MAX_CONTENT_LENGTH": settings.upload_megabytes * MEGABYTE,
        # The default keeps form fields in memory up to half a megabyte, ample for 24 items.
        "MAX_FORM_MEMORY_SIZE": MEGABYTE,
        # Addresses of static files carry their content hash.
        "SEND_FILE_MAX_AGE_DEFAULT": ONE_YEAR,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        # A browser refuses the __Host- prefix without TLS, so it is for production only.
        "SESSION_COOKIE_NAME": "__Host-registry" if settings.secure_cookies else "registry",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        # The token lives as long as the session: a long clinical form must not expire by itself.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": settings.secure_cookies,
    }
