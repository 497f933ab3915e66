"""What the present rule makes of stored answers, beside the result that is stored with them.

Scored by columns, exactly as by ``Instrument.scored``; answers that do not fit the present
declaration are named and never guessed.  Unit: points of the instrument.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from registry.analysis.answer_codes import loaded
from registry.analysis.score_columns import Scores, by_distinct, score_texts
from registry.instruments.base import Instrument, InvalidAnswerError, Occasion, Score
from registry.partial_date import InvalidDateError, PartialDate

POINTS = ("total", "known_points", "max_possible")
Changes = Mapping[str, tuple[str, str]]  # what differs → stored, present


@dataclass(frozen=True, slots=True)
class Stored:
    """One assessment as stored: its answers, the day of its visit, and its result."""

    answers: str  # JSON array in the declared item order
    visited_on: str | None  # ISO 8601, maybe reduced
    total: Decimal | None
    known_points: Decimal | None
    max_possible: Decimal | None
    complete: bool
    parts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rescored:
    """What the present rule gives; no ``score`` where it cannot judge, and ``unfit`` says why.

    ``was`` and ``now`` are the two results in words: the points, or what else differs.
    """

    score: Score | None
    was: str
    now: str = ""
    changes: Changes = field(default_factory=dict)
    unfit: str = ""

    def __str__(self) -> str:
        if self.score is None:
            return f"answers do not fit the present rule: {self.unfit}"
        return f"would change {self.was} to {self.now}" if self.changes else "would stay the same"


def rescored(instrument: Instrument, rows: Sequence[Stored]) -> list[Rescored]:
    """Score stored answers by the present rule of their instrument, one result a row, in order."""
    try:
        scores = _computed(instrument, rows)
    except (InvalidAnswerError, InvalidDateError) as error:
        if len(rows) == 1:
            return [Rescored(None, _points(rows[0]), unfit=str(error))]
        half = len(rows) // 2
        return [*rescored(instrument, rows[:half]), *rescored(instrument, rows[half:])]
    return [_beside(row, score) for row, score in zip(rows, scores, strict=True)]


def _computed(instrument: Instrument, rows: Sequence[Stored]) -> Scores:
    """Score the answers; those whose rule asks for the day of the visit, with it."""
    if instrument.score_on is None:
        return score_texts(instrument, [row.answers for row in rows])

    def score(key: tuple[str, str | None]) -> Score:
        text, day = key
        on = PartialDate.parse(day).exact if day else None
        return instrument.scored(instrument.from_row(loaded([text])[0]), Occasion(on))

    return by_distinct([(row.answers, row.visited_on) for row in rows], score)


def _beside(stored: Stored, score: Score) -> Rescored:
    changes = dict(_differences(stored, score))
    was, now = _points(stored), _points(score)
    if was == now:
        was, now = (_listed(changes, side) or now for side in (0, 1))
    return Rescored(score, was, now, changes)


def _listed(changes: Changes, side: int) -> str:
    return ", ".join(f"{name} {both[side]}" for name, both in changes.items())


def _differences(stored: Stored, score: Score) -> Iterator[tuple[str, tuple[str, str]]]:
    for name in (*POINTS, "complete"):
        was, now = getattr(stored, name), getattr(score, name)
        if was != now:
            yield name, (_words(was), _words(now))
    if stored.parts != score.parts:
        now_parts = json.loads(json.dumps(dict(score.parts), default=str))
        for name in sorted(stored.parts.keys() | now_parts.keys()):
            was, now = stored.parts.get(name), now_parts.get(name)
            if was != now:
                yield f"part {name}", (_words(was), _words(now))


def _points(result: Stored | Score) -> str:
    if result.total is not None:
        return _words(result.total)
    return f"incomplete ({_words(result.known_points)} to {_words(result.max_possible)})"


def _words(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if value is None:
        return "none"
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
