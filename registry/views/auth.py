"""Sign in and out; the same answer, in the same time, for an unknown name and a wrong word."""

import re
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.audit.context import Context
from registry.database.engine import writing
from registry.extensions import (
    engine,
    read_session,
    request_id,
    settings,
    signed_in,
    unaudited_session,
)
from registry.forms.account import PasswordForm
from registry.models import User
from registry.operations.access import log_access
from registry.operations.accounts import set_password
from registry.security.passwords import hash_password, needs_rehash, verify_password
from registry.security.sessions import close_session, load_user, open_session
from registry.security.throttle import clear, is_throttled, keys_of, record_failure
from registry.views.form_page import FormPage

bp = Blueprint("auth", __name__)

# One slash, then nothing a browser could read as another host; urlparse accepts far more.
SAFE_NEXT = re.compile(r"/(?![/\\])[\w\-./?=&%]*", re.ASCII)
REFUSED = "The user name or the password is not right."
UNKNOWN = "unknown name"  # never as typed: people type passwords into the wrong box
TOO_MANY = "Too many failed attempts. Wait five minutes, then try again."


@bp.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Show the form; open a session when name and password agree."""
    if request.method != "POST":
        if current_user.is_authenticated:
            return redirect(url_for("home.start"))
        return _form()

    username, password = request.form.get("username", ""), request.form.get("password", "")
    keys = keys_of(username, request.remote_addr or "unknown")
    if is_throttled(read_session(), keys, clock.now()):
        return _form({"username": TOO_MANY}, status=429)

    known = _account(username)
    user = known if known and known.disabled_at is None else None
    # Hashing happens outside any write transaction: it is slow on purpose.
    if not verify_password(user.password_hash if user else None, password, settings()) or not user:
        with unaudited_session() as work:
            record_failure(work, keys, clock.now())
            log_access(
                work, known.username if known else UNKNOWN, "sign_in_failed", request=request_id()
            )
        return _form({"username": REFUSED}, status=422)
    _open(user, password)
    return redirect(_wanted() or url_for("home.start"))


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on the server, then forget the cookie."""
    with unaudited_session() as work:
        close_session(work, signed_in().session_id, clock.now())
        log_access(work, signed_in().username, "sign_out", request=request_id())
    logout_user()
    session.clear()
    flash("You have signed out.", "success")
    answer = redirect(url_for("auth.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@bp.route("/password", methods=["GET", "POST"])
def change_password() -> ResponseReturnValue:
    """Let people replace the password they were handed; every session of theirs ends."""
    page = FormPage(
        "Change your password",
        PasswordForm.sent(),
        "Change password",
        url_for("home.start"),
        intro="You are signed out everywhere and sign in again with the new one.",
        saved="Password changed. Sign in with the new one.",
    )
    if request.method == "POST" and (wrong := _wrong_password()):
        return page.draw({"password": wrong}, 422)

    def act(work: Session, values: dict[str, Any]) -> str:
        stored = hash_password(values["new_password"], settings())
        set_password(work, work.get_one(User, signed_in().id), stored)
        return url_for("auth.sign_in")

    return page.submit("change one's own password", act)


def _wrong_password() -> str:
    """Ask the person again; a wrong answer counts for the throttle."""
    user, now = signed_in(), clock.now()
    keys = keys_of(user.username, request.remote_addr or "unknown")
    if is_throttled(read_session(), keys, now):
        return TOO_MANY
    stored = read_session().get_one(User, user.id).password_hash
    if verify_password(stored, request.form.get("password", ""), settings()):
        return ""
    with unaudited_session() as work:
        record_failure(work, keys, now)
        log_access(work, user.username, "password_refused", request=request_id())
    return "The present password is not right."


def _account(username: str) -> User | None:
    """Return the account of that name, be it disabled."""
    if "\0" in username:  # PostgreSQL cannot even look for it
        return None
    name = username.strip().casefold()
    return read_session().scalar(select(User).where(User.username == name))


def _open(user: User, password: str) -> None:
    now = clock.now()
    with unaudited_session() as work:
        reference = open_session(work, user.id, now, settings().session_hours)
        clear(work, user.username, now)
        log_access(work, user.username, "sign_in", request=request_id())
    if needs_rehash(user.password_hash, settings()):
        _rehash(user, password)
    session.clear()  # nothing of the anonymous visitor survives into the session
    loaded = load_user(read_session(), reference, now, settings().idle_minutes)
    login_user(loaded)


def _rehash(user: User, password: str) -> None:
    replacement = hash_password(password, settings())
    context = Context(actor=user.username, reason="password hash renewed", request=request_id())
    with writing(engine(), context) as work:
        work.merge(user).password_hash = replacement


def _wanted() -> str:
    """Return the address that the person wanted before signing in; empty unless it is ours."""
    wanted = request.form.get("next") or request.args.get("next") or ""
    return wanted if SAFE_NEXT.fullmatch(wanted) else ""


def _form(errors: dict[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    typed = {"username": request.form.get("username", ""), "next": _wanted()}
    return render_template("sign_in.html", values=typed, errors=errors or {}), status
