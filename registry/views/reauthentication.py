"""Ask a signed-in person for the password once more, before a signature.

Source: 21 CFR 11.200 (a signature needs the person, not only an open session).
"""

from flask import request

from registry import clock
from registry.extensions import (
    read_session,
    request_id,
    settings,
    signed_in,
    unaudited_session,
)
from registry.models import User
from registry.operations.access import log_access
from registry.security.passwords import verify_password
from registry.security.throttle import is_throttled, keys_of, record_failure

EMPTY = "Your password: this is needed"
WRONG = "Password: this is not your password. Nothing was signed."
TOO_MANY = "Password: too many wrong attempts. Wait five minutes, then sign again."


def password_problem() -> dict[str, str]:
    """Return a sentence unless the password is right.

    A wrong one counts for the throttle and is logged; an empty box is a slip and is not.
    """
    user, now = signed_in(), clock.now()
    typed = request.form.get("password", "")
    if not typed:
        return {"password": EMPTY}
    keys = keys_of(user.username, request.remote_addr or "unknown")
    if is_throttled(read_session(), keys, now):
        return {"password": TOO_MANY}
    stored = read_session().get_one(User, user.id).password_hash
    if verify_password(stored, typed, settings()):
        return {}
    with unaudited_session() as session:
        record_failure(session, keys, now)
        log_access(session, user.username, "signing_refused", request.path, request=request_id())
    return {"password": WRONG}
