"""A stored condition is present, asked and absent, or unknown; nothing is taken for another."""

import pytest

from registry import codes
from registry.followup import conditions
from registry.followup.schedules import SCHEDULES


def test_the_groups_are_the_coded_list():
    assert frozenset(codes.CONDITION) == conditions.LISTED
    assert list(codes.CONDITION_ANSWER) == [
        conditions.PRESENT,
        conditions.ABSENT,
        conditions.UNKNOWN,
    ]
    assert list(codes.SCHEDULE) == list(SCHEDULES)


def test_no_listed_code_can_be_mistaken_for_an_answer_about_another():
    assert [
        c for c in conditions.LISTED if conditions.read(c) != conditions.Said(c, "present")
    ] == []


@pytest.mark.parametrize("code", sorted(conditions.LISTED))
@pytest.mark.parametrize("answer", codes.CONDITION_ANSWER)
def test_what_is_stored_reads_back(code, answer):
    assert conditions.read(conditions.stored_as(code, answer)) == conditions.Said(code, answer)


@pytest.mark.parametrize("words", ["no_appetite", "unknown_cause", "no teeth", "no_", ""])
def test_words_that_begin_alike_stay_words(words):
    assert conditions.read(words) == conditions.Said(words, "present")


@pytest.mark.parametrize("answer", ["absent", "unknown"])
def test_only_a_listed_condition_can_be_absent(answer):
    with pytest.raises(ValueError, match="not a listed"):
        conditions.stored_as("gout", answer)


@pytest.mark.parametrize("order", [1, -1])
def test_of_contradicting_rows_the_presence_holds(order):
    rows = ["no_cancer", "cancer", "unknown_hiv"][::order]
    assert conditions.answers(rows) == {"cancer": "present", "hiv": "unknown"}
