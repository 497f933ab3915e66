"""Where people land, and the two addresses that a supervisor asks."""

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.database.schema import check_ready
from registry.errors import RegistryError
from registry.extensions import engine, read_session, signed_in
from registry.permissions import Permission

bp = Blueprint("home", __name__)


@bp.get("/")
def start() -> ResponseReturnValue:
    """Send each role to its first page."""
    user = signed_in()
    if user.may(Permission.PATIENT_READ):
        return redirect(url_for("patients.index"))
    if user.may(Permission.ADMIN):
        return redirect(url_for("admin.users"))
    return redirect(url_for("definitions.show"))


@bp.get("/livez")
def livez() -> ResponseReturnValue:
    """Answer without the database: the process is alive."""
    return {"live": True}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Answer 200 when the database responds, the schema is current and the triggers stand."""
    try:
        read_session().execute(text("SELECT 1"))
        check_ready(engine())
    except (DBAPIError, RegistryError):
        return {"ready": False}, 503
    return {"ready": True}
