"""Results on the visit form: one save, proposals that never answer, reasons, signatures."""

import json

import pytest

from registry.models import Assessment, LaboratoryResult, Signature, Visit
from tests.population import PASSWORD
from tests.visiting import visit_form

LOW = {"lab.c3.value": "0.60", "lab.c3.unit": "g/L", "lab.c3.lower": "0.9"}
NEW, PROPOSALS = "/patients/N-001/visits/new", "/patients/N-001/visits/proposals"
OVERRIDE = {"sledai_2k.low_complement.override": "other_disease"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def sample(clinic, on, **results):
    typed = {"lab.collected_on": on}
    for code, (value, unit) in results.items():
        typed |= {f"lab.{code}.value": value, f"lab.{code}.unit": unit}
    assert clinic.send("/patients/N-001/laboratory/new", typed).status_code == 303


def proposals(clinic, token_of, **typed):
    page = clinic.send.client.get(NEW).text
    fields = {"csrf_token": token_of(page), "visited_on": "2026-03-10"}
    named = {name.replace("__", "."): text for name, text in typed.items()}
    answer = clinic.send.client.post(PROPOSALS, data=fields | named)
    assert answer.status_code == 200
    return answer.json["items"]


def test_results_are_saved_with_the_visit_and_belong_to_it(alice):
    alice.log(present="low_complement", **{name.replace(".", "__"): v for name, v in LOW.items()})
    row = alice.row(LaboratoryResult)
    assert row.visit_id == alice.row(Visit).id
    assert (row.collected_on.text, row.value, row.analyte) == ("2026-03-10", "0.60", "c3")


def test_an_answer_against_the_results_needs_a_reason_which_is_kept(alice):
    typed = visit_form() | LOW
    answer = alice.send(NEW, typed)
    assert answer.status_code == 422
    assert 'href="#sledai_2k-low_complement-override"' in answer.text
    assert "C3 0.60 g/L, 10 Mar 2026" in answer.text
    assert alice.rows(Visit) + alice.rows(LaboratoryResult) == []
    assert alice.send(NEW, typed | OVERRIDE).status_code == 303
    (stored,) = alice.rows(Assessment)
    assert stored.reasons == {"low_complement": "other_disease"}
    assert stored.complete
    shown = alice.send.client.get(f"/visits/{alice.row(Visit).code}").text
    assert "Absent: Another disease" in shown


def test_a_reason_with_nothing_to_explain_is_dropped(alice):
    typed = visit_form(present="low_complement") | LOW | OVERRIDE
    assert alice.send(NEW, typed).status_code == 303
    assert alice.row(Assessment).reasons is None


@pytest.mark.parametrize("answer", ["", "not_assessed"])
def test_what_is_not_answered_contradicts_nothing(alice, answer):
    typed = visit_form() | LOW | {"sledai_2k.low_complement": answer}
    if answer:
        typed["sledai_2k.low_complement.reason"] = "not_attributed"
    assert alice.send(NEW, typed).status_code == 303


def test_results_of_the_laboratory_page_count_inside_the_window_only(alice):
    sample(alice, "2026-02-08", platelets=("50", "10^9/L"))  # 30 days before
    assert alice.send(NEW, visit_form()).status_code == 422
    assert alice.send(NEW, visit_form("2026-03-11")).status_code == 303


def test_results_before_day_0_say_nothing_of_a_visit_after_it(alice):
    sample(alice, "2026-03-04", platelets=("50", "10^9/L"))
    given = {"cell_type": "msc", "lot": "L-1", "started_at": "2026-03-05"}
    assert alice.send("/patients/N-001/infusions/new", given).status_code == 303
    assert alice.send(NEW, visit_form()).status_code == 303


def test_a_month_of_infusion_leaves_open_what_was_before_it(alice):
    sample(alice, "2026-03-04", platelets=("50", "10^9/L"))
    given = {"cell_type": "msc", "lot": "L-1", "started_at": "2026-03"}
    assert alice.send("/patients/N-001/infusions/new", given).status_code == 303
    assert alice.send(NEW, visit_form()).status_code == 303  # nothing is contradicted for sure


def test_proposals_are_told_and_nothing_is_ticked(alice, token_of):
    sample(alice, "2026-03-01", platelets=("50", "10^9/L"), leukocytes=("3.0", "10^9/L"))
    said = proposals(alice, token_of, lab__c3__value="0.6", lab__c3__unit="g/L", lab__c3__lower="1")
    assert (said["thrombocytopenia"]["answer"], said["leukopenia"]["answer"]) == (
        "present",
        "absent",
    )
    assert "Platelets 50 × 10⁹/L, 1 Mar 2026" in said["thrombocytopenia"]["why"]
    assert "unless drugs, conditioning" in said["thrombocytopenia"]["why"]
    assert said["low_complement"]["words"] == "likely present"
    assert said["pyuria"]["silent"]
    assert "checked" not in alice.send.client.get(NEW).text


def test_half_typed_results_and_dates_propose_nothing(alice, token_of):
    assert proposals(alice, token_of, visited_on="") == {}
    assert proposals(alice, token_of, visited_on="99999999") == {}
    said = proposals(alice, token_of, lab__c3__value="<", lab__c3__unit="g/L")
    assert said["low_complement"]["answer"] == ""


@pytest.mark.parametrize(("person", "status"), [("bob", 403), ("charlie", 404), ("adam", 403)])
def test_only_who_writes_there_asks_for_proposals(clinic, token_of, person, status):
    other = clinic(person).send.client
    token = token_of(other.get("/definitions/").text)
    assert other.post(PROPOSALS, data={"csrf_token": token}).status_code == status


def test_bad_results_are_answered_at_their_field_and_the_visit_is_not_saved(alice):
    wrong = LOW | {"lab.c3.value": "60"}
    answer = alice.send(NEW, visit_form() | wrong)
    assert answer.status_code == 422
    assert 'href="#lab-c3-value"' in answer.text
    assert '<details class="results" data-results open>' in answer.text
    assert alice.rows(Visit) == []


def test_a_missed_visit_has_no_results(alice):
    missed = {"attendance": "missed", "reason": "away", "action": "save", "visited_on": ""}
    assert alice.send(NEW, missed | LOW).status_code == 422
    assert alice.send(NEW, missed).status_code == 303


def test_changing_the_visit_changes_clears_and_keeps_its_results(alice):
    both = (
        LOW
        | {"lab.crp.value": "5"}
        | {"lab.leukocytes.value": "4", "lab.leukocytes.unit": "10^9/L"}
    )
    code = alice.log(present="low_complement", **{n.replace(".", "__"): v for n, v in both.items()})
    page = alice.send.client.get(f"/visits/{code}/change").text
    assert 'value="0.60"' in page
    key = alice.row(LaboratoryResult, analyte="c3").id
    typed = visit_form(present="low_complement") | LOW | {"lab.c3.value": "0.5"}
    assert alice.send(f"/visits/{code}/change", typed).status_code == 303
    (row,) = alice.rows(LaboratoryResult)
    assert (row.id, row.value) == (key, "0.5")


def test_a_corrected_visit_date_moves_the_sample_along(alice):
    code = alice.log(present="low_complement", **{n.replace(".", "__"): v for n, v in LOW.items()})
    typed = visit_form("2026-03-12", present="low_complement") | LOW
    assert alice.send(f"/visits/{code}/change", typed).status_code == 303
    assert alice.row(LaboratoryResult).collected_on.text == "2026-03-12"


def test_a_signature_covers_the_results_and_only_an_amendment_changes_them(alice):
    more = {n.replace(".", "__"): v for n, v in LOW.items()}
    code = alice.signed(present="low_complement", **more)
    content = json.loads(alice.row(Signature).content)
    assert content["results"][0] == {
        "analyte": "c3", "collected_on": "2026-03-10", "laboratory": None, "value": "0.60",
        "unit": "g/L", "comparator": None, "state": None, "lower_limit": "0.9",
        "upper_limit": None,
    }  # fmt: skip
    row = alice.row(LaboratoryResult)
    assert alice.send.client.get(f"/laboratory/{row.id}").location == f"/visits/{code}"
    assert alice.void("result", row.id).status_code == 409
    amended = visit_form(present="low_complement") | LOW | {"lab.c3.value": "0.7"}
    amended |= {"amendment_reason": "typing error", "password": PASSWORD}
    assert alice.send(f"/visits/{code}/amend", amended).status_code == 303
    assert alice.row(LaboratoryResult).value == "0.7"
    page = alice.send.client.get(f"/visits/{code}").text
    assert "0.60 g/L (limit 0.9), 10 Mar 2026" in page
    assert "0.7 g/L (limit 0.9), 10 Mar 2026" in page


def test_an_amendment_that_changes_nothing_is_refused_though_units_are_sent(alice):
    more = {n.replace(".", "__"): v for n, v in LOW.items()}
    code = alice.signed(present="low_complement", **more)
    same = visit_form(present="low_complement") | LOW
    same |= {"amendment_reason": "none", "password": PASSWORD, "lab.c4.unit": "g/L"}
    assert alice.send(f"/visits/{code}/amend", same).status_code == 422


def test_a_visit_without_results_is_signed_as_before_there_were_any(alice):
    alice.signed(present="rash")
    assert "results" not in json.loads(alice.row(Signature).content)


def test_voiding_a_visit_takes_its_results_along(alice):
    alice.log(present="low_complement", **{n.replace(".", "__"): v for n, v in LOW.items()})
    assert alice.void("visit", alice.row(Visit).id).status_code == 303
    assert alice.rows(LaboratoryResult) == []


def test_a_result_of_an_open_visit_changed_elsewhere_makes_its_form_outdated(alice):
    code = alice.log(present="low_complement", **{n.replace(".", "__"): v for n, v in LOW.items()})
    before = alice.row(Visit).row_version
    address = f"/laboratory/{alice.row(LaboratoryResult).id}"
    typed = {"collected_on": "2026-03-10", "value": "0.7", "unit": "g/L", "lower": "0.9"}
    assert alice.send(address, typed).status_code == 303
    stale = visit_form(present="low_complement") | LOW | {"lab.c4.unit": "g/L"}
    answer = alice.send(f"/visits/{code}/change", stale, row_version=str(before))
    assert answer.status_code == 409
    assert "C3" in answer.text
    assert "C4, unit" not in answer.text  # a list of units that nobody touched is no difference


def test_results_that_came_after_the_answers_are_a_check_before_signing(alice):
    code = alice.log()
    sample(alice, "2026-03-09", platelets=("50", "10^9/L"))
    page = alice.send.client.get(f"/visits/{code}/sign").text
    assert "Thrombocytopenia is marked absent; the results say likely present" in page


def test_a_reason_that_a_file_brought_with_an_answer_survives_an_amendment(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing

    code = alice.signed(present="rash")
    reasons = {"rash": "seen on a photograph", "fever": "home thermometer"}
    with writing(app.extensions["registry_engine"], Context("tests", "a file")) as session:
        session.get_one(Assessment, alice.row(Assessment).id).reasons = reasons
    typed = visit_form(present="rash arthritis") | {"action": "amend", "password": PASSWORD}
    page = alice.send.client.get(f"/visits/{code}/amend").text
    assert '<option value="home thermometer" selected>' in page
    typed |= {"amendment_reason": "joints", "sledai_2k.fever.override": "home thermometer"}
    assert alice.send(f"/visits/{code}/amend", typed).status_code == 303
    assert alice.row(Assessment).reasons == reasons
