"""LLDAS from stored facts: they can refute it, and never prove what nobody asked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from registry.followup.facts import AssessmentFact
from registry.followup.states import STATES
from registry.instruments import sledai_2k
from registry.instruments.lldas import MAJOR_ITEMS

LLDAS = STATES["lldas"].judge
OPEN = "haemolytic_anaemia_and_gi_not_asked, new_activity_not_asked, maintenance_not_asked"
POINTS = {item.code: item.weight for item in sledai_2k.ITEMS}


@pytest.fixture
def judged(a_patient, a_visit, a_medicine, an_activity):
    """Judge a visit on day 91 after a visit on day 30, with 7.5 mg unless told otherwise."""

    def build(*items, unknown=(), pga="1.00", before=None, mg="7.5", **more):
        # What is present now was already there, unless the visit before is given.
        first = an_activity(items if before is None else before)
        earlier = a_visit(30, assessments=first, **more)
        visit = a_visit(91, assessments=an_activity(items, unknown, pga))
        taken = () if mg is None else (a_medicine(daily_dose=mg),)
        return LLDAS(a_patient(earlier, visit, medicines=taken), visit)

    return build


def test_what_nobody_asked_leaves_it_open_with_the_reasons(judged):
    verdict = judged("rash")
    assert (verdict.state, verdict.reason) == ("indeterminate", OPEN)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"pga": "1.01"}, "pga_above_1"),
        ({"mg": "7.51"}, "dose_above_7.5_mg"),
        ({"before": ()}, "new_activity"),
    ],
)
def test_one_definite_failure_decides(judged, changes, reason):
    verdict = judged("rash", **changes)
    assert (verdict.state, verdict.reason) == ("not_met", reason)


def test_a_gap_is_named_and_no_failure(judged):
    assert "no_pga" in judged("rash", pga=None).reason
    assert "no_medicine_history" in judged("rash", mg=None).reason
    assert judged("rash", pga=None, mg=None).state == "indeterminate"


@pytest.mark.parametrize("item", [c for c in POINTS if POINTS[c] <= 4])
def test_the_points_of_an_organ_say_whether_a_major_one_is_active(judged, item):
    verdict = judged(item)
    # One point of the constitutional group may be a blood count as well as fever.
    certain = item in MAJOR_ITEMS - {"fever"}
    assert verdict.state == ("not_met" if certain else "indeterminate")
    assert ("fever_not_certain" in verdict.reason) == (POINTS[item] == 1)


def test_fever_is_certain_only_where_the_whole_group_is_present(judged):
    assert judged("fever", "thrombocytopenia", "leukopenia").reason == "major_organ"


@pytest.mark.parametrize("items", [("vasculitis",), ("arthritis", "leukopenia")])
def test_more_than_4_points_fail(judged, items):
    assert "sledai_2k_above_4" in judged(*items).reason


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ("pyuria", "major_organ_not_assessed"),
        ("fever", "fever_not_certain"),
        ("rash", "haemolytic"),
    ],
)
def test_an_organ_nobody_looked_at_is_not_quiet(judged, gap, reason):
    assert reason in judged(unknown=(gap,)).reason


def test_an_item_that_was_not_assessed_before_is_not_known_to_be_new(
    a_patient, a_visit, a_medicine, an_activity
):
    earlier = a_visit(30, assessments=an_activity(unknown=("rash",)))
    visit = a_visit(91, assessments=an_activity(("rash",), pga="0"))
    verdict = LLDAS(a_patient(earlier, visit, medicines=(a_medicine(daily_dose=0),)), visit)
    assert (verdict.state, verdict.reason) == ("indeterminate", OPEN)


def test_another_organ_is_new_although_the_total_fell(judged):
    assert judged("rash", before=("arthritis",)).reason == "new_activity"


@pytest.mark.parametrize("days", [(), (91,), (120,)])
def test_without_an_earlier_score_nothing_can_be_new(a_patient, a_visit, an_activity, days):
    visit = a_visit(91, assessments=an_activity(("rash",), pga="0"))
    others = (a_visit(day, "unscheduled") for day in days)
    assert "no_earlier_assessment" in LLDAS(a_patient(visit, *others), visit).reason


def test_a_visit_that_nobody_signed_is_no_earlier_one(judged):
    assert "no_earlier_assessment" in judged("rash", before=(), final=False).reason


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [(2, 3, "new_activity"), (3, 3, "organs_not_stored"), (4, 5, "sledai_2k_above_4")],
)
def test_historic_totals_are_compared_as_totals(a_patient, a_visit, before, now, reason):
    old, new = (
        AssessmentFact("sledai_2k", "1", Decimal(n), None, None, complete=False, total_only=True)
        for n in (before, now)
    )
    visit = a_visit(91, assessments=(new,))
    patient = a_patient(a_visit(30, assessments=(old,)), visit)
    assert reason in LLDAS(patient, visit).reason


def test_a_historic_total_of_0_has_no_active_organ(a_patient, a_visit):
    none = AssessmentFact("sledai_2k", "1", Decimal(0), None, None, complete=False, total_only=True)
    visit = a_visit(91, assessments=(none,))
    assert "organs_not_stored" not in LLDAS(a_patient(visit), visit).reason


def test_a_recent_pulse_fails(a_patient, a_visit, a_medicine, an_activity):
    pulse = a_medicine(started="2024-08-01", ended="2024-08-01", route="iv", dose=100)
    visit = a_visit(91, assessments=an_activity(pga="0"))
    assert LLDAS(a_patient(visit, medicines=(pulse,)), visit).reason == "recent_pulse"


def test_a_visit_without_activity_has_no_state(a_patient, a_visit):
    assert LLDAS(a_patient(), a_visit(91, assessments=())) is None


@pytest.mark.parametrize(
    ("course", "state"),
    [
        (("trial", "2024-05-17"), "not_met"),
        (("trial", "2024-08-15"), "not_met"),
        (("trial", "2024-08-16"), "indeterminate"),  # the day of the visit
        (("trial", "2024-08"), "indeterminate"),  # perhaps after it
        (("trial", "2024-09-01"), "indeterminate"),
        (("hospital_exemption", "2024-05-17"), "indeterminate"),
        ((None, "2024-05-17"), "indeterminate"),
    ],
)
def test_cells_of_a_trial_bar_it_from_the_infusion_on(a_patient, a_visit, a_course, course, state):
    basis, infused = course
    visit = a_visit(91)  # 2024-08-16
    patient = a_patient(visit, courses=(replace(a_course(infused), legal_basis=basis),))
    assert STATES["lldas_bar"].judge(patient, visit).state == state
    assert LLDAS(patient, visit).state == "indeterminate"


def test_the_bar_needs_something_to_judge(a_patient, a_visit):
    assert STATES["lldas_bar"].judge(a_patient(), a_visit(91, assessments=())) is None
