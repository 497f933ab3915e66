"""Stored answers of many rows as columns of small numbers, with what each number is worth.

A column has one code for each different answer that the item really has; points are whole
numbers of 10 to the power of minus ``places``, so that no float ever holds a score.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.instruments._weighted import points_of
from registry.instruments.base import Answer, Instrument, InvalidAnswerError, Item

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Row = Sequence[Any]  # JSON values in the declared order

_FIRST, _GAP = "02"  # one character in place of null
_SHORTER = bytes.maketrans(b"n", _GAP.encode())
_YES_NO: dict[Any, int] = {0: ord("0"), 1: ord("1"), None: ord(_GAP)}


@dataclass(frozen=True, slots=True)
class Column:
    """The answers to one item: a code for each row, and what each code is worth.

    ``worth`` has known points, possible points and gaps (1 or 0) by code: 3 x codes.
    """

    codes: NDArray[np.intp]
    worth: Whole


def places_of(items: Sequence[Item]) -> int:
    """Return how many decimals the points of the items can have."""
    return max(
        (
            decimals(item.weight) + max(item.places, decimals(item.low), decimals(item.high))
            for item in items
        ),
        default=0,
    )


def decimals(number: Decimal) -> int:
    """Return how many decimals a number needs: 2.50 needs one."""
    exponent = number.normalize().as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"{number} is not a number")
    return max(0, -exponent)


def units_of(number: Decimal, places: int) -> int:
    """Return the number in units; one that does not fit is refused, never rounded."""
    scaled = number.scaleb(places)
    if scaled != int(scaled):
        raise ValueError(f"{number} has more than {places} decimals")
    return int(scaled)


def of_rows(instrument: Instrument, rows: Sequence[Row], places: int) -> list[Column]:
    """Read rows of JSON values; raises InvalidAnswerError where one does not fit."""
    wrong = set(map(len, rows)) - {len(instrument.items)}
    if wrong:
        raise InvalidAnswerError(
            "bad_row", f"{instrument.title} has {len(instrument.items)} items, not {min(wrong)}"
        )
    try:
        return _of_yes_no(instrument, rows, places) or _of_any(instrument, rows, places)
    except TypeError as error:  # a list or an object, which is no answer of any item
        raise InvalidAnswerError("bad_row", f"{instrument.title}: {error}") from error


def of_texts(instrument: Instrument, texts: Sequence[str], places: int) -> list[Column]:
    """Read rows as the JSON text that is stored; raises InvalidAnswerError where one is not."""
    found = _of_yes_no_texts(instrument, texts, places)
    return of_rows(instrument, loaded(texts), places) if found is None else found


def loaded(texts: Sequence[str]) -> list[Row]:
    """Parse stored rows; raises InvalidAnswerError where one is no JSON array."""
    try:
        rows = [json.loads(text) for text in texts]
    except ValueError as error:
        raise InvalidAnswerError("bad_json", f"a row is no JSON: {error}") from error
    for row in rows:
        # To Python true is 1; to the registry it is no answer.
        if not isinstance(row, list) or any(isinstance(value, bool) for value in row):
            raise InvalidAnswerError("bad_row", "a row is no JSON array of answers")
    return rows


def _of_yes_no_texts(
    instrument: Instrument, texts: Sequence[str], places: int
) -> list[Column] | None:
    """Read ``[1,0,null]`` without parsing; None where any row is written in another way."""
    joined = "\n".join([*texts, ""]).encode()
    if not texts or not _all_yes_no(instrument) or _GAP.encode() in joined:
        return None
    frame = b"[" + b"," * (len(instrument.items) - 1) + b"]"
    # Three letters fall away from each null and from nothing else; then all answers are as wide.
    written, nulls = joined.translate(_SHORTER, b"ul"), joined.count(b"null")
    if len(joined) - len(written) != 3 * nulls or len(written) != 2 * len(frame) * len(texts):
        return None
    table = np.frombuffer(written, np.uint8).reshape(len(texts), -1)
    codes, ends = table[:, 1:-1:2], table[:, -1]
    whole = (
        (ends == ord("\n")).all()
        and (table[:, ::2] == np.frombuffer(frame, np.uint8)).all()
        and ((codes >= ord(_FIRST)) & (codes <= ord(_GAP))).all()
        and np.count_nonzero(codes == ord(_GAP)) == nulls
    )
    return _yes_no_columns(instrument, codes, places) if whole else None


def _of_yes_no(instrument: Instrument, rows: Sequence[Row], places: int) -> list[Column] | None:
    """Read rows of 1, 0 and None; None where any row has something else."""
    if not rows or not _all_yes_no(instrument):
        return None
    try:
        codes = np.frombuffer(bytes(map(_YES_NO.__getitem__, chain.from_iterable(rows))), np.uint8)
    except KeyError:
        return None
    return _yes_no_columns(instrument, codes.reshape(len(rows), -1), places)


def _all_yes_no(instrument: Instrument) -> bool:
    return bool(instrument.items) and all(item.yes_no for item in instrument.items)


def _yes_no_columns(
    instrument: Instrument, written: NDArray[np.uint8], places: int
) -> list[Column]:
    codes = np.ascontiguousarray(written.T - ord(_FIRST)).astype(np.intp)
    return [
        _column(item, column, list(_YES_NO), places)
        for item, column in zip(instrument.items, codes, strict=True)
    ]


class _Codes(dict[Any, int]):
    """Numbers the different answers to one item; the instrument itself reads each once."""

    def __init__(self, instrument: Instrument, place: int) -> None:
        super().__init__()
        self.instrument, self.place = instrument, place
        self.read: list[Answer] = []

    def __missing__(self, value: Any) -> int:
        row: list[Any] = [None] * len(self.instrument.items)
        row[self.place] = value
        item = self.instrument.items[self.place]
        self.read.append(self.instrument.from_row(row)[item.code])
        self[value] = len(self.read) - 1
        return self[value]


def _of_any(instrument: Instrument, rows: Sequence[Row], places: int) -> list[Column]:
    columns = []
    for place, item in enumerate(instrument.items):
        codes = _Codes(instrument, place)
        column = np.fromiter((codes[row[place]] for row in rows), np.intp, len(rows))
        columns.append(_column(item, column, codes.read, places))
    return columns


def _column(item: Item, codes: NDArray[np.intp], answers: Sequence[Answer], places: int) -> Column:
    """Return the column whose codes stand for these answers, in their order."""
    bounds = [points_of(item, answer) for answer in answers]
    known, possible = ([units_of(both[side], places) for both in bounds] for side in (0, 1))
    gaps = [int(answer is None) for answer in answers]
    return Column(codes, np.array([known, possible, gaps], np.int64))
