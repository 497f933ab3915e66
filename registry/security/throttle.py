"""Count failed sign-ins per account, per address and for everybody, in the database.

The windows expire by themselves: a permanent lock would let anybody lock a colleague out.
Limits follow the public figures of PyPI: 10 in 5 minutes per account and per address,
1,000 in 5 minutes for everybody.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from registry.models import SignInThrottle

WINDOW = timedelta(minutes=5)
KEPT = timedelta(days=1)
PER_KEY = 10
EVERYBODY = "everybody"
LIMITS: Mapping[str, int] = {EVERYBODY: 1000}


def account_key(username: str) -> str:
    """Return the counter of an account, hashed: people type passwords into the wrong box."""
    name = username.strip().casefold().encode("utf-8", "replace")
    return f"account:{sha256(name).hexdigest()}"


def keys_of(username: str, address: str) -> tuple[str, str, str]:
    """Return the counters that one attempt belongs to."""
    return account_key(username), f"address:{address}", EVERYBODY


def is_throttled(session: Session, keys: Iterable[str], now: datetime) -> bool:
    """Whether any of the counters has reached its limit within its window."""
    rows = session.execute(
        select(SignInThrottle.key, SignInThrottle.failures).where(
            SignInThrottle.key.in_(list(keys)), SignInThrottle.window_started_at > now - WINDOW
        )
    )
    return any(row.failures >= LIMITS.get(row.key, PER_KEY) for row in rows)


def record_failure(session: Session, keys: Iterable[str], now: datetime) -> None:
    """Count one failure on each counter; an expired window starts again at one.

    One statement per counter, so that concurrent attempts are all counted.
    """
    for key in sorted(keys):  # one order everywhere, or two attempts could deadlock
        session.execute(
            update(SignInThrottle)
            .where(SignInThrottle.key == key, SignInThrottle.window_started_at <= now - WINDOW)
            .values(window_started_at=now, failures=0)
        )
        session.execute(_count_one(session, key, now))


def clear(session: Session, username: str, now: datetime) -> None:
    """Forget the failures of an account that signed in, and those of everybody long ago."""
    own = SignInThrottle.key == account_key(username)
    session.execute(
        delete(SignInThrottle).where(own | (SignInThrottle.window_started_at < now - KEPT))
    )


def _count_one(session: Session, key: str, now: datetime) -> "sqlite.Insert | postgresql.Insert":
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return (
        insert(SignInThrottle)
        .values(key=key, window_started_at=now, failures=1)
        .on_conflict_do_update(
            index_elements=["key"], set_={"failures": SignInThrottle.failures + 1}
        )
    )
