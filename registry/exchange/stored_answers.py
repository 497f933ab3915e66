"""Unfold a stored assessment into the rows of assessments.csv, one for each item."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from registry.errors import RefusedError
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Item

TOTAL = "total"
NOT_ASSESSED = "not_assessed"
NOT_RECORDED = "not_recorded"


def assessment_rows(row: Any) -> Iterator[tuple[str, ...]]:
    """Yield every item with its reason, or the historic total alone."""
    head, tail = (row.visit_code, row.instrument), (row.rule_version, row.assessed_on_text or "")
    reasons = row.reasons or {}
    if row.total_only:
        yield (*head, TOTAL, format(row.total, "f"), reasons.get(TOTAL, ""), *tail)
        return
    items = _places(row.instrument)
    answers = row.answers or [None] * len(items)
    if not items or len(answers) != len(items):
        raise RefusedError(
            f"stored answers are of {row.instrument} {row.rule_version}, which this version does "
            "not know; use the version of the program that stored them"
        )
    for place, item in items:
        answer = answers[place]
        if answer is None:
            reason = reasons.get(item.code) or NOT_RECORDED
            yield (*head, item.code, NOT_ASSESSED, reason, *tail)
        else:
            yield (*head, item.code, item.text(answer), reasons.get(item.code, ""), *tail)


@cache
def _places(code: str) -> tuple[tuple[int, Item], ...]:
    """Return the items with their place in the stored row, in the order of their codes.

    Every rule of an instrument asks the same items; none are known of an unknown instrument.
    """
    items = INSTRUMENTS[code].items if code in INSTRUMENTS else ()
    return tuple(sorted(enumerate(items), key=lambda placed: placed[1].code))
