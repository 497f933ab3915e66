"""The course of each state as lines of one table: baseline, attained, sustained, time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Line = Mapping[str, Any]
SECTION = "state_course"
SHARE = ("percent", "ci_low", "ci_high", "method")


def state_course(entries: Sequence[Line]) -> Iterator[Line]:
    """Yield the lines of every population and definition; ``level`` says what a line counts."""
    for entry in entries:
        named = {
            "section": SECTION,
            "population": entry["population"],
            "name": entry["definition"],
        }
        for line in _lines(entry):
            yield named | line


def _lines(entry: Line) -> Iterator[dict[str, Any]]:
    for state, count in entry["baseline"].items():
        yield {"level": f"baseline_{state}", "x": count, "n": entry["n"]}
    for level in ("attained", "sustained"):
        yield from ({"level": level, **row} for row in entry[level])
    time = entry["time"]
    for name, value in time.items():
        if name.startswith("days_"):
            yield {"level": name, "value": value, "unit": "days"}
    share = {name: time[name] for name in SHARE}
    yield {"level": "share_of_days_observed", "n": time["patients"], **share}
