"""Stored results beside what the present rule gives: exactly that of ``Instrument.scored``."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.analysis.rescoring import Stored, rescored
from registry.database.types import canonical_json
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Occasion, Score
from registry.partial_date import PartialDate

SLEDAI, PGA, SDI = INSTRUMENTS["sledai_2k"], INSTRUMENTS["pga"], INSTRUMENTS["slicc_damage"]
DAY = "2026-03-02"


def result(score, answers, on=DAY):
    return Stored(
        canonical_json(answers), on, score.total, score.known_points, score.max_possible,
        score.complete, score.parts,
    )  # fmt: skip


def scored(instrument, answers, on=DAY):
    return instrument.scored(instrument.from_row(answers), Occasion(PartialDate.parse(on).exact))


answer = st.sampled_from([0, 1, None])
checklist = st.lists(answer, min_size=len(SLEDAI.items), max_size=len(SLEDAI.items))
damage = st.lists(
    st.sampled_from([0, None, "2025-08", "2025-12-01", "2019"]),
    min_size=len(SDI.items), max_size=len(SDI.items),
)  # fmt: skip
DRAWN = {"sledai_2k": checklist, "slicc_damage": damage, "pga": st.sampled_from([["1.5"], [None]])}


@pytest.mark.parametrize("code", DRAWN)
@settings(max_examples=30)
@given(data=st.data())
def test_the_result_is_that_of_the_decimal_rule(code, data):
    instrument = INSTRUMENTS[code]
    rows = data.draw(st.lists(DRAWN[code], min_size=1, max_size=6))
    wrong = Score(Decimal(99), Decimal(99), Decimal(99), complete=True)
    found = rescored(instrument, [result(wrong, row) for row in rows])
    expected = [scored(instrument, row) for row in rows]
    assert [one.score for one in found] == expected
    totals = [one.changes["total"] for one in found if one.score.total is not None]
    assert totals == [("99", f"{s.total.normalize():f}") for s in expected if s.total is not None]


@pytest.mark.parametrize("code", DRAWN)
@settings(max_examples=30)
@given(data=st.data())
def test_what_the_present_rule_made_stays_the_same(code, data):
    instrument = INSTRUMENTS[code]
    rows = data.draw(st.lists(DRAWN[code], max_size=6))
    found = rescored(instrument, [result(scored(instrument, row), row) for row in rows])
    assert [dict(one.changes) for one in found] == [{} for _ in rows]
    assert {str(one) for one in found} <= {"would stay the same"}


def heavier(points):
    """Return a later rule of the checklist: the same questions, so many points more."""

    def score(answers):
        before = SLEDAI.score(answers)
        sums = (before.known_points + points, before.max_possible + points)
        return replace(before, total=before.total and before.total + points,
                       known_points=sums[0], max_possible=sums[1])  # fmt: skip

    return replace(SLEDAI, version="2030/1", score=score)


ABSENT = [0] * len(SLEDAI.items)


def test_another_rule_is_named_by_its_points():
    rows = [[1, *ABSENT[1:]], [1, None, *ABSENT[2:]]]
    stored = [result(scored(SLEDAI, row), row) for row in rows]
    assert [str(one) for one in rescored(heavier(2), stored)] == [
        "would change 8 to 10",
        "would change incomplete (8 to 16) to incomplete (10 to 18)",
    ]


def test_a_result_of_the_same_points_says_what_else_differs():
    stored = result(scored(SLEDAI, ABSENT), ABSENT)
    parts = dict(stored.parts) | {"clinical_points": 3}
    (found,) = rescored(SLEDAI, [replace(stored, parts=parts)])
    assert str(found) == "would change part clinical_points 3 to part clinical_points 0"


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (ABSENT[1:], "SLEDAI-2K has 24 items, not 23"),
        ([2, *ABSENT[1:]], "outside 0 to 1"),
        ({}, "a row is no JSON array"),
    ],
)
def test_answers_that_do_not_fit_are_named_and_the_others_scored(answers, why):
    good = result(scored(SLEDAI, ABSENT), ABSENT)
    bad = replace(good, answers=canonical_json(answers))
    first, second, third = rescored(SLEDAI, [good, bad, good])
    assert (str(first), str(third)) == ("would stay the same",) * 2
    assert second.score is None
    assert why in second.unfit
    assert str(second).startswith("answers do not fit the present rule: ")


def test_a_rule_that_asks_for_the_day_is_told_it():
    answers = ["2025-10" if item.code == "pulm_hypertension" else 0 for item in SDI.items]
    early, late = (result(scored(SDI, answers, on), answers, on) for on in ("2025-11-01", DAY))
    assert [one.changes for one in rescored(SDI, [early, late])] == [{}, {}]
    (moved,) = rescored(SDI, [replace(early, visited_on="2026-11-01")])
    assert str(moved) == "would change 0 to 1"


def test_a_day_that_cannot_be_read_is_named():
    answers = [0] * len(SDI.items)
    (found,) = rescored(SDI, [result(scored(SDI, answers), answers, "2025-13")])
    assert str(found) == "answers do not fit the present rule: month 13 does not exist"
