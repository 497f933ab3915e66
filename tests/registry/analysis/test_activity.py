from dataclasses import replace
from decimal import Decimal

import pytest

from registry.followup.facts import AssessmentFact, EnrolmentFact
from registry.instruments import INSTRUMENTS
from registry.partial_date import PartialDate


@pytest.fixture
def treated(make):
    """Four patients: complete, incomplete, total only, and without the instrument, at month 6."""
    before = make.visit(-2, make.sledai(12))
    return [
        make.patient("a", visits=(before, make.visit(180, make.sledai(4)))),
        make.patient("b", visits=(before, make.visit(180, make.sledai(None, known=2, highest=10)))),
        make.patient("c", visits=(before, make.visit(180, make.sledai(7, total_only=True)))),
        make.patient("d", visits=(before, make.visit(180, make.pga("1.2")))),
    ]


def test_an_incomplete_score_is_never_in_the_mean(treated, summary, row):
    found = row(summary(*treated)["activity"], instrument="sledai_2k", timepoint="month_6")
    assert (found["n"], found["total_only"], found["incomplete"], found["missing"]) == (2, 1, 1, 1)
    assert (found["mean"], found["sd"], found["median"]) == (5.5, 2.12, 5.5)


def test_the_bounds_cover_the_incomplete_scores(treated, summary, row):
    found = row(summary(*treated)["activity"], instrument="sledai_2k", timepoint="month_6")
    assert found["bounds"] == {"n": 3, "known_points": 4.33, "max_possible": 7.0}


def test_the_change_is_of_those_who_have_both(treated, summary, row):
    found = row(summary(*treated)["activity"], instrument="sledai_2k", timepoint="month_6")
    assert found["change"]["n_pairs"] == 2
    assert (found["change"]["mean"], found["change"]["sd"]) == (-6.5, 2.12)


def test_baseline_has_no_change_from_itself(treated, summary, row):
    found = row(summary(*treated)["activity"], instrument="sledai_2k", timepoint="baseline")
    assert found["change"] is None


def test_a_historic_total_says_nothing_about_its_clinical_part(treated, summary, row):
    found = row(summary(*treated)["activity"], instrument="csledai_2k", timepoint="month_6")
    assert (found["n"], found["total_only"], found["incomplete"], found["missing"]) == (1, 0, 1, 2)


def test_clinical_sledai_is_complete_without_the_serology(make, summary, row):
    score = make.sledai(None, known=4, highest=8)
    score.parts.update(clinical_points=4, clinical_max_possible=4, clinical_complete=True)
    rows = summary(make.patient(visits=(make.visit(180, score),)))["activity"]
    assert row(rows, instrument="csledai_2k", timepoint="month_6")["mean"] == 4.0
    assert row(rows, instrument="sledai_2k", timepoint="month_6")["n"] == 0


def test_versions_of_an_instrument_are_never_averaged_together(make, summary, row):
    old = make.patient("a", visits=(make.visit(180, make.sledai(10, version="1")),))
    new = make.patient("b", visits=(make.visit(180, make.sledai(2, version="2")),))
    result = summary(old, new)
    for version, mean in (("1", 10.0), ("2", 2.0)):
        keys = {"instrument": "sledai_2k", "version": version, "timepoint": "month_6"}
        assert row(result["activity"], **keys)["mean"] == mean
    assert any("sledai_2k was scored by 2 versions" in text for text in result["warnings"])


def test_final_scores_of_another_rule_are_counted(make, summary):
    present = INSTRUMENTS["sledai_2k"].version

    def visit(offset, rule, *, total_only=False):
        score = make.sledai(4, version=rule, total_only=total_only)
        answers = None if total_only else [0] * 24
        return make.visit(offset, replace(score, answers=answers))

    visits = (visit(30, "2002/0"), visit(90, "2002/0"), visit(180, present))
    historic = visit(360, "2002/0", total_only=True)
    counted = "SLEDAI-2K: 2 final scores by another rule than the present 2002/1;"
    told = summary(make.patient(visits=(*visits, historic)))["warnings"]
    assert [text.startswith(counted) for text in told if "another rule" in text] == [True]
    told = summary(make.patient(visits=(visits[2], historic)))["warnings"]
    assert not any("another rule" in text for text in told)


def test_those_not_yet_due_are_not_missing(make, summary, row):
    recent = make.patient("b", courses=(make.course(PartialDate.parse("2025-10-01")),))
    seen = make.patient("a", visits=(make.visit(180, make.sledai(4)),))
    found = row(summary(seen, recent)["activity"], instrument="sledai_2k", timepoint="month_6")
    assert (found["n"], found["missing"]) == (1, 0)


def test_baseline_takes_each_instrument_from_its_own_last_visit(make, summary, row):
    visits = (make.visit(-20, make.pga("2.0")), make.visit(-1, make.sledai(9)))
    rows = summary(make.patient(visits=visits))["activity"]
    assert row(rows, instrument="pga", timepoint="baseline")["mean"] == 2.0
    assert row(rows, instrument="sledai_2k", timepoint="baseline")["mean"] == 9.0


def test_retrospective_patients_have_rows_of_their_own(make, summary, row):
    late = EnrolmentFact("A", PartialDate.on(make.day(200)))
    patients = (
        make.patient("a", visits=(make.visit(180, make.sledai(4)),)),
        make.patient("b", visits=(make.visit(180, make.sledai(8)),), enrolments=(late,)),
    )
    keys = {"instrument": "sledai_2k", "timepoint": "month_6"}
    rows = summary(*patients)["activity"]
    means = {r["population"]: r["mean"] for r in rows if keys.items() <= r.items()}
    assert means == {"infused": 6.0, "prospective": 4.0, "retrospective": 8.0}


def test_a_population_that_is_everybody_is_not_repeated(treated, summary):
    assert {r["population"] for r in summary(*treated)["activity"]} == {"infused"}


def test_a_baseline_of_zero_is_a_baseline(make, summary, row):
    visits = (make.visit(-2, make.sledai(0)), make.visit(180, make.sledai(3)))
    rows = summary(make.patient(visits=visits))["activity"]
    change = row(rows, instrument="sledai_2k", timepoint="month_6")["change"]
    assert (change["n_pairs"], change["mean"]) == (1, 3.0)


def test_those_enrolled_early_are_in_the_rows_of_all_only(make, summary):
    early = EnrolmentFact("A", PartialDate.on(make.day(10)))
    patients = (
        make.patient("a", visits=(make.visit(180, make.sledai(4)),)),
        make.patient("b", visits=(make.visit(180, make.sledai(8)),), enrolments=(early,)),
    )
    keys = {"instrument": "sledai_2k", "timepoint": "month_6"}
    rows = [r for r in summary(*patients)["activity"] if keys.items() <= r.items()]
    assert {r["population"]: r["n"] for r in rows} == {"infused": 2, "prospective": 1}


def measured(code, total, **how):
    number = Decimal(total)
    return AssessmentFact(code, "1", number, number, number, complete=True, parts=how)


def lung(make, code, *, days=-170, before=None, now=None):
    visits = (
        make.visit(days, measured("fvc_percent", 70, **(before or {}))),
        make.visit(365, measured("fvc_percent", 76, **(now or {}))),
    )
    return make.patient(code, visits=visits)


GLI, OLDER = {"device": "A", "reference": "GLI 2012"}, {"device": "A", "reference": "ECSC 1993"}


def test_the_function_of_an_organ_has_a_baseline_of_half_a_year(make, summary, row):
    found = [lung(make, "a", days=-180), lung(make, "b", days=-181)]
    rows = summary(*found)["activity"]
    assert row(rows, instrument="fvc_percent", timepoint="baseline")["n"] == 1
    change = row(rows, instrument="fvc_percent", timepoint="month_12")["change"]
    assert (change["n_pairs"], change["mean"]) == (1, 6.0)


def test_changes_between_devices_or_equations_are_counted_and_left_out(make, summary, row):
    result = summary(
        lung(make, "a", before=GLI, now={"device": " a ", "reference": "gli 2012"}),
        lung(make, "b", before=GLI, now=OLDER),
        lung(make, "c", before=GLI, now={**GLI, "device": "B"}),
        lung(make, "d", before=GLI),
    )
    change = row(result["activity"], instrument="fvc_percent", timepoint="month_12")["change"]
    assert (change["n_pairs"], change["other_method"]) == (2, 2)
    lung_capacity = "Forced vital capacity, % of predicted"
    told = [told for told in result["warnings"] if told.startswith(lung_capacity)]
    assert told == [
        f"{lung_capacity}: 2 changes from baseline left out, measured by another device or "
        "reference equation.",
        f"{lung_capacity}: 1 change from baseline without the device or the reference equation "
        "of both; they are in the mean.",
    ]


def test_an_old_visit_with_an_organs_function_is_no_baseline_of_a_state(make, summary, row):
    old = make.visit(-100, make.sledai(2), measured("fvc_percent", 70))
    rows = summary(make.patient(visits=(old, make.visit(180, make.sledai(2)))))["states"]
    keys = {"definition": "sledai_2k_le_4", "row": "observed"}
    assert row(rows, timepoint="baseline", **keys)["n"] == 0
    assert row(rows, timepoint="month_6", **keys)["n"] == 1
