"""What every page shares: its context, and one place that turns errors into pages."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

import registry
from registry.database.schema import head
from registry.errors import RegistryError
from registry.extensions import request_id, settings
from registry.views.patient_timeline import person
from registry.views.saving import LOST_RACE

EXPIRED = "This page was open for too long, or it was opened in another sign-in. Open it again."


def init_app(app: Flask) -> None:
    """Register the context and the error pages."""
    revision = head()

    def context() -> dict[str, Any]:
        return {
            "synthetic": settings().synthetic,
            "operator": settings().operator,
            "software_version": registry.__version__,
            "schema_revision": revision,
        }

    app.context_processor(context)
    app.jinja_env.filters["person"] = person
    app.register_error_handler(CSRFError, lambda _: _page(400, EXPIRED))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RegistryError, _refusal)
    app.register_error_handler(StaleDataError, lambda _: _page(409, LOST_RACE))
    app.register_error_handler(OperationalError, _database)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):  # no address can be written for a host that is not ours
        return make_response(render_template("errors/plain.html", message=""), 400)
    return _page(error.code or 500, "")


def _refusal(error: RegistryError) -> Response:
    return _page(error.status, str(error))


def _database(error: OperationalError) -> Response:
    current_app.logger.error("database: %s (request %s)", type(error.orig).__name__, request_id())
    return _page(503, "")


def _page(status: int, message: str) -> Response:
    # A wrong method says no more than a wrong address.
    status = HTTPStatus.NOT_FOUND if status == HTTPStatus.METHOD_NOT_ALLOWED else status
    try:
        body = render_template(
            f"errors/{int(status)}.html", message=message, request_id=request_id()
        )
    except TemplateNotFound:
        body = render_template("errors/plain.html", message=message, request_id=request_id())
    return make_response(body, status)
