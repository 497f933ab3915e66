"""Settings: read once from the environment, validated, frozen; unsafe ones refuse to start."""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from registry.errors import EnvironmentProblem

NO_OPERATOR = "Operator not stated"
SHORTEST_SECRET = 32
LONGEST_NUMBER = 6  # digits
EXAMPLE_SECRETS = frozenset({"changeme", "secret", "dev", "development"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the program may be told from outside."""

    database_url: str
    home: Path
    key_file: Path
    secret_key: str = ""
    production: bool = True
    synthetic: bool = False  # prints the ribbon on every page, figure and file
    operator: str = NO_OPERATOR
    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0
    secure_cookies: bool = True
    idle_minutes: int = 30
    session_hours: int = 12
    upload_megabytes: int = 25
    argon2_memory_kib: int = 47104  # 46 MiB, 1 pass: OWASP's first choice for argon2id
    argon2_time_cost: int = 1
    testing: bool = False

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read ``DATABASE_URL``, ``REGISTRY_*``; raise EnvironmentProblem on a bad value."""
        env = os.environ if environ is None else environ
        home = Path(env.get("REGISTRY_HOME") or Path.cwd() / "instance").absolute()
        url = env.get("DATABASE_URL") or f"sqlite:///{home / 'registry.db'}"
        return cls(
            database_url=url,
            home=home,
            key_file=Path(env.get("REGISTRY_KEY_FILE") or _default_key_file(url, home)),
            secret_key=_secret(env),
            production=_flag(env, "REGISTRY_PRODUCTION", default=True),
            synthetic=_flag(env, "REGISTRY_SYNTHETIC", default=False),
            operator=env.get("REGISTRY_OPERATOR") or NO_OPERATOR,
            trusted_hosts=tuple(env.get("REGISTRY_TRUSTED_HOSTS", "").split()),
            proxy_hops=_whole(env, "REGISTRY_PROXY_HOPS", 0),
            secure_cookies=_flag(env, "REGISTRY_SECURE_COOKIES", default=True),
            idle_minutes=_whole(env, "REGISTRY_IDLE_MINUTES", 30),
            session_hours=_whole(env, "REGISTRY_SESSION_HOURS", 12),
            upload_megabytes=_whole(env, "REGISTRY_UPLOAD_MEGABYTES", 25),
        )

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def key(self) -> bytes:
        """Return the audit key; raise when it is missing, empty or readable by others."""
        try:
            mode = self.key_file.stat().st_mode
            key = self.key_file.read_bytes().strip()
        except OSError as error:
            raise EnvironmentProblem(
                f"audit key {self.key_file} cannot be read ({error.strerror}); "
                "run `registry db upgrade` once, or set REGISTRY_KEY_FILE"
            ) from error
        if stat.S_IMODE(mode) & 0o077:
            raise EnvironmentProblem(
                f"audit key {self.key_file} can be read by others; run chmod 600 on it"
            )
        if len(key) < SHORTEST_SECRET:
            raise EnvironmentProblem(f"audit key {self.key_file} is shorter than 32 bytes")
        return key

    def check_production(self) -> None:
        """Refuse to serve people with settings that are only safe on a developer's machine."""
        if not self.production:
            return
        problems = []
        if len(self.secret_key) < SHORTEST_SECRET or self.secret_key in EXAMPLE_SECRETS:
            problems.append("REGISTRY_SECRET_KEY (or _FILE) must hold 32 random characters or more")
        if not self.secure_cookies:
            problems.append("REGISTRY_SECURE_COOKIES must not be switched off")
        if self.synthetic:
            problems.append("REGISTRY_SYNTHETIC is for demonstrations only")
        if not self.trusted_hosts:
            problems.append("REGISTRY_TRUSTED_HOSTS must name the host of the site")
        if problems:
            raise EnvironmentProblem("refusing to start: " + "; ".join(problems))


def _default_key_file(url: str, home: Path) -> Path:
    if url.startswith("sqlite"):
        path = urlsplit(url).path.removeprefix("/")
        return Path(path).absolute().with_suffix(".key") if path else home / "registry.key"
    return home / "registry.key"


def _secret(env: Mapping[str, str]) -> str:
    named = env.get("REGISTRY_SECRET_KEY_FILE")
    if not named:
        return env.get("REGISTRY_SECRET_KEY", "")
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise EnvironmentProblem(
            f"REGISTRY_SECRET_KEY_FILE {named} cannot be read ({error.strerror})"
        ) from error
    except UnicodeDecodeError as error:
        raise EnvironmentProblem(f"REGISTRY_SECRET_KEY_FILE {named} is not text") from error


def _flag(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = env.get(name, "")
    if text == "":
        return default
    if text.lower() not in {"true", "false", "1", "0", "yes", "no"}:
        raise EnvironmentProblem(f"{name} is “{text}”; write true or false")
    return text.lower() in {"true", "1", "yes"}


def _whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if text == "":
        return default
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_NUMBER:
        raise EnvironmentProblem(f"{name} is “{text[:40]}”; write a whole number")
    return int(text)
