"""Every refusal names file, line, column and rule; what is only unlikely is a warning."""

import pytest

from tests.registry.imports.conftest import BASE

VISITS = "visit_id,patient_id,visited_on,attendance,timepoint,reason\n"
ANSWERS = "visit_id,instrument,item,value,version,assessed_on\n"
PATIENTS = "patient_id,site_code,sex,enrolled_on,birth_date,death_on,status,status_on\n"
OTHER = "P2,B,male,2024,1980,,,\n"
INFUSIONS = "infusion_id,patient_id,started_at,cell_type,course_id,lot_ids,dose_total_cells\n"
DRUGS = "patient_id,drug,started_on,ended_on,dose,pulse,medication_id\n"

ERRORS = [
    # the shape of a file
    ("sites.csv", "site_code,name,colour\nA,Site A,red\n", 1, "colour", "no column"),
    ("sites.csv", "site_code,name,name\nA,a,a\n", 1, "name", "twice in the header"),
    ("sites.csv", "site_code\nA\n", 1, "name", "missing"),
    ("sites.csv", "", 1, None, "is empty"),
    ("sites.csv", "site_code,name\nA,a,b\n", 2, None, "3 cells where the header has 2"),
    ("sites.csv", 'site_code,name\nA,"a"b\n', 2, None, "quoting is broken"),
    ("sites.csv", 'site_code,name\nA,"a\n', 2, None, "quoting is broken"),
    ("sites.csv", "site_code,name\nA,a\rB,b\n", 2, None, "carriage return"),
    ("sites.csv", b"site_code,name\nA,a\nB,\xff\n", 3, None, "not UTF-8"),
    ("sites.csv", b"site_code,name\nA,\xed\xa0\x80\n", 2, None, "not UTF-8"),
    ("sites.csv", "site_code,name\nA,a\x00\n", 2, "name", "NUL"),
    ("sites.csv", f"site_code,name\nA,{'a' * 110_000}\n", 2, "name", "at most 100000"),
    ("sites.csv", f"site_code,name\nA,{'a' * 140_000}\n", 2, None, "longer than"),
    ("sites.csv", "x" * 1_100_000, 1, None, "too long"),
    ("laboratory.csv", "patient_id\n", None, None, "no file of the exchange format"),
    ("Patients.CSV", "patient_id\n", None, None, "no file of the exchange format"),
    ("patients.csv", None, None, None, "required file is missing"),
    # cells
    ("patients.csv", PATIENTS + OTHER + "P 1,A,female,2024,,,,\n", 3, "patient_id", "1 to 40"),
    ("patients.csv", PATIENTS + OTHER + ",A,female,2024,,,,\n", 3, "patient_id", "required"),
    ("patients.csv", PATIENTS + OTHER + "P1,A,Female,2024,,,,\n", 3, "sex", "one of female"),
    ("patients.csv", PATIENTS + OTHER + "P1,A,male,2023-02-29,,,,\n", 3, "enrolled_on", "day 29"),
    ("patients.csv", PATIENTS + OTHER + "P1,A,male,0202,,,,\n", 3, "enrolled_on", "before 1850"),
    ("patients.csv", PATIENTS + OTHER + "P1,A,male,1.2.2024,,,,\n", 3, "enrolled_on", "date like"),
    ("infusions.csv", INFUSIONS + "I1,P1,2024-02-01T10:30,msc,,,\n", 2, "started_at", "offset"),
    ("visits.csv", VISITS + "V1,P1,2024-02-01,done,month_2,\n", 2, "timepoint", "unscheduled"),
    *(
        (
            "infusions.csv",
            INFUSIONS + f"I1,P1,2024,msc,,,{bad}\n",
            2,
            "dose_total_cells",
            "a number",
        )
        for bad in ("nan", "inf", "1e400", '"1,5"', "<10", "007", "+7", "1_000", "٣", "9" * 10_000)
    ),
    ("infusions.csv", INFUSIONS + "I1,P1,2024,msc,,,-1\n", 2, "dose_total_cells", "at least 0"),
    ("infusions.csv", INFUSIONS + "I1,P1,2024,msc,,L/1;L/1,\n", 2, "lot_ids", "once in the list"),
    ("medications.csv", DRUGS + "P1,prednisone,2024,,,yes,\n", 2, "pulse", "true or false"),
    # keys
    ("sites.csv", "site_code,name\nA,a\nB,b\nA,c\n", 4, "site_code", "already in line 2"),
    ("visits.csv", VISITS + "V1,P1,2024,,,\nV1,P1,2024,,,\n", 3, "visit_id", "already in line 2"),
    ("medications.csv", DRUGS + "P1,x,2024,,,,\nP1,x,2024,,,,\n", 3, "drug", "already in line 2"),
    ("visits.csv", VISITS + "V1,P9,2024-02-01,,,\n", 2, "patient_id", "neither in patients.csv"),
    (
        "infusions.csv",
        INFUSIONS + "I1,P1,2024,msc,C9,,\n",
        2,
        "course_id",
        "neither in courses.csv",
    ),
    ("infusions.csv", INFUSIONS + "I1,P1,2024,msc,C2,,\n", 2, "course_id", "another patient"),
    ("infusions.csv", INFUSIONS + "I1,P1,2024,msc,,L9,\n", 2, "lot_ids", "neither in lots.csv"),
    ("patients.csv", PATIENTS + OTHER + "P1,Z,male,2024,,,,\n", 3, "site_code", "neither in sites"),
    ("assessments.csv", ANSWERS + "V9,pga,value,1,,\n", 2, "visit_id", "neither in visits.csv"),
    # impossible for every completion of a partial date
    (
        "patients.csv",
        PATIENTS + OTHER + "P1,A,male,2024,2000,1999,,\n",
        3,
        "death_on",
        "before birth",
    ),
    ("patients.csv", PATIENTS + OTHER + "P1,A,male,2027,,,,\n", 3, "enrolled_on", "in the future"),
    ("patients.csv", PATIENTS + OTHER + "P1,A,male,2024,,,active,\n", 3, "status", "go together"),
    ("infusions.csv", INFUSIONS + "I1,P1,1989,msc,,,\n", 2, "started_at", "before the birth"),
    ("infusions.csv", INFUSIONS + "I1,P2,2025-07,msc,,,\n", 2, "started_at", "after the death"),
    (
        "infusions.csv",
        INFUSIONS + "I1,P1,2023,msc,,L/1,\n",
        2,
        "started_at",
        "before lot L/1 was made",
    ),
    ("visits.csv", VISITS + "V1,P2,2025-06-02,done,,\n", 2, "visited_on", "after the death"),
    ("visits.csv", VISITS + "V1,P1,2027-01-01,done,,\n", 2, "visited_on", "in the future"),
    ("visits.csv", VISITS + "V1,P1,,,,\n", 2, "visited_on", "unless the visit was missed"),
    ("medications.csv", DRUGS + "P1,x,2024-05,2024-04,,,\n", 2, "ended_on", "before the begin"),
    # answers
    (
        "assessments.csv",
        ANSWERS + "V1,sledai,arthritis,present,,\n",
        2,
        "instrument",
        "no instrument",
    ),
    ("assessments.csv", ANSWERS + "V1,csledai_2k,total,1,,\n", 2, "instrument", "never imported"),
    ("assessments.csv", ANSWERS + "V1,sledai_2k,gout,present,,\n", 2, "item", "no item"),
    ("assessments.csv", ANSWERS + "V1,sledai_2k,fever,1,,\n", 2, "value", "not present, absent"),
    ("assessments.csv", ANSWERS + "V1,sledai_2k,total,106,,\n", 2, "value", "outside 0 to 105"),
    ("assessments.csv", ANSWERS + "V1,sledai_2k,total,5.5,,\n", 2, "value", "whole number"),
    ("assessments.csv", ANSWERS + "V1,pga,value,3.01,,\n", 2, "value", "outside 0 to 3"),
    ("assessments.csv", ANSWERS + "V1,pga,value,1.234,,\n", 2, "value", "decimals"),
    ("assessments.csv", ANSWERS + "V1,pga,value,nan,,\n", 2, "value", "a number"),
    ("assessments.csv", ANSWERS + "V1,pga,value,1,,2030\n", 2, "assessed_on", "in the future"),
    ("assessments.csv", ANSWERS + "V2,pga,value,1,,\n", 2, "visit_id", "did not take place"),
    (
        "assessments.csv",
        ANSWERS + "V1,sledai_2k,fever,present,,\nV1,sledai_2k,total,1,,\n",
        3,
        "item",
        "stands alone",
    ),
    (
        "assessments.csv",
        ANSWERS + "V1,sledai_2k,fever,present,,\nV1,sledai_2k,fever,absent,,\n",
        3,
        "item",
        "twice",
    ),
    (
        "assessments.csv",
        ANSWERS + "V1,sledai_2k,fever,present,,2024\nV1,sledai_2k,rash,absent,,2023\n",
        3,
        "assessed_on",
        "differs from line 2",
    ),
    # patients.csv holds the first enrolment and the latest status
    (
        "enrolments.csv",
        "patient_id,site_code,from_on\nP1,B,2023-12-31\n",
        2,
        "from_on",
        "patients.csv names the first",
    ),
    (
        "patient_status.csv",
        "patient_id,status,on\nP1,lost,2025-01-01\n",
        2,
        "on",
        "later than the latest status",
    ),
    (
        "endpoints.csv",
        "patient_id,definition,timepoint,state\nP1,x,month_6,met\nP1,x,month_6,not_met\n",
        3,
        "definition",
        "already in line 2",
    ),
]


@pytest.mark.parametrize("case", ERRORS)
def test_a_refusal_names_file_line_column_and_rule(check, case):
    file, content, line, column, rule = case
    report = check({file: content})
    found = [(p.file, p.line, p.column) for p in report.errors if rule in p.rule]
    assert (file, line, column) in found, [str(problem) for problem in report.errors]


INFUSED = "infusion_id,patient_id,started_at,cell_type,lot_ids,dose_total_cells,weight_kg,"
WARNINGS = [
    (
        "infusions.csv",
        INFUSED + "dose_cells_per_kg\nI1,P1,2024-02-01,msc,,100000000,50,1000000\n",
        "dose_cells_per_kg",
        "not the total dose",
    ),
    (
        "infusions.csv",
        INFUSED + "route\nI1,P1,2024-02-01,msc,,,500,iv\n",
        "weight_kg",
        "unusual",
    ),
    (
        "infusions.csv",
        "infusion_id,patient_id,started_at,cell_type,lot_ids\nI1,P1,2025-02-01,hsc,L/1\n",
        "started_at",
        "expired",
    ),
    (
        "medications.csv",
        "patient_id,drug,started_on,dose,unit,per_day,daily_dose\nP1,x,2024,5,mg,2,15\n",
        "daily_dose",
        "daily_dose is used",
    ),
    ("visits.csv", VISITS + "V1,P1,2024-08-01,,month_12,\n", "timepoint", "is month_6"),
    ("visits.csv", VISITS + "V2,P1,,missed,month_3,\n", "attendance", "without a reason"),
    ("sites.csv", b"\xef\xbb\xbf" + BASE["sites.csv"].encode(), None, "byte order mark"),
]


@pytest.mark.parametrize("case", WARNINGS)
def test_what_is_only_unlikely_is_a_warning(check, case):
    file, content, column, rule = case
    report = check({file: content, "assessments.csv": None})
    assert report.ok, [str(problem) for problem in report.errors]
    assert [p.column for p in report.warnings if p.file == file and rule in p.rule] == [column]


def test_the_small_folder_itself_is_without_fault(check):
    report = check()
    assert (report.errors, report.warnings) == ([], [])


def test_a_partial_date_is_refused_only_where_no_completion_is_possible(check):
    visits = VISITS + "V1,P2,2025,done,,\nV2,P1,2026-11,done,,\n"
    assert check({"visits.csv": visits, "assessments.csv": None}).ok


@pytest.mark.parametrize("given", ["screening", "day_7", "unscheduled"])
def test_a_timepoint_that_claims_no_window_is_kept_without_a_warning(check, given):
    visits = VISITS + f"V1,P1,2024-08-01,,{given},\n"
    assert check({"visits.csv": visits, "assessments.csv": None}).warnings == []


def test_a_file_that_cannot_be_read_makes_no_orphans(check):
    report = check({"patients.csv": "patient,sex\n"})
    assert {problem.file for problem in report.errors} == {"patients.csv"}


def test_the_list_of_errors_is_cut_and_the_rest_counted(check):
    rows = "".join(f"V{n},P1,,,,\n" for n in range(1500))
    report = check({"visits.csv": VISITS + rows, "assessments.csv": None})
    assert (len(report.errors), report.total_errors) == (1000, 1500)
