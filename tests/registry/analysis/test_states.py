from dataclasses import astuple, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.states import Tally, rows_of
from registry.followup.facts import ConditionFact, EndpointFact, LabFact, MedicineFact
from registry.partial_date import PartialDate

ROWS = ("observed", "non_responder_imputed", "worst", "best")


@pytest.fixture
def le_4(make):
    """Month 6: one met, one not met, one indeterminate, one missed, one seen without a score."""
    scores = (make.sledai(4), make.sledai(5), make.sledai(None, known=0, highest=9))
    seen = [make.patient(f"s{n}", visits=(make.visit(180, s),)) for n, s in enumerate(scores)]
    return [*seen, make.patient("m"), make.patient("w", visits=(make.visit(180, make.pga("1")),))]


@pytest.mark.parametrize(
    ("kind", "counted"),
    [("observed", (1, 2)), ("non_responder_imputed", (1, 5)), ("worst", (1, 3)), ("best", (2, 3))],
)
def test_each_row_has_its_own_denominator(le_4, summary, row, kind, counted):
    keys = {"definition": "sledai_2k_le_4", "timepoint": "month_6", "row": kind}
    found = row(summary(*le_4)["states"], **keys)
    assert (found["x"], found["n"]) == counted
    assert (found["indeterminate"], found["not_seen"], found["not_yet_due"]) == (1, 2, 0)


def test_those_not_yet_due_are_in_no_row(make, summary, row, le_4):
    recent = make.patient("r", courses=(make.course(PartialDate.parse("2025-10-01")),))
    keys = {"definition": "sledai_2k_le_4", "timepoint": "month_6"}
    states = summary(*le_4, recent)["states"]
    assert row(states, row="non_responder_imputed", **keys)["n"] == 5
    assert row(states, row="observed", **keys)["not_yet_due"] == 1


def test_a_historic_total_decides_the_state(make, summary, row):
    patient = make.patient(visits=(make.visit(180, make.sledai(3, total_only=True)),))
    keys = {"definition": "sledai_2k_le_4", "timepoint": "month_6", "row": "observed"}
    assert row(summary(patient)["states"], **keys)["x"] == 1


def test_a_medicine_history_without_steroids_is_no_steroid(make, summary, row):
    other = MedicineFact("hydroxychloroquine", PartialDate.parse("2023"))
    patients = (
        make.patient("a", visits=(make.visit(180, make.sledai(4)),), medicines=(other,)),
        make.patient("b", visits=(make.visit(180, make.sledai(4)),)),
    )
    keys = {"definition": "prednisone_le_5", "timepoint": "month_6", "row": "observed"}
    found = row(summary(*patients)["states"], **keys)
    assert (found["x"], found["n"], found["indeterminate"]) == (1, 1, 1)


def test_a_state_for_which_nobody_has_data_is_not_shown(make, summary):
    assert summary(make.patient())["states"] == []


def endpoint(state, definition="paper_remission", timepoint="month_6"):
    return EndpointFact(
        definition, timepoint, state, None, "reconstructed from published counts: X"
    )


def test_reported_results_keep_their_own_denominators(make, summary, row):
    states = ["met", "not_met", "indeterminate", "not_evaluable"]
    patients = [make.patient(s, endpoints=(endpoint(s),)) for s in states]
    rows = summary(*patients, make.patient("silent"))["states"]
    observed = row(rows, definition="paper_remission", row="observed")
    assert (observed["origin"], observed["x"], observed["n"]) == ("reported", 1, 2)
    rest = ("indeterminate", "not_evaluable", "not_seen", "not_yet_due")
    assert [observed[name] for name in rest] == [1, 1, 1, 0]
    assert observed["sources"] == ["reconstructed from published counts: X"]
    assert row(rows, definition="paper_remission", row="non_responder_imputed")["n"] == 5


def test_reported_and_computed_are_never_in_one_row(make, summary):
    visits = (make.visit(180, make.sledai(3)),)
    reported = endpoint("not_met", definition="sledai_2k_le_4")
    patient = make.patient(visits=visits, endpoints=(reported,))
    rows = [r for r in summary(patient)["states"] if r["timepoint"] == "month_6"]
    found = {(r["origin"], r["x"]) for r in rows if r["definition"] == "sledai_2k_le_4"}
    assert found == {("computed", 1), ("reported", 0)}


def test_a_result_reported_of_an_uninfused_patient_is_left_out_and_told(make, summary):
    result = summary(make.patient(courses=(), endpoints=(endpoint("met"),)))
    assert result["states"] == []
    assert "Reported, but left out because not infused: 1 patient." in result["warnings"]


def test_a_reported_result_counts_once_its_timepoint_can_have_come(make, summary):
    patient = make.patient(endpoints=(endpoint("met"),))
    assert summary(patient, cut=make.day(136))["states"] == []
    assert summary(patient, cut=make.day(137))["states"] != []


counts = st.builds(Tally, *[st.integers(0, 30)] * 6)


@given(counts)
def test_the_bounds_enclose_what_was_observed(tally):
    by_row = {r["row"]: r for r in rows_of({"definition": "d"}, "infused", tally)}
    assert all(r["x"] <= r["n"] for r in by_row.values())
    observed = by_row["observed"]
    if observed["n"]:
        shares = [by_row[name]["x"] * observed["n"] for name in ("worst", "best")]
        limits = [observed["x"] * by_row[name]["n"] for name in ("worst", "best")]
        assert shares[0] <= limits[0]
        assert shares[1] >= limits[1]


@given(counts)
def test_nobody_gets_lost_between_the_columns(tally):
    assert sum(astuple(tally)) == tally.due_or_gone + tally.not_yet_due


def test_states_of_publications_are_counted_beside_those_of_the_registry(make, summary, row):
    none = MedicineFact("hydroxychloroquine", PartialDate.parse("2020"))
    quiet, active = make.sledai(0), make.sledai(6)
    patients = (
        make.patient("a", visits=(make.visit(180, quiet, make.pga("0.4")),), medicines=(none,)),
        make.patient("b", visits=(make.visit(180, active, make.pga("0.4")),), medicines=(none,)),
        make.patient("c", visits=(make.visit(180, quiet, make.pga("0.4")),)),
    )
    found = summary(*patients)["states"]
    for name, counted in {
        "doris_2021": (1, 2, 1),
        "doris_2021_strict": (1, 2, 1),
    }.items():
        at = row(found, definition=name, timepoint="month_6", row="observed", population="infused")
        assert (at["x"], at["n"], at["indeterminate"]) == counted


@pytest.mark.parametrize(
    ("definition", "timepoints"),
    [
        ("sledai_2k_le_4", ["baseline", "month_1", "month_3"]),
        ("prednisone_le_5", ["baseline", "month_1", "month_3"]),
        ("kidney_failure", ["baseline", "month_1", "month_3"]),
        ("lldas", ["baseline", "month_3"]),
        ("doris_2021", ["baseline", "month_3"]),
        ("csledai_4", ["month_3"]),
        ("kdigo_2024_partial", ["month_3"]),
    ],
)
def test_states_begin_at_month_3_and_measures_and_events_before(
    make, summary, definition, timepoints
):
    scores = (make.sledai(6), make.pga("1"))
    ratio = LabFact("upcr", PartialDate.on(make.day(-1)), Decimal(200), "mg/mmol")
    later = replace(ratio, collected_on=PartialDate.on(make.day(91)))
    creatinine = LabFact("creatinine", PartialDate.on(make.day(-1)), Decimal(80), "umol/l")
    patient = make.patient(
        birth_date=PartialDate.parse("1980-05-04"),
        visits=tuple(make.visit(day, *scores) for day in (-1, 30, 91)),
        conditions=(ConditionFact("lupus_nephritis"),),
        labs=(creatinine, ratio, later),
    )
    rows = summary(patient, cut=make.day(100))["states"]
    found = [row["timepoint"] for row in rows if row["definition"] == definition]
    assert list(dict.fromkeys(found)) == timepoints


def test_who_was_judged_before_month_3_only_is_judged_by_no_state_yet(make, summary):
    scores = (make.sledai(6), make.pga("1"))
    patient = make.patient(visits=(make.visit(-40, *scores), make.visit(30, *scores)))
    found = {row["definition"] for row in summary(patient)["states"]}
    assert found == {"sledai_2k_le_4", "prednisone_le_5"}


def test_a_response_of_the_kidney_counts_nobody_without_nephritis(make, summary, row):
    ratio = LabFact("upcr", PartialDate.on(make.day(-1)), Decimal(200), "mg/mmol")
    later = replace(ratio, collected_on=PartialDate.on(make.day(365)), value=Decimal(40))
    visits = (make.visit(-2, make.sledai(4)), make.visit(365, make.sledai(4)))
    nephritis = (ConditionFact("lupus_nephritis"),)
    result = summary(
        make.patient("a", visits=visits, conditions=nephritis, labs=(ratio, later)),
        make.patient("b", visits=visits, conditions=nephritis),
        make.patient("c", visits=visits),
    )
    keys = {"definition": "eular_renal_25_3mo", "timepoint": "month_12"}
    imputed = row(result["states"], row="non_responder_imputed", **keys)
    assert (imputed["x"], imputed["n"], imputed["not_seen"]) == (1, 2, 1)
