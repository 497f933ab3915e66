"""History, lots, results, happenings and adverse events: what is refused, what is only unlikely."""

import pytest

from tests.registry.imports.conftest import BASE

CONDITIONS = "patient_id,condition,onset_on,ended_on,active\n"
BIOPSIES = "patient_id,taken_on,classes,activity_index,chronicity_index,scheme\n"
PREGNANCIES = "patient_id,began_on,ended_on\n"
LOTS = "lot_id,cell_type,donor_type,donor_id,din,sec,release_status,viability_percent\n"
TESTS = "lot_id,test,result,unit,comparator,limit,state,reported_on\n"
ADJUNCTS = "patient_id,adjunct,given_on,dose,unit,infusion_id\n"
LABS = (
    "patient_id,collected_on,analyte,lab_id,visit_id,value,unit,comparator,state,"
    "lower_limit,upper_limit\n"
)
FLARES = "flare_id,patient_id,onset_on,ended_on,organs\n"
HAPPENED = "patient_id,type,on,course_id\n"
CONTACTS = "patient_id,attempted_at,mode,result\n"
EVENTS = (
    "event_id,verbatim_term,patient_id,lot_id,started_on,ended_on,grade,serious,seriousness,"
    "causality,infusion_id,site_code,site_aware_at\n"
)

ERRORS = [
    ("conditions.csv", CONDITIONS + "P1,asthma,1989,,\n", 2, "onset_on", "before the birth"),
    ("conditions.csv", CONDITIONS + "P2,asthma,2025-06-02,,\n", 2, "onset_on", "after the death"),
    ("conditions.csv", CONDITIONS + "P1,asthma,2020,2019,\n", 2, "ended_on", "before the onset"),
    ("conditions.csv", CONDITIONS + "P1,x,,,\nP1,x,,,\n", 3, "condition", "already in line 2"),
    ("conditions.csv", CONDITIONS + "P9,x,,,\n", 2, "patient_id", "neither in patients.csv"),
    ("biopsies.csv", BIOPSIES + "P1,2027,III,,,ISN\n", 2, "taken_on", "in the future"),
    ("biopsies.csv", BIOPSIES + "P1,2020,III,25,,ISN\n", 2, "activity_index", "at most 24"),
    ("biopsies.csv", BIOPSIES + "P1,2020,III,,13,ISN\n", 2, "chronicity_index", "at most 12"),
    ("pregnancies.csv", PREGNANCIES + "P1,2020-05,2020-04\n", 2, "ended_on", "before the begin"),
    ("lots.csv", LOTS + "L/1,msc,,,,,,100.1\n", 2, "viability_percent", "at most 100"),
    ("lot_tests.csv", TESTS + "L9,sterility,,,,,,\n", 2, "lot_id", "neither in lots.csv"),
    ("lot_tests.csv", TESTS + "L/1,Viability,101,%,,,,\n", 2, "result", "0 to 100"),
    ("lot_tests.csv", TESTS + "L/1,endotoxin,1,,=,,,\n", 2, "comparator", "one of <, <=, >, >="),
    ("lot_tests.csv", TESTS + "L/1,x,,,,,late,\n", 2, "state", "one of passed"),
    ("lot_tests.csv", TESTS + "L/1,x,,,,,pending,2027\n", 2, "reported_on", "in the future"),
    ("adjuncts.csv", ADJUNCTS + "P1,x,2024,,,I9\n", 2, "infusion_id", "neither in infusions.csv"),
    ("adjuncts.csv", ADJUNCTS + "P2,x,2024,,,I1\n", 2, "infusion_id", "another patient"),
    ("adjuncts.csv", ADJUNCTS + "P2,x,2025-07,,,\n", 2, "given_on", "after the death"),
    ("labs.csv", LABS + "P1,2024,c3,,V9,1,g/L,,,,\n", 2, "visit_id", "neither in visits.csv"),
    ("labs.csv", LABS + "P2,2024,c3,,V1,1,g/L,,,,\n", 2, "visit_id", "another patient"),
    ("labs.csv", LABS + "P1,2024,c3,,V2,1,g/L,,,,\n", 2, "visit_id", "did not take place"),
    ("labs.csv", LABS + "P1,2024,c3,,,1,g/L,,,2,1\n", 2, "lower_limit", "above the upper limit"),
    ("labs.csv", LABS + "P1,2024,c3,,,1,g/L,~,,,\n", 2, "comparator", "one of <"),
    ("labs.csv", LABS + "P1,2024,c3,,,,,,passed,,\n", 2, "state", "one of not_done"),
    ("labs.csv", LABS + "P1,2024,c3,,,-1,g/L,,,,\n", 2, "value", "is impossible"),
    ("labs.csv", LABS + "P1,2024T10:00,c3,,,1,g/L,,,,\n", 2, "collected_on", "date like"),
    (
        "labs.csv",
        LABS + "P1,2024,c3,R1,,1,g/L,,,,\nP1,2025,c3,R1,,1,g/L,,,,\n",
        3,
        "lab_id",
        "already in line 2",
    ),
    ("flares.csv", FLARES + "F1,P1,2024,,\nF1,P1,2025,,\n", 3, "flare_id", "already in line 2"),
    ("flares.csv", FLARES + "F1,P1,2024,2023,\n", 2, "ended_on", "before the onset"),
    ("flares.csv", FLARES + "F1,P1,2024,,skin;;kidney\n", 2, "organs", "between two ;"),
    ("flares.csv", FLARES + "F1,P1,2024,,skin;skin\n", 2, "organs", "once in the list"),
    ("intercurrent_events.csv", HAPPENED + "P2,x,2024,C1\n", 2, "course_id", "another patient"),
    ("intercurrent_events.csv", HAPPENED + "P1,x,2024,C9\n", 2, "course_id", "neither in courses"),
    ("contacts.csv", CONTACTS + "P1,2024-01-01T10:00,phone,none\n", 2, "attempted_at", "offset"),
    ("contacts.csv", CONTACTS + "P1,2024-01-01,letter,none\n", 2, "mode", "one of in_person"),
    # adverse events
    ("adverse_events.csv", EVENTS + "E1,x,,,,,,,,,,,\n", 2, "patient_id", "unless lot_id"),
    ("adverse_events.csv", EVENTS + "E1,x,,L9,,,,,,,,,\n", 2, "lot_id", "neither in lots.csv"),
    ("adverse_events.csv", EVENTS + "E1,x,P9,,,,,,,,,,\n", 2, "patient_id", "neither in patients"),
    ("adverse_events.csv", EVENTS + "E1,x,P2,,,,,,,,I1,,\n", 2, "infusion_id", "another patient"),
    ("adverse_events.csv", EVENTS + "E1,x,,L/1,,,,,,,I1,,\n", 2, "infusion_id", "no infusion"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,1989,,,,,,,,\n", 2, "started_on", "before the birth"),
    ("adverse_events.csv", EVENTS + "E1,x,P2,,2025-07,,,,,,,,\n", 2, "started_on", "the death"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,2025,2024,,,,,,,\n", 2, "ended_on", "the onset"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,6,,,,,,\n", 2, "grade", "at most 5"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,0,,,,,,\n", 2, "grade", "at least 1"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,false,death,,,,\n", 2, "serious", "is serious"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,true,bad,,,,\n", 2, "seriousness", "one of death"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,,,maybe,,,\n", 2, "causality", "one of certain"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,,,,,Z,\n", 2, "site_code", "neither in sites"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,,,,,B,\n", 2, "site_code", "no enrolment"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,,,,,,2027\n", 2, "site_aware_at", "the future"),
    (
        "adverse_events.csv",
        EVENTS + "E1,x,P1,,,,,,,,,,\nE1,y,P1,,,,,,,,,,\n",
        3,
        "event_id",
        "already in line 2",
    ),
]


@pytest.mark.parametrize("case", ERRORS)
def test_a_refusal_names_file_line_column_and_rule(check, case):
    file, content, line, column, rule = case
    report = check({file: content})
    found = [(p.file, p.line, p.column) for p in report.errors if rule in p.rule]
    assert (file, line, column) in found, [str(problem) for problem in report.errors]


GRADED = "event_id,verbatim_term,patient_id,term,dictionary,dictionary_version,grade,outcome,"
GRADED += "seriousness,serious\n"
WARNINGS = [
    ("conditions.csv", CONDITIONS + "P1,asthma,2010,2012,true\n", "active", "has an end"),
    ("conditions.csv", CONDITIONS + "P2,x,,2025-07,\n", "ended_on", "after the death"),
    ("biopsies.csv", BIOPSIES + "P1,2020,III,,,\n", "scheme", "without the scheme"),
    ("pregnancies.csv", PREGNANCIES + "P1,2020-01-01,2021\n", "ended_on", "more than 315 days"),
    ("lots.csv", LOTS + "L/1,msc,allogeneic,,,,,\n", "donor_type", "without donor_id"),
    ("lots.csv", LOTS + "L/1,msc,,,G1234 98 654321 K,,,\n", "din", "check character"),
    ("lots.csv", LOTS + "L/1,msc,,,,BE,,\n", "sec", "40"),
    ("lot_tests.csv", TESTS + "L/1,viability,70,%,,>=80 %,passed,\n", "state", "not meet"),
    ("lot_tests.csv", TESTS + "L/1,sterility,positive,,,,pending,\n", "state", "without one"),
    ("lot_tests.csv", TESTS + "L/1,sterility,,,,,,\n", "state", "neither"),
    ("lot_tests.csv", TESTS + "L/1,endotoxin,,,<,,passed,\n", "comparator", "no result"),
    ("adjuncts.csv", ADJUNCTS + "P1,vitamin D,2024,1000,,\n", "unit", "without a unit"),
    ("labs.csv", LABS + "P1,2024,c3,,,1,furlongs,,,,\n", "value", "kept as typed"),
    ("labs.csv", LABS + "P1,2024,gold,,,1,g/L,,,,\n", "value", "not an analyte"),
    ("labs.csv", LABS + "P1,2024,c3,,,3.5,g/L,,,,\n", "value", "unlikely"),
    ("labs.csv", LABS + "P1,2024,c3,,,,,,,,\n", "value", "neither a value nor a state"),
    ("labs.csv", LABS + "P1,2024,c3,,,1,g/L,,pending,,\n", "state", "beside a value"),
    ("labs.csv", LABS + "P2,2025-07,c3,,,1,g/L,,,,\n", "collected_on", "after the death"),
    ("contacts.csv", CONTACTS + "P2,2025-07,phone,none\n", "attempted_at", "after the death"),
    (
        "adverse_events.csv",
        EVENTS + "E1,x,P1,,2024-01,,,,,,I1,,\n",
        "started_on",
        "before infusion I1",
    ),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,true,,,,,\n", "seriousness", "no criterion"),
    ("adverse_events.csv", EVENTS + "E1,x,P1,,,,,,other,,,,\n", "serious", "is empty"),
    (
        "adverse_events.csv",
        EVENTS + "E1,x,P1,,2025,,,,,,,,2024\n",
        "site_aware_at",
        "before the onset",
    ),
    (
        "adverse_events.csv",
        GRADED + "E1,x,P1,Bacteremia,CTCAE,5.0,4,,,\n",
        "grade",
        "no grade 4",
    ),
    ("adverse_events.csv", GRADED + "E1,x,P1,,,,5,,,\n", "outcome", "grade 5 is death"),
    ("adverse_events.csv", GRADED + "E1,x,P1,,,,3,fatal,death,true\n", "grade", "not 5"),
    ("adverse_events.csv", GRADED + "E1,x,P1,,,,5,fatal,,\n", "seriousness", "belong together"),
]


@pytest.mark.parametrize("case", WARNINGS)
def test_what_is_only_unlikely_is_a_warning(check, case):
    file, content, column, rule = case
    report = check({file: content})
    assert report.ok, [str(problem) for problem in report.errors]
    assert [p.column for p in report.warnings if p.file == file and rule in p.rule] == [column]


LOT = "lot_id,cell_type,donor_type,donor_id,release_status\nL/1,msc,{},D1,{}\n"
INFUSIONS = "infusion_id,patient_id,started_at,cell_type,lot_ids\n"


@pytest.mark.parametrize("status", ["quarantined", "Recalled", "rejected"])
def test_a_blocked_lot_that_was_given_is_a_warning(check, status):
    files = {"lots.csv": LOT.format("allogeneic", status)}
    files["infusions.csv"] = INFUSIONS + "I1,P1,2024-02-01,msc,L/1\n"
    report = check(files)
    assert report.ok
    assert [(p.file, p.column) for p in report.warnings] == [("infusions.csv", "lot_ids")]


@pytest.mark.parametrize(("second", "warned"), [("P1", 0), ("P2", 1)])
def test_an_autologous_lot_is_one_patients(check, second, warned):
    files = {"lots.csv": LOT.format("autologous", "released")}
    given = f"I1,P1,2024-02-01,msc,L/1\nI2,{second},2024-02-08,msc,L/1\n"
    report = check(files | {"infusions.csv": INFUSIONS + given})
    assert report.ok
    assert ["autologous" in p.rule for p in report.warnings] == [True] * warned


def test_a_stored_autologous_lot_is_one_patients_too(sqlite_engine, write, load):
    files = {"lots.csv": LOT.format("autologous", "released")}
    load(sqlite_engine, write(files | {"infusions.csv": INFUSIONS + "I1,P1,2024-02-01,msc,L/1\n"}))
    only = {"lots.csv": None, "infusions.csv": INFUSIONS + "I2,P2,2024-02-08,msc,L/1\n"}
    report = load(sqlite_engine, write(only, "again"))
    assert [p.column for p in report.warnings] == ["lot_ids"]


def test_a_condition_is_refused_only_where_no_completion_is_possible(check):
    assert check({"conditions.csv": CONDITIONS + "P1,asthma,1990,1990-02,\n"}).ok


def test_an_event_of_a_lot_alone_needs_no_patient_and_no_site(check):
    assert check({"adverse_events.csv": EVENTS + "E1,bag burst,,L/1,,,,,,,,,\n"}).warnings == []


def test_a_file_of_lots_that_cannot_be_read_makes_no_orphans(check):
    files = {"lots.csv": "lot\n", "lot_tests.csv": TESTS + "L/1,x,,,,,pending,\n"}
    report = check({**files, "infusions.csv": None, "visits.csv": BASE["visits.csv"]})
    assert {problem.file for problem in report.errors} == {"lots.csv"}
