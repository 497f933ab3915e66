"""The end points of protocols as lines of one table: sizes, rows, and every reason of non-response.

What a size or a reason is called is the ``level`` of its line.  Of a reason ``value`` counts the
patients of whom it is the first that holds, ``x`` all of whom it holds, ``indeterminate`` those of
whom the stored facts do not say.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Line = Mapping[str, Any]
PRIMARY, OTHERS = "primary", "endpoints"
#: Of everybody infused, down to the population, then who is in no decided state.
SIZES = (
    *("infused", "not_prospective", "window_open", "n", "bilag_at_baseline"),
    *("indeterminate", "not_evaluable", "missing", "other_events"),
)
NO_BACKGROUND = "no matched background"


def lines(part: Mapping[str, Any]) -> Iterator[Line]:
    """Yield the lines of the primary end point, then those of the others."""
    yield from ({"section": PRIMARY, **line} for line in _lines(part[PRIMARY]))
    for other in part[OTHERS]:
        yield from ({"section": OTHERS, **line} for line in _lines(other))


def _lines(found: Mapping[str, Any]) -> Iterator[Line]:
    named = {
        "name": found["endpoint"],
        **{key: found[key] for key in ("version", "timepoint", "population")},
    }
    background = found["background"]
    yield {**named, "level": "title", "value": found["title"]}
    yield {**named, "level": "responder", "value": found["responder"]}
    yield {
        **named,
        "level": "background",
        "value": background["sentence"] if background else NO_BACKGROUND,
        "sources": [background["source"]] if background else [],
    }
    for size in SIZES:
        yield {**named, "level": size, "value": found[size]}
    for row in found["rows"]:
        yield {**named, **row}
    for reason in found["reasons"]:
        yield {**named, "row": "reason", **_reason(reason, found["n"])}


def _reason(reason: Mapping[str, Any], n: int) -> Line:
    return {
        "level": reason["reason"],
        "value": reason["first"],
        "x": reason["patients"],
        "n": n,
        "indeterminate": reason["undecided"],
    }
