"""States at a visit: decided only where both bounds agree."""

from decimal import Decimal

import pytest

from registry.followup.facts import AssessmentFact
from registry.followup.states import STATES, AtVisit

SLEDAI, PREDNISONE = STATES["sledai_2k_le_4"].judge, STATES["prednisone_le_5"].judge


def number(value):
    return None if value is None else Decimal(value)


@pytest.mark.parametrize(
    ("known", "possible", "state"),
    [
        (0, 0, "met"),
        (4, 4, "met"),
        (2, 4, "met"),
        (5, 5, "not_met"),
        (5, 105, "not_met"),
        (4, 5, "indeterminate"),
        (0, 105, "indeterminate"),
    ],
)
def test_sledai_is_decided_by_both_bounds(a_patient, a_visit, known, possible, state):
    total = number(known) if known == possible else None
    fact = AssessmentFact(
        "sledai_2k", "1", total, number(known), number(possible), complete=total is not None
    )
    assert SLEDAI(AtVisit(a_patient(), a_visit(91, assessments=(fact,)))).state == state


@pytest.mark.parametrize(("total", "state"), [(4, "met"), (5, "not_met"), (None, "indeterminate")])
def test_a_historic_total_decides_by_itself(a_patient, a_visit, total, state):
    fact = AssessmentFact("sledai_2k", "1", number(total), None, None, False, total_only=True)
    assert SLEDAI(AtVisit(a_patient(), a_visit(91, assessments=(fact,)))).state == state


def test_a_historic_total_decides_even_beside_bounds_of_no_items(a_patient, a_visit):
    fact = AssessmentFact(
        "sledai_2k", "1", Decimal(4), Decimal(0), Decimal(105), complete=False, total_only=True
    )
    assert SLEDAI(AtVisit(a_patient(), a_visit(91, assessments=(fact,)))).state == "met"


def test_a_visit_without_sledai_has_no_state(a_patient, a_visit):
    assert SLEDAI(AtVisit(a_patient(), a_visit(91, instruments=("pga",)))) is None


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"daily_dose": 5}, ("met", "")),
        ({"drug": "azathioprine"}, ("met", "")),
        ({"daily_dose": "5.01"}, ("not_met", "dose_above_5_mg")),
        ({"drug": "methylprednisolone", "daily_dose": 4}, ("met", "")),
        ({"drug": "dexamethasone", "daily_dose": "0.75"}, ("met", "")),
        ({}, ("indeterminate", "dose_not_certain")),
        ({"daily_dose": 10, "as_needed": True}, ("indeterminate", "dose_not_certain")),
        ({"started": "2024-08", "daily_dose": 20}, ("indeterminate", "dose_not_certain")),
        (
            {"started": "2024-08-01", "ended": "2024-08-01", "route": "iv", "dose": 100},
            ("not_met", "recent_pulse"),
        ),
        (
            {"started": "2024-02-01", "route": "iv", "dose": 500, "per_day": 1},
            ("indeterminate", "pulse_not_certain"),
        ),
    ],
)
def test_prednisone_is_decided_by_the_28_days_before(
    a_patient, a_visit, a_medicine, changes, expected
):
    patient = a_patient(medicines=(a_medicine(**changes),))
    verdict = PREDNISONE(AtVisit(patient, a_visit(91)))  # 2024-08-16
    assert (verdict.state, verdict.reason) == expected


def test_without_any_medicine_row_the_state_is_indeterminate(a_patient, a_visit):
    verdict = PREDNISONE(AtVisit(a_patient(), a_visit(91)))
    assert (verdict.state, verdict.reason) == ("indeterminate", "no_medicine_history")


def test_only_measures_and_events_are_estimated_before_month_3():
    early = {name for name, state in STATES.items() if state.estimated_at("month_1")}
    assert early == {"sledai_2k_le_4", "prednisone_le_5", "kidney_failure"}
    assert all(
        state.estimated_at(code) for state in STATES.values() for code in ("month_3", "year_3")
    )


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_state_is_told_at_the_baseline_and_a_response_is_not(name):
    assert STATES[name].estimated_at("baseline") == (STATES[name].kind == "state")


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_state_says_its_version_and_source(name):
    state = STATES[name]
    assert all((state.name == name, state.version, state.title, state.source, state.settings))
