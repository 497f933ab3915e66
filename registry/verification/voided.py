"""When, by whom and why a row was voided stand together or not at all."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table

from registry.verification.findings import Check

TOGETHER = ("voided_at", "voided_by", "void_reason")


def check(table: Table) -> Check | None:
    """Return the check of a table whose rows can be voided."""
    return Check.of_each(TOGETHER, _judge) if set(TOGETHER) <= set(table.c.keys()) else None


def _judge(row: Any) -> Iterator[str]:
    missing = [name for name in TOGETHER if getattr(row, name) is None]
    if 0 < len(missing) < len(TOGETHER):
        yield f"is half voided: {' and '.join(missing)} missing"
