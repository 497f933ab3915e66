"""What signatures and versions of a case hold: JSON, and the very content that was signed."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Table

from registry.models import AdverseEventVersion, Signature
from registry.verification.findings import Check
from registry.verification.rows import loaded

OF_A_CASE = frozenset({"state", "verbatim_term", "grades", "causality"})


def check(table: Table) -> Check | None:
    """Return the check of signatures, or of versions of adverse events."""
    if table is Signature.__table__:
        return Check.of_each(("content", "content_sha256", "replaced"), _signature)
    if table is AdverseEventVersion.__table__:
        return Check.of_each(("content",), _case)
    return None


def _signature(row: Any) -> Iterator[str]:
    digest = sha256(row.content.encode()).hexdigest()
    if digest != row.content_sha256:
        yield f"the content has SHA-256 {digest}, and {row.content_sha256} was signed"
    for name in ("content", "replaced"):
        text = getattr(row, name)
        if text is not None:
            yield from _unreadable(name, text)


def _unreadable(name: str, text: str) -> Iterator[str]:
    try:
        loaded(name, text, dict)
    except ValueError as error:
        yield str(error)


def _case(row: Any) -> Iterator[str]:
    try:
        content = loaded("content", row.content, dict)
    except ValueError as error:
        yield str(error)
        return
    missing = sorted(OF_A_CASE - content.keys())
    if missing:
        yield f"content lacks {', '.join(missing)}"
