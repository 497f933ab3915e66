"""The planted stories are there, and the numbers are those of a real cohort's size."""

import statistics
from collections import Counter, defaultdict
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from registry.exchange.files import FILES
from registry.instruments.sledai_2k import ITEMS
from registry.partial_date import PartialDate
from registry.synthetic import cohort
from registry.synthetic.stories import DECK

WEIGHTS = {item.code: int(item.weight) for item in ITEMS}


def values(tables, name, column):
    return Counter(row.get(column, "") for row in tables[name])


def dates(row):
    return [
        PartialDate.parse(text, allow_time=True)
        for column, text in row.items()
        if text and (column == "on" or column.endswith(("_on", "_at", "birth_date")))
    ]


def complete_scores(tables):
    """Return patient → timepoint → SLEDAI-2K total, where every item was scored."""
    visits = {row["visit_id"]: row for row in tables["visits.csv"]}
    scored = defaultdict(dict)
    for row in tables["assessments.csv"]:
        if row["instrument"] == "sledai_2k" and row["item"] != "total":
            scored[row["visit_id"]][row["item"]] = row["value"]
    totals = defaultdict(dict)
    for visit_id, items in scored.items():
        if "not_assessed" not in items.values():
            points = sum(WEIGHTS[item] for item, value in items.items() if value == "present")
            visit = visits[visit_id]
            totals[visit["patient_id"]][visit["timepoint"]] = points
    return totals


def test_the_deck_tells_every_story_within_thirty_patients():
    assert len(DECK) == 30
    assert {story.name for story in DECK} >= {
        *("responder", "relapser", "non-responder", "untreated", "declined"),
        *("death", "loss", "withdrawal", "completed", "recently infused"),
    }


def test_sixty_patients_hold_every_ending_and_a_transfer(tables):
    latest = values(tables, "patients.csv", "status")
    history = values(tables, "patient_status.csv", "status")
    assert set(latest) == {
        *("active", "died", "lost", "withdrew_visits", "withdrew_consent", "completed"),
    }
    assert history["transferred"] == 2
    assert len({row["site_code"] for row in tables["enrolments.csv"]}) >= 2
    assert all(
        row["death_on"] and row["death_cause"]
        for row in tables["patients.csv"]
        if row["status"] == "died"
    )


def test_the_never_infused_have_a_reason_and_no_infusion(tables):
    reasons = {
        row["patient_id"]: row["reason"]
        for row in tables["patient_status.csv"]
        if "Not infused" in row["reason"]
    }
    infused = {row["patient_id"] for row in tables["infusions.csv"]}
    assert len(reasons) == 6
    assert not infused & set(reasons)


def test_visits_are_done_or_missed_with_a_reason(tables):
    missed = [row for row in tables["visits.csv"] if row["attendance"] == "missed"]
    assert missed
    assert all(row["reason"] and not row.get("visited_on") for row in missed)
    assert set(values(tables, "visits.csv", "contact_mode")) >= {"in_person", "phone", "video"}


def test_gaps_carry_their_reason_and_historic_totals_stand_alone(large_tables):
    gaps = defaultdict(set)
    for row in large_tables["assessments.csv"]:
        if row["value"] == "not_assessed":
            gaps[row["instrument"]].add(row["reason"])
    known = {"remote_contact", "result_pending", "not_done", "not_attributed"}
    assert (gaps["sledai_2k"], gaps["rand_36"]) == (known, {"not_recorded"})
    items = defaultdict(set)
    for row in large_tables["assessments.csv"]:
        if row["instrument"] == "sledai_2k":
            items[row["visit_id"]].add(row["item"])
    assert {"total"} in items.values()
    assert all(found in ({"total"}, set(WEIGHTS)) for found in items.values())


def test_the_questions_of_the_target_states_are_asked_at_most_visits(large_tables):
    asked = defaultdict(dict)
    for row in large_tables["assessments.csv"]:
        if row["instrument"] == "lldas_questions":
            asked[row["visit_id"]][row["item"]] = row["value"]
    scored = {r["visit_id"] for r in large_tables["assessments.csv"] if r["instrument"] == "pga"}
    assert all(len(answers) == 6 for answers in asked.values())
    assert 0.8 <= len(set(asked) & scored) / len(scored) <= 0.9
    said = Counter(item for found in asked.values() for item in found if found[item] == "present")
    assert said["maintenance_tolerated"] > len(asked) * 0.9
    assert len(asked) * 0.1 < said["new_activity"] < len(asked) * 0.25
    assert 0 < said["haemolytic_anaemia"] < len(asked) * 0.05


def test_partial_dates_and_a_month_only_infusion_are_planted(tables):
    assert {len(row["birth_date"]) for row in tables["patients.csv"]} == {4, 7, 10}
    assert {7, 10, 22} == {len(row["started_at"]) for row in tables["infusions.csv"]}


def test_consent_is_given_declined_withdrawn_or_not_recorded(tables):
    assert set(values(tables, "consents.csv", "decision")) == {"given", "declined", "withdrawn"}
    recorded = {row["patient_id"] for row in tables["consents.csv"]}
    assert len(tables["patients.csv"]) - len(recorded) == 2


def test_products_lots_and_courses_are_shared_and_mixed(tables):
    assert set(values(tables, "infusions.csv", "cell_type")) == {"msc", "hsc", "exosome"}
    patients_of = defaultdict(set)
    for row in tables["infusions.csv"]:
        patients_of[row["lot_ids"]].add(row["patient_id"])
    assert max(len(patients) for patients in patients_of.values()) >= 3
    assert any(row["course_id"].endswith("-C2") for row in tables["courses.csv"])
    assert len(values(tables, "courses.csv", "legal_basis")) >= 4


def test_lots_are_used_between_manufacture_and_expiry(large_tables):
    lots = {row["lot_id"]: row for row in large_tables["lots.csv"]}
    for row in large_tables["infusions.csv"]:
        lot = lots[row["lot_ids"]]
        given = PartialDate.parse(row["started_at"], allow_time=True)
        assert date.fromisoformat(lot["manufactured_on"]) <= given.latest
        if lot.get("expires_on"):
            assert given.earliest <= date.fromisoformat(lot["expires_on"])


def test_steroids_taper_pulse_and_stay_unknown(tables):
    steroids = [row for row in tables["medications.csv"] if row["drug"].startswith("predniso")]
    assert any(row.get("ended_on") for row in steroids)
    assert any(not row.get("dose") and not row.get("daily_dose") for row in steroids)
    pulses = [row["drug"] for row in tables["medications.csv"] if row.get("pulse") == "true"]
    assert Counter(pulses)["methylprednisolone"] == 2
    assert Counter(pulses)["cyclophosphamide"] % 6 == 0
    assert "cyclophosphamide" in pulses


def test_baseline_activity_is_that_of_refractory_lupus(large_tables):
    baseline = [t["baseline"] for t in complete_scores(large_tables).values() if "baseline" in t]
    assert 11 <= statistics.mean(baseline) <= 13.5
    assert 4 <= statistics.stdev(baseline) <= 7


def test_fewer_than_half_improve_by_four_points(large_tables):
    pairs = [
        (t["baseline"], t["month_12"])
        for t in complete_scores(large_tables).values()
        if t.get("baseline", 0) >= 4 and "month_12" in t
    ]
    share = sum(before - after >= 4 for before, after in pairs) / len(pairs)
    assert 0.33 <= share <= 0.48


def test_activity_falls_before_any_treatment_in_the_lead_in(large_tables):
    falls = [
        t["screening"] - t["baseline"]
        for t in complete_scores(large_tables).values()
        if {"screening", "unscheduled", "baseline"} <= set(t)
    ]
    assert len(falls) > 50
    assert statistics.mean(falls) > 1


@given(st.integers(1, 40), st.integers(0, 2**32), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_nothing_is_dated_in_the_future_or_before_birth(patients, seed, today):
    born = {}
    for name, row in cohort(patients, seed, today):
        if name == "patients.csv":
            born[row["patient_id"]] = PartialDate.parse(row["birth_date"])
        for day in dates(row) if "patient_id" in row else ():
            assert day.earliest <= today, (name, row)
            assert not day.certainly_before(born[row["patient_id"]]), (name, row)


@given(st.integers(1, 40), st.integers(0, 2**32))
def test_every_row_has_known_columns_only(patients, seed):
    for name, row in cohort(patients, seed, date(2026, 11, 22)):
        assert set(row) <= set(FILES[name].names)
