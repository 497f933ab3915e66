"""RAND-36: recoding, eight scales, and at least half of the answers."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.rand_36 import QUESTIONS, SCALES, scale_score, scores

# As the instructions print them: the questions, and what answers 1, 2 ... become.
RECODED = [
    ((1, 2, 20, 22, 34, 36), (100, 75, 50, 25, 0)),
    (range(3, 13), (0, 50, 100)),
    (range(13, 20), (0, 100)),
    ((21, 23, 26, 27, 30), (100, 80, 60, 40, 20, 0)),
    ((24, 25, 28, 29, 31), (0, 20, 40, 60, 80, 100)),
    ((32, 33, 35), (0, 25, 50, 75, 100)),
]


def reply(scale="pain", answers=None, **more):
    line = json.dumps({"scale": scale, "answers": answers} | more).encode()
    return answer(CALCULATORS["RAND-36"], line)


@pytest.mark.parametrize(("numbers", "values"), RECODED)
def test_every_answer_is_recoded_as_printed(numbers, values):
    for number in numbers:
        question = QUESTIONS[number]
        found = tuple(question.recode(option) for option in range(1, question.options + 1))
        assert found == values, number


def test_all_questions_are_there_and_all_but_the_second_are_in_one_scale():
    assert list(QUESTIONS) == list(range(1, 37))
    used = [number for numbers in SCALES.values() for number in numbers]
    assert sorted(used) == [1, *range(3, 37)]


@pytest.mark.parametrize("scale", list(SCALES))
def test_at_least_half_of_a_scale_needs_its_answer(scale):
    numbers = SCALES[scale]
    half = (len(numbers) + 1) // 2
    assert scale_score(scale, dict.fromkeys(numbers[:half], 1)) is not None
    assert scale_score(scale, dict.fromkeys(numbers[: half - 1], 1)) is None


@st.composite
def filled(draw):
    """Draw answers to some of the questions."""
    asked = draw(st.sets(st.sampled_from(sorted(QUESTIONS))))
    return {n: draw(st.integers(1, QUESTIONS[n].options)) for n in sorted(asked)}


@given(filled())
def test_a_score_is_missing_or_from_0_to_100(answers):
    assert list(scores(answers)) == list(SCALES)
    assert all(found is None or 0 <= found <= 100 for found in scores(answers).values())


@given(filled(), st.integers(1, 5))
def test_the_change_in_a_year_is_in_no_scale(answers, change):
    assert scores(answers | {2: change}) == scores(answers)


@given(filled())
def test_the_order_of_the_answers_does_not_matter(answers):
    assert scores(dict(reversed(answers.items()))) == scores(answers)


@given(filled(), st.sampled_from(sorted(set(QUESTIONS) - {2})))
def test_a_healthier_answer_never_lowers_its_scale(answers, number):
    question = QUESTIONS[number]
    (scale,) = [name for name, numbers in SCALES.items() if number in numbers]
    options = sorted(range(1, question.options + 1), key=question.recode)
    found = [scale_score(scale, answers | {number: option}) for option in options]
    assert None in found or found == sorted(found)


def test_a_mean_that_never_ends_is_rounded_to_two_decimals():
    assert reply("role_emotional", {"17": 2, "18": 1, "19": 1})["score"] == 33.33


def test_null_is_not_answered_and_all_answers_may_be_sent_at_once():
    everything = {str(number): 1 for number in QUESTIONS} | {"22": None}
    assert reply("pain", everything) == {"score": 100.0, "answered": 1, "of": 2}
    assert reply("pain", {}) == {"score": None, "answered": 0, "of": 2}


@pytest.mark.parametrize(
    ("scale", "answers", "code"),
    [
        (None, {"21": 1}, "missing_input"),
        ("pain", None, "missing_input"),
        ("total", {"21": 1}, "out_of_range"),
        (["pain"], {"21": 1}, "out_of_range"),
        ("pain", [1, 2], "bad_json"),
        ("pain", {"37": 1}, "unknown_item"),
        ("pain", {"0": 1}, "unknown_item"),
        ("pain", {"021": 1}, "unknown_item"),
        ("pain", {"21": 0}, "out_of_range"),
        ("pain", {"21": 7}, "out_of_range"),
        ("pain", {"22": 6}, "out_of_range"),
        ("pain", {"21": 2.5}, "out_of_range"),
        ("pain", {"13": 3}, "out_of_range"),
        ("pain", {"21": "bad"}, "not_a_number"),
        ("pain", {"21": True}, "not_a_number"),
    ],
)
def test_bad_input_has_its_code(scale, answers, code):
    assert reply(scale, answers)["error"] == code


def test_text_and_whole_decimals_are_read_as_answers():
    assert reply("pain", {"21": "3", "22": "2.0"})["score"] == 67.5
    assert scale_score("pain", {21: 3, 22: 2}) == Decimal("67.5")


def test_there_is_no_summary_of_the_scales():
    assert reply("pain", {"21": 1}, norm="US")["error"] == "unknown_input"
    assert reply("pcs", {"21": 1})["error"] == "out_of_range"
