"""Stays in hospital: who tells of one, and when two records tell of the same."""

from datetime import date

import pytest

from registry.followup.admissions import SOMETIME, admissions_of
from registry.followup.facts import AdverseEventFact, FlareFact
from registry.partial_date import PartialDate


def on(text):
    return PartialDate.parse(text) if text else None


def flare(began, admitted=True):
    return FlareFact("f", on(began), admitted=admitted)


def event(began, *criteria):
    return AdverseEventFact("e", "oedema", on(began), seriousness=criteria)


def stay(began):
    return event(began, "hospitalisation", "other")


@pytest.fixture
def days(a_patient):
    def found(*told):
        flares = tuple(one for one in told if isinstance(one, FlareFact))
        events = tuple(one for one in told if isinstance(one, AdverseEventFact))
        return [one.text for one in admissions_of(a_patient(flares=flares, adverse_events=events))]

    return found


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (flare("2024-03-01"), ["2024-03-01"]),
        (flare("2024-03-01", admitted=False), []),
        (flare("2024-03-01", admitted=None), []),
        (stay("2024-03-01"), ["2024-03-01"]),
        (event("2024-03-01", "life_threatening"), []),
    ],
)
def test_a_flare_with_an_admission_and_an_event_with_a_stay_tell_of_one(days, told, found):
    assert days(told) == found


@pytest.mark.parametrize(
    ("second", "number"), [("2024-03-01", 1), ("2024-03-15", 1), ("2024-03-16", 2)]
)
def test_what_begins_within_14_days_is_the_same_stay(days, second, number):
    assert len(days(flare("2024-03-01"), stay(second))) == number
    assert len(days(stay("2024-03-01"), stay(second))) == number


def test_stays_do_not_join_into_one_by_those_between(days):
    told = (stay("2024-03-01"), stay("2024-03-11"), stay("2024-03-21"))
    assert days(*told) == ["2024-03-01", "2024-03-21"]


@pytest.mark.parametrize(
    ("vague", "found"),
    [
        ("2024", ["2024-03-01"]),
        ("2024-03", ["2024-03-01"]),
        ("2024-04", ["2024-03-01", "2024-04"]),
        ("2023", ["2023", "2024-03-01"]),
    ],
)
def test_a_partial_date_that_may_be_a_known_stay_is_that_stay(days, vague, found):
    assert days(stay(vague), flare("2024-03-01")) == found


def test_without_a_date_it_is_a_stay_only_where_no_other_is_known(days):
    assert days(stay(None), stay(None)) == [SOMETIME.text]
    assert days(stay(None), stay("2024")) == ["2024"]


@pytest.mark.parametrize(
    ("vague", "day_0", "number"),
    [
        ("2024-03", None, 1),
        ("2024-03", date(2024, 3, 10), 2),  # on or after day 0, perhaps
        ("2024-03", date(2024, 4, 1), 1),
        ("2024-03", date(2024, 3, 1), 1),  # both since
        (None, date(2024, 3, 10), 2),
    ],
)
def test_what_may_have_begun_since_day_0_is_no_stay_of_before_it(a_patient, vague, day_0, number):
    patient = a_patient(adverse_events=(stay("2024-03-01"), stay(vague)))
    assert len(admissions_of(patient, day_0)) == number
