"""Columns of scores are, row by row, those of the instrument; a new instrument is covered too."""

from collections.abc import Iterable
from dataclasses import fields
from decimal import Decimal
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.analysis.score_columns import by_distinct, declared, score_rows, score_texts
from registry.database.types import canonical_json
from registry.instruments import INSTRUMENTS
from registry.instruments._weighted import Subset, WeightedSum
from registry.instruments.base import Instrument, InvalidAnswerError, Item, Score

SLEDAI = INSTRUMENTS["sledai_2k"]
WEIGHTS = (Item("a", "A", Decimal("0.25")), Item("b", "B", Decimal(3), high=Decimal(4), places=1))
MADE_UP = Instrument(
    code="made_up",
    key="MADE-UP",
    version="1",
    title="Made up",
    items=WEIGHTS,
    maximum=Decimal("12.25"),
    score=WeightedSum(WEIGHTS, subsets=(Subset("of_a", frozenset({"a"}), complete=True),)),
    source="made up for this test",
)
EVERY = [*INSTRUMENTS.values(), MADE_UP]
every_instrument = pytest.mark.parametrize("instrument", EVERY, ids=lambda found: found.code)


def candidates(item):
    """Yield JSON values that some kind of item may have: numbers, words, days, listed codes."""
    yield from (0, 1, 2, "0.5", str(item.low), str(item.high), "word", "2024-05-17", "2024-05")
    for found in fields(item):
        listed = getattr(item, found.name)
        if isinstance(listed, Iterable) and not isinstance(listed, str):
            yield from (getattr(one, "code", one) for one in listed)


def fits(instrument, place, value):
    row = [None] * len(instrument.items)
    row[place] = value
    try:
        instrument.from_row(row)
    except InvalidAnswerError:
        return False
    return True


def known_answers(instrument, place):
    """Return some answers that the item can have, its lowest and its highest number first."""
    item = instrument.items[place]
    ends = [0, 1] if item.yes_no else [str(item.low), str(item.high)]
    return [value for value in (*ends, *candidates(item)) if fits(instrument, place, value)]


def answers_of(instrument, place):
    """Return JSON values that the item can have, in every shape that is stored, and none."""
    item = instrument.items[place]
    found = st.sampled_from([None, *known_answers(instrument, place)])
    if item.kind != "number":
        return found
    numbers = st.decimals(item.low, item.high, places=item.places).map(str)
    return found | numbers.filter(lambda number: fits(instrument, place, number))


@cache
def rows_of(code):
    """Return rows of an instrument; made once, because making costs more than drawing."""
    instrument = next(found for found in EVERY if found.code == code)
    answers = (answers_of(instrument, place) for place in range(len(instrument.items)))
    return st.lists(st.tuples(*answers).map(list), max_size=8)


def expected(instrument, rows):
    return [instrument.score(instrument.from_row(row)) for row in rows]


def same(scores, wanted):
    """Compare every row, and the columns with the rows."""
    assert list(scores) == wanted
    unit = Decimal(1).scaleb(-scores.places)
    assert [n * unit for n in scores.known.tolist()] == [one.known_points for one in wanted]
    assert [n * unit for n in scores.possible.tolist()] == [one.max_possible for one in wanted]
    assert scores.complete.tolist() == [one.complete for one in wanted]
    totals = zip(scores.total.tolist(), scores.totalled.tolist(), strict=True)
    assert [n * unit if has else None for n, has in totals] == [one.total for one in wanted]


@every_instrument
@settings(max_examples=40)
@given(data=st.data())
def test_columns_are_the_scores_of_the_rows(instrument, data):
    rows = data.draw(rows_of(instrument.code))
    wanted = expected(instrument, rows)
    same(score_rows(instrument, rows), wanted)
    same(score_texts(instrument, [canonical_json(row) for row in rows]), wanted)


def edges(instrument):
    """Return all gaps, all low, all high, each item alone, each item missing."""
    found = [known_answers(instrument, place) for place in range(len(instrument.items))]
    assert all(found), "an item without a single answer: teach ``candidates`` its kind"
    low, high = [one[0] for one in found], [one[1] if len(one) > 1 else one[0] for one in found]
    gaps = [None] * len(low)
    yield from (gaps, low, high)
    for place in range(len(low)):
        for rest, one in product((gaps, low, high), (None, low[place], high[place])):
            yield [*rest[:place], one, *rest[place + 1 :]]


@every_instrument
def test_columns_are_the_scores_at_every_edge(instrument):
    rows = list(edges(instrument))
    same(score_rows(instrument, rows), expected(instrument, rows))
    same(score_texts(instrument, [canonical_json(r) for r in rows]), expected(instrument, rows))


def test_a_checklist_is_added_up_by_columns_and_a_rule_of_its_own_is_asked():
    assert all(declared(INSTRUMENTS[code]) for code in ("sledai_2k", "pga", "side_effects"))
    assert declared(INSTRUMENTS["csledai_2k"]) is None


def test_each_different_row_is_scored_once():
    asked = []

    def score(row):
        asked.append(row)
        return Score(Decimal(row[0]), Decimal(row[0]), Decimal("2.5"), complete=True)

    found = by_distinct([(1, "left"), (2, "left"), (1, "left")], score)
    assert asked == [(1, "left"), (2, "left")]
    assert [one.total for one in found] == [1, 2, 1]
    assert found.places == 1


def test_a_sum_over_other_items_than_asked_is_not_trusted():
    odd = Instrument(
        **{name: getattr(MADE_UP, name) for name in ("key", "version", "title", "maximum")},
        code="odd", items=SLEDAI.items, score=MADE_UP.score, source="made up",
    )  # fmt: skip
    assert declared(odd) is None


ABSENT = [0] * len(SLEDAI.items)
WRONG = {
    "one too few": lambda row: row[1:],
    "one too many": lambda row: [*row, 0],
    "a word": lambda row: ["x", *row[1:]],
    "no answer of a checklist": lambda row: [2, *row[1:]],
    "a list": lambda row: [[1], *row[1:]],
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("code", ["sledai_2k", "csledai_2k"])
def test_a_row_that_does_not_fit_is_refused(code, wrong):
    instrument = INSTRUMENTS[code]
    absent = [0] * len(instrument.items)
    rows = [absent, wrong(absent)]
    with pytest.raises(InvalidAnswerError):
        score_rows(instrument, rows)
    with pytest.raises(InvalidAnswerError):
        score_texts(instrument, [canonical_json(row) for row in rows])


WHOLE = canonical_json(ABSENT)
BROKEN = [
    "", "nonsense", "null", "{}", WHOLE[:-1], WHOLE + "]", WHOLE.replace("0", "2", 1),
    WHOLE.replace("0", "true", 1), WHOLE.replace("0", "nul", 1), WHOLE.replace("0", "n", 1),
    WHOLE.replace("0", "nulll", 1), WHOLE.replace("0", "é", 1), WHOLE.replace(",", ";", 1),
]  # fmt: skip


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("code", ["sledai_2k", "csledai_2k"])
def test_text_that_is_no_row_is_refused(code, text):
    with pytest.raises(InvalidAnswerError):
        score_texts(INSTRUMENTS[code], [text])


def test_halves_of_two_rows_do_not_make_a_whole_one():
    with pytest.raises(InvalidAnswerError):
        score_texts(SLEDAI, [WHOLE[:5], WHOLE[5:] + WHOLE])


def test_a_row_written_with_spaces_is_read_all_the_same():
    (found,) = score_texts(SLEDAI, [WHOLE.replace(",", ", ")])
    assert found.total == 0


@every_instrument
def test_no_rows_are_no_scores(instrument):
    assert list(score_rows(instrument, [])) == list(score_texts(instrument, [])) == []
