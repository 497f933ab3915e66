"""argon2id password hashing, rehashed on sign-in when the parameters rise.

Source: OWASP Password Storage Cheat Sheet (argon2id, 46 MiB, one pass).
"""

from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.errors import InvalidRecordError
from registry.settings import Settings

SHORTEST = 12
LONGEST = 256
# Each hash takes its memory for a moment; many at once would starve clinicians of a core.
_AT_ONCE = BoundedSemaphore(2)


def check_policy(password: str) -> None:
    """Raise InvalidRecordError unless the password is 12 to 256 characters and not one letter."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidRecordError({"password": f"Use {SHORTEST} to {LONGEST} characters"})
    if len(set(password)) < SHORTEST // 3:
        raise InvalidRecordError({"password": "Use more than a few different characters"})


def hash_password(password: str, settings: Settings) -> str:
    """Return the argon2id hash with its parameters and salt inside."""
    with _AT_ONCE:
        return _hasher(settings.argon2_memory_kib, settings.argon2_time_cost).hash(password)


def verify_password(stored: str | None, password: str, settings: Settings) -> bool:
    """Compare; an unknown account costs the same time as a known one."""
    hasher = _hasher(settings.argon2_memory_kib, settings.argon2_time_cost)
    # Longer input is refused before hashing, but only after the same work, see below.
    candidate = password[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    with _AT_ONCE:
        try:
            hasher.verify(stored or _dummy(hasher), candidate)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None and len(password) <= LONGEST


def needs_rehash(stored: str, settings: Settings) -> bool:
    """Whether the stored hash was made with other parameters than those in force."""
    return _hasher(settings.argon2_memory_kib, settings.argon2_time_cost).check_needs_rehash(stored)


@lru_cache(maxsize=4)
def _hasher(memory_kib: int, time_cost: int) -> PasswordHasher:
    return PasswordHasher(memory_cost=memory_kib, time_cost=time_cost, parallelism=1)


@lru_cache(maxsize=4)
def _dummy(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody has this password")
