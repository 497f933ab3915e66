"""Enrolment, facts, status, consent and transfer through their forms."""

import re

import pytest

from registry.issued_codes import is_issued
from registry.models import Consent, Enrolment, Patient, PatientStatus
from tests.sending import hidden_fields

ENROL = {"site": "NORTH", "sex": "female", "enrolled_on": "2026-02-01"}
FACTS = "/patients/N-001/facts"
STATUS = "/patients/N-001/status"


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def patient(alice, code="N-001"):
    return alice.row(Patient, code=code)


def test_a_patient_without_a_code_gets_one_with_a_check_character(alice):
    answer = alice.send("/patients/new", ENROL)
    code = answer.location.split("/")[-1]
    assert is_issued(code)
    assert [s.status for s in alice.rows(PatientStatus)] == ["active"]
    assert alice.send.client.get(answer.location).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"patient_id": "N-001"}, "patient_id"),
        ({"patient_id": "S-canary"}, "patient_id"),
        *[({"patient_id": code}, "patient_id") for code in ("new", "..", "a b", "é", "x" * 41)],
        ({"site": "SOUTH"}, "site"),
        ({"site": ""}, "site"),
        ({"sex": "f"}, "sex"),
        ({"enrolled_on": "2027"}, "enrolled_on"),
        ({"birth_date": "2026-03", "enrolled_on": "2026-02"}, "enrolled_on"),
        ({"birth_date": "1990", "sle_diagnosed_on": "1989-12"}, "sle_diagnosed_on"),
        ({"consent_version": "2"}, "consent_decision"),
        ({"birth_date": "1990", "consent_version": "2", "consent_decision": "given",
          "consent_decided_on": "1980"}, "consent_decided_on"),
        ({"ancestry": "x" * 201}, "ancestry"),
        ({"ancestry": "a\0b"}, "ancestry"),
    ],
)  # fmt: skip
def test_an_enrolment_that_cannot_be_is_refused_at_its_field(alice, wrong, field):
    answer = alice.send("/patients/new", ENROL | {"ancestry": "kept as typed"} | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "kept as typed" in answer.text or "ancestry" in wrong
    assert len(alice.rows(Patient)) == 2


@pytest.mark.parametrize("code", ["S-canary", "nothing", "a%00b", "%ED%A0%80", "%FF", "x" * 3000])
def test_absent_and_out_of_reach_look_the_same(alice, code):
    for page in ("", "/facts", "/visits/new", "/figures/trajectory.csv"):
        answer = alice.send.client.get(f"/patients/{code}{page}")
        assert answer.status_code == 404
        assert "canary" not in answer.text.replace(code, "")


@pytest.mark.parametrize("typed", ["\ud800", "a\0", "%", "_", "\\", "'", "x" * 9999])
def test_a_search_for_anything_answers(alice, typed):
    from urllib.parse import quote

    asked = quote(typed, errors="surrogatepass")
    for name in ("q", "after"):
        answer = alice.send.client.get(f"/patients/?{name}={asked}")
        assert answer.status_code == 200
        assert "S-canary" not in answer.text


def test_a_death_by_status_is_a_fact_and_cannot_contradict_one(alice):
    assert alice.send(STATUS, {"status": "died", "on": "2026-05"}).status_code == 303
    assert patient(alice).death_on.text == "2026-05"
    for status, on in (("died", "2026-04-30"), ("died", "2026-06-01"), ("active", "2026-07")):
        answer = alice.send(STATUS, {"status": status, "on": on, "reason": "kept"})
        assert answer.status_code == 422
        assert "kept" in answer.text


def test_nobody_is_seen_after_death_or_before_birth(alice, typed_visit):
    alice.log("2026-03-10")
    assert alice.send(STATUS, {"status": "died", "on": "2026-03-09"}).status_code == 422
    for wrong in ({"death_on": "2026-03-09"}, {"birth_date": "2026-03-11"}):
        answer = alice.send(FACTS, {"sex": "female"} | wrong)
        assert answer.status_code == 422
        assert f'href="#{next(iter(wrong))}"' in answer.text
    alive = {"sex": "female", "birth_date": "1990", "death_on": "2026-03-10"}
    assert alice.send(FACTS, alive).status_code == 303
    for on in ("2026-03-11", "1989-12-31"):
        answer = alice.send("/patients/N-001/visits/new", typed_visit(on))
        assert answer.status_code == 422
        assert 'href="#visited_on"' in answer.text


def test_the_second_editor_of_a_form_sees_both_and_can_go_on(clinic, alice):
    opened = alice.send.client.get(FACTS).text
    clinic("cora").send(FACTS, {"sex": "female", "ancestry": "theirs"})
    mine = {"sex": "female", "ancestry": "mine"}
    answer = alice.send.client.post(FACTS, data=hidden_fields(opened) | mine)
    assert answer.status_code == 409
    assert re.search(r"theirs\s*</td>\s*<td[^>]*>\s*mine", answer.text)
    version = hidden_fields(answer.text)["row_version"]
    reopened = alice.send(FACTS, mine | {"action": "reopen"}, row_version=version)
    assert 'value="mine"' in reopened.text
    assert alice.send(FACTS, mine, row_version=version).status_code == 303
    assert patient(alice).ancestry == "mine"


def test_a_consent_is_one_dated_decision(alice):
    typed = {"version": "2", "decision": "withdrawn", "decided_on": "2026-05-01", "scopes": "blood"}
    assert alice.send("/patients/N-001/consents/new", typed).status_code == 303
    assert (alice.row(Consent).decision, alice.row(Consent).scopes) == ("withdrawn", "blood")
    assert alice.send("/patients/N-001/consents/new", {"version": "2"}).status_code == 422


# --- transfer --------------------------------------------------------------------------------


def transfer(person, on="2026-05-01", site="SOUTH"):
    return person.send("/patients/N-001/transfer", {"site": site, "on": on})


@pytest.mark.parametrize(
    ("on", "site"), [("2026-01-11", "SOUTH"), ("2027", "SOUTH"), ("", "SOUTH"),
                     ("2026-05-01", "NORTH"), ("2026-05-01", "EAST")],
)  # fmt: skip
def test_a_transfer_that_cannot_be_is_refused(alice, on, site):
    assert transfer(alice, on, site).status_code == 422


def test_a_transfer_ends_here_and_begins_there_on_one_day(alice):
    assert transfer(alice).status_code == 303
    here, there = [e for e in alice.rows(Enrolment) if e.patient_id == patient(alice).id]
    assert (here.to_on.text, there.from_on.text, there.to_on) == ("2026-05-01", "2026-05-01", None)
    assert (here.site_id, there.site_id) == (1, 2)


def test_a_transfer_to_and_fro_on_one_day_ends_with_a_sentence(clinic, alice):
    charlie = clinic("charlie")
    transfer(alice)
    assert transfer(charlie, site="NORTH").status_code == 303
    answer = transfer(alice)
    assert answer.status_code == 422
    assert "there is an enrolment from 1 May 2026 already" in answer.text


def test_a_former_site_reads_its_own_rows_and_writes_none(clinic, alice, typed_visit):
    charlie = clinic("charlie")
    mine = alice.signed("2026-03-10", "arthritis")
    alice.log("2026-04-10")
    transfer(alice)
    theirs = charlie.log("2026-06-10", "seizure")
    charlie.medicine("belimumab", "2026-06-10")
    assert charlie.send.client.get(f"/visits/{mine}").status_code == 200
    assert charlie.send.client.get(f"/visits/{mine}/amend").status_code == 403
    assert alice.send.client.get(f"/visits/{theirs}").status_code == 404
    for address in ("/patients/N-001", "/patients/N-001/figures/trajectory.csv"):
        seen = alice.send.client.get(address)
        assert seen.status_code == 200
        assert not re.search("belimumab|2026-06-10|10 Jun 2026", seen.text)
        assert re.search("2026-03-10|10 Mar 2026", seen.text)
    assert "10 Jun 2026" not in alice.send.client.get("/patients/").text
    for page in ("visits/new", "medicines/new", "infusions/new", "status", "facts", "transfer"):
        assert alice.send.client.get(f"/patients/N-001/{page}").status_code == 403
    assert alice.send.client.get(f"/visits/{mine}/amend").status_code == 403
    picture = alice.send.client.get("/patients/N-001/figures/trajectory.svg").text
    assert picture != charlie.send.client.get("/patients/N-001/figures/trajectory.svg").text


def test_a_clinician_of_one_site_and_coordinator_of_another_signs_at_the_first_only(
    clinic, alice, app
):
    from registry.audit.context import Context
    from registry.clock import now
    from registry.database.engine import writing
    from registry.models import RoleGrant, User

    here, there = alice.log("2026-03-10"), clinic("charlie").log("2026-03-10", patient="S-canary")
    with writing(app.extensions["registry_engine"], Context("tests", "second role")) as session:
        user = session.query(User).filter_by(username="alice").one()
        grant = RoleGrant(user_id=user.id, role="coordinator", site_id=2, granted_at=now())
        session.add(grant)
    both = clinic("alice")
    assert both.send.client.get(f"/visits/{there}/change").status_code == 200
    assert f"/visits/{there}/sign" not in both.send.client.get(f"/visits/{there}").text
    for page in ("sign", "amend"):
        assert both.send.client.get(f"/visits/{there}/{page}").status_code in {403, 404}
    both.sign(here)


# --- consent that ended ----------------------------------------------------------------------

DUTY = "Record only what safety or the law still asks for"
WRITING = (
    *(f"/patients/N-001/{page}/new" for page in ("visits", "infusions", "courses", "medicines")),
    *(f"/patients/N-001/{page}" for page in ("facts", "status", "consents/new", "transfer")),
)


def decide(alice, decision, on):
    typed = {"version": "1", "decision": decision, "decided_on": on}
    assert alice.send("/patients/N-001/consents/new", typed).status_code == 303


@pytest.mark.parametrize("decision", ["withdrawn", "declined"])
def test_every_page_that_writes_says_that_consent_ended(alice, decision):
    visit = alice.log("2026-03-10")
    decide(alice, "given", "2026-01-12")
    addresses = (*WRITING, f"/visits/{visit}/change", f"/visits/{visit}/sign")
    assert not any(DUTY in alice.send.client.get(address).text for address in addresses)
    decide(alice, decision, "5 5 2026")
    for address in addresses:
        shown = alice.send.client.get(address).text
        assert f"Consent was {decision} on 5 May 2026. {DUTY}" in shown, address
    assert f"Consent {decision} 5 May 2026" in alice.send.client.get("/patients/N-001").text
    decide(alice, "given", "2026-06-01")
    assert DUTY not in alice.send.client.get(WRITING[0]).text
    assert "Consent given 1 Jun" not in alice.send.client.get("/patients/N-001").text


def test_a_status_that_ends_consent_is_said_too(alice):
    alice.send(STATUS, {"status": "withdrew_consent", "on": "2026-05"})
    assert f"Consent was withdrawn in May 2026. {DUTY}" in alice.send.client.get(WRITING[0]).text
    alice.log("2026-06-10")


# --- the page of one patient -----------------------------------------------------------------


def page(alice):
    return " ".join(alice.send.client.get("/patients/N-001").text.split())


def test_a_new_patient_has_no_empty_plot(alice):
    assert "Nothing to draw yet" in page(alice)
    alice.signed("2026-03-10", "rash")
    assert "Nothing to draw yet" not in page(alice)
    assert "trajectory.svg" in page(alice)


def test_a_death_is_said_once(alice):
    alice.send(STATUS, {"status": "died", "on": "2026-05-04"})
    line = re.search(r'status-line">(.*?)</p>', page(alice))[1]
    assert line.count("Died") == 1
    assert "Died 4 May 2026" in line


def test_a_missed_visit_stands_at_its_planned_day(alice):
    alice.send("/patients/N-001/infusions/new", {"started_at": "2026-03-27", "cell_type": "msc"})
    alice.log("2026-08-30", "rash")
    missed = {"attendance": "missed", "timepoint": "month_3", "reason": "ill", "action": "save"}
    assert alice.send("/patients/N-001/visits/new", missed).status_code == 303
    shown = page(alice).partition("Timeline</h2>")[2]
    assert re.search(r"26 Jun 2026 planned, <span[^>]*>day 91</span>", shown)
    order = [shown.index(f">{word}") for word in ("30 Aug 2026", "26 Jun 2026", "27 Mar 2026")]
    assert order == sorted(order)


def test_the_scopes_of_a_consent_are_listed_in_words(alice):
    typed = {"version": "2", "decision": "given", "decided_on": "2026-05-01"}
    alice.send("/patients/N-001/consents/new", typed | {"scopes": "registry;research"})
    assert "registry, research" in page(alice)


def test_a_transfer_offers_other_sites_only(alice):
    offered = alice.send.client.get("/patients/N-001/transfer").text
    assert 'value="SOUTH"' in offered
    assert 'value="NORTH"' not in offered


# --- voiding a status or a consent -----------------------------------------------------------


def record_status(alice, status, on):
    assert alice.send(STATUS, {"status": status, "on": on}).status_code == 303


def test_a_status_is_voided_but_never_the_last_one(alice):
    record_status(alice, "active", "2026-01-12")
    (only,) = alice.rows(PatientStatus)
    assert "the only status" in alice.void("status", only.id).text
    record_status(alice, "died", "2026-05-04")
    died = alice.row(PatientStatus, status="died")
    asked = alice.send.client.get(f"/records/status/{died.id}/void").text
    assert "Status Died, since 4 May 2026" in asked
    assert "The date of death, 4 May 2026, stays" in asked
    assert alice.void("status", died.id).status_code == 303
    assert [row.id for row in alice.rows(PatientStatus)] == [only.id]
    assert patient(alice).death_on.text == "2026-05-04"


def test_a_consent_is_voided_by_the_site_that_follows_the_patient(clinic, alice):
    charlie = clinic("charlie")
    decide(alice, "withdrawn", "2026-04-01")
    key = alice.row(Consent).id
    address = f"/records/consent/{key}/void"
    assert charlie.send.client.get(address).status_code == 404
    transfer(alice)
    assert alice.send.client.get(address).status_code == 403
    assert "Consent withdrawn 1 Apr 2026, version 1" in charlie.send.client.get(address).text
    assert charlie.void("consent", key).status_code == 303
    assert DUTY not in charlie.send.client.get(WRITING[0]).text


def test_a_former_site_never_sees_a_later_decision(clinic, alice):
    charlie = clinic("charlie")
    transfer(alice)
    decide(charlie, "withdrawn", "2026-06-01")
    (row,) = alice.rows(Consent)
    assert alice.send.client.get(f"/records/consent/{row.id}/void").status_code == 404
