"""The outcome summary as a JSON file; its schema is docs/outcome-summary.schema.json."""

import json
from collections.abc import Collection, Mapping
from typing import Any


def render(summary: Mapping[str, Any]) -> str:
    """Return the file: sorted keys, one row of a table on one line.

    Indenting each of its twenty keys made the file 1.7 times as long.  The hash inside covers the
    canonical form (no line breaks), so another layout does not break it.
    """
    return _written(summary, "\n") + "\n"


def _written(value: Any, margin: str) -> str:
    """Write a value on one line, or what holds rows with each part on a line of its own."""
    if not _holds_rows(value):
        return _compact(value)
    inside = margin + " "
    if isinstance(value, Mapping):
        parts = [f"{_compact(key)}: {_written(value[key], inside)}" for key in sorted(value)]
        return f"{{{inside}{f',{inside}'.join(parts)}{margin}}}"
    return f"[{inside}{f',{inside}'.join(_written(part, inside) for part in value)}{margin}]"


def _holds_rows(value: Any) -> bool:
    """Whether it is a list of objects, or an object with more in it than flat parts."""
    if isinstance(value, Mapping):
        return any(_nested(part) for part in value.values())
    return isinstance(value, list) and _nested(value)


def _nested(value: Any) -> bool:
    """Whether an object or a list holds another that is not empty."""
    parts: Collection[Any] = value.values() if isinstance(value, Mapping) else value
    return isinstance(value, Mapping | list) and any(
        isinstance(part, Mapping | list) and part for part in parts
    )


def _compact(value: Any) -> str:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
