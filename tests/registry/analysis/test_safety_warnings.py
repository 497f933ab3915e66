"""What is said about gaps, mixtures and impossibilities in the safety data."""

import pytest

from registry.analysis.cohort import cohort
from registry.analysis.exposure import ends_with
from registry.analysis.safety_warnings import safety_warnings
from registry.followup.facts import (
    AdverseEventFact,
    CausalityFact,
    EndpointFact,
    StatusFact,
)
from registry.partial_date import PartialDate
from tests.registry.analysis.conftest import CUT, day


def on(offset):
    return PartialDate.on(day(offset))


def event(started=5, **changes):
    known = {"grade": 1, "scale": "CTCAE v5.0", "term": "Nausea", "serious": False}
    known |= {"dictionary": "CTCAE", "dictionary_version": "5.0"}
    known |= {"causality": (CausalityFact("product", "reporter", "unlikely"),)}
    began = None if started is None else on(started)
    return AdverseEventFact("e", "own words", began, **(known | changes))


@pytest.fixture(scope="module")
def said():
    def run(*patients):
        members, _ = cohort(patients, CUT)
        return " ".join(safety_warnings(members, ends_with(members)))

    return run


@pytest.fixture(scope="module")
def asked(make):
    """A patient of whom everything is known, asked for the last time on day 100."""

    def build(code="p", *events, **changes):
        return make.patient(
            code, visits=(make.visit(100, inquired=True),), adverse_events=events, **changes
        )

    return build


def test_a_complete_record_needs_no_warning(asked, said):
    assert said(asked("p", event())) == ""


def test_visits_in_place_of_inquiries_are_owned_up_to(make, said):
    words = said(make.patient(visits=(make.visit(30),)))
    assert "Nobody was asked the fixed side-effect questions" in words


def test_patients_without_time_are_counted(asked, make, said):
    assert "inquiry, so without person-time: 1 of 2 patients" in said(asked(), make.patient("q"))


def test_events_after_the_last_inquiry_are_counted_and_said(asked, said):
    assert "person-time: 1 adverse event. They are counted" in said(asked("p", event(101)))
    assert "They are counted" not in said(asked("p", event(100)))


def test_mixed_dictionaries_and_scales_are_named(asked, said):
    events = (
        event(dictionary_version="4.03", scale="CTCAE v4.03"), event(), event(scale=None),
    )  # fmt: skip
    words = said(asked("p", *events))
    assert "Terms were coded by CTCAE 4.03, CTCAE 5.0" in words
    assert "Grades are of CTCAE v4.03, CTCAE v5.0, not stated" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"grade": None}, "Without a grade: 1 of 1 adverse event."),
        ({"term": None}, "Without a coded term: 1 of 1 adverse event."),
        ({"serious": None}, "Without a word on seriousness: 1 of 1 adverse event."),
        ({"started": None}, "Without an onset: 1 of 1 adverse event."),
        ({"causality": ()}, "Nobody decided whether treatment caused 1 of 1 adverse event"),
    ],
)
def test_each_gap_is_counted(asked, said, changes, words):
    assert words in said(asked("p", event(**changes)))


def test_a_gap_before_the_course_is_none_of_ours(asked, said):
    assert said(asked("p", event(-50, grade=None, causality=()))) == ""


def test_a_fatal_event_without_a_death_is_questioned(asked, said):
    words = said(asked("p", event(outcome="fatal")))
    assert "A fatal event, but no death on record: 1 patient." in words


def test_a_death_without_a_cause_is_questioned(asked, said):
    alone = asked(death_on=on(200))
    assert "Died without a cause on record: 1 patient." in said(alone)
    assert said(asked(death_on=on(200), death_cause="sepsis")) == ""


def reported(definition, timepoint, state, assessed_on=None):
    return EndpointFact(definition, timepoint, state, assessed_on)


@pytest.mark.parametrize(
    ("died", "changes", "questioned"),
    [
        (7, {"endpoints": (reported("response", "month_3", "met"),)}, True),
        (7, {"endpoints": (reported("response", "month_3", "not_met"),)}, False),
        (60, {"endpoints": (reported("response", "month_3", "met"),)}, True),  # opens on day 61
        (61, {"endpoints": (reported("response", "month_3", "met"),)}, False),
        (7, {"endpoints": (reported("response", "month_3", "met", on(6)),)}, False),
        (7, {"endpoints": (reported("response", "baseline", "met"),)}, False),
    ],
)
def test_a_state_reached_after_death_is_questioned(make, said, died, changes, questioned):
    patient = make.patient(death_on=on(died), death_cause="sepsis", **changes)
    assert ("Status after death" in said(patient)) is questioned


def test_a_visit_after_death_is_questioned(make, said):
    statuses = (StatusFact("died", on(7)),)
    for offset, questioned in ((7, False), (8, True)):
        patient = make.patient(statuses=statuses, visits=(make.visit(offset),))
        assert ("with a visit after the death" in said(patient)) is questioned


def test_a_vague_death_is_not_held_against_a_visit_of_its_year(make, said):
    patient = make.patient(death_on=PartialDate.parse("2024"), visits=(make.visit(90),))
    assert "Status after death" not in said(patient)


def test_more_reported_dead_than_deaths_listed_does_not_close(make, said):
    gone = [
        make.patient(str(n), endpoints=(reported("trial_alive", "month_12", "not_met"),))
        for n in range(3)
    ]
    words = said(*gone, make.patient("x", death_on=on(9)), make.patient("y", death_on=on(10)))
    assert "trial_alive at month_12: 3 reported as not alive, but 2 deaths listed" in words
    more = [make.patient(f"z{n}", death_on=on(n)) for n in range(3)]
    assert "does not close" not in said(*gone, *more)
