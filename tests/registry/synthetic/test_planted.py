"""Each planted story is told in any cohort of sixty, and the numbers agree with each other."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import UUID

import pytest

from registry.adverse import terms
from registry.adverse.duplicates import Report, among
from registry.laboratory.reading import canonical
from registry.partial_date import PartialDate

LIMIT_OF = {"low_complement": ("c3", "c4"), "increased_dna_binding": ("anti_dsdna_elisa",)}
COUNTS = {"leukopenia": ("leukocytes", 3), "thrombocytopenia": ("platelets", 100)}


def events(tables, **by):
    return [
        row
        for row in tables["adverse_events.csv"]
        if all(row.get(name, "") == value for name, value in by.items())
    ]


def days_after(tables, event):
    given = next(i for i in tables["infusions.csv"] if i["infusion_id"] == event["infusion_id"])
    begun = PartialDate.parse(given["started_at"], allow_time=True).earliest
    return (date.fromisoformat(event["started_on"]) - begun).days


def test_a_serious_event_begins_on_day_12_and_others_share_its_lot(tables):
    sepsis = [row for row in events(tables, term="Sepsis") if row["grade"] == "4"]
    (lot,) = {row["lot_id"] for row in sepsis}
    assert {days_after(tables, row) for row in sepsis} == {12}
    assert {row["serious"] for row in sepsis} == {"true"}
    ill = {row.get("patient_id") for row in events(tables, lot_id=lot, serious="true")} - {None}
    treated = {row["patient_id"] for row in tables["infusions.csv"] if row["lot_ids"] == lot}
    assert len(ill) == 6
    assert ill == treated


def test_the_bad_lot_grew_late_and_is_recalled(tables):
    (failed,) = [row for row in tables["lot_tests.csv"] if row["state"] == "failed"]
    status = {row["lot_id"]: row["release_status"] for row in tables["lots.csv"]}
    assert Counter(status.values())["recalled"] == 1
    assert status[failed["lot_id"]] == "recalled"
    given = [
        i["started_at"][:10] for i in tables["infusions.csv"] if i["lot_ids"] == failed["lot_id"]
    ]
    assert max(given) < failed["reported_on"]


def test_one_sterility_result_is_pending(tables):
    pending = [row for row in tables["lot_tests.csv"] if row["state"] == "pending"]
    assert [row["test"] for row in pending] == ["sterility"]


def test_a_large_cohort_has_no_more_patients_of_the_bad_lot(large_tables):
    (lot,) = [r["lot_id"] for r in large_tables["lots.csv"] if r["release_status"] == "recalled"]
    given = {row["patient_id"] for row in large_tables["infusions.csv"] if row["lot_ids"] == lot}
    assert len(given) == 6


def test_an_event_is_reported_twice_within_a_week(tables):
    onsets = defaultdict(list)
    for row in events(tables, term="Shingles"):
        onsets[row["patient_id"]].append(date.fromisoformat(row["started_on"]))
    near = [days for days in onsets.values() if len(days) > 1]
    assert any(max(days) - min(days) <= timedelta(days=7) for days in near)


def test_nothing_else_looks_like_a_duplicate(large_tables):
    found = [
        Report(
            *(row["event_id"], UUID(int=n), row["verbatim_term"], row.get("term"), row.get("soc")),
            *(PartialDate.parse(row["started_on"]), None, None),
        )
        for row in large_tables["adverse_events.csv"]
        if (n := int(row.get("patient_id", "SYN-0")[4:]))
    ]
    by_patient = defaultdict(list)
    for report in found:
        by_patient[report.patient].append(report)
    alike = {r.event_id for rs in by_patient.values() for r in rs if among(r, rs)}
    told = {
        r["event_id"] for r in large_tables["adverse_events.csv"] if r.get("term") == "Shingles"
    }
    assert alike
    assert alike <= told


def test_an_onset_is_known_to_the_month_only(tables):
    assert {len(row["started_on"]) for row in tables["adverse_events.csv"]} == {7, 10}


def test_each_death_has_an_event_of_grade_5_with_its_cause(tables):
    died = {r["patient_id"]: r["death_cause"] for r in tables["patients.csv"] if r.get("death_on")}
    fatal = {row["patient_id"]: row["verbatim_term"] for row in events(tables, grade="5")}
    assert fatal == died
    assert {row["outcome"] for row in events(tables, grade="5")} == {"fatal"}


def test_two_events_happened_to_lots_alone(tables):
    alone = [row for row in tables["adverse_events.csv"] if not row.get("patient_id")]
    assert [row["event_id"] for row in alone] == ["SYN-LOT-01", "SYN-LOT-02"]
    assert all(row["lot_id"] for row in alone)


def test_a_flare_is_a_flare_in_one_file_and_none_in_another(tables):
    flares = {
        (r["patient_id"], r["onset_on"]) for r in tables["flares.csv"] if r["source"] == "patient"
    }
    doubted = {
        (row["patient_id"], row["started_on"])
        for row in tables["adverse_events.csv"]
        if "no flare" in row["verbatim_term"]
    }
    assert flares
    assert flares == doubted


def test_one_story_has_cells_from_elsewhere_before(tables):
    told = Counter(row["condition"] for row in tables["conditions.csv"])
    assert told["prior_cell_therapy"] == 2  # one card of thirty
    assert 0 < told["no_prior_cell_therapy"] < len(tables["patients.csv"]) - 2


def test_what_was_absent_is_absent_from_the_other_files(large_tables):
    denied = defaultdict(set)
    for row in large_tables["conditions.csv"]:
        if row["condition"].startswith("no_"):
            denied[row["condition"].removeprefix("no_")].add(row["patient_id"])
    treated = {
        row["patient_id"]
        for row in large_tables["medications.csv"]
        if row["drug"] == "cyclophosphamide"
    }
    assert treated
    assert not treated & denied["prior_cyclophosphamide"]
    assert not {row["patient_id"] for row in large_tables["pregnancies.csv"]} & denied["pregnancy"]


def test_the_lost_were_looked_for(tables):
    lost = {row["patient_id"] for row in tables["patients.csv"] if row["status"] == "lost"}
    tries = Counter(row["patient_id"] for row in tables["contacts.csv"])
    assert tries == dict.fromkeys(lost, 3)


def test_graded_terms_have_the_grade(large_tables):
    for row in large_tables["adverse_events.csv"]:
        if row.get("term"):
            found = terms.find(row["term"])
            assert found
            assert int(row["grade"]) in found.grades
            assert row["soc"] == found.soc


# --- the fixed questions --------------------------------------------------------------------

ASKED_AS = {
    "Fever": "fever",
    "Fatigue": "fatigue",
    "Injection site reaction": "site_reaction",
    "Upper respiratory infection": "infection_treated",
    "Sepsis": "infection_treated",
    "Headache": "other",
    "Mucositis oral": "other",
}


@pytest.fixture(scope="module")
def harms(large_tables):
    """Visit → the items that were present, of visits at which somebody asked."""
    found = defaultdict(set)
    for row in large_tables["assessments.csv"]:
        if row["instrument"] == "side_effects":
            found[row["visit_id"]] |= {row["item"]} if row["value"] == "present" else set()
    return found


def visits_after_treatment(tables):
    """Patient → days and keys of the visits done since the day after the first infusion.

    Without the patients whose first infusion is known to the month only.
    """
    first, done = {}, defaultdict(list)
    for row in sorted(tables["infusions.csv"], key=lambda row: row["started_at"], reverse=True):
        first[row["patient_id"]] = PartialDate.parse(row["started_at"], allow_time=True).exact
    first = {patient: day for patient, day in first.items() if day}
    for row in tables["visits.csv"]:
        day = date.fromisoformat(row["visited_on"]) if row.get("visited_on") else None
        if day and row["patient_id"] in first and day > first[row["patient_id"]]:
            done[row["patient_id"]].append((day, row["visit_id"]))
    return done


def test_every_question_is_answered_or_none(large_tables, harms):
    rows = Counter(
        row["visit_id"]
        for row in large_tables["assessments.csv"]
        if row["instrument"] == "side_effects"
    )
    assert rows == dict.fromkeys(harms, 9)


def test_nobody_asked_at_a_few_visits_after_treatment_and_never_before(large_tables, harms):
    after = {key for days in visits_after_treatment(large_tables).values() for _, key in days}
    vague = {row["patient_id"] for row in large_tables["infusions.csv"]} - set(
        visits_after_treatment(large_tables)
    )
    exact = {key for key in harms if key[:9] not in vague}
    assert exact <= after
    assert 0.02 < 1 - len(exact) / len(after) < 0.08


def test_what_was_found_by_asking_was_answered_at_the_next_visit(large_tables, harms):
    visits = visits_after_treatment(large_tables)
    answered = 0
    for event in events(large_tables, solicited="true"):
        onset = date.fromisoformat(event["started_on"])
        later = [key for day, key in visits[event["patient_id"]] if day >= onset]
        if later and event["term"] in ASKED_AS:
            assert ASKED_AS[event["term"]] in harms[later[0]], event
            answered += 1
    assert answered > 100


def test_no_harm_is_present_without_an_event_behind_it(large_tables, harms):
    began = defaultdict(list)
    for row in large_tables["adverse_events.csv"]:
        began[row.get("patient_id")].append(PartialDate.parse(row["started_on"]).latest)
    for patient, done in visits_after_treatment(large_tables).items():
        for (day, key), (before, _) in zip(done[1:], done, strict=False):
            happened = any(before < onset <= day for onset in began[patient])
            assert bool(harms.get(key)) <= happened, key


# --- laboratory -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def measured(large_tables):
    """Visit → analyte → the row, its canonical value."""
    found = defaultdict(dict)
    for row in large_tables["labs.csv"]:
        value = canonical(row["analyte"], row.get("value"), row.get("unit"), row.get("comparator"))
        assert [value.problem, value.unlikely, value.impossible] == [None] * 3, row
        found[row["visit_id"]][row["analyte"]] = row, value.value
    return found


@pytest.fixture(scope="module")
def answered(large_tables):
    found = defaultdict(dict)
    for row in large_tables["assessments.csv"]:
        if row["instrument"] == "sledai_2k":
            found[row["visit_id"]][row["item"]] = row["value"], row.get("reason", "")
    return found


def beyond(row):
    value = float(row["value"])
    return (row["lower_limit"] and value < float(row["lower_limit"])) or (
        row["analyte"] == "anti_dsdna_elisa" and value > float(row["upper_limit"])
    )


def test_results_lie_beyond_the_limits_of_their_laboratory_where_the_item_is_present(
    measured, answered
):
    for visit, results in measured.items():
        for item, analytes in LIMIT_OF.items():
            answer, _ = answered[visit][item]
            rows = [results[code][0] for code in analytes if code in results]
            known = [bool(beyond(row)) for row in rows if row.get("value")]
            if answer != "not_assessed":
                assert known == [answer == "present"] * len(analytes), (visit, item)


def test_counts_and_urine_agree_with_the_items(measured, answered):
    low = 0
    for visit, results in measured.items():
        for item, (analyte, limit) in COUNTS.items():
            answer, reason = answered[visit][item]
            below = results[analyte][1] < limit
            assert below == (answer == "present" or reason == "not_attributed"), (visit, item)
            low += below
        protein = results["upcr"][1] > 55  # mg/mmol
        assert protein == (answered[visit]["proteinuria"][0] == "present"), visit
    assert low > 50


def test_a_pending_item_has_a_pending_result(measured, answered):
    pending = 0
    for visit, results in measured.items():
        if answered[visit]["low_complement"][1] == "result_pending":
            assert results["c3"][0]["state"] == "pending"
            pending += 1
    assert pending > 5


def test_sites_report_in_their_own_units(large_tables):
    units = defaultdict(set)
    for row in large_tables["labs.csv"]:
        units[row["analyte"]].add(row.get("unit"))
    assert units["c3"] >= {"g/L", "mg/dL"}
    assert units["upcr"] >= {"mg/mmol", "mg/g", "g/g"}
    assert "<" in {row.get("comparator") for row in large_tables["labs.csv"]}


def test_about_six_results_a_visit(large_tables):
    visits = {row["visit_id"] for row in large_tables["labs.csv"]}
    assert 6 < len(large_tables["labs.csv"]) / len(visits) <= 7.5  # more with nephritis


def test_a_kidney_with_nephritis_is_followed_by_creatinine_and_ratio(large_tables):
    sick = {
        row["patient_id"]
        for row in large_tables["conditions.csv"]
        if row["condition"] == "lupus_nephritis"
    }
    days = defaultdict(lambda: defaultdict(set))
    for row in large_tables["labs.csv"]:
        days[row["patient_id"]][row["analyte"]].add(row["collected_on"])
    followed = [code for code in sick if len(days[code]["creatinine"]) > 1]
    assert len(followed) > 0.8 * len(sick)
    assert all(days[code]["creatinine"] & days[code]["upcr"] for code in followed)
    assert sum("protein_24h" in days[code] for code in sick) > 0.2 * len(sick)
    healthy = [code for code in days if code not in sick]
    assert all(len(days[code]["creatinine"]) <= 1 for code in healthy)


def test_some_patients_have_an_organs_function_before_and_after(large_tables):
    found = defaultdict(lambda: defaultdict(dict))
    visits = {row["visit_id"]: row for row in large_tables["visits.csv"]}
    for row in large_tables["assessments.csv"]:
        if row["instrument"] in {"lvef", "fvc_percent", "dlco_percent", "six_minute_walk"}:
            visit = visits[row["visit_id"]]
            of_patient = found[visit["patient_id"], row["instrument"]]
            of_patient[visit["timepoint"]][row["item"]] = row["value"]
    both = [points for points in found.values() if {"baseline", "month_12"} <= set(points)]
    assert len(both) > 100
    devices = [points["baseline"]["device"] == points["month_12"]["device"] for points in both]
    assert 0.05 < devices.count(False) / len(devices) < 0.3
