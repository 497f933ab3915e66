"""Two reports that may be one event: same patient and term, or same reporter, lot and day."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.adverse.duplicates import Report, alike, among, within
from registry.partial_date import PartialDate

ANN, BEA, LOT, OTHER_LOT = (UUID(int=n) for n in range(1, 5))


def on(text):
    return PartialDate.parse(text)


FIRST = Report("E-1", ANN, "felt hot", "Fever", "General", on("2026-03-10"), LOT, "alice")
SECOND = replace(FIRST, event_id="E-2")


@pytest.mark.parametrize(
    ("changes", "certain"),
    [
        ({}, True),
        ({"onset": on("2026-03-17")}, True),
        ({"onset": on("2026-03-18")}, None),
        ({"onset": on("2026-03-03")}, True),
        ({"onset": on("2026-03-02")}, None),
        ({"onset": on("2026-03")}, False),
        ({"onset": on("2026-04")}, None),
        ({"onset": None}, False),
        ({"term": "fever "}, True),
        ({"term": "Chills"}, True),  # same class
        ({"term": "Chills", "soc": "Vascular"}, None),
        ({"term": None, "verbatim_term": "fever", "soc": None}, True),
        ({"patient": BEA}, None),
    ],
)
def test_the_same_patient_and_term_or_class_within_seven_days(changes, certain):
    other = replace(SECOND, reporter="cora", **changes)
    found = alike(FIRST, other)
    assert (found and found.certain) is certain


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, True),
        ({"reporter": "cora"}, False),
        ({"lot": OTHER_LOT}, False),
        ({"onset": on("2026-03-11")}, False),
        ({"onset": on("2026-03")}, False),  # nobody knows that it was the same day
    ],
)
def test_the_same_reporter_lot_and_day(changes, found):
    one = replace(FIRST, patient=None)
    other = replace(SECOND, patient=BEA, term="Sepsis", soc="Infections", **changes)
    assert bool(alike(one, other)) is found


def test_an_imported_report_has_no_reporter_to_compare():
    one = replace(FIRST, patient=None, reporter=None)
    assert alike(one, replace(one, event_id="E-2")) is None


def test_no_report_is_its_own_duplicate_and_the_others_come_in_order():
    third = replace(FIRST, event_id="E-0")
    assert [like.event_id for like in among(FIRST, [SECOND, FIRST, third])] == ["E-0", "E-2"]


days = st.dates().filter(lambda day: day.year > 1900)


@given(days, days, st.integers(0, 400))
def test_exact_days_are_never_left_open_and_order_does_not_matter(one, other, limit):
    a, b = PartialDate.on(one), PartialDate.on(other)
    assert within(a, b, limit) is (abs((one - other).days) <= limit)
    assert within(a, b, limit) is within(b, a, limit)


@given(st.sampled_from(["2026-03", "2026", "2026-03-10"]), days, st.integers(0, 40))
def test_a_partial_date_agrees_with_all_its_completions(text, other, limit):
    partial, exact = on(text), PartialDate.on(other)
    ends = {within(PartialDate.on(end), exact, limit) for end in (partial.earliest, partial.latest)}
    said = within(partial, exact, limit)
    if said is not None:
        assert ends == {said}
