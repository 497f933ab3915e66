"""Renal responses at their boundaries, with bounds, gaps and the unit of the patient."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import (
    ConditionFact,
    CourseFact,
    FlareFact,
    InfusionFact,
    IntercurrentFact,
    LabFact,
    MedicineFact,
    PatientFacts,
    VisitFact,
)
from registry.followup.kidney.filtration import EQUATION
from registry.followup.states import STATES, AtVisit
from registry.instruments import kdigo_2024
from tests.registry.followup.conftest import DAY_0, partial

NEPHRITIS = (ConditionFact("lupus_nephritis"),)
NAMES = [name for name in STATES if name.startswith(("eular_renal", "kdigo_2024", "bliss_ln"))]
MEDICINE = MedicineFact(
    "prednisone", partial("2024-01-01"), daily_dose=Decimal(5), route="oral", unit="mg"
)


def a_ratio(day, value, unit="mg/g"):
    canonical = Decimal(value) if unit == "mg/mmol" else Decimal(value) / Decimal("8.84")
    on = partial((DAY_0 + timedelta(days=day)).isoformat())
    return LabFact("upcr", on, canonical.quantize(Decimal("1e-9")), "mg/mmol", entered_unit=unit)


def protein_24h(day, grams):
    on = partial((DAY_0 + timedelta(days=day)).isoformat())
    return LabFact("protein_24h", on, Decimal(grams), "g/24h", entered_unit="g/24h")


def an_egfr(day, value, comparator=None):
    """Give an eGFR of the one equation as a laboratory reports it: exact, whatever the age."""
    on = partial((DAY_0 + timedelta(days=day)).isoformat())
    unit = "mL/min/1.73m2"
    return LabFact("egfr_ckd_epi_2021", on, Decimal(value), unit, comparator)


def patient_of(*labs, **changes):
    course = CourseFact(
        "c", 1, None, infusions=(InfusionFact("i", partial(str(DAY_0)), "S", "msc"),)
    )
    known = {
        "labs": tuple(sorted(labs, key=lambda fact: fact.collected_on.earliest)),
        "conditions": NEPHRITIS,
        "medicines": (MEDICINE,),
        "courses": (course,),
    }
    nothing = dict.fromkeys(("enrolments", "statuses", "consents", "visits", "endpoints"), ())
    return PatientFacts("P", "female", partial("1984-01-01"), **(nothing | known | changes))


def judge(name, day, *labs, **changes):
    visit = VisitFact("v", DAY_0 + timedelta(days=day), None, "done", final=True)
    return STATES[name].judge(AtVisit(patient_of(*labs, **changes), visit))


def state(name, day, *labs, **changes):
    found = judge(name, day, *labs, **changes)
    return found.state if found else None


@pytest.mark.parametrize(
    ("name", "day", "now", "expected"),
    [
        ("eular_renal_25_3mo", 91, "1500", "met"),  # of 2000: exactly 25 % less
        ("eular_renal_25_3mo", 91, "1500.1", "not_met"),
        ("eular_renal_50_6mo", 182, "1000", "met"),
        ("eular_renal_50_6mo", 182, "1000.1", "not_met"),
        ("eular_renal_50_6mo", 91, "1000", "met"),  # early counts
        ("eular_renal_50_6mo", 91, "1000.1", "indeterminate"),  # not due yet
        ("eular_renal_50_6mo", 136, "1001", "indeterminate"),  # still the visit of month 3
        ("eular_renal_50_6mo", 137, "1001", "not_met"),  # the visit of month 6
        ("eular_renal_complete_12mo", 365, "699.9", "met"),
        ("eular_renal_complete_12mo", 365, "700", "not_met"),
        ("eular_renal_complete_12mo", 182, "700", "indeterminate"),
        ("kdigo_2024_complete", 182, "499.9", "met"),
        ("kdigo_2024_complete", 182, "500", "not_met"),
        ("kdigo_2024_partial", 182, "1000", "met"),
        ("kdigo_2024_partial", 182, "1000.1", "not_met"),
        ("bliss_ln_perr", 182, "700", "met"),
        ("bliss_ln_perr", 182, "700.1", "not_met"),
        ("bliss_ln_crr", 182, "499.9", "met"),
        ("bliss_ln_crr", 182, "500", "not_met"),
    ],
)
def test_the_ratio_at_its_boundaries(name, day, now, expected):
    labs = (a_ratio(-1, 2000), a_ratio(day, now), an_egfr(-1, 95), an_egfr(day, 95))
    assert state(name, day, *labs) == expected


@pytest.mark.parametrize(
    ("now", "unit", "expected"),
    [
        ("49.9", "mg/mmol", "met"),
        ("50", "mg/mmol", "not_met"),
        ("56.5", "mg/mmol", "not_met"),  # the grey band: below 500 mg/g, but not in this unit
        ("499", "mg/g", "not_met"),  # converted: 56.4 mg/mmol
    ],
)
def test_a_patient_in_mg_mmol_is_judged_in_mg_mmol(now, unit, expected):
    labs = (a_ratio(-1, 200, "mg/mmol"), a_ratio(182, now, unit), an_egfr(-1, 95), an_egfr(182, 95))
    found = judge("kdigo_2024_complete", 182, *labs)
    assert found.state == expected
    title = found.limbs[0].title
    assert title.startswith("Ratio below 0.5 g/g (50 mg/mmol): ")
    assert ("grey band" in title) is (now in {"56.5", "499"})
    assert ("converted from mg/g" in title) is (unit == "mg/g")


def test_a_criterion_tells_a_value_just_off_its_cut_off_from_the_cut_off():
    labs = (a_ratio(-1, 2000), a_ratio(182, "700.04"), an_egfr(-1, 95), an_egfr(182, "59.96"))
    titles = " ".join(limb.title for limb in judge("bliss_ln_perr", 182, *labs).limbs)
    assert "700.04 mg/g" in titles
    assert "59.96 mL/min" in titles


def test_three_grams_is_no_partial_response():
    labs = (a_ratio(-1, 8000), an_egfr(-1, 95), an_egfr(182, 95))
    assert state("kdigo_2024_partial", 182, *labs, a_ratio(182, "2999.9")) == "met"
    assert state("kdigo_2024_partial", 182, *labs, a_ratio(182, "3000")) == "not_met"


@pytest.mark.parametrize(
    ("name", "before", "now", "expected"),
    [
        ("kdigo_2024_complete", 100, "85", "met"),  # exactly 15 % below
        ("kdigo_2024_complete", 100, "84.9", "not_met"),
        ("eular_renal_complete_12mo", 100, "90", "met"),  # exactly 10 % below
        ("eular_renal_complete_12mo", 100, "89.9", "not_met"),
    ],
)
def test_function_is_kept_up_to_its_tolerance(name, before, now, expected):
    labs = (a_ratio(-1, 2000), a_ratio(365, 300), an_egfr(-1, before), an_egfr(365, now))
    assert state(name, 365, *labs) == expected


@pytest.mark.parametrize(
    ("name", "pre_flare", "now", "expected"),
    [
        ("bliss_ln_perr", 100, "60", "met"),
        ("bliss_ln_perr", 70, "56", "met"),  # exactly 20 % below
        ("bliss_ln_perr", 70, "55.9", "not_met"),
        ("bliss_ln_crr", 95, "85.5", "met"),  # exactly 10 % below
        ("bliss_ln_crr", 95, "85.4", "not_met"),
        ("bliss_ln_crr", 200, "90", "met"),
        ("bliss_ln_perr", None, "60", "met"),
        ("bliss_ln_perr", None, "59.9", "indeterminate"),  # nobody knows what it was before
    ],
)
def test_function_is_set_against_the_value_before_the_flare(name, pre_flare, now, expected):
    labs = [a_ratio(-1, 2000), a_ratio(182, 300), an_egfr(-1, 20), an_egfr(182, now)]
    flares = ()
    if pre_flare:
        labs.append(an_egfr(-90, pre_flare))
        onset = partial((DAY_0 - timedelta(days=60)).isoformat())
        flares = (FlareFact("f", onset, organs=("lupus_nephritis",)),)
    assert state(name, 182, *labs, flares=flares) == expected


FINE = (a_ratio(-1, 2000), a_ratio(182, 300), an_egfr(-1, 95), an_egfr(182, 95))


@pytest.mark.parametrize(
    ("kind", "day", "planned", "expected"),
    [
        ("rescue_steroids", 60, None, "not_met"),
        ("cyclophosphamide", 60, True, "met"),
        ("cyclophosphamide", 183, False, "met"),  # after the visit
        ("cyclophosphamide", -3, False, "met"),
        ("pregnancy", 60, None, "met"),
    ],
)
def test_a_rescue_since_day_0_is_a_failure(kind, day, planned, expected):
    on = partial((DAY_0 + timedelta(days=day)).isoformat())
    event = IntercurrentFact(kind, on, planned=planned)
    assert state("bliss_ln_perr", 182, *FINE, intercurrent=(event,)) == expected


def test_without_a_medicine_history_nobody_knows_of_rescue():
    assert state("bliss_ln_perr", 182, *FINE, medicines=()) == "indeterminate"


@pytest.mark.parametrize(
    ("mg", "day", "expected"),
    [(10, 182, "met"), ("10.1", 182, "not_met"), ("10.1", 167, "met"), ("10.1", 168, "not_met")],
)
def test_prednisone_is_asked_from_week_24_on(mg, day, expected):
    taken = MedicineFact(
        "prednisone", partial("2024-01-01"), daily_dose=Decimal(mg), route="oral", unit="mg"
    )
    labs = (a_ratio(-1, 2000), a_ratio(day, 300), an_egfr(day, 95))
    assert state("bliss_ln_perr", day, *labs, medicines=(taken,)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_nobody_without_nephritis_is_judged(name):
    quiet = (a_ratio(-1, 300), a_ratio(182, 300), an_egfr(-1, 95), an_egfr(182, 95))
    assert judge(name, 182, *quiet, conditions=()) is None


@pytest.mark.parametrize("name", NAMES)
def test_without_proteinuria_at_baseline_there_is_nothing_to_respond(name):
    quiet = (a_ratio(-1, 500), a_ratio(182, 300), an_egfr(-1, 95), an_egfr(182, 95))
    assert state(name, 182, *quiet) == "not_evaluable"


@pytest.mark.parametrize("name", NAMES)
def test_a_visit_without_results_has_no_response_and_month_1_is_too_early(name):
    assert judge(name, 182, a_ratio(-1, 2000), an_egfr(-1, 95)) is None
    assert judge(name, 30, a_ratio(-1, 2000), a_ratio(30, 100), an_egfr(-1, 95)) is None
    assert judge(name, 0, a_ratio(0, 2000), an_egfr(0, 95)) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("left", [a_ratio(182, 300), an_egfr(182, 95)])
def test_what_is_missing_is_never_normal(name, left):
    found = state(name, 182, an_egfr(-1, 95), a_ratio(-1, 2000), left)
    of_ratio_only = name in {"eular_renal_25_3mo", "eular_renal_50_6mo"}
    assert found == ("met" if of_ratio_only and left.analyte == "upcr" else "indeterminate")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("baseline", [(), (replace(a_ratio(-1, 600), comparator="<"),)])
def test_without_known_proteinuria_at_baseline_nothing_is_a_response(name, baseline):
    labs = (*baseline, an_egfr(-1, 95), a_ratio(182, 1), an_egfr(182, 95))
    assert state(name, 182, *labs) == "indeterminate"
    assert state(name, 182, a_ratio(-1, 600), *labs[-3:]) == "met"


def test_a_collection_at_baseline_is_followed_by_collections_only():
    before = protein_24h(-1, "2.0")
    spot, by_day = a_ratio(91, 100), protein_24h(91, "1.5")
    assert state("eular_renal_25_3mo", 91, before, by_day) == "met"
    assert state("eular_renal_25_3mo", 91, before, protein_24h(91, "1.51")) == "not_met"
    mixed = judge("eular_renal_25_3mo", 91, before, spot, an_egfr(91, 95))
    assert (mixed.state, mixed.reason) == ("indeterminate", "no_proteinuria")
    # With a ratio at baseline the collection says nothing, however good it is.
    assert state("eular_renal_25_3mo", 91, a_ratio(-1, 2000), by_day, an_egfr(91, 95)) == (
        "indeterminate"
    )


def test_two_samples_of_one_day_decide_only_where_they_agree():
    labs = (a_ratio(-1, 2000), an_egfr(-1, 95), an_egfr(182, 95))
    agree = (a_ratio(182, 450), a_ratio(182, 480))
    assert state("kdigo_2024_complete", 182, *labs, *agree) == "met"
    differ = (a_ratio(182, 450), a_ratio(182, 520))
    assert state("kdigo_2024_complete", 182, *labs, *differ) == "indeterminate"


def test_a_nephrotic_baseline_is_told_to_have_longer():
    labs = (an_egfr(-1, 95), an_egfr(365, 95), a_ratio(365, 900))
    (protein, _) = judge("eular_renal_complete_12mo", 365, a_ratio(-1, 3500), *labs).limbs
    assert protein.title.endswith("by month 24 will do")
    (protein, _) = judge("eular_renal_complete_12mo", 365, a_ratio(-1, 3499), *labs).limbs
    assert "month 24" not in protein.title


VALUE, RATE = st.integers(1, 9000), st.integers(5, 140)


@given(st.integers(501, 9000), VALUE, RATE, RATE)
def test_the_states_say_what_the_calculator_says(before, now, egfr_before, egfr_now):
    labs = (a_ratio(-1, before), a_ratio(182, now), an_egfr(-1, egfr_before))
    labs += (an_egfr(182, egfr_now),)
    said = kdigo_2024.response(
        kdigo_2024.Course(
            Decimal(before) / 1000, Decimal(now) / 1000, Decimal(egfr_before), Decimal(egfr_now)
        )
    )
    complete = state("kdigo_2024_complete", 182, *labs)
    partial_ = state("kdigo_2024_partial", 182, *labs)
    assert (complete == "met") is (said == "complete")
    assert (partial_ == "met") is (said in {"complete", "partial"})
    assert {complete, partial_} <= {"met", "not_met"}


@given(VALUE, VALUE, RATE, RATE, st.sampled_from(NAMES))
def test_taking_a_result_away_never_makes_a_response(before, now, egfr_before, egfr_now, name):
    labs = (a_ratio(-1, before), a_ratio(182, now), an_egfr(-1, egfr_before))
    labs += (an_egfr(182, egfr_now),)
    whole = state(name, 182, *labs)
    for left in range(len(labs)):
        rest = labs[:left] + labs[left + 1 :]
        if state(name, 182, *rest) == "met":
            assert whole == "met"


def failure(day, *labs, **changes):
    return judge("kidney_failure", day, an_egfr(-1, 100), *labs, **changes)


@pytest.mark.parametrize(
    ("labs", "expected", "reason"),
    [
        ((an_egfr(100, 60), an_egfr(128, 60)), "met", "loss_40"),  # exactly 40 %, 28 days apart
        ((an_egfr(100, "60.1"), an_egfr(128, 60)), "indeterminate", "loss_not_confirmed"),
        ((an_egfr(100, 60), an_egfr(127, 60)), "indeterminate", "loss_not_confirmed"),
        ((an_egfr(100, 14), an_egfr(130, 14)), "met", "end_stage"),
        ((an_egfr(100, 60), an_egfr(130, 61)), "not_met", "no_kidney_failure"),
        ((an_egfr(100, 99),), "indeterminate", "no_egfr"),  # nobody looked near the visit
        ((), "indeterminate", "no_egfr"),
    ],
)
def test_kidney_failure_is_an_event_that_was_confirmed(labs, expected, reason):
    found = failure(140, *labs)
    assert (found.state, found.reason) == (expected, reason)


def test_a_failure_stays_whatever_came_later():
    labs = (an_egfr(100, 50), an_egfr(130, 50), an_egfr(360, 100))
    assert failure(365, *labs).state == "met"
    assert failure(110, *labs).state == "indeterminate"  # what came after a visit is not of it


def test_kidney_failure_needs_a_baseline_of_the_same_equation():
    other = LabFact("egfr_mdrd", partial("2024-05-16"), Decimal(100), "mL/min/1.73m2")
    found = judge("kidney_failure", 140, other, an_egfr(100, 14), an_egfr(130, 14))
    assert (found.state, found.reason) == ("indeterminate", "no_baseline_egfr")
    assert EQUATION == "CKD-EPI/2021"


@pytest.mark.parametrize(
    ("kind", "reason", "expected"),
    [
        ("organ_transplant", "Kidney", "met"),
        ("organ_transplant", "Liver", "not_met"),
        ("dialysis", None, "indeterminate"),
    ],
)
def test_a_replaced_kidney_has_failed(kind, reason, expected):
    event = IntercurrentFact(kind, partial("2024-08-01"), reason=reason)
    assert failure(140, an_egfr(130, 90), intercurrent=(event,)).state == expected


def test_kidney_failure_begins_with_treatment_and_needs_nephritis():
    before = failure(-1, an_egfr(-20, 10))
    assert (before.state, before.reason) == ("not_met", "counted_from_treatment_on")
    assert judge("kidney_failure", -1) is None  # nobody will know what is lost
    assert failure(140, an_egfr(130, 90), conditions=()) is None


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2024-09-01", "met"),
        ("2024-10", "indeterminate"),  # the visit is of 4 October
        ("2024", "indeterminate"),  # perhaps before treatment, perhaps after the visit
        ("2025", "not_met"),
        ("2024-05-16", "not_met"),
    ],
)
def test_a_transplant_of_a_vague_date_may_be_before_treatment_or_after_the_visit(on, expected):
    event = IntercurrentFact("organ_transplant", partial(on), reason="Kidney")
    assert failure(140, an_egfr(130, 90), intercurrent=(event,)).state == expected


def test_nobody_has_died_before_a_visit_at_which_they_were_seen():
    died = {"death_on": partial("2024"), "death_cause": "Renal failure"}
    assert failure(140, an_egfr(130, 90), **died).state == "not_met"
