"""Measurements of organs: one number in its range, and how it was measured."""

from decimal import Decimal

import pytest

from registry.instruments import INSTRUMENTS
from registry.instruments._organ_function import METHOD
from registry.instruments.base import InvalidAnswerError

CODES = ("lvef", "fvc_percent", "dlco_percent", "six_minute_walk", "body_weight")
HIGHEST = {"lvef": 100, "fvc_percent": 200, "dlco_percent": 200, "six_minute_walk": 1000}


@pytest.mark.parametrize("code", CODES)
def test_the_total_is_the_number_and_the_method_is_kept(code):
    instrument = INSTRUMENTS[code]
    how = {item.code: " MRI  1 " for item in instrument.items if item.code in METHOD}
    answers = instrument.check({"value": "60"} | how)
    score = instrument.score(answers)
    assert (score.total, score.complete, score.missing) == (Decimal(60), True, ())
    assert dict(score.parts) == dict.fromkeys(how, "MRI  1")
    assert instrument.from_row(instrument.to_row(answers)) == answers


@pytest.mark.parametrize("code", CODES)
def test_without_a_value_nothing_is_normal(code):
    instrument = INSTRUMENTS[code]
    score = instrument.score(instrument.check({}))
    assert (score.total, score.complete, score.missing) == (None, False, ("value",))
    assert (score.known_points, score.max_possible) == (instrument.minimum, instrument.maximum)


@pytest.mark.parametrize(("code", "highest"), HIGHEST.items())
def test_the_ends_of_the_range_are_in_it(code, highest):
    item = INSTRUMENTS[code].item("value")
    assert [item.check(0), item.check(highest)] == [0, highest]
    for wrong in (-1, highest + 1):
        with pytest.raises(InvalidAnswerError):
            item.check(wrong)


def test_nobody_weighs_nothing_or_half_a_ton():
    weight = INSTRUMENTS["body_weight"].item("value")
    assert [weight.check("1"), weight.check("400")] == [1, 400]
    for wrong in ("0.9", "400.1"):
        with pytest.raises(InvalidAnswerError):
            weight.check(wrong)


@pytest.mark.parametrize(
    ("code", "direction", "days"),
    [
        ("lvef", "high_good", 180),
        ("fvc_percent", "high_good", 180),
        ("dlco_percent", "high_good", 180),
        ("six_minute_walk", "high_good", 180),
        ("body_weight", "none", 28),
        ("sledai_2k", "high_bad", 28),
    ],
)
def test_each_says_which_end_is_good_and_how_old_a_baseline_may_be(code, direction, days):
    instrument = INSTRUMENTS[code]
    assert (instrument.direction, instrument.baseline_days) == (direction, days)
    if code in CODES:
        assert {"baseline", "month_12", "year_3"} <= set(instrument.due_at)
