"""PURE. Text in files that people open in a spreadsheet: it must stay text there."""

import re
from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?", re.ASCII)


def as_cell(value: Any) -> Any:
    """Return the value; text that a spreadsheet would take for a formula gets an apostrophe.

    A plain number such as -4 stays one, also where a table writes it as text.
    """
    if not isinstance(value, str) or not value.startswith(FORMULA_STARTS):
        return value
    return value if _NUMBER.fullmatch(value) else f"'{value}"
