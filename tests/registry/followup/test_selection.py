"""Which visit stands for a timepoint, and what became of those not seen."""

from datetime import date, timedelta

import pytest

from registry.followup.facts import StatusFact
from registry.followup.selection import (
    baseline_visit,
    baseline_visits,
    flow_state,
    mismatches,
    same_day_baseline,
    select_visits,
)
from registry.followup.states import AtVisit
from registry.partial_date import PartialDate

DAY_0 = date(2024, 5, 17)


def chosen(patient, course):
    return {code: visit.visit_id for code, visit in select_visits(patient, course).items()}


def test_the_last_visit_before_treatment_is_the_baseline(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(-20, "screening"), a_visit(-3, "baseline"), a_visit(30))
    assert baseline_visit(patient, a_course(), "sledai_2k").visit_id == "v-3baseline"


@pytest.mark.parametrize(("day", "found"), [(-29, False), (-28, True), (0, True), (1, False)])
def test_a_baseline_is_at_most_28_days_old_and_never_after_the_dose(
    a_patient, a_course, a_visit, day, found
):
    patient = a_patient(a_visit(day, "baseline"))
    assert (baseline_visit(patient, a_course(), "sledai_2k") is not None) == found


def test_an_older_baseline_is_found_where_its_instrument_allows(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(-100, instruments=("sdi",)))
    assert baseline_visit(patient, a_course(), "sdi", max_days=180) is not None


def test_a_baseline_lies_before_conditioning_not_only_before_the_cells(
    a_patient, a_course, a_visit
):
    patient = a_patient(a_visit(-10), a_visit(-2))
    course = a_course(started=(DAY_0 - timedelta(days=6)).isoformat())
    assert baseline_visit(patient, course, "sledai_2k").visit_id == "v-10"


def test_each_instrument_has_its_own_baseline(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(-9), a_visit(-2, instruments=("pga",)))
    assert baseline_visit(patient, a_course(), "sledai_2k").visit_id == "v-9"
    assert baseline_visit(patient, a_course(), "pga").visit_id == "v-2"


def test_a_baseline_on_day_0_counts_and_is_flagged(a_patient, a_course, a_visit):
    visit = baseline_visit(a_patient(a_visit(0)), a_course())
    assert same_day_baseline(a_course(), visit)
    assert not same_day_baseline(a_course(), a_visit(-1))


@pytest.mark.parametrize(
    "changes", [{"final": False}, {"attendance": "missed"}, {"attendance": "not_expected"}]
)
def test_only_final_done_visits_are_used(a_patient, a_course, a_visit, changes):
    assert chosen(a_patient(a_visit(30, **changes)), a_course()) == {}


def test_the_visit_nearest_the_target_is_taken(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(330), a_visit(370), a_visit(450))
    assert chosen(patient, a_course()) == {"month_12": "v370"}


def test_of_two_equally_near_visits_the_earlier_is_taken(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(370, visit_id="a"), a_visit(360, visit_id="b"))
    assert chosen(patient, a_course()) == {"month_12": "b"}


def test_a_nearer_visit_wins_even_when_it_is_incomplete(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(365, instruments=()), a_visit(380))
    assert chosen(patient, a_course()) == {"month_12": "v365"}


@pytest.mark.parametrize(("code", "day"), [("unscheduled", 91), ("day_100", 91), ("day_28", 30)])
def test_a_fallback_visit_serves_only_where_no_other_exists(
    a_patient, a_course, a_visit, code, day
):
    fallback, planned = a_visit(day, code), a_visit(day + 20)
    assert list(chosen(a_patient(fallback), a_course()).values()) == [fallback.visit_id]
    assert list(chosen(a_patient(fallback, planned), a_course()).values()) == [planned.visit_id]


@pytest.mark.parametrize("code", ["screening", "day_0", "day_1", "day_7", "day_14"])
def test_a_safety_or_screening_visit_never_serves_after_day_0(a_patient, a_course, a_visit, code):
    assert chosen(a_patient(a_visit(20, code)), a_course()) == {}


def test_the_date_decides_the_timepoint_and_a_difference_is_told(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(100, "month_6"), a_visit(10, "month_1"), a_visit(-2, "baseline"))
    assert chosen(patient, a_course()) == {"baseline": "v-2baseline", "month_3": "v100month_6"}
    assert [(m.given, m.derived) for m in mismatches(patient, a_course())] == [
        ("month_6", "month_3"),
        ("month_1", None),
    ]
    assert "month_3 is used" in mismatches(patient, a_course())[0].sentence


@pytest.mark.parametrize("code", ["unscheduled", "day_7", "day_100", "screening", None])
def test_codes_that_claim_no_timepoint_are_no_mismatch(a_patient, a_course, a_visit, code):
    assert mismatches(a_patient(a_visit(200, code)), a_course()) == []


def test_given_timepoints_are_used_while_day_0_is_vague(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(-2, "baseline"), a_visit(91), a_visit(100, "month_6"))
    course = a_course("2024-05")
    assert chosen(patient, course) == {"baseline": "v-2baseline", "month_6": "v100month_6"}
    assert mismatches(patient, course) == []


def test_a_patient_without_infusion_has_no_timepoints(a_patient, a_course, a_visit):
    course = a_course(started="2024-05-01")
    uninfused = type(course)("c", 1, course.started_on)
    assert chosen(a_patient(a_visit(30)), uninfused) == {}


def cut(day):
    return DAY_0 + timedelta(days=day)


def since(day, status):
    return StatusFact(status, PartialDate.on(cut(day)))


@pytest.mark.parametrize(
    ("cut_day", "state"), [(319, "not_yet_due"), (455, "not_yet_due"), (456, "missed")]
)
def test_an_unseen_patient_is_missed_only_once_the_window_has_closed(
    a_patient, a_course, cut_day, state
):
    assert flow_state(a_patient(), a_course(), "month_12", cut(cut_day)) == state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("withdrew_visits", "withdrawn"),
        ("withdrew_consent", "withdrawn"),
        ("erasure_requested", "withdrawn"),
        ("lost", "lost"),
        ("died", "died"),
        ("active", "missed"),
        ("transferred", "missed"),
        ("completed", "missed"),
    ],
)
def test_the_status_in_force_explains_who_was_not_seen(a_patient, a_course, status, state):
    patient = a_patient(statuses=(since(0, "active"), since(456, status)))
    assert flow_state(patient, a_course(), "month_12", cut(900)) == state
    assert flow_state(patient, a_course(), "month_9", cut(900)) == "missed"


def test_a_visit_counts_whatever_happened_later(a_patient, a_course, a_visit):
    patient = a_patient(a_visit(350), death_on=PartialDate.on(cut(400)))
    assert flow_state(patient, a_course(), "month_12", cut(900)) == "seen"
    assert flow_state(patient, a_course(), "month_18", cut(900)) == "died"


def test_death_comes_before_withdrawal_and_loss(a_patient, a_course):
    patient = a_patient(statuses=(since(10, "lost"),), death_on=PartialDate.parse("2025"))
    assert flow_state(patient, a_course(), "month_12", cut(900)) == "died"


def test_a_vague_day_0_closes_its_windows_as_late_as_it_can(a_patient, a_course):
    course = a_course("2024-05")
    closed = date(2024, 5, 31) + timedelta(days=60)
    assert flow_state(a_patient(), course, "month_1", closed) == "missed"
    assert flow_state(a_patient(), course, "month_1", closed - timedelta(days=1)) == "not_yet_due"


def test_a_baseline_is_never_still_to_come_of_somebody_infused(a_patient, a_course):
    course = a_course("2024-05")
    assert flow_state(a_patient(), course, "baseline", date(2024, 5, 10)) == "missed"


def test_a_visit_with_only_questions_answered_changes_no_choice(a_patient, a_visit, a_course, said):
    course = a_course()
    scored = a_visit(-10)
    asked = a_visit(-2, "baseline", assessments=(), questions=said())
    patient = a_patient(scored, asked, courses=(course,))
    assert select_visits(patient, course)["baseline"] == scored
    assert baseline_visits(patient, course) == {"sledai_2k": scored}
    later = a_visit(91, questions=said())
    assert AtVisit(a_patient(scored, asked, later), later).previous == scored
