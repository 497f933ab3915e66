"""Day 0, course start, ascertainment and status."""

from datetime import date

import pytest

from registry.followup import clocks
from registry.followup.facts import CourseFact, EnrolmentFact, InfusionFact, StatusFact
from registry.partial_date import PartialDate


def test_day_0_is_the_day_at_the_site_of_the_first_infusion(a_course):
    assert clocks.day_0(a_course("2024-05-17T23:30-05:00", "2024-05-24")) == date(2024, 5, 17)


def test_day_0_is_the_earliest_date_whatever_the_sequence_says(a_course):
    assert clocks.day_0(a_course("2024-05-24", "2024-05-17")) == date(2024, 5, 17)


@pytest.mark.parametrize("infused", [["2024-05"], ["2024"], ["2024-05", "2024-05-24"]])
def test_day_0_is_unknown_while_the_first_infusion_has_no_day(a_course, infused):
    assert clocks.day_0(a_course(*infused)) is None


def test_a_vague_later_infusion_leaves_day_0_known(a_course):
    assert clocks.day_0(a_course("2024-05-17", "2024")) == date(2024, 5, 17)


def test_a_course_without_infusion_has_no_day_0():
    assert clocks.day_0(CourseFact("c", 1, PartialDate.parse("2024-05-01"))) is None


@pytest.mark.parametrize(
    ("started", "mobilised", "first", "last"),
    [
        (None, None, "2024-05-17", "2024-05-17"),
        ("2024-05-10", None, "2024-05-10", "2024-05-10"),
        ("2024-05-10", "2024-04-20", "2024-04-20", "2024-04-20"),
        ("2024-06-01", None, "2024-05-17", "2024-05-17"),
        ("2024-05", None, "2024-05-01", "2024-05-17"),
    ],
)
def test_a_course_starts_with_its_earliest_step(a_course, started, mobilised, first, last):
    start = clocks.course_start(a_course(started=started, mobilised=mobilised))
    assert (start.earliest.isoformat(), start.latest.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("enrolled", "derived"),
    [
        ("2024-05-17", "prospective"),
        ("2024-05-18", "early"),
        ("2024-06-16", "early"),
        ("2024-06-17", "retrospective"),
        ("2024-05", "early"),  # perhaps before, but nobody can show it
        ("2024", "retrospective"),
    ],
)
def test_ascertainment_follows_from_enrolment_and_day_0(a_course, a_patient, enrolled, derived):
    patient = a_patient(enrolments=(EnrolmentFact("S1", PartialDate.parse(enrolled)),))
    assert clocks.ascertainment(patient, a_course()) == derived


def test_a_given_ascertainment_is_kept(a_course, a_patient):
    enrolment = EnrolmentFact("S1", PartialDate.parse("2020"), ascertainment="retrospective")
    assert clocks.ascertainment(a_patient(enrolments=(enrolment,)), a_course()) == "retrospective"


def test_of_two_statuses_on_one_day_the_later_entered_holds():
    day = PartialDate.parse("2025-03-01")
    history = [StatusFact("lost", day), StatusFact("active", day)]
    assert clocks.status_on(history, date(2025, 3, 1)) == "active"
    assert clocks.status_on(history[::-1], date(2025, 3, 1)) == "lost"


def test_the_latest_status_that_has_begun_is_in_force():
    history = [
        StatusFact("active", PartialDate.parse("2024-01-01")),
        StatusFact("lost", PartialDate.parse("2024-06")),
        StatusFact("active", PartialDate.parse("2024-09-01")),
    ]
    days = [date(2023, 12, 31), date(2024, 5, 31), date(2024, 6, 1), date(2024, 9, 1)]
    assert [clocks.status_on(history, day) for day in days] == [None, "active", "lost", "active"]


def test_a_death_counts_from_the_first_day_it_can_have_been(a_patient):
    patient = a_patient(death_on=PartialDate.parse("2024-08"))
    assert not clocks.died_by(patient, date(2024, 7, 31))
    assert clocks.died_by(patient, date(2024, 8, 1))


def test_the_last_contact_is_the_last_day_seen_or_known_alive(a_patient, a_visit):
    assert clocks.last_contact(a_patient()) is None
    assert clocks.last_contact(a_patient(a_visit(30), a_visit(91))) == date(2024, 8, 16)


def test_courses_are_numbered_by_first_infusion_whichever_was_begun_before():
    early, late = (PartialDate.parse(day) for day in ("2023-01-10", "2024-03-01"))
    begun_first = CourseFact("a", 0, PartialDate.parse("2022-02-01"), infusions=(_given(late),))
    given_first = CourseFact("b", 0, None, infusions=(_given(early),))
    courses = clocks.in_order_of_treatment([begun_first, given_first])
    assert [(course.course_id, course.ordinal) for course in courses] == [("b", 1), ("a", 2)]


def test_courses_without_an_infusion_follow_by_their_first_step():
    steps = (("none", None), ("late", "2024-05"), ("soon", "2023-11-30"))
    waiting = [CourseFact(code, 0, day and PartialDate.parse(day)) for code, day in steps]
    given = CourseFact("given", 0, None, infusions=(_given(PartialDate.parse("2025")),))
    courses = clocks.in_order_of_treatment([*waiting, given])
    assert [course.course_id for course in courses] == ["given", "soon", "late", "none"]


def _given(started_at):
    return InfusionFact("i", started_at, "S1", "msc")
