"""Protocol end points are data, and one definite failure decides a patient."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup import endpoints
from registry.followup.endpoints import (
    ENDPOINTS,
    PRIMARY,
    InvalidEndpointError,
    discover,
    outcome,
)
from registry.followup.facts import CourseFact, InfusionFact, PatientFacts
from registry.followup.intercurrent import After, Failure, steroid_above
from registry.followup.states.base import FAILURES, Verdict
from registry.partial_date import PartialDate
from tests.registry.followup.conftest import DAY_0, days

DOCUMENTED = Path(__file__).parents[3] / "docs" / "outcome-summary.md"
DAY = PartialDate.on(DAY_0)
COURSE = CourseFact("c1", 1, None, infusions=(InfusionFact("i1", DAY, "S1", "msc"),))
NOBODY = PatientFacts("P1", "female", None, (), (), (), (COURSE,), (), (), ())
AFTER = After(NOBODY, COURSE, DAY, days(360))
ANSWERS = ("met", "not_met", "indeterminate", "not_evaluable", None)
PLACES = ("seen", "missed", "died", "lost", "withdrawn")


def ruled(*answers):
    """Return the primary end point with rules that answer as told."""
    rules = tuple(
        Failure(f"r{n}", f"Rule {n}", lambda after, answer=answer: answer, "as told")
        for n, answer in enumerate(answers)
    )
    return replace(ENDPOINTS[PRIMARY], failures=rules)


def judged(place, response, *answers):
    verdict = None if response is None or place != "seen" else Verdict(response)
    return outcome(ruled(*answers), AFTER, place, verdict)


@pytest.mark.parametrize(
    ("place", "response", "answers", "state", "reasons"),
    [
        ("seen", "met", (False, False), "met", ()),
        ("seen", "met", (False, True), "not_met", ("r1",)),
        ("seen", "met", (None, True), "not_met", ("r1",)),
        ("seen", "met", (None, False), "indeterminate", ("indeterminate",)),
        ("seen", "not_met", (None, False), "not_met", ("no_response",)),
        ("seen", "not_met", (True, True), "not_met", ("r0", "r1", "no_response")),
        ("seen", "indeterminate", (False,), "indeterminate", ("indeterminate",)),
        ("seen", "indeterminate", (True,), "not_met", ("r0", "indeterminate")),
        ("seen", "not_evaluable", (None,), "not_evaluable", ("not_evaluable",)),
        ("seen", None, (False,), "missing", ("missing",)),
        ("missed", None, (None,), "missing", ("missing",)),
        ("missed", None, (True,), "not_met", ("r0", "missing")),
        ("died", None, (False,), "not_met", ("died",)),
        ("died", None, (True,), "not_met", ("died", "r0")),
        ("lost", None, (True,), "not_met", ("r0", "lost")),
        ("withdrawn", None, (None,), "not_met", ("withdrawn",)),
    ],
)
def test_the_outcome_and_every_reason_for_it(place, response, answers, state, reasons):
    found = judged(place, response, *answers)
    assert (found.state, found.reasons) == (state, reasons)
    assert found.undecided == tuple(f"r{n}" for n, answer in enumerate(answers) if answer is None)


rules = st.lists(st.sampled_from((True, False, None)), max_size=4)


@given(st.sampled_from(PLACES), st.sampled_from(ANSWERS), rules)
def test_a_definite_failure_decides_and_only_a_response_without_gaps_is_met(
    place, response, answers
):
    found = judged(place, response, *answers)
    if True in answers or place in {"died", "lost", "withdrawn"}:
        assert found.state == "not_met"
    clean = place == "seen" and response == "met" and set(answers) <= {False}
    assert (found.state == "met") == clean
    assert bool(found.reasons) != clean


@given(st.sampled_from(PLACES), st.sampled_from(ANSWERS), rules, st.data())
def test_the_order_of_the_rules_changes_no_outcome(place, response, answers, data):
    other = data.draw(st.permutations(answers))
    found = [judged(place, response, *order) for order in (answers, other)]
    assert found[0].state == found[1].state
    assert len(found[0].reasons) == len(found[1].reasons)


@given(st.sampled_from(PLACES), st.sampled_from(ANSWERS), rules)
def test_what_is_learnt_of_an_open_rule_never_makes_a_responder_of_a_failure(
    place, response, answers
):
    before = judged(place, response, *answers)
    for told in (True, False):
        after = judged(place, response, *(told if a is None else a for a in answers))
        if before.state == "not_met":
            assert after.state == "not_met"


def test_every_end_point_is_named_versioned_sourced_and_prints_its_settings():
    assert PRIMARY in ENDPOINTS
    for name, endpoint in ENDPOINTS.items():
        assert endpoint.name == name
        assert endpoint.version
        assert endpoint.title
        assert endpoint.source
        assert {rule.name for rule in endpoint.failures} <= set(endpoint.settings)
        assert {rule.name for rule in endpoint.failures} <= set(endpoint.reasons)


def test_the_registrys_own_end_point_is_the_one_that_is_defined():
    endpoint = ENDPOINTS[PRIMARY]
    assert (endpoint.responder, endpoint.otherwise) == ("sri_4", "csledai_4")
    assert endpoint.timepoint == "month_12"
    assert [rule.name for rule in endpoint.failures] == [
        *("new_treatment", "dose_above_baseline", "another_course", "cyclophosphamide", "pulse"),
        *("steroid_above_baseline", "steroid_above_ceiling", "treatment_failure"),
    ]
    assert endpoint.settings["steroid_above_ceiling"].endswith("any day from day 141")


def test_kamen_asks_for_10_mg_by_week_20(a_patient, a_medicine):
    endpoint = ENDPOINTS["kamen_2022"]
    rule, _ = endpoint.failures
    found = {}
    for ended in ("2024-10-03", "2024-10-04"):  # day 139, day 140
        medicines = (
            a_medicine(daily_dose=15, ended=ended),
            a_medicine("hydroxychloroquine", "2020"),
        )
        after = After(a_patient(medicines=medicines), COURSE, DAY, days(167))
        found[ended] = rule.happened(after)
    assert found == {"2024-10-03": False, "2024-10-04": True}


def test_a_site_changes_a_setting_on_a_copy():
    stricter = steroid_above(Decimal("7.5"), 141, "after week 20")
    ours = replace(ENDPOINTS[PRIMARY], name="ours", version="1", failures=(stricter,))
    assert ours.settings["steroid_above_ceiling"].startswith("above 7.5 mg")
    assert len(ENDPOINTS[PRIMARY].failures) == 8


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_recorded_failure_of_a_responder_is_read_by_the_end_point_of_it(name):
    read = {kind for rule in ENDPOINTS[name].failures for kind in rule.types}
    assert read >= FAILURES


def test_the_end_point_in_the_documentation_is_one():
    text = DOCUMENTED.read_text(encoding="utf-8").partition("### Another end point")[2]
    code = "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))
    found = {}
    exec(code, found)
    assert found["ENDPOINT"].settings["steroid_above_ceiling"].startswith("above 7.5 mg")
    assert found["ENDPOINT"].timepoint == "month_6"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("WISH = True\n", "declares no ENDPOINT"),
        ("ENDPOINT = replace(OURS, name='other')\n", "declares no ENDPOINT"),
        ("ENDPOINT = replace(OURS, name='wish', responder='cured')\n", "cured"),
        ("ENDPOINT = replace(OURS, name='wish', timepoint='week_24')\n", "week_24"),
        ("ENDPOINT = replace(OURS, name='wish', timepoint='month_1')\n", "month_1 is too early"),
    ],
)
def test_a_file_that_is_no_end_point_stops_the_start(tmp_path, monkeypatch, text, complaint):
    head = (
        "from dataclasses import replace\n"
        "from registry.followup.endpoints.default_primary import ENDPOINT as OURS\n"
    )
    (tmp_path / "wish.py").write_text(head + text, encoding="utf-8")
    monkeypatch.setattr(endpoints, "__path__", [*endpoints.__path__, str(tmp_path)])
    monkeypatch.delitem(__import__("sys").modules, "registry.followup.endpoints.wish", False)
    with pytest.raises(InvalidEndpointError, match=complaint):
        discover([str(tmp_path)])
