"""When a flare is a new one, and where it stands before or after the treatment."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import CourseFact, InfusionFact
from registry.followup.flares import EPISODE_DAYS, doubts, is_new_episode, settled_on, split, when
from registry.partial_date import PartialDate


@dataclass(frozen=True)
class Flare:
    onset_on: PartialDate
    ended_on: PartialDate | None = None
    last_treated_on: PartialDate | None = None


def flare(onset, ended="", treated=""):
    return Flare(*(PartialDate.parse(text) if text else None for text in (onset, ended, treated)))


@pytest.mark.parametrize(
    ("earlier", "began", "new"),
    [
        (flare("2026-01-01", "2026-02-01"), "2026-03-01", True),  # the 28th day
        (flare("2026-01-01", "2026-02-01"), "2026-02-28", False),
        (flare("2026-01-01", "2026-02-01", "2026-02-02"), "2026-03-01", False),
        (flare("2026-01-01", "", "2026-02-01"), "2026-03-01", True),
        (flare("2026-01-01"), "2030-01-01", False),  # nobody said that it was over
        (flare("2026-01-01", "2026-02"), "2026-03-28", True),
        (flare("2026-01-01", "2026-02"), "2026-03-27", False),  # perhaps, so it is asked
        (flare("2026-01-01", "2026-02-01"), "2026-02", False),
    ],
)
def test_a_new_episode_needs_28_days_since_the_one_before_was_over(earlier, began, new):
    assert is_new_episode(earlier, PartialDate.parse(began)) is new


def test_the_later_of_resolved_and_last_treated_counts():
    assert settled_on(flare("2026-01-01", "2026-02-01", "2026-02-20")).text == "2026-02-20"
    assert settled_on(flare("2026-01-01", "2026-02-21", "2026-02-20")).text == "2026-02-21"
    assert settled_on(flare("2026-01-01")) is None


def test_only_the_neighbours_are_asked_about():
    typed = flare("2026-03-01", "2026-03-10")
    far = flare("2020-01-01")
    assert doubts(typed, []) == []
    assert doubts(typed, [far, flare("2025-01-01", "2025-02-01")]) == []
    (before,) = doubts(typed, [far, flare("2026-02-01", "2026-02-20")])
    assert "9 days after the flare of 1 Feb 2026 was over (20 Feb 2026)" in before
    (after,) = doubts(typed, [flare("2026-03-20", "2026-04-01")])
    assert after.startswith("The flare of 20 Mar 2026 begins 10 days after the flare of 1 Mar 2026")
    (within,) = doubts(typed, [flare("2026-02-01", "2026-03-05")])
    assert "begins before the flare of 1 Feb 2026 was over" in within
    (partial,) = doubts(typed, [flare("2026-02-01", "2026-02")])
    assert "perhaps only 1 day after" in partial
    (open_,) = doubts(typed, [far])
    assert "no end and no last treatment" in open_


days = st.dates(min_value=PartialDate.parse("2020-01-01").earliest).map(PartialDate.on)


@given(days, st.integers(0, 400))
def test_the_longer_ago_the_surer_it_is_a_new_one(ended, gap):
    try:
        began = PartialDate.on(ended.latest.fromordinal(ended.latest.toordinal() + gap))
    except (OverflowError, ValueError):
        return
    earlier = Flare(ended, ended)
    assert is_new_episode(earlier, began) is (gap >= EPISODE_DAYS)


OPEN = "before or after treatment: the dates leave it open"


def course(ordinal, day_0, start=None):
    begun = PartialDate.parse(start) if start else None
    infusion = InfusionFact(f"I{ordinal}", PartialDate.parse(day_0), "N", "msc", None, ())
    return CourseFact(f"C{ordinal}", ordinal, begun, None, infusions=(infusion,))


@pytest.mark.parametrize(
    ("began", "courses", "words"),
    [
        ("2026-01-01", (), "no treatment begun"),
        ("2026-01-01", (course(1, "2026-01-11"),), "before treatment, −10 d"),
        ("2026-01-11", (course(1, "2026-01-11"),), "after treatment, 0 d"),
        ("2026-01", (course(1, "2026-01-11"),), OPEN),
        ("2026-02-01", (course(1, "2026-01-11"), course(2, "2026-06-01")), "after course 1, +21 d"),
        ("2026-07-01", (course(1, "2026-01-11"), course(2, "2026-06-01")), "after course 2, +30 d"),
        ("2026-01-05", (course(1, "2026-01-11", "2026-01-02"),), "after treatment, −6 d"),
    ],
)  # fmt: skip
def test_a_flare_stands_before_or_after_the_treatment(began, courses, words):
    assert when(PartialDate.parse(began), courses) == words


def test_a_list_is_split_as_it_is_stored():
    assert split("renal;lupus headache") == ("renal", "lupus headache")
    assert split(None) == split("") == ()
