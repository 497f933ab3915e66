"""The outcome summary as a JSON file; its schema is docs/outcome-summary.schema.json."""

import json
from collections.abc import Mapping
from typing import Any


def render(summary: Mapping[str, Any]) -> str:
    """Return the file: sorted keys, indented for people.

    The hash inside covers the canonical form (no spaces), so re-indenting does not break it.
    """
    return json.dumps(summary, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
