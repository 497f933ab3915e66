"""Damage in the summary is the index of the patient, which never falls; classification is none."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from registry.analysis.cohort import member_of
from registry.analysis.readings import readings
from registry.followup.facts import (
    AssessmentFact,
    CourseFact,
    EnrolmentFact,
    InfusionFact,
    PatientFacts,
)
from registry.instruments.slicc_damage import INSTRUMENT
from registry.partial_date import PartialDate
from tests.damage_counts import a_count

DAY_0 = PartialDate.parse("2024-05-17")
MEASURE = INSTRUMENT.code, INSTRUMENT.version


def a_member(*visits):
    infusion = InfusionFact("i1", DAY_0, "S1", "msc")
    patient = PatientFacts(
        *("P1", "female", None, (EnrolmentFact("S1", DAY_0),), (), ()),
        courses=(CourseFact("c1", 1, None, infusions=(infusion,)),),
        visits=visits,
        medicines=(),
        endpoints=(),
        sle_diagnosed_on=PartialDate.parse("2010"),
    )
    return member_of(patient, ["baseline", "month_12", "month_24"], date(2027, 1, 1), ())


def totals(member):
    return {code: place.readings.get(MEASURE) for code, place in member.places.items()}


def test_a_lower_recount_stays_as_high_as_the_count_before():
    member = a_member(
        a_count("2024-05-01", cataract=1, diabetes=1),
        a_count("2025-05-17", cataract=1),
        a_count("2026-05-17", neuropathy=1),
    )
    assert [found.total for found in totals(member).values()] == [2, 2, 3]


def test_the_baseline_of_damage_may_be_180_days_old():
    found = totals(a_member(a_count("2023-11-19", cataract=1)))["baseline"]
    assert found.total == 1
    assert totals(a_member(a_count("2023-11-18", cataract=1)))["baseline"] is None


def test_an_open_item_gives_bounds_and_no_total():
    found = totals(a_member(a_count("2024-05-01", cataract=1, neuropathy=None)))["baseline"]
    assert (found.total, found.bounds) == (None, (1, 2))


def test_a_classification_is_no_measure():
    value = Decimal(12)
    fact = AssessmentFact("eular_acr_2019", "EULAR-ACR-2019/1", value, value, value, complete=True)
    visit = replace(a_count("2024-05-01"), assessments=(fact,))
    assert readings(visit) == {}
