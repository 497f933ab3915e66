"""SLEDAI-2K: weights, bounds, and that a gap is never taken for health."""

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments.base import InvalidAnswerError
from registry.instruments.sledai_2k import GROUPS, INSTRUMENT, ITEMS, SEROLOGY, score

CODES = [item.code for item in ITEMS]
ALL_ABSENT = dict.fromkeys(CODES, 0)
complete_answers = st.fixed_dictionaries({code: st.sampled_from([0, 1]) for code in CODES})
any_answers = st.fixed_dictionaries({code: st.sampled_from([0, 1, None]) for code in CODES})


def test_the_published_weights_sum_to_the_published_maximum():
    assert len(ITEMS) == 24
    assert sum(item.weight for item in ITEMS) == INSTRUMENT.maximum == 105


def test_the_weights_are_those_of_the_paper_in_its_order():
    assert [int(item.weight) for item in ITEMS] == [8] * 8 + [4] * 6 + [2] * 7 + [1] * 3


def test_every_item_has_a_definition_and_an_organ_group():
    assert all(item.definition for item in ITEMS)
    assert {item.group for item in ITEMS} == {group.code for group in GROUPS}


@given(complete_answers)
def test_a_complete_form_has_a_total_within_its_range(answers):
    result = score(answers)
    assert result.complete
    assert 0 <= result.total == result.known_points == result.max_possible <= 105


@given(complete_answers, st.sampled_from(CODES))
def test_an_unassessed_descriptor_leaves_no_total_and_is_named(answers, code):
    partial = score(answers | {code: None})
    assert (partial.total, partial.complete, partial.missing) == (None, False, (code,))
    assert partial != score(answers | {code: 0})


@given(any_answers, complete_answers)
def test_any_way_to_fill_the_gaps_stays_between_the_bounds(answers, filling):
    partial = score(answers)
    filled = {code: filling[code] if given is None else given for code, given in answers.items()}
    assert partial.known_points <= score(filled).total <= partial.max_possible


@given(any_answers)
def test_both_bounds_are_reached_by_some_completion(answers):
    partial = score(answers)
    for fill, bound in ((0, partial.known_points), (1, partial.max_possible)):
        filled = {code: fill if given is None else given for code, given in answers.items()}
        assert score(filled).total == bound


@given(any_answers, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers, shuffler: random.Random):
    shuffled = list(answers.items())
    shuffler.shuffle(shuffled)
    assert score(dict(shuffled)) == score(answers)


@given(complete_answers, st.sampled_from(ITEMS))
def test_one_more_descriptor_adds_exactly_its_weight(answers, item):
    without, with_it = score(answers | {item.code: 0}), score(answers | {item.code: 1})
    assert with_it.total - without.total == item.weight


@given(any_answers)
def test_clinical_and_serology_points_add_up_to_the_known_points(answers):
    result = score(answers)
    parts = result.parts
    assert parts["clinical_points"] + parts["serology_points"] == result.known_points
    assert parts["clinical_max_possible"] + parts["serology_max_possible"] == result.max_possible
    assert sum(points for points, _ in parts["organs"].values()) == result.known_points
    assert sum(possible for _, possible in parts["organs"].values()) == result.max_possible


def test_unassessed_serology_leaves_the_clinical_part_complete():
    parts = score(ALL_ABSENT | dict.fromkeys(SEROLOGY)).parts
    assert parts["clinical_complete"]
    assert not score(ALL_ABSENT | {"fever": None}).parts["clinical_complete"]


def test_an_item_that_was_never_given_is_missing_not_absent():
    assert score({}).missing == tuple(CODES)
    assert (score({}).known_points, score({}).max_possible) == (0, 105)


@given(any_answers)
def test_a_stored_row_reads_back_as_the_same_answers(answers):
    assert INSTRUMENT.from_row(INSTRUMENT.to_row(answers)) == answers


@pytest.mark.parametrize("row", [[0] * 23, [0] * 25, [2] + [0] * 23, ["x"] + [0] * 23])
def test_a_row_that_does_not_fit_the_version_is_refused(row):
    with pytest.raises(InvalidAnswerError):
        INSTRUMENT.from_row(row)


@pytest.mark.parametrize("total", [0, 105, "12", Decimal(7)])
def test_a_possible_historic_total_is_accepted(total):
    assert INSTRUMENT.validate_total(total) == Decimal(total)


@pytest.mark.parametrize("total", [-1, 106, "7.5", "", "nan", True, None, "1e2", Decimal("1e400")])
def test_an_impossible_historic_total_is_refused(total):
    with pytest.raises(InvalidAnswerError):
        INSTRUMENT.validate_total(total)


@pytest.mark.parametrize(
    ("text", "answer"), [("present", 1), ("absent", 0), ("not_assessed", None)]
)
def test_the_words_of_the_exchange_stand_for_the_stored_answers(text, answer):
    item = INSTRUMENT.item("fever")
    assert item.parse(text) == answer
    assert item.text(answer) == text


@pytest.mark.parametrize("text", ["", "yes", "1", "Present"])
def test_another_word_is_refused(text):
    with pytest.raises(InvalidAnswerError):
        INSTRUMENT.item("fever").parse(text)


def test_an_unknown_item_is_refused_by_name():
    with pytest.raises(InvalidAnswerError, match="gout"):
        INSTRUMENT.check({"gout": 1})
