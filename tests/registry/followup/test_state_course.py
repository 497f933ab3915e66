"""A state over the visits: attained, sustained, and the days in it that were observed."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.state_course import Judged, StateDays, state_course

DAY = date(2024, 8, 16)
STATES = {"+": "met", "-": "not_met", "?": "indeterminate", "n": "not_evaluable"}


def visits(text):
    """Read “0+ 90- 180?u”: day, state, and u for a visit that stands for no timepoint."""
    for word in text.split():
        bare = word.removesuffix("u")
        on = DAY + timedelta(days=int(bare[:-1]))
        yield Judged(on, STATES[bare[-1]], scheduled=bare == word)


def course(text, baseline="not_met"):
    return state_course(baseline, visits(text))


@pytest.mark.parametrize(
    ("text", "attained", "day"),
    [
        ("0- 90+ 180-", "met", 90),
        ("0+ 90-", "met", 0),
        ("0- 90-", "not_met", None),
        ("0- 90?", "indeterminate", None),
        ("0? 90+", "met", 90),
        ("0- 90n", "indeterminate", None),
        ("0- 50+u 90-", "not_met", None),
        ("50+u", None, None),
        ("", None, None),
    ],
)
def test_attained_is_met_at_a_scheduled_visit(text, attained, day):
    found = course(text)
    assert found.attained == attained
    assert found.attained_on == (None if day is None else DAY + timedelta(days=day))


def test_who_was_in_the_state_before_cannot_attain_it():
    found = course("0+ 90+ 180+", baseline="met")
    assert (found.at_baseline, found.attained, found.attained_on) == ("met", None, None)
    assert found.sustained == "met"
    assert course("0+", baseline=None).attained == "met"


@pytest.mark.parametrize(
    ("text", "sustained"),
    [
        ("0+ 152+", "met"),
        ("0+ 151+", None),  # no two visits far enough apart
        ("0+ 90+ 152+", "met"),
        ("0+ 90- 152+", "not_met"),
        ("0+ 90-u 152+", "not_met"),  # a visit out of turn contradicts
        ("0+ 90? 152+", "met"),  # undecided is not “not met”
        ("0+ 152?", "indeterminate"),
        ("0? 90- 160+ 170?", "not_met"),
        ("0- 90+ 241+", "not_met"),
        ("0- 90+ 242+", "met"),
        ("0+ 365+", "met"),
        ("0+ 152+u 153-", "not_met"),  # nor does it stand for a timepoint
        ("0+ 152+ 152-u", "not_met"),
        ("", None),
    ],
)
def test_sustained_is_met_twice_five_months_apart_with_none_not_met_between(text, sustained):
    assert course(text).sustained == sustained


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("0+ 90- 180+", StateDays(met=90, not_met=90)),
        ("0+ 200+", StateDays(met=200)),
        ("0+ 201+", StateDays(unobserved=201)),
        ("0+ 60+u 201-", StateDays(met=201)),
        ("0? 90+ 180n 190-", StateDays(met=90, indeterminate=100)),
        ("0+", StateDays()),
        ("", StateDays()),
    ],
)
def test_what_a_visit_found_holds_until_the_next_one(text, days):
    found = course(text).days
    assert found == days
    assert found.observed == days.met + days.not_met


def test_the_order_in_which_visits_come_does_not_matter():
    given_ = list(visits("0+ 90? 152+ 152?u 200-"))
    assert len({state_course("not_met", order) for order in permutations(given_)}) == 1


seen = st.lists(
    st.builds(
        Judged,
        st.integers(0, 900).map(lambda day: DAY + timedelta(days=day)),
        st.sampled_from(sorted(STATES.values())),
        st.booleans(),
    ),
    max_size=8,
)


@given(seen)
def test_every_day_between_the_visits_is_in_one_kind(found):
    days = state_course(None, found).days
    span = (max(v.on for v in found) - min(v.on for v in found)).days if found else 0
    assert days.observed + days.indeterminate + days.unobserved == span


@given(seen, st.sampled_from(["met", "not_met"]))
def test_deciding_what_was_open_never_turns_an_answer(found, as_if):
    decided = [
        v if v.state in {"met", "not_met"} else Judged(v.on, as_if, v.scheduled) for v in found
    ]
    before, after = state_course("not_met", found), state_course("not_met", decided)
    for name in ("attained", "sustained"):
        one, other = getattr(before, name), getattr(after, name)
        # An undecided visit between two met ones may turn out not met: only that reopens.
        if as_if == "met" and one in {"met", "not_met"}:
            assert one == other
        if as_if == "not_met" and one == "not_met":
            assert other == "not_met"


@given(seen)
def test_sustained_needs_that_it_was_ever_met(found):
    course_ = state_course("not_met", found)
    assert course_.sustained != "met" or course_.attained == "met"
