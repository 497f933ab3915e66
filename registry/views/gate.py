"""Default deny: before a view reads anything, its route is looked up in the permission table."""

from collections.abc import Mapping
from datetime import datetime

from flask import Flask, abort, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import SecurityError

from registry import clock
from registry.extensions import (
    is_write,
    login_manager,
    read_session,
    request_id,
    settings,
    signed_in,
    unaudited_session,
)
from registry.operations.access import log_access
from registry.permissions import Permission
from registry.security.sessions import TOUCH_EVERY, SignedInUser, load_user, touch


def init_app(app: Flask, routes: Mapping[str, Permission | str]) -> None:
    """Install the gate; refuse to start when a route has no entry or an entry no route."""
    served = {rule.endpoint for rule in app.url_map.iter_rules()}
    if served != set(routes):
        undeclared, dead = sorted(served - set(routes)), sorted(set(routes) - served)
        raise RuntimeError(f"routes without a permission: {undeclared}; entries: {dead}")
    login_manager.user_loader(_load)
    app.before_request(lambda: _check(routes))
    app.jinja_env.globals["may"] = may


def may(permission: str) -> bool:
    """Whether the signed-in user holds the permission at any site (for navigation)."""
    user = signed_in()
    return user.is_authenticated and user.may(Permission(permission))


def _load(reference: str) -> SignedInUser | None:
    return load_user(read_session(), reference, clock.now(), settings().idle_minutes)


def _check(routes: Mapping[str, Permission | str]) -> ResponseReturnValue | None:
    if isinstance(request.routing_exception, SecurityError):
        return None  # a host that is not ours; Flask answers 400
    if request.endpoint is None:
        # An unknown address answers a stranger like any other page: sign in first.
        return None if current_user.is_authenticated else _to_sign_in()
    needed = routes[request.endpoint]
    if needed == "public":
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    g.user = user = signed_in()
    _touch(user, clock.now())
    if isinstance(needed, Permission) and not user.may(needed):
        _log_refusal(needed)
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    if is_write():
        abort(401)
    address = url_for("auth.sign_in", next=request.full_path.rstrip("?"))
    if "HX-Request" in request.headers:
        # The sign-in page has no place inside a list: the browser goes there as a whole.
        return "", 401, {"HX-Redirect": address}
    return redirect(address)


def _touch(user: SignedInUser, now: datetime) -> None:
    if now - user.last_seen_at >= TOUCH_EVERY:
        with unaudited_session() as session:
            touch(session, user.session_id, now)


def _log_refusal(needed: Permission) -> None:
    with unaudited_session() as session:
        log_access(
            session,
            signed_in().username,
            "refused",
            request.path,
            detail={"needed": needed},
            request=request_id(),
        )
