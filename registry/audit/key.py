"""The audit key: made once, beside the database and never inside it, readable by its owner only."""

import os
import secrets
from pathlib import Path

from registry.errors import EnvironmentProblem


def create_key(path: Path) -> None:
    """Write a new random key, mode 0600; an existing file is never overwritten."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # O_EXCL: of two commands at once only one makes the key.
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise EnvironmentProblem(
            f"the audit key {path} cannot be written ({error.strerror}); set REGISTRY_KEY_FILE"
        ) from error
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32) + "\n")
