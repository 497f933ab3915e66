"""What is missing at baseline, while it can still be asked; day 0 is 17 May 2024."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from registry.followup import baseline, conditions
from registry.followup.baseline_gaps import LOST, Beyond, gaps
from registry.followup.facts import AssessmentFact, ConditionFact, LabFact
from registry.partial_date import PartialDate

from .conftest import DAY_0, partial

LATER = DAY_0 + timedelta(days=100)
BEFORE = DAY_0 - timedelta(days=5)
ANSWERED = (
    *("no_prior_cell_therapy", "no_prior_stem_cell_transplant", "no_thrombosis", "no_cancer"),
    *("no_serious_infection", "no_pregnancy", "no_prior_cyclophosphamide"),
)
NEPHRITIS = ConditionFact("lupus_nephritis", active=True)


@pytest.fixture
def whole(a_patient, a_visit, a_course, a_medicine):
    """A patient of whom everything is known, treated on day 0."""
    at = PartialDate.on(DAY_0 - timedelta(days=3))
    return a_patient(
        a_visit(-3, instruments=("sledai_2k", "pga")),
        courses=(a_course(),),
        birth_date=partial("1983-09-01"),
        sle_diagnosed_on=partial("2012"),
        medicines=(a_medicine(daily_dose=10, unit="mg"),),
        conditions=(NEPHRITIS, *map(ConditionFact, ANSWERED)),
        labs=tuple(LabFact(code, at, Decimal(1), "") for code in baseline.LABORATORY),
    )


BEYOND = Beyond(
    reason="active despite medicines",
    first_symptom_on=partial("2011"),
    biopsies=1,
    totals=(partial("2023-11"), partial("2024-05-14")),
)


def missing(patient, beyond=BEYOND, today=LATER):
    return {gap.code: gap for gap in gaps(patient, beyond, today)}


def without(patient, *codes, **changes):
    kept = [c for c in patient.conditions if conditions.read(c.condition).condition not in codes]
    return replace(patient, conditions=(*kept, *changes.pop("add", ())), **changes)


def test_of_a_patient_who_is_known_nothing_is_missing(whole):
    assert missing(whole) == {}


def test_of_a_patient_who_is_not_known_nothing_is_forgotten(a_patient):
    assert set(missing(a_patient(), Beyond())) == {
        *("course", "sledai_2k", "pga", "laboratory", "two_scores", "prior_cell_therapy"),
        *("prior_stem_cell_transplant", "organs", "prior_treatment", "cyclophosphamide"),
        *("steroid", "thrombosis", "cancer", "infections", "pregnancies", "birth_date"),
        *("sle_diagnosed_on", "first_symptom_on"),
    }


@pytest.mark.parametrize("code", ["sledai_2k", "pga"])
@pytest.mark.parametrize(("today", "lost"), [(BEFORE, False), (DAY_0, False), (LATER, True)])
def test_activity_can_be_had_until_the_treatment_begins(whole, a_visit, code, today, lost):
    other = {"sledai_2k": "pga", "pga": "sledai_2k"}[code]
    gap = missing(replace(whole, visits=(a_visit(-5, instruments=(other,)),)), today=today)[code]
    assert gap.lost is lost
    assert (gap.until == LOST) is lost
    assert lost or "17 May 2024" in gap.until


def test_an_unsigned_score_says_what_to_do(whole, a_visit):
    waiting = a_visit(-3, final=False, instruments=("sledai_2k", "pga"))
    gap = missing(replace(whole, visits=(waiting,)))["sledai_2k"]
    assert ("not signed" in gap.what, gap.lost, gap.about) == (True, False, waiting.visit_id)


def test_an_incomplete_score_is_named(whole, a_visit):
    half = AssessmentFact("sledai_2k", "1", None, Decimal(4), Decimal(12), complete=False)
    pga = AssessmentFact("pga", "1", Decimal(1), Decimal(1), Decimal(1), complete=True)
    gap = missing(replace(whole, visits=(a_visit(-3, assessments=(half, pga)),)))["sledai_2k"]
    assert gap.what == "SLEDAI-2K at baseline: incomplete on 14 May 2024"


def test_only_the_missing_analytes_are_named(whole):
    labs = tuple(fact for fact in whole.labs if fact.analyte not in {"c4", "upcr"})
    gap = missing(replace(whole, labs=labs))["laboratory"]
    assert gap.what == "Laboratory at baseline: C4, urine protein/creatinine ratio"


@pytest.mark.parametrize(
    ("dates", "complete"),
    [
        ((), False),
        (("2024-05-14",), False),
        (("2024-05-14", "2024-05-14"), False),
        (("2024-05-14", "2024-05-18"), False),
        (("2024-05-14", "2024-05"), False),  # the month may end after the first dose
        (("2024-05-14", "2023"), True),
        (("2024-05-17", "2024-05-14"), True),
    ],
)
def test_two_dated_scores_are_wanted_before_the_course(whole, dates, complete):
    beyond = replace(BEYOND, totals=tuple(map(partial, dates)))
    assert ("two_scores" not in missing(whole, beyond)) is complete


@pytest.mark.parametrize(
    ("code", "about"),
    [
        ("prior_cell_therapy", "prior_cell_therapy"),
        ("prior_stem_cell_transplant", "prior_stem_cell_transplant"),
        ("thrombosis", "thrombosis"),
        ("cancer", "cancer"),
        ("infections", "serious_infection"),
        ("pregnancies", "pregnancy"),
        ("cyclophosphamide", "prior_cyclophosphamide"),
        ("organs", "lupus_nephritis"),
    ],
)
def test_yes_no_and_nobody_can_say_close_a_gap_and_silence_does_not(whole, code, about):
    silent = without(whole, about)
    assert code in missing(silent)
    for answer in ("absent", "unknown"):
        stored = ConditionFact(conditions.stored_as(about, answer))
        assert code not in missing(without(whole, about, add=(stored,)))


def test_what_was_asked_stays_open_after_treatment(whole):
    gap = missing(without(whole, "prior_cell_therapy"))["prior_cell_therapy"]
    assert not gap.lost
    assert "chart" in gap.until


def test_involved_is_not_active(whole):
    silent = without(whole, "lupus_nephritis", add=(ConditionFact("lupus_nephritis"),))
    assert missing(silent)["organ_activity"].what.endswith("lupus nephritis")
    healed = ConditionFact("lupus_nephritis", ended_on=partial("2019"))
    assert "organ_activity" not in missing(without(whole, "lupus_nephritis", add=(healed,)))


@pytest.mark.parametrize(
    ("row", "known"),
    [
        ({"ended": "2020-01-01", "dose": 750, "unit": "mg", "pulse": True}, True),
        ({"dose": 750, "unit": "mg", "pulse": True}, False),
        ({"ended": "2020-01-01", "dose": 10, "unit": "mg/kg"}, False),
    ],
)
def test_cyclophosphamide_is_known_when_its_grams_are(whole, a_medicine, row, known):
    given_before = a_medicine("cyclophosphamide", "2020-01-01", **row)
    patient = without(whole, "prior_cyclophosphamide", medicines=(*whole.medicines, given_before))
    assert ("cyclophosphamide" not in missing(patient)) is known


def test_cyclophosphamide_of_the_conditioning_is_not_earlier_treatment(whole, a_medicine):
    conditioning = a_medicine("cyclophosphamide", "2024-05-17", "2024-05-17", dose=2, unit="g")
    patient = without(whole, "prior_cyclophosphamide", medicines=(*whole.medicines, conditioning))
    assert "had before" in missing(patient)["cyclophosphamide"].what


def test_it_was_given_asks_for_the_doses(whole):
    said = ConditionFact("prior_cyclophosphamide")
    gap = missing(without(whole, "prior_cyclophosphamide", add=(said,)))["cyclophosphamide"]
    assert "doses are missing" in gap.what


def test_no_immunosuppression_answers_for_cyclophosphamide_too(whole):
    none = ConditionFact("no_prior_immunosuppression")
    assert "cyclophosphamide" not in missing(without(whole, "prior_cyclophosphamide", add=(none,)))


def test_without_a_medicine_the_steroid_dose_is_not_0(whole, a_medicine):
    assert {"steroid", "prior_treatment"} <= set(missing(replace(whole, medicines=())))
    vague = a_medicine(started="2024-05", daily_dose=10, unit="mg")
    assert "in part" in missing(replace(whole, medicines=(vague,)))["steroid"].what


def test_a_biopsy_is_asked_for_in_nephritis_only(whole):
    none = replace(BEYOND, biopsies=0)
    assert "biopsy" in missing(whole, none)
    assert "biopsy" not in missing(without(whole, "lupus_nephritis"), none)
    asked = ConditionFact("no_kidney_biopsy")
    assert "biopsy" not in missing(without(whole, add=(asked,)), none)


def test_pregnancies_are_not_asked_of_men(whole):
    silent = without(whole, "pregnancy")
    assert "pregnancies" in missing(silent)
    assert "pregnancies" not in missing(replace(silent, sex="male"))
    assert "pregnancies" not in missing(silent, replace(BEYOND, pregnancies=1))


def test_what_can_still_be_had_comes_first(a_patient, a_course):
    found = gaps(a_patient(courses=(a_course(),)), Beyond(), LATER)
    assert [gap.lost for gap in found] == sorted(gap.lost for gap in found)
    assert any(gap.lost for gap in found)
    assert all(gap.what and gap.why and gap.until and gap.form for gap in found)
