"""DORIS 2021 from stored facts: met only where every limb is known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from registry.followup.facts import AssessmentFact
from registry.followup.states import STATES, AtVisit

WIDE, STRICT = STATES["doris_2021"].judge, STATES["doris_2021_strict"].judge


@pytest.fixture
def judged(a_patient, a_visit, a_medicine, an_activity):
    def build(*items, unknown=(), pga="0.4", medicines=None, **dose):
        visit = a_visit(91, assessments=an_activity(items, unknown, pga))  # 2024-08-16
        taken = (a_medicine(**({"daily_dose": 5} | dose)),) if medicines is None else medicines
        patient = a_patient(visit, medicines=taken)
        return WIDE(AtVisit(patient, visit)), STRICT(AtVisit(patient, visit))

    return build


def states_of(verdicts):
    return tuple(verdict.state for verdict in verdicts)


@pytest.mark.parametrize(
    ("mg", "expected"),
    [
        ("4.99", ("met", "met")),
        ("5", ("met", "not_met")),
        ("5.01", ("not_met", "not_met")),
        (0, ("met", "met")),
    ],
)
def test_exactly_5_mg_divides_the_two_readings(judged, mg, expected):
    assert states_of(judged(daily_dose=mg)) == expected


@pytest.mark.parametrize(("pga", "state"), [("0.49", "met"), ("0.5", "not_met")])
def test_the_pga_is_strictly_below_a_half(judged, pga, state):
    assert judged(pga=pga)[0].state == state


def test_without_a_pga_it_is_indeterminate_unless_another_limb_fails(judged):
    assert (judged(pga=None)[0].state, judged(pga=None)[0].reason) == ("indeterminate", "no_pga")
    assert judged("rash", pga=None)[0].reason == "clinical_sledai_above_0"


def test_serology_does_not_count_and_any_clinical_item_does(judged):
    assert judged("low_complement", "increased_dna_binding")[0].state == "met"
    assert judged("leukopenia")[0].state == "not_met"
    assert judged(unknown=("low_complement",))[0].state == "met"
    assert judged(unknown=("fever",))[0].reason == "clinical_sledai_not_complete"
    assert judged("rash", unknown=("fever",))[0].state == "not_met"


def test_a_recent_pulse_fails_both(judged):
    pulse = judged(started="2024-08-01", ended="2024-08-01", route="iv", dose=500, daily_dose=500)
    assert {(v.state, v.reason) for v in pulse} == {("not_met", "recent_pulse")}


def test_without_any_medicine_row_nothing_is_assumed(judged):
    assert judged(medicines=())[0].reason == "no_medicine_history"


@pytest.mark.parametrize(
    ("drug", "started", "expected"),
    [
        ("azathioprine", "2024-05-23", ("met", "")),  # 85 days before
        ("azathioprine", "2024-05-24", ("not_met", "maintenance_raised_in_12_weeks")),
        ("azathioprine", "2024-05", ("indeterminate", "medicine_changed_in_12_weeks")),
        ("colecalciferol", "2024-05-23", ("met", "")),
        ("colecalciferol", "2024-05-24", ("indeterminate", "medicine_changed_in_12_weeks")),
    ],
)
def test_maintenance_begun_in_the_12_weeks_before_is_not_stable(
    judged, a_medicine, drug, started, expected
):
    rows = (a_medicine(daily_dose=0), a_medicine(drug, started))
    verdict = judged(medicines=rows)[0]
    assert (verdict.state, verdict.reason) == expected


@pytest.mark.parametrize(
    ("total", "state"), [(0, "met"), (1, "indeterminate"), (4, "indeterminate"), (5, "not_met")]
)
def test_of_a_historic_total_4_points_may_be_serology(a_patient, a_visit, a_medicine, total, state):
    value, none = Decimal(total), Decimal(0)
    old = AssessmentFact("sledai_2k", "1", value, None, None, complete=False, total_only=True)
    pga = AssessmentFact("pga", "1", none, none, none, complete=True)
    visit = a_visit(91, assessments=(old, pga))
    patient = a_patient(visit, medicines=(a_medicine(daily_dose=0),))
    assert WIDE(AtVisit(patient, visit)).state == state


def test_a_visit_without_activity_has_no_state(a_patient, a_visit):
    assert WIDE(AtVisit(a_patient(), a_visit(91, assessments=()))) is None
    assert STRICT(AtVisit(a_patient(), a_visit(91, instruments=("clasi",)))) is None


def test_a_visit_with_only_a_pga_can_fail_and_never_be_met(a_patient, a_visit, an_activity):
    only = an_activity(pga="2")[1]
    verdict = WIDE(AtVisit(a_patient(), a_visit(91, assessments=(only,))))
    assert (verdict.state, verdict.reason) == ("not_met", "pga_not_below_0.5")
    quiet = replace(only, total=Decimal(0), known_points=Decimal(0), max_possible=Decimal(0))
    verdict = WIDE(AtVisit(a_patient(), a_visit(91, assessments=(quiet,))))
    assert verdict.state == "indeterminate"
    assert verdict.reason.startswith("no_sledai_2k")


def test_patients_with_equal_days_never_share_their_medicines(judged):
    assert states_of(judged(daily_dose=5)) == ("met", "not_met")
    assert states_of(judged(daily_dose=6)) == ("not_met", "not_met")
    assert states_of(judged(medicines=())) == ("indeterminate", "indeterminate")
