"""What one request shares: the engine, one database session, the signed-in user, CSRF.

A reading request has one read transaction. A writing request (POST) has one audited write
transaction, opened when the view first asks for it, and committed once by the view.
"""

from contextlib import AbstractContextManager, ExitStack
from typing import cast
from uuid import uuid4

from flask import Flask, current_app, g, request
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry.audit.context import Context
from registry.database.engine import reading, writing, writing_unaudited
from registry.security.sessions import SignedInUser
from registry.settings import Settings

csrf = CSRFProtect()
login_manager = LoginManager()
# It would hash address and browser at every request to mark a session as not fresh, which nothing
# here asks: the table of sessions decides.
login_manager.session_protection = None
MOST_TYPED = 1024 * 1024  # bytes of a form without files
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def settings() -> Settings:
    """Return the settings of the running app."""
    return cast(Settings, current_app.extensions["registry_settings"])


def engine() -> Engine:
    """Return the one engine of the running app."""
    return cast(Engine, current_app.extensions["registry_engine"])


def signed_in() -> SignedInUser:
    """Return the user; only called behind the permission gate, where there is one."""
    # flask-login looks at the session again for every access through its proxy.
    return cast(SignedInUser, g.get("user") or current_user._get_current_object())


def read_session() -> Session:
    """Return the read transaction of this request."""
    if "read_session" not in g:
        g.read_stack = ExitStack()
        g.read_session = g.read_stack.enter_context(reading(engine()))
    return cast(Session, g.read_session)


def write_session(reason: str) -> AbstractContextManager[Session]:
    """Open the audited transaction of this request: it commits once, when the block ends well.

    The read transaction ends first: on SQLite a reader that turned writer could lose the race.
    """
    close_read_session()
    context = Context(actor=signed_in().username, reason=reason, request=request_id())
    return writing(engine(), context)


def unaudited_session() -> AbstractContextManager[Session]:
    """Return a writing context for sessions, throttle counters, drafts and the access log."""
    close_read_session()
    return writing_unaudited(engine())


def close_read_session(_error: BaseException | None = None) -> None:
    """End the read transaction, if this request has one."""
    stack = g.pop("read_stack", None)
    g.pop("read_session", None)
    if stack is not None:
        stack.close()


def request_id() -> str:
    """Return a random name for this request, the same in trail, log and error page."""
    if "request_id" not in g:
        g.request_id = uuid4().hex
    return cast(str, g.request_id)


def init_app(app: Flask) -> None:
    """Bind the extensions to the app."""
    app.before_request(_limit_typing)  # before CSRF reads the form
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = csrf_token
    login_manager.init_app(app)
    app.teardown_appcontext(close_read_session)


def csrf_token() -> str:
    """Return the token of this request; flask-wtf asks its settings again for every form."""
    return cast(str, g.get("csrf_token") or generate_csrf())


def _limit_typing() -> None:
    """Allow the large bodies of uploads to forms with files only; people type far less."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = MOST_TYPED


def is_write() -> bool:
    """Whether this request may change something."""
    return request.method not in SAFE_METHODS
