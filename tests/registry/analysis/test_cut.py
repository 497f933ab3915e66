"""Facts as of a data cut: what ended later had not; partial dates count from their first day."""

from datetime import date

import pytest

from registry.analysis.cut import as_of
from registry.followup.facts import ConditionFact, EnrolmentFact, PatientFacts
from registry.partial_date import PartialDate

CUT = date(2024, 6, 30)


def on(text):
    return PartialDate.parse(text) if text else None


def at_cut(*stored, cut=CUT):
    enrolled = (EnrolmentFact("S", on("2020")),)
    facts = PatientFacts(
        *("P", "female", None, enrolled, (), (), (), (), (), ()), conditions=tuple(stored)
    )
    return as_of(facts, cut).conditions


@pytest.mark.parametrize(
    ("ended", "active", "known"),
    [
        ("2024-06-30", False, "2024-06-30"),
        ("2024-07-01", True, None),
        ("2024-06", False, "2024-06"),  # as early as 1 June
        ("2024-07", True, None),
        ("2024", False, "2024"),
        ("2025", True, None),
        (None, False, None),  # not active, and no end that says since when
    ],
)
def test_a_condition_that_ended_after_the_cut_was_active_at_it(ended, active, known):
    (fact,) = at_cut(ConditionFact("serositis", on("2020-03"), on(ended), active=False))
    assert fact.active is active
    assert (fact.ended_on and fact.ended_on.text) == known


@pytest.mark.parametrize(
    ("onset", "active"), [("2024-06-30", True), ("2024-06", True), ("2024", True), (None, None)]
)
def test_it_was_active_where_it_had_begun(onset, active):
    (fact,) = at_cut(ConditionFact("serositis", on(onset), on("2025"), active=False))
    assert fact.active is active


def test_what_began_after_the_cut_was_not_there():
    assert at_cut(ConditionFact("serositis", on("2024-07"), on("2025"), active=False)) == ()


@pytest.mark.parametrize(
    ("condition", "active"),
    [("serositis", None), ("serositis", True), ("no_serositis", False)],
)
def test_only_the_end_of_a_condition_is_taken_back(condition, active):
    (fact,) = at_cut(ConditionFact(condition, on("2020"), on("2025"), active=active))
    assert (fact.active, fact.ended_on) == (active, None)


def test_a_cut_may_be_made_again():
    stored = ConditionFact("serositis", on("2020"), on("2025-02"), active=False)
    assert at_cut(*at_cut(stored, cut=date(2025, 1, 31))) == at_cut(stored)
