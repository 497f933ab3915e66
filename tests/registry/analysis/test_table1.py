"""Table 1 of small cohorts counted by hand; day 0 is 2024-01-10."""

from dataclasses import replace
from decimal import Decimal

import pytest

from registry.analysis.cohort import cohort
from registry.analysis.cut import as_of
from registry.analysis.table1 import table1
from registry.followup.facts import ConditionFact, InfusionFact, LabFact, MedicineFact
from registry.partial_date import PartialDate
from tests.registry.analysis.conftest import CUT, day


def on(offset):
    return PartialDate.on(day(offset))


def partial(text):
    return PartialDate.parse(text)


@pytest.fixture(scope="module")
def described():
    def run(*patients):
        members, _ = cohort(patients, CUT)
        return table1(members)

    return run


def rows_of(rows, variable):
    return {row["level"]: row for row in rows if row["variable"] == variable}


def numbers(row):
    return tuple(row[name] for name in ("n", "missing", "mean", "sd", "median", "q1", "q3"))


def counts(row):
    return row["x"], row["n"], row["missing"], row["percent"]


def test_age_and_duration_are_years_on_day_0(make, described):
    patients = [
        # 10,957 days: 29.998... years
        make.patient("a", birth_date=partial("1994-01-10"), sle_diagnosed_on=partial("2014-01-10")),
        # born in a month: the middle of 7284 and 7313 days is 19.98 years
        make.patient("b", birth_date=partial("2004-01")),
        make.patient("c", sle_diagnosed_on=on(-1461)),
        make.patient("d"),
    ]
    rows = described(*patients)
    (age,), (duration,) = (rows_of(rows, name).values() for name in ("age", "disease_duration"))
    assert age["unit"] == "years"
    assert numbers(age)[:3] == (2, 2, 24.99)
    assert numbers(duration)[:3] == (2, 2, 7.0)  # 3652 and 1461 days


@pytest.mark.parametrize(("born", "known"), [("1990", 1), ("1990-05", 1), (None, 0)])
def test_a_year_of_birth_will_do(make, described, born, known):
    patient = make.patient(birth_date=partial(born) if born else None)
    assert rows_of(described(patient), "age")[None]["n"] == known


def test_a_year_of_birth_beside_a_year_of_treatment_is_no_age(make, described):
    course = make.course(partial("2024"))
    patient = make.patient(birth_date=partial("1990"), courses=(course,))
    row = rows_of(described(patient), "age")[None]
    assert (row["n"], row["missing"], row["mean"]) == (0, 1, None)


def test_categories_have_x_of_n_and_the_unknown_are_missing(make, described):
    sexes = ("female", "female", "female", "male", "unknown")
    rows = rows_of(described(*(make.patient(str(n), sex=s) for n, s in enumerate(sexes))), "sex")
    assert {level: counts(row) for level, row in rows.items()} == {
        "female": (3, 4, 1, 75.0),
        "male": (1, 4, 1, 25.0),
    }
    assert (rows["female"]["ci_low"], rows["female"]["ci_high"]) == (19.4, 99.4)
    assert rows["female"]["method"] == "clopper_pearson"


def test_only_the_infused_are_described(make, described):
    rows = described(make.patient("a"), make.patient("u", sex="male", courses=()))
    assert set(rows_of(rows, "sex")) == {"female"}


def test_scores_are_complete_totals_of_the_baseline(make, described):
    patients = [
        make.patient("a", visits=(make.visit(-1, make.sledai(12, clinical=8), make.pga("1.5")),)),
        make.patient("b", visits=(make.visit(0, make.sledai(6, clinical=6)),)),
        make.patient("c", visits=(make.visit(-5, make.sledai(None, known=4, highest=9)),)),
        make.patient("d", visits=(make.visit(30, make.sledai(2)),)),
        make.patient("e", visits=(make.visit(-29, make.sledai(20)),)),
    ]
    rows = described(*patients)
    # 12 and 6: mean 9, sd 4.2426, quartiles 7.5 and 10.5
    assert numbers(rows_of(rows, "sledai_2k")["1"]) == (2, 3, 9.0, 4.24, 9.0, 7.5, 10.5)
    assert numbers(rows_of(rows, "csledai_2k")["1"])[:3] == (2, 3, 7.0)
    assert numbers(rows_of(rows, "pga")["1"]) == (1, 4, 1.5, None, 1.5, 1.5, 1.5)


def daily(mg, started=-100, ended=None, **changes):
    ends = None if ended is None else on(ended)
    return MedicineFact(
        "prednisone", on(started), ends, daily_dose=Decimal(mg), route="oral", **changes
    )


def test_the_steroid_dose_is_the_mean_of_the_28_days_before(make, described):
    patients = [
        make.patient("a", medicines=(daily(20, ended=-15), daily(10, started=-14))),  # 14 days each
        make.patient("b", medicines=(daily(5, ended=-60),)),  # known, and none
        make.patient("c"),  # nothing is known
        make.patient("d", medicines=(daily(5, as_needed=True),)),  # from 0 to 5: no mean
    ]
    (row,) = rows_of(described(*patients), "prednisone").values()
    assert row["unit"] == "mg/day"
    assert numbers(row)[:3] == (2, 2, 7.5)


def test_cyclophosphamide_before_the_course_is_no_conditioning(make, described):
    def given(offset):
        return (MedicineFact("Cyclophosphamide", on(offset)),)

    patients = [
        make.patient("a", medicines=given(-400)),
        make.patient("b", medicines=given(0)),
        make.patient("c", medicines=(daily(5),)),
        make.patient("d"),
        make.patient("e", medicines=(MedicineFact("cyclophosphamide", partial("2024")),)),
        make.patient("f", conditions=(ConditionFact("prior_cyclophosphamide"),)),
        make.patient("g", conditions=(ConditionFact("no_prior_cyclophosphamide"),)),
    ]
    row = rows_of(described(*patients), "prior_cyclophosphamide")["yes"]
    assert counts(row) == (2, 5, 2, 40.0)


@pytest.mark.parametrize("drug", ["ciclofosfamida", "Endoxan i.v.", "CYCLOPHOSPHAMIDUM"])
def test_cyclophosphamide_is_known_by_each_of_its_names(make, described, drug):
    patient = make.patient(medicines=(MedicineFact(drug, on(-400)), daily(5)))
    row = rows_of(described(patient), "prior_cyclophosphamide")["yes"]
    assert (row["x"], row["missing"]) == (1, 0)


def test_a_vague_course_start_leaves_earlier_cyclophosphamide_open(make, described):
    given = MedicineFact("cyclophosphamide", PartialDate.parse("2024-01-10"))
    course = make.course(PartialDate.parse("2024-01"))
    patient = make.patient(medicines=(given,), courses=(course,))
    row = rows_of(described(patient), "prior_cyclophosphamide")["yes"]
    assert (row["x"], row["missing"]) == (0, 1)


def test_words_that_only_begin_like_no_are_words(make, described):
    names = ("no_improvement_on_steroids", "no_serositis")
    rows = described(make.patient(conditions=tuple(map(ConditionFact, names))))
    found = rows_of(rows, "condition")
    assert {name: row["x"] for name, row in found.items()} == {
        "no_improvement_on_steroids": 1,
        "serositis": 0,
    }


def test_conditions_are_shares_of_those_who_were_asked(make, described):
    def had(*conditions):
        return tuple(ConditionFact(name) for name in conditions)

    patients = [
        make.patient("a", conditions=had("lupus_nephritis", "no_prior_cell_therapy")),
        make.patient("b", conditions=had("no_lupus_nephritis", "no_lupus_nephritis")),
        make.patient("c", conditions=had("unknown_lupus_nephritis", "prior_stem_cell_transplant")),
        make.patient("d", conditions=had("no_lupus_nephritis", "lupus_nephritis")),
        make.patient("e"),
    ]
    rows = described(*patients)
    assert counts(rows_of(rows, "condition")["lupus_nephritis"]) == (2, 3, 2, 66.7)
    assert counts(rows_of(rows, "prior_cell_therapy")["yes"]) == (1, 2, 3, 50.0)
    assert set(rows_of(rows, "condition")) == {"lupus_nephritis"}


def test_where_only_presence_is_recorded_there_is_no_percentage(make, described):
    rows = described(make.patient("a", conditions=(ConditionFact("serositis"),)), make.patient("b"))
    row = rows_of(rows, "condition")["serositis"]
    assert counts(row) == (1, 1, 1, None)
    assert (row["ci_low"], row["method"]) == (None, None)


def test_a_condition_of_after_the_course_start_is_no_baseline(make, described):
    facts = [ConditionFact("serositis", on(1)), ConditionFact("cancer", partial("2024"))]
    rows = rows_of(described(make.patient(conditions=tuple(facts))), "condition")
    assert set(rows) == {"cancer"}


def test_active_ones_stand_apart_and_silence_is_not_inactive(make, described):
    states = (True, False, None)
    patients = [
        make.patient(str(n), conditions=(ConditionFact("serositis", active=active),))
        for n, active in enumerate(states)
    ]
    rows = rows_of(described(*patients), "condition_active")
    assert counts(rows["serositis"]) == (1, 2, 1, 50.0)


def test_a_condition_in_free_words_is_counted_and_not_quoted(make, described):
    patient = make.patient(conditions=(ConditionFact("Ana’s kidney trouble"),))
    assert set(rows_of(described(patient), "condition")) == {"other"}


def result(analyte, offset, value, unit="g/L", **changes):
    number = None if value is None else Decimal(value)
    return LabFact(analyte, on(offset), number, unit, **changes)


def test_the_last_result_of_28_days_before_is_the_baseline(make, described):
    patients = [
        make.patient("a", labs=(result("c3", -20, "0.50"), result("c3", 0, "0.70"))),
        make.patient("b", labs=(result("c3", -28, "0.90"), result("c3", 1, "5"))),
        make.patient("c", labs=(result("c3", -29, "4"),)),
        make.patient("d", labs=(result("c3", -1, "0.02", comparator="<"),)),
        make.patient(
            "e", labs=(result("c3", -5, "0.80"), result("c3", -1, None, state="not_done"))
        ),
        make.patient("f", labs=(LabFact("c3", partial("2024-01"), Decimal(9), "g/L"),)),
    ]
    (row,) = rows_of(described(*patients), "c3").values()
    assert row["unit"] == "g/L"
    # 0.70, 0.90, 0.80
    assert numbers(row) == (3, 3, 0.8, 0.1, 0.8, 0.75, 0.85)


def test_units_and_assays_are_never_averaged_together(make, described):
    patients = [
        make.patient("a", labs=(result("anti_dsdna_farr", -1, "30", "IU/mL"),)),
        make.patient("b", labs=(result("anti_dsdna_farr", -1, "9", "U/mL"),)),
        make.patient("c", labs=(result("anti_dsdna_elisa", -1, "100", "IU/mL"),)),
    ]
    rows = described(*patients)
    farr = [row for row in rows if row["variable"] == "anti_dsdna_farr"]
    assert [(row["unit"], row["n"], row["missing"], row["mean"]) for row in farr] == [
        ("IU/mL", 1, 2, 30.0),
        ("U/mL", 1, 2, 9.0),
    ]


def test_every_variable_is_there_even_where_nothing_is_known(make, described):
    rows = described(make.patient())
    assert [row["variable"] for row in rows] == [
        "sex", "age", "disease_duration", "condition", "condition_active", "sledai_2k",
        "csledai_2k", "pga", "prednisone", "prior_cyclophosphamide", "prior_cell_therapy", "c3",
        "c4", "anti_dsdna_farr", "anti_dsdna_elisa", "upcr", "creatinine", "year_of_treatment",
        "cell_type", "legal_basis",
    ]  # fmt: skip
    unknown = [row for row in rows if row["n"] == 0]
    assert {row["missing"] for row in unknown} == {1}
    assert all(row["n"] + row["missing"] == 1 for row in rows)


def test_the_treatment_is_described_by_year_cells_and_law(make, described):
    trial = replace(make.course(cell_type="hsc"), legal_basis="trial")
    patients = [
        make.patient("a", courses=(trial,)),
        make.patient("b", courses=(make.course(partial("2023-05")),)),
        make.patient("c", courses=(make.course(partial("2023")),)),
        make.patient("d", courses=(replace(make.course(), legal_basis="unknown"),)),
    ]
    rows = described(*patients)
    found = {
        name: {level: counts(row)[:3] for level, row in rows_of(rows, name).items()}
        for name in ("year_of_treatment", "cell_type", "legal_basis")
    }
    assert found == {
        "year_of_treatment": {"2023": (2, 4, 0), "2024": (2, 4, 0)},
        "cell_type": {"hsc": (1, 4, 0), "msc": (3, 4, 0)},
        "legal_basis": {"trial": (1, 1, 3)},
    }


def test_each_group_has_a_table_of_its_own(make, summary):
    patients = [
        make.patient("a", sex="male", courses=(make.course(products=("P1", "P2")),)),
        make.patient("b", courses=(make.course(products=("P2",)),)),
    ]
    groups = summary(*patients, by="product")["groups"]
    assert [group["value"] for group in groups] == ["P1+P2", "P2"]
    assert [set(rows_of(group["table1"], "sex")) for group in groups] == [{"male"}, {"female"}]


def test_only_the_first_infusion_places_a_patient_in_a_product(make, summary):
    second = InfusionFact("i2", on(7), "A", "msc", products=("Late",))
    course = make.course(products=("Early",))
    patient = make.patient(courses=(replace(course, infusions=(*course.infusions, second)),))
    (group,) = summary(patient, by="product")["groups"]
    assert group["value"] == "Early"


def test_a_condition_that_ended_after_the_cut_is_active_in_the_table(make, described):
    stored = ConditionFact("serositis", partial("2020"), on(60), active=False)
    patient = make.patient(conditions=(stored,))
    for cut, share in ((59, (1, 1)), (60, (0, 1))):
        row = rows_of(described(as_of(patient, day(cut))), "condition_active")["serositis"]
        assert (row["x"], row["n"]) == share
