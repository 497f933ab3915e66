"""BILAG-2004 grades: the numeric score, and what counts as new."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.bilag_2004 import MAXIMUM, SYSTEMS, WEIGHTS, new_a, new_b, score

NUMERIC = CALCULATORS["BILAG-2004.numeric"]
QUIET = dict.fromkeys(SYSTEMS, "E")
whole = st.fixed_dictionaries(dict.fromkeys(SYSTEMS, st.sampled_from(sorted(WEIGHTS))))
partial = st.fixed_dictionaries(dict.fromkeys(SYSTEMS, st.sampled_from([*sorted(WEIGHTS), None])))


def numeric(grades):
    return answer(NUMERIC, json.dumps({"grades": grades}).encode())


def fill(grades, filling):
    return {name: filling[name] if grade is None else grade for name, grade in grades.items()}


def test_nine_systems_reach_the_published_maximum():
    assert len(SYSTEMS) == 9
    assert numeric(dict.fromkeys(SYSTEMS, "A"))["total"] == MAXIMUM == 108


@pytest.mark.parametrize(("grade", "points"), [("A", 12), ("B", 8), ("C", 1), ("D", 0), ("E", 0)])
def test_each_grade_has_the_weight_of_the_paper(grade, points):
    assert numeric(QUIET | {"renal": grade})["total"] == points


@pytest.mark.parametrize("grades", [{"renal": "A"}, QUIET | {"renal": None}])
def test_a_system_that_was_not_assessed_is_not_quiet(grades):
    given = numeric(grades)
    assert (given["total"], given["complete"]) == (None, False)
    assert given["max_possible"] == given["known_points"] + 12 * len(given["missing"])


@given(partial, whole)
def test_any_way_to_fill_the_gaps_stays_between_the_bounds(grades, filling):
    found = score(grades)
    total = score(fill(grades, filling)).total
    assert 0 <= found.known_points <= total <= found.max_possible <= MAXIMUM


@given(whole, st.sampled_from(SYSTEMS))
def test_a_worse_grade_never_has_fewer_points(grades, system):
    totals = [score(grades | {system: grade}).total for grade in "EDCBA"]
    assert totals == sorted(totals)


@pytest.mark.parametrize(
    ("before", "now", "new"),
    [
        ("B", "A", (1, 0)),
        ("E", "A", (1, 0)),
        ("A", "A", (0, 0)),
        ("A", "B", (0, 0)),
        ("B", "B", (0, 0)),
        ("C", "B", (0, 1)),
        ("D", "B", (0, 1)),
        ("E", "B", (0, 1)),
        ("E", "C", (0, 0)),
    ],
)
def test_new_is_new_since_baseline_and_from_a_to_b_is_better(before, now, new):
    visits = QUIET | {"renal": before}, QUIET | {"renal": now}
    assert (new_a(*visits).known, new_b(*visits).known) == new
    assert (new_a(*visits).possible, new_b(*visits).possible) == new


@pytest.mark.parametrize(
    ("before", "now", "a", "b"),
    [
        (None, "A", (0, 1), (0, 0)),
        (None, "B", (0, 0), (0, 1)),
        (None, "C", (0, 0), (0, 0)),
        ("A", None, (0, 0), (0, 0)),
        ("B", None, (0, 1), (0, 0)),
        ("E", None, (0, 1), (0, 1)),
    ],
)
def test_a_gap_leaves_open_what_may_be_new(before, now, a, b):
    visits = QUIET | {"renal": before}, QUIET | {"renal": now}
    assert (new_a(*visits).known, new_a(*visits).possible) == a
    assert (new_b(*visits).known, new_b(*visits).possible) == b


@given(partial, partial, whole, whole)
def test_the_count_of_new_grades_stays_between_its_bounds(before, now, first, second):
    for count in (new_a, new_b):
        found, filled = count(before, now), count(fill(before, first), fill(now, second))
        assert filled.known == filled.possible
        assert found.known <= filled.known <= found.possible


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"{}", "missing_input"),
        (b'{"grades": null}', "missing_input"),
        (b'{"grades": ["A"]}', "bad_json"),
        (b'{"grades": {"liver": "A"}}', "unknown_item"),
        (b'{"grades": {"renal": "F"}}', "out_of_range"),
        (b'{"grades": {"renal": "a"}}', "out_of_range"),
        (b'{"grades": {"renal": 1}}', "out_of_range"),
        (b'{"grades": {"renal": ["A"]}}', "out_of_range"),
        (b'{"grade": {}}', "unknown_input"),
    ],
)
def test_bad_input_has_its_code(line, code):
    assert answer(NUMERIC, line)["error"] == code
