"""Answers of every kind in assessments.csv: what a file may say, and what it may not."""

import pytest
from sqlalchemy import select

from registry.database.engine import reading
from registry.models import Visit
from tests.registry.imports.conftest import BASE

HEAD = BASE["assessments.csv"]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("bilag_2004,renal,F", "is not one of A, B, C, D, E"),
        ("bilag_2004,renal,b", "is not one of A, B, C, D, E"),
        ("bilag_2004,kidney,A", "has no item"),
        ("rand_36,q3,4", "is not one of 1, 2, 3"),
        ("clasi,activity,71", "outside 0 to 70"),
        ("clasi,total,12", "has no item"),  # two scores, never a total
        ("joint_count_28,swollen,29", "outside 0 to 28"),
        ("joint_count_28,swollen,2.5", "a whole number"),
        ("pain_nrs,value,11", "outside 0 to 10"),
        ("fatigue_vas,value,35 mm", "written like 7 or 7.50"),  # labels are for people at the form
        ("facit_fatigue,value,53", "outside 0 to 52"),
        ("promis_29,fatigue,5", "outside 10 to 90"),
        ("eq_5d_5l,profile,21236", "five digits of 1 to 5"),
        ("slicc_damage,cataract,2027", "Cataract, ever: 2027 is in the future"),
        ("slicc_damage,cataract,2024;1989", "Cataract, ever: 1989 is before the birth date"),
        ("slicc_damage,cataract," + ";".join(["2024"] * 50), "200 characters of dates at most"),
        ("sle_das,proteinuria_flag,present", "give the amount, proteinuria is present"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_at_its_line(check, row, words):
    report = check({"assessments.csv": f"{HEAD}V3,{row}\n"})
    (error,) = [error for error in report.errors if error.line == 5]
    assert words in error.rule


@pytest.mark.parametrize(
    "row",
    [
        "bilag_2004,renal,A", "bilag_2004,total,20", "rand_36,q3,1", "clasi,activity,70",
        "promis_29,physical_function,38.1", "eq_5d_5l,profile,21232", "sle_das,total,9.14",
        "sledai_1992,total,12", "selena_sledai,rash,present", "SLE-DAS,alopecia,absent",
    ],
)  # fmt: skip
def test_an_answer_of_each_kind_is_taken(check, row):
    assert check({"assessments.csv": f"{HEAD}V3,{row}\n"}).errors == []


def test_a_questionnaire_by_phone_is_no_reason_to_warn(check):
    visits = BASE["visits.csv"].replace("attendance,reason", "attendance,contact_mode")
    visits = visits.replace("missed,travel", "missed,").replace(
        "month_6,done,", "month_6,done,phone"
    )
    clasi = "V3,clasi,activity,3\nV3,clasi,damage,0\n"
    asked = "V3,lupus_impact_tracker,value,40\nV3,eq_5d_5l,profile,11111\nV3,eq_5d_5l,vas,90\n"
    report = check({"visits.csv": visits, "assessments.csv": HEAD + asked + clasi})
    assert [w.line for w in report.warnings if "remote" in w.rule] == [4, 8]


@pytest.mark.parametrize(
    ("answers", "raised"),
    [
        ("", []),
        ("V1,pga,value,2.00\n", ["V1"]),
        ("V1,pga,value,1.50\nV1,pain_nrs,value,4\n", ["V1"]),
    ],
)
def test_answers_of_a_stored_visit_raise_the_version_that_an_open_form_is_held_against(
    sqlite_engine, write, load, answers, raised
):
    # The amendment of somebody who opened the form before meets a conflict, and undoes nothing.
    load(sqlite_engine, write())
    before = versions(sqlite_engine)
    again = BASE["assessments.csv"].replace("V1,pga,value,1.50\n", answers or "V1,pga,value,1.50\n")
    report = load(sqlite_engine, write({"assessments.csv": again}, "again"), update=True)
    assert report.errors == []
    after = versions(sqlite_engine)
    assert [code for code in after if after[code] > before[code]] == raised


def versions(engine):
    with reading(engine) as session:
        return dict(session.execute(select(Visit.code, Visit.row_version)).all())
