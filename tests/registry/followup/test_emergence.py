"""Which events count, when and why: edges of phases, partial dates, verdicts."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup import emergence
from registry.followup.facts import AdverseEventFact, CausalityFact, CourseFact, GradeFact
from registry.partial_date import PartialDate
from tests.registry.followup.conftest import DAY_0, partial


def an_event(started="2024-05-20", ended=None, **changes):
    return AdverseEventFact("e1", "felt ill", partial(started), partial(ended), **changes)


def after(days):
    return (DAY_0 + timedelta(days=days)).isoformat()


def grades(*entries):
    return tuple(GradeFact(partial(on), grade, serious) for on, grade, serious in entries)


START = PartialDate.on(DAY_0)


@pytest.mark.parametrize(
    ("started", "ended", "emergent"),
    [
        (after(0), None, True),
        (after(-1), None, False),
        ("2024-05", None, True),  # may have begun on the day itself
        ("2024-04", None, False),
        ("2024", None, True),
        (None, None, True),
        (None, after(-1), False),  # whenever it began, it was over
        ("2024", "2024-04", False),
        ("2024", "2024-05", True),
        (after(-10), after(10), False),  # begun before, and no worse
    ],
)
def test_what_is_not_certainly_before_counts(started, ended, emergent):
    assert emergence.is_emergent(an_event(started, ended), START) is emergent


@pytest.mark.parametrize(
    ("entries", "emergent"),
    [
        ([(after(-20), 1, None), (after(3), 2, None)], True),
        ([(after(-20), 2, None), (after(3), 2, None)], False),
        ([(after(-20), 2, None), (after(3), 1, None)], False),
        ([(after(-20), 2, False), (after(3), 2, True)], True),
        ([(after(-20), 2, True), (after(3), 2, True)], False),
        ([(after(3), 4, True)], False),  # nothing to rise from
        ([(after(-20), 1, None), ("2024-05", 2, None)], True),
    ],
)
def test_an_older_event_counts_where_it_rises_after_the_start(entries, emergent):
    event = an_event(after(-30), grades=grades(*entries))
    assert emergence.is_emergent(event, START) is emergent


def test_a_risen_event_is_of_the_phase_in_which_it_rose(a_course):
    event = an_event(after(-30), grades=grades((after(-20), 1, None), (after(40), 3, None)))
    assert emergence.phase(event, [a_course()]) == "day_29_100"


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (-1, "pre_course"), (0, "day_0_28"), (28, "day_0_28"), (29, "day_29_100"),
        (100, "day_29_100"), (101, "day_101_365"), (365, "day_101_365"), (366, "later"),
    ],
)  # fmt: skip
def test_the_edges_of_every_phase(a_course, day, phase):
    assert emergence.phase(an_event(after(day)), [a_course()]) == phase


@pytest.mark.parametrize(
    ("day", "phase"),
    [(-11, "pre_course"), (-10, "mobilisation_and_conditioning"),
     (-1, "mobilisation_and_conditioning"), (0, "day_0_28")],
)  # fmt: skip
def test_conditioning_lies_between_course_start_and_day_0(a_course, day, phase):
    course = a_course(mobilised=after(-10))
    assert emergence.phase(an_event(after(day)), [course]) == phase


def test_without_an_infusion_all_is_preparation():
    course = CourseFact("c", 1, partial(after(0)))
    assert emergence.phase(an_event(after(300)), [course]) == "mobilisation_and_conditioning"


def test_a_second_course_has_its_own_first_days(a_course):
    courses = [a_course(), a_course(after(400), ordinal=2)]
    found = [emergence.phase(an_event(after(day)), courses) for day in (399, 400, 428, 429)]
    assert found == ["later", "day_0_28", "day_0_28", "day_29_100"]


@pytest.mark.parametrize(
    ("started", "phase"),
    [
        ("2024-06", "unknown"),  # 15 to 44 days after
        ("2024-07", "day_29_100"),  # 45 to 75
        ("2024-05", "unknown"),  # perhaps before
        ("2026", "later"),
        (None, "unknown"),
    ],
)
def test_a_partial_date_has_a_phase_only_where_every_day_agrees(a_course, started, phase):
    assert emergence.phase(an_event(started), [a_course()]) == phase


def test_a_range_with_equal_ends_and_another_middle_is_unknown(a_course):
    courses = [a_course(), a_course("2026-06-15", ordinal=2)]
    # January and December 2026 are both later; the middle of the year has a day 0 of its own.
    late = [a_course(), a_course("2025-06-15", ordinal=2)]
    assert emergence.phase_of(partial("2026"), courses) == "unknown"
    assert emergence.phase_of(partial("2027"), late) == "later"


def test_a_partial_day_0_leaves_the_phase_open_until_it_cannot_matter(a_course):
    course = a_course("2024-05")
    found = [emergence.phase_of(partial(day), [course]) for day in ("2024-06-20", "2024-07-15")]
    assert found == ["unknown", "day_29_100"]


@given(st.integers(-400, 800), st.integers(-400, 800))
def test_the_phase_of_a_month_is_that_of_its_days_or_unknown(first, second):
    day = DAY_0 + timedelta(days=first)
    month = PartialDate.parse(day.isoformat()[:7])
    course = CourseFact("c", 1, PartialDate.on(DAY_0 + timedelta(days=second)))
    whole = emergence.phase_of(month, [course])
    assert whole in {emergence.phase_of(PartialDate.on(day), [course]), "unknown"}


def verdicts(*rows):
    return tuple(CausalityFact(*row) for row in rows)


@pytest.mark.parametrize(
    ("rows", "relation"),
    [
        ([], "missing"),
        ([("product", "reporter", "possible")], "related"),
        ([("product", "reporter", "unlikely"), ("product", "reviewer", "related")], "related"),
        ([("product", "reporter", "related"), ("product", "reviewer", "not_related")], "related"),
        ([("conditioning", "reporter", "certain")], "related"),
        ([("procedure", "reporter", "probable")], "related"),
        ([("lupus", "reporter", "certain")], "missing"),
        ([("concomitant", "reporter", "certain"), ("product", "reporter", "unlikely")],
         "not_related"),
        ([("product", "reporter", "conditional"), ("product", "reviewer", "unlikely")],
         "conditional"),
        ([("product", "reporter", "unassessable")], "unassessable"),
        ([("product", "reporter", "not_related")], "not_related"),
    ],
)  # fmt: skip
def test_one_yes_relates_and_silence_is_no_answer(rows, relation):
    assert emergence.relation(an_event(causality=verdicts(*rows))) == relation


def test_each_part_of_the_treatment_that_is_held_responsible_is_named():
    rows = verdicts(
        ("conditioning", "reviewer", "possible"),
        ("product", "reporter", "certain"),
        ("procedure", "reporter", "unlikely"),
        ("lupus", "reporter", "certain"),
    )
    assert emergence.causes(an_event(causality=rows)) == ("product", "conditioning")


@pytest.mark.parametrize(
    ("changes", "serious"),
    [
        ({}, None),
        ({"serious": False}, False),
        ({"serious": True}, True),
        ({"seriousness": ("hospitalisation",)}, True),
        ({"outcome": "fatal", "serious": False}, True),
        ({"grade": 5}, True),
        ({"grade": 4}, None),
    ],
)
def test_a_fatal_event_is_serious_whatever_was_ticked(changes, serious):
    assert emergence.is_serious(an_event(**changes)) is serious


def test_the_worst_grade_is_of_the_history_too():
    history = grades((after(1), 2, None), (after(5), 4, None), (after(9), 1, None))
    assert emergence.worst_grade(an_event(grade=3, grades=history)) == 4
    assert emergence.worst_grade(an_event()) is None


def test_the_earliest_course_starts_the_clock_of_safety(a_course):
    failed = CourseFact("f", 2, None, partial(after(-100)))
    start = emergence.safety_start([a_course(), failed])
    assert start.exact == DAY_0 - timedelta(days=100)
    assert emergence.safety_start([]) is None


def test_only_a_finished_inquiry_at_a_done_visit_ends_the_time(a_patient, a_visit):
    asked = {"inquired": True}
    patient = a_patient(
        a_visit(30, **asked), a_visit(60), a_visit(90, attendance="missed", **asked)
    )
    assert emergence.last_inquiry(patient) == DAY_0 + timedelta(days=30)
    assert emergence.last_visit(patient) == DAY_0 + timedelta(days=60)
    assert emergence.last_inquiry(a_patient(a_visit(60))) is None
