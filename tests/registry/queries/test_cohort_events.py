"""Both figures of adverse events count as the summary does. Day 0 is 2024-01-10."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.adverse_events import adverse_events
from registry.analysis.cohort import cohort
from registry.followup.facts import AdverseEventFact, CourseFact
from registry.partial_date import PartialDate
from registry.queries.cohort_events import grades_of, onset_of
from tests.registry.analysis.conftest import CUT, Make, day

MAKE = Make()
SECOND = MAKE.course(PartialDate.on(day(300)), ordinal=2)
INFECTION = "Infections and infestations"


def event(started, term="Fever", **changes):
    on = PartialDate.on(day(started)) if isinstance(started, int) else started
    return AdverseEventFact(f"{term}{started}{changes}", "own words", on, term=term, **changes)


def members(*patients):
    return cohort(patients, CUT)[0]


def patient(code, *events, **changes):
    return MAKE.patient(code, adverse_events=events, **changes)


def grades(*patients):
    counted = members(*patients)
    return grades_of(adverse_events(counted), counted, CUT)


def onset(*patients):
    return onset_of(members(*patients), CUT)


def days(told):
    return [(mark.first_day, mark.last_day) for mark in told.marks]


def test_a_patient_counts_once_in_a_term_by_the_worst_grade():
    told = grades(
        patient("a", event(1, grade=1), event(9, grade=3)), patient("b", event(2, grade=None))
    )
    (fever,) = told.terms
    assert (fever.patients, fever.affected, fever.events) == ((0, 0, 1, 0, 0, 1), 2, 3)
    assert (told.n, told.affected, told.events) == (2, 2, 3)


def test_the_most_frequent_term_comes_first_and_what_is_not_coded_last():
    told = grades(
        patient("a", event(1, "Rash"), event(1, "Fever"), event(2, None)),
        patient("b", event(1, "Fever"), event(3, None)),
        patient("c", event(1, None)),
    )
    assert [term.term for term in told.terms] == ["Fever", "Rash", None]


def test_events_before_the_course_are_counted_apart():
    told = patient("a", event(-50), event(3))
    assert (grades(told).events, grades(told).before_course) == (1, 1)
    assert (days(onset(told)), onset(told).before_course) == ([(3, 3)], 1)


def test_the_reporters_own_words_stay_out():
    told = patient("a", event(3, None))
    assert "own words" not in repr(grades(told)) + repr(onset(told))


def test_days_count_from_the_latest_course_begun():
    told = patient("a", event(12), event(299), event(310), courses=(MAKE.course(), SECOND))
    assert days(onset(told)) == [(10, 10), (12, 12), (299, 299)]


def test_an_event_of_the_preparation_stands_before_day_0():
    started = PartialDate.on(day(-20))
    course = CourseFact("c1", 1, started, infusions=MAKE.course().infusions)
    assert days(onset(patient("a", event(-3), courses=(course,)))) == [(-3, -3)]


def test_a_partial_onset_is_a_range():
    told = onset(patient("a", event(PartialDate.parse("2024-02"))))
    assert days(told) == [(22, 50)]


@pytest.mark.parametrize(
    ("courses", "started"),
    [
        ((MAKE.course(),), None),  # nobody knows the onset
        ((MAKE.course(),), PartialDate.parse("2024-01")),  # before or after day 0
        ((MAKE.course(PartialDate.parse("2024-01")),), 60),  # day 0 is not exact
        ((CourseFact("c1", 1, PartialDate.on(day(0))),), 60),  # begun and never infused
        ((MAKE.course(), SECOND), PartialDate.parse("2024")),
    ],
    ids=["no onset", "around day 0", "partial day 0", "not infused", "either course"],
)  # fmt: skip
def test_what_dates_do_not_place_is_counted_not_drawn(courses, started):
    told = onset(patient("a", event(started), courses=courses))
    assert (told.marks, told.without_day) == ((), 1)


def test_who_never_began_a_course_is_in_no_count():
    told = patient("a", event(3), courses=())
    assert (grades(told).n, grades(told).events, onset(told).marks) == (0, 0, ())


def test_the_kinds_of_cells_are_named():
    stem = patient("b", event(3), courses=(MAKE.course(cell_type="car_t"),))
    assert "mixes" in grades(patient("a", event(3)), stem).population
    assert "mixes" not in onset(stem).population


def test_seriousness_is_that_of_the_summary():
    told = onset(patient("a", event(3, outcome="fatal"), event(4), event(5, serious=False)))
    assert [mark.serious for mark in told.marks] == [True, None, False]


EVENTS = st.lists(
    st.builds(
        event,
        st.integers(-40, 600) | st.sampled_from([PartialDate.parse("2024"), None]),
        st.sampled_from(["Fever", "Rash", None]),
        grade=st.none() | st.integers(1, 5),
        soc=st.sampled_from([INFECTION, None]),
    ),
    max_size=8,
)


@given(st.lists(EVENTS, max_size=4))
def test_every_event_of_the_summary_is_in_both_figures(lists):
    patients = [patient(f"p{n}", *events) for n, events in enumerate(lists)]
    section = adverse_events(members(*patients))
    told, placed = grades(*patients), onset(*patients)
    assert sum(term.events for term in told.terms) == section["any"]["events"] == told.events
    assert len(placed.marks) + placed.without_day == told.events
    assert told.before_course == placed.before_course == section["before_course"]["events"]
    assert all(term.affected <= told.affected for term in told.terms)
    assert Decimal(told.n) == len(patients)
