"""May a lot have been given on a day: boundaries, partial dates, order, keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.lot_rules import (
    BLOCKING,
    Decided,
    LotState,
    after_expiry,
    before_manufacture,
    later_moment,
    latest,
    search_key,
    use_of,
)
from registry.partial_date import PartialDate


def on(text):
    return PartialDate.parse(text, allow_time=True)


def lot(*decisions, status=None):
    made = tuple(Decided(decision, on(day)) for decision, day in decisions)
    return LotState("L-1", made, status)


@pytest.mark.parametrize("decision", sorted(BLOCKING))
@pytest.mark.parametrize(
    ("day", "given_on", "answer"),
    [
        ("2026-03-10", "2026-03-09", "asked"),
        ("2026-03-10", "2026-03-10", "blocked"),
        ("2026-03-10", "2026-03-10T08:00+01:00", "blocked"),
        ("2026-03-10", "2026-03-11", "blocked"),
        ("2026-03-10", "2026-03", "asked"),
        ("2026-03-10", "2026-04", "blocked"),
        ("2026-03", "2026-03-20", "asked"),
        ("2026-03", "2026-03-31", "blocked"),
        ("2026", "2027", "blocked"),
        ("2026", "2026", "asked"),
    ],
)
def test_a_blocking_decision_holds_from_its_day_on(decision, day, given_on, answer):
    use = use_of(lot((decision, day)), on(given_on))
    assert said(use) == answer
    assert decision in (use.blocked or use.question)


def said(use):
    return "blocked" if use.blocked else "asked" if use.question else "free"


@pytest.mark.parametrize(
    ("given_on", "answer"),
    [("2026-02-28", "asked"), ("2026-03-05", "blocked"), ("2026-03-20", "free")],
)
def test_the_decision_in_force_on_the_day_counts(given_on, answer):
    decided = lot(("quarantined", "2026-03-01"), ("released", "2026-03-20"))
    assert said(use_of(decided, on(given_on))) == answer


def test_a_recall_after_the_infusion_asks_and_does_not_block():
    recalled = lot(("released", "2026-01-05"), ("recalled", "2026-06-01"))
    assert "recalled on 1 Jun 2026" in use_of(recalled, on("2026-01-12")).question
    assert use_of(recalled, on("2026-06-02")).blocked


def test_a_release_of_uncertain_date_leaves_it_open():
    decided = lot(("quarantined", "2026-03-01"), ("released", "2026-03"))
    assert said(use_of(decided, on("2026-03-10"))) == "asked"
    assert said(use_of(decided, on("2026-03-31"))) == "free"


@pytest.mark.parametrize("status", ["quarantined", " Recalled ", "REJECTED"])
def test_a_status_without_a_date_blocks_until_a_decision_is_recorded(status):
    assert said(use_of(lot(status=status), on("2026-03-01"))) == "blocked"
    assert said(use_of(lot(("released", "2026-01-01"), status=status), on("2026-03-01"))) == "free"


@pytest.mark.parametrize("status", [None, "", "released", "conform"])
def test_any_other_status_leaves_a_lot_free(status):
    assert said(use_of(lot(status=status), on("2026-03-01"))) == "free"


def test_of_one_day_the_later_entered_is_in_force():
    decided = lot(("quarantined", "2026-03-01"), ("released_by_exception", "2026-03-01"))
    assert latest(decided.decisions).decision == "released_by_exception"
    assert said(use_of(decided, on("2026-03-01"))) == "free"
    assert latest(()) is None


days = st.dates(min_value=on("2020").earliest, max_value=on("2030").latest)
parts = st.sampled_from([4, 7, 10])
dates = st.builds(lambda day, length: on(day.isoformat()[:length]), days, parts)
decisions = st.builds(Decided, st.sampled_from(["released", *sorted(BLOCKING)]), dates)


@given(st.lists(decisions, max_size=4), dates, days)
def test_only_what_blocks_on_every_completion_is_refused(made, given_on, day):
    """On any day the given date can mean, whatever was certainly decided by then blocks it."""
    if not use_of(LotState("L-1", tuple(made)), given_on).blocked:
        return
    ordered = sorted(made, key=lambda d: (d.on.earliest, d.on.latest))
    moment = min(max(day, given_on.earliest), given_on.latest)
    in_force = [d for d in ordered if d.on.latest <= moment]
    assert in_force[-1].decision in BLOCKING or any(
        d.on.latest > given_on.earliest for d in in_force
    )


@given(st.lists(decisions, max_size=4), dates)
def test_a_lot_that_was_never_blocked_is_free(made, given_on):
    kept = tuple(d for d in made if d.decision not in BLOCKING)
    assert said(use_of(LotState("L-1", kept), given_on)) == "free"


def test_before_manufacture_and_after_expiry_only_when_certain():
    assert "later, on Apr 2026" in before_manufacture("L-1", on("2026-04"), on("2026-03-31"))
    assert before_manufacture("L-1", on("2026-04"), on("2026-04-01")) is None
    assert before_manufacture("L-1", on("2026-04"), on("2026")) is None
    assert before_manufacture("L-1", None, on("2026")) is None
    assert "expired on Mar 2026" in after_expiry("L-1", on("2026-03"), on("2026-04-01"))
    assert after_expiry("L-1", on("2026-03"), on("2026-03-31")) is None
    assert after_expiry("L-1", None, on("2026-03-31")) is None


@pytest.mark.parametrize(
    ("first", "second", "later"),
    [
        ("2026-03-02T10:31+01:00", "2026-03-02T10:30+01:00", True),
        ("2026-03-02T10:30+01:00", "2026-03-02T10:30+01:00", False),
        ("2026-03-02T10:30+01:00", "2026-03-02T10:30+02:00", True),
        ("2026-03-02", "2026-03-02T10:30+02:00", False),
        ("2026-03-03", "2026-03-02T10:30+02:00", True),
        ("2026-03", "2026-03-02", False),
    ],
)
def test_a_moment_is_later_by_the_clock_where_both_have_one(first, second, later):
    assert later_moment(on(first), on(second)) is later
    assert later_moment(None, on(second)) is later_moment(on(first), None) is False


def test_keys_are_found_however_they_are_written():
    assert search_key("=l-2O4 b") == search_key("L204B") == "L204B"
