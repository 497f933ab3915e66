"""The scores of many stored assessments at once, exactly those of ``Instrument.score``.

An instrument that declares its score as a ``WeightedSum`` is added up by columns; any other
instrument is asked once for each different row of answers, so that none needs to be known here.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from registry.analysis.answer_codes import (
    Column,
    Flags,
    Row,
    Whole,
    decimals,
    loaded,
    of_rows,
    of_texts,
    places_of,
    units_of,
)
from registry.instruments._weighted import ZERO, WeightedSum
from registry.instruments.base import Instrument, InvalidAnswerError, Score

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Scores:
    """One score a row; points are whole numbers of 10 to the power of minus ``places``.

    ``known`` points are certain, ``possible`` ones the most, and ``complete`` says that nothing is
    missing. ``total`` says something only where ``totalled``. ``score`` writes one row as
    ``Instrument.score`` does.
    """

    known: Whole
    possible: Whole
    complete: Flags
    places: int
    total: Whole
    totalled: Flags
    score: Callable[[int], Score]

    def __len__(self) -> int:
        return len(self.known)

    def __iter__(self) -> Iterator[Score]:
        return (self.score(row) for row in range(len(self)))


def score_rows(instrument: Instrument, rows: Sequence[Row]) -> Scores:
    """Score rows of JSON values; raises InvalidAnswerError where one does not fit."""
    rule = declared(instrument)
    if rule is None:
        return by_distinct(_hashable(rows), lambda row: instrument.score(instrument.from_row(row)))
    places = places_of(rule.items)
    return _summed(rule, of_rows(instrument, rows, places), len(rows), places)


def score_texts(instrument: Instrument, texts: Sequence[str]) -> Scores:
    """Score rows as the JSON text that is stored; raises InvalidAnswerError as ``score_rows``."""
    rule = declared(instrument)
    if rule is None:
        return by_distinct(
            texts, lambda text: instrument.score(instrument.from_row(loaded([text])[0]))
        )
    places = places_of(rule.items)
    return _summed(rule, of_texts(instrument, texts, places), len(texts), places)


def declared(instrument: Instrument) -> WeightedSum | None:
    """Return the declared sum that scores the instrument; None where it has a rule of its own."""
    rule = instrument.score
    return rule if isinstance(rule, WeightedSum) and rule.items == instrument.items else None


def by_distinct(keys: Sequence[K], score: Callable[[K], Score]) -> Scores:
    """Score each different key once; a key is all that the score depends on."""
    places_in: dict[K, int] = {}
    inverse = np.fromiter(
        (places_in.setdefault(key, len(places_in)) for key in keys), np.intp, len(keys)
    )
    scores = [score(key) for key in places_in]
    totals = [found.total or ZERO for found in scores]
    points = (*totals, *(p for found in scores for p in (found.known_points, found.max_possible)))
    places = max(map(decimals, points), default=0)

    def column(numbers: Iterable[Decimal]) -> Whole:
        return np.array([units_of(number, places) for number in numbers], np.int64)[inverse]

    return Scores(
        known=column(found.known_points for found in scores),
        possible=column(found.max_possible for found in scores),
        complete=np.array([found.complete for found in scores], np.bool_)[inverse],
        places=places,
        total=column(totals),
        totalled=np.array([found.total is not None for found in scores], np.bool_)[inverse],
        score=lambda row: scores[inverse[row]],
    )


def _hashable(rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    found = [tuple(row) for row in rows]
    try:
        set(found)
    except TypeError as error:
        raise InvalidAnswerError("bad_row", f"a row has what is no answer: {error}") from error
    return found


def _summed(rule: WeightedSum, columns: Sequence[Column], rows: int, places: int) -> Scores:
    sums = _added(rule, columns, rows)
    known, possible, complete = sums[:, 0], sums[:, 1], sums[:, 2] == 0

    def score(row: int) -> Score:
        bounds = [
            (Decimal(int(low)).scaleb(-places), Decimal(int(high)).scaleb(-places))
            for low, high in zip(known[:, row], possible[:, row], strict=True)
        ]
        missing = (
            item.code
            for item, column in zip(rule.items, columns, strict=True)
            if column.worth[2, column.codes[row]]
        )
        return rule.scored(bounds, tuple(missing))

    return Scores(
        known=known[0],
        possible=possible[0],
        complete=complete[0],
        places=places,
        total=known[0],
        totalled=complete[0] if rule.total else np.zeros(rows, np.bool_),
        score=score,
    )


def _added(rule: WeightedSum, columns: Sequence[Column], rows: int) -> Whole:
    """Return known points, possible points and gaps of each sum: sums x 3 x rows."""
    # Items of the same sums are added to each other first: SLEDAI-2K has 24 items in 7 groups.
    alike: dict[tuple[int, ...], Whole] = {}
    for item, column in zip(rule.items, columns, strict=True):
        part = alike.setdefault(rule.sums[item.code], np.zeros((3, rows), np.int64))
        part += column.worth.take(column.codes, axis=1)
    sums = np.zeros((rule.number_of_sums, 3, rows), np.int64)
    for places, part in alike.items():
        for place in places:
            sums[place] += part
    return sums
