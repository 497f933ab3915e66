"""Impossible dates are named; what is merely not known is let through."""

from datetime import date

import pytest

from registry import rules
from registry.partial_date import PartialDate


def on(text):
    return text and PartialDate.parse(text)


@pytest.mark.parametrize(
    ("day", "birth", "death", "words"),
    [
        ("1999-12-31", "2000", None, "before the birth date"),
        ("2020-03-02", None, "2020-03-01", "after the death"),
        ("2020-04", None, "2020-03", "after the death"),
        ("2000", "2000-06-01", None, None),
        ("2020-03", None, "2020-03-01", None),
        ("2020-03-01", "2020-03-01", "2020-03-01", None),
        (None, "2000", "2020", None),
    ],
)
def test_only_what_is_impossible_for_every_completion_is_refused(day, birth, death, words):
    sentence = rules.outside_life(on(day), on(birth), on(death))
    assert (words in sentence) if words else sentence is None


@pytest.mark.parametrize(
    ("day", "future"),
    [
        ("2026", False),
        ("2026-12", True),
        (None, False),
        ("2026-11-23", False),
        ("2026-11-24", True),
    ],
)
def test_a_year_that_has_begun_and_tomorrow_in_utc_are_not_the_future(day, future):
    assert bool(rules.in_the_future(on(day), date(2026, 11, 22))) is future


def test_the_second_date_is_named_when_it_comes_first():
    sentence = rules.out_of_order(on("2026-03"), on("2026-02-28"), "the start on")
    assert sentence == "28 Feb 2026 is before the start on Mar 2026"
    assert rules.out_of_order(on("2026-03-05"), on("2026-03"), "the start on") is None
