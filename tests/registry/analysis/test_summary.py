import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.provenance import Question, canonical, hashed_part
from registry.analysis.summary import Beside, UnknownGroupingError, summarise
from registry.followup.facts import EnrolmentFact, InfusionFact
from registry.partial_date import PartialDate


def on(text):
    return PartialDate.parse(text)


@pytest.fixture(scope="session")
def small_cohort(make):
    return [
        make.patient(
            "a", visits=(make.visit(-1, make.sledai(12)), make.visit(180, make.sledai(4)))
        ),
        make.patient(
            "b", visits=(make.visit(185, make.sledai(8)),), courses=(make.course(site="B"),)
        ),
        make.patient("c", courses=()),
    ]


def test_two_runs_differ_only_in_who_made_them_and_when(small_cohort, maker):
    later = replace(maker, made_at=datetime(2030, 1, 1, tzinfo=UTC), made_by="dora")
    first, second = (
        summarise(small_cohort, Question(date(2025, 1, 1)), by) for by in (maker, later)
    )
    assert hashed_part(first) == hashed_part(second)
    assert first["provenance"]["sha256"] == second["provenance"]["sha256"]
    assert first["provenance"]["made_by"] != second["provenance"]["made_by"]


def test_the_hash_covers_the_canonical_rest(small_cohort, summary):
    from hashlib import sha256

    result = json.loads(json.dumps(summary(*small_cohort)))
    rest = {k: v for k, v in result["provenance"].items() if k[:4] not in {"made", "sha2"}}
    text = json.dumps(
        {**result, "provenance": rest}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    assert result["provenance"]["sha256"] == sha256(text.encode()).hexdigest()


@given(st.permutations(range(3)))
def test_the_order_of_the_patients_changes_nothing(small_cohort, summary, order):
    shuffled = summary(*[small_cohort[n] for n in order], by="site")
    assert canonical(shuffled) == canonical(summary(*small_cohort, by="site"))


def test_another_cut_is_another_hash(small_cohort, summary):
    results = [summary(*small_cohort, cut=cut) for cut in (date(2024, 9, 1), date(2025, 9, 1))]
    hashes = {result["provenance"]["sha256"] for result in results}
    assert len(hashes) == 2


def test_the_provenance_counts_what_was_read(small_cohort, summary):
    rows = summary(*small_cohort)["provenance"]["rows"]
    assert (rows["patients"], rows["infusions"], rows["visits"], rows["assessments"]) == (
        3,
        2,
        3,
        3,
    )


def test_facts_after_the_cut_are_not_there(small_cohort, make, summary):
    result = summary(*small_cohort, cut=make.day(179))
    assert result["provenance"]["rows"]["visits"] == 1
    assert result["flow"]["at"][-1]["not_yet_due"] == 2


def test_a_patient_enrolled_after_the_cut_is_not_there(make, summary):
    late = make.patient(enrolments=(EnrolmentFact("A", on("2025-06-01")),))
    assert summary(late, cut=date(2025, 5, 31))["flow"]["enrolled"] == 0


def test_a_partial_date_counts_from_its_earliest_day(make, summary):
    patient = make.patient(enrolments=(EnrolmentFact("A", on("2025-06")),))
    assert summary(patient, cut=date(2025, 6, 1))["flow"]["enrolled"] == 1
    assert summary(patient, cut=date(2025, 5, 31))["flow"]["enrolled"] == 0


def test_a_registry_without_patients_has_a_summary(summary):
    result = summary()
    assert result["flow"]["enrolled"] == 0
    assert (result["activity"], result["states"]) == ([], [])


def test_every_summary_says_what_it_is_and_is_not(summary):
    result = summary()
    assert "without a control group" in result["design"]
    assert len(result["limits"]) >= 4


def test_the_sites_add_up_to_the_registry(small_cohort, summary):
    enrolled = [summary(*small_cohort, site=s)["flow"]["enrolled"] for s in ("A", "B", "other")]
    assert enrolled == [2, 1, 0]


@pytest.mark.parametrize(
    ("field", "infusion", "value"),
    [
        ("cell_type", {"cell_type": "hsc"}, "hsc"),
        ("tissue_source", {}, "none"),
        ("lot", {"lots": ("L2", "L1")}, "L1+L2"),
        ("lot", {}, "none"),
        ("site", {"site": "B"}, "B"),
        ("course", {}, "1"),
        ("legal_basis", {}, "none"),
    ],
)
def test_a_patient_belongs_to_the_group_of_the_first_infusion(
    make, summary, field, infusion, value
):
    patient = make.patient(courses=(make.course(**infusion),))
    (group,) = summary(patient, make.patient("u", courses=()), by=field)["groups"]
    assert (group["value"], group["flow"]["enrolled"]) == (value, 1)


def test_a_later_infusion_does_not_change_the_group(make, summary):
    course = make.course()
    second = InfusionFact("i2", on("2024-03-01"), "B", "msc")
    patient = make.patient(courses=(replace(course, infusions=(second, *course.infusions)),))
    assert [g["value"] for g in summary(patient, by="site")["groups"]] == ["A"]


def test_groups_have_the_keys_of_the_whole_and_add_up(small_cohort, summary):
    result = summary(*small_cohort, by="site")
    assert [g["value"] for g in result["groups"]] == ["A", "B"]
    for group in result["groups"]:
        whole = set(result) - {"provenance", "design", "limits", "groups"}
        assert set(group) == {"value"} | whole
    assert sum(g["flow"]["infused"] for g in result["groups"]) == result["flow"]["infused"]


def test_every_group_has_the_timepoints_of_the_whole(make, summary):
    patients = (
        make.patient("a"),
        make.patient("b", courses=(make.course(on("2025-11-01"), site="B"),)),
    )
    result = summary(*patients, by="site")
    expected = [at["timepoint"] for at in result["flow"]["at"]]
    for group in result["groups"]:
        assert [at["timepoint"] for at in group["flow"]["at"]] == expected


def test_an_unknown_grouping_is_refused_with_the_known_ones(summary):
    with pytest.raises(UnknownGroupingError, match="cell_type, tissue_source, lot"):
        summary(by="astrology")


def test_without_grouping_there_are_no_groups(summary):
    assert "groups" not in summary()


def warned(result, words):
    return any(words in text for text in result["warnings"])


def test_mixed_kinds_of_cells_are_warned_about(make, summary):
    patients = (make.patient("a"), make.patient("b", courses=(make.course(cell_type="car_t"),)))
    assert warned(summary(*patients), "These rows mix car_t, msc")


def test_missing_consent_unsigned_visits_and_partial_days_are_warned_about(make, summary):
    patient = make.patient(courses=(make.course(on("2024")),), unsigned_visits=2)
    result = summary(patient)
    assert warned(result, "Consent is not recorded for 1 of 1")
    assert warned(result, "left out of every result: 2 visits")
    assert warned(result, "Day 0 is known only by month or year for 1 of 1")
    assert warned(result, "1 of 1 infused patients have no visit at all")


def test_a_given_timepoint_that_the_date_contradicts_is_warned_about(make, summary):
    visit = make.visit(180, make.sledai(4), timepoint="month_12")
    result = summary(make.patient(visits=(visit,)))
    assert "Given as month_12, by the date month_6 is used: 1 visit." in result["warnings"]


def test_notes_stand_before_the_warnings(make, maker):
    result = summarise(
        [make.patient()], Question(date(2025, 1, 1)), maker, Beside(["Invented patients."])
    )
    assert result["warnings"][0] == "Invented patients."


def test_the_first_course_with_a_product_is_the_main_one(make, summary, row):
    failed = replace(make.course(), infusions=(), started_on=on("2023-01-01"))
    given = make.course(PartialDate.on(make.day(0)), ordinal=2)
    patient = make.patient(courses=(failed, given), visits=(make.visit(180, make.sledai(4)),))
    result = summary(patient, by="course")
    assert [g["value"] for g in result["groups"]] == ["2"]
    assert row(result["activity"], instrument="sledai_2k", timepoint="month_6")["n"] == 1


@given(st.lists(st.integers(0, 105), min_size=1, max_size=8))
def test_the_percentage_of_low_activity_is_what_a_hand_would_count(make, summary, row, totals):
    patients = [
        make.patient(f"p{n}", visits=(make.visit(180, make.sledai(t)),))
        for n, t in enumerate(totals)
    ]
    keys = {"definition": "sledai_2k_le_4", "timepoint": "month_6", "row": "observed"}
    found = row(summary(*patients, cut=make.day(0) + timedelta(days=400))["states"], **keys)
    low = sum(total <= 4 for total in totals)
    assert (found["x"], found["n"]) == (low, len(totals))
    exact = Decimal(100 * low) / len(totals)
    assert abs(Decimal(str(found["percent"])) - exact) <= Decimal("0.05")
