"""Flares, intercurrent events and contact attempts through their forms."""

import pytest
from sqlalchemy import text

from registry.database.engine import reading
from registry.models import ContactAttempt, Course, Flare, IntercurrentEvent, Visit

PATIENT = "/patients/N-001"
FLARE = f"{PATIENT}/flares/new"
EVENT = f"{PATIENT}/intercurrent-events/new"
CONTACT = f"{PATIENT}/contacts/new"
GOOD = {
    FLARE: {"onset_on": "2026-03-01", "severity": "Moderate", "organ_renal": "true"},
    EVENT: {"type": "Steroid pulse", "on": "2026-03-02", "planned": "false", "reason": "nephritis"},
    CONTACT: {"attempted_at": "2026-03-03T10:30+01:00", "mode": "phone", "result": "no answer"},
}
MODELS = {FLARE: Flare, EVENT: IntercurrentEvent, CONTACT: ContactAttempt}
KINDS = {FLARE: "flare", EVENT: "intercurrent", CONTACT: "contact"}
EDIT = {FLARE: "flares", EVENT: "intercurrent-events", CONTACT: "contacts"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def page(alice, address=PATIENT):
    return alice.send.client.get(address).text


def trail(app, table):
    with reading(app.extensions["registry_engine"]) as session:
        found = text("SELECT op, new FROM audit_entry WHERE tbl = :t ORDER BY id")
        return [tuple(row) for row in session.execute(found, {"t": table})]


@pytest.mark.parametrize("address", GOOD)
def test_a_record_is_saved_and_stands_in_the_timeline(alice, app, address):
    assert alice.send(address, GOOD[address]).status_code == 303
    row = alice.row(MODELS[address])
    assert (row.site_id, row.source) == (1, "form")
    words = {
        FLARE: ("Moderate", "Renal", "no treatment begun", "no end recorded"),
        EVENT: ("Steroid pulse", "not planned · nephritis"),
        CONTACT: ("Contact attempt", "no answer", "3 Mar 2026"),
    }
    shown = page(alice)
    assert all(word in shown for word in words[address])
    assert [op for op, _ in trail(app, MODELS[address].__tablename__)] == ["I"]


@pytest.mark.parametrize(
    ("address", "wrong", "field"),
    [
        (FLARE, {"onset_on": ""}, "onset_on"),
        (FLARE, {"onset_on": "2999"}, "onset_on"),
        (FLARE, {"onset_on": "1850"}, "onset_on"),
        (FLARE, {"ended_on": "2026-02-28"}, "ended_on"),
        (FLARE, {"last_treated_on": "2026-02"}, "last_treated_on"),
        (FLARE, {"admitted": "perhaps"}, "admitted"),
        (FLARE, {"visit": "V-none"}, "visit"),
        (FLARE, {"organ_renal": "yes"}, "organ_renal"),
        (FLARE, {"adjudicated_by": "Dr Who"}, "adjudicated_by"),
        (FLARE, {"adjudicated": "false", "adjudicated_on": "2026-03"}, "adjudicated_on"),
        (EVENT, {"type": " "}, "type"),
        (EVENT, {"on": ""}, "on"),
        (EVENT, {"on": "2999"}, "on"),
        (EVENT, {"course": "C-none"}, "course"),
        (CONTACT, {"attempted_at": ""}, "attempted_at"),
        (CONTACT, {"mode": "pigeon"}, "mode"),
        (CONTACT, {"result": ""}, "result"),
        (CONTACT, {"attempted_at": "1850"}, "attempted_at"),
    ],
)
def test_bad_input_is_answered_at_its_field_and_all_is_kept(alice, born, address, wrong, field):
    kept = {"treatment": "kept", "reason": "kept", "result": "kept"}
    answer = alice.send(address, GOOD[address] | kept | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "kept" in answer.text or address == CONTACT
    assert alice.rows(MODELS[address]) == []


@pytest.fixture
def born(alice):
    """Give the patient a date of birth, so that something can lie before it."""
    typed = {"sex": "female", "birth_date": "1990-05-01"}
    assert alice.send(f"{PATIENT}/facts", typed).status_code == 303


def test_organs_and_limbs_are_codes_and_other_organs_stay_words(alice):
    more = {"organ_mucocutaneous": "true", "organs": "gut; heart; gut", "limb_pga": "true"}
    more |= {"limb_sledai": "true", "bilag_systems": "renal A", "admitted": "true"}
    alice.send(FLARE, GOOD[FLARE] | more)
    row = alice.row(Flare)
    assert row.organs == "renal;mucocutaneous;gut;heart"
    assert (row.selena_limbs, row.bilag_systems, row.admitted) == ("sledai;pga", "renal A", True)
    drawn = page(alice, f"/flares/{row.id}")
    assert 'value="gut; heart"' in drawn
    assert 'name="organ_renal" value="true" autocomplete="off" checked' in drawn
    assert 'name="limb_prednisone" value="true" autocomplete="off">' in drawn


def test_a_flare_is_changed_as_it_was_typed_and_the_trail_keeps_both(alice, app):
    alice.send(FLARE, GOOD[FLARE])
    address = f"/flares/{alice.row(Flare).id}"
    assert 'value="Moderate"' in page(alice, address)
    ended = GOOD[FLARE] | {"severity": "flitting", "ended_on": "2026-03-20", "adjudicated": "true"}
    ended |= {"adjudicated_by": "a second reader", "adjudicated_on": "2026-04"}
    assert alice.send(address, ended).status_code == 303
    row = alice.row(Flare)
    assert (row.severity, row.ended_on.text) == ("flitting", "2026-03-20")
    assert (row.adjudicated, row.adjudicated_on.text) == (True, "2026-04")
    assert [op for op, _ in trail(app, "flare")] == ["I", "U"]
    assert "resolved 20 Mar 2026" in page(alice)


@pytest.mark.parametrize("address", [EVENT, CONTACT])
def test_the_others_are_changed_as_they_were_typed(alice, address):
    alice.send(address, GOOD[address])
    row = alice.row(MODELS[address])
    drawn = page(alice, f"/{EDIT[address]}/{row.id}")
    words = {EVENT: ('value="Steroid pulse"', "nephritis"), CONTACT: ("no answer", "2026-03-03")}
    assert all(word in drawn for word in words[address])
    other = GOOD[address] | {"reason": "flare", "result": "came back"}
    assert alice.send(f"/{EDIT[address]}/{row.id}", other).status_code == 303
    row = alice.row(MODELS[address])
    assert getattr(row, "reason", None) or row.result in {"flare", "came back"}


def test_words_that_are_not_in_the_list_stay(alice):
    alice.send(EVENT, GOOD[EVENT] | {"type": "moved to the sea"})
    assert alice.row(IntercurrentEvent).type == "moved to the sea"
    assert "Moved to the sea" in page(alice)


def test_an_event_belongs_to_a_course(alice):
    alice.send(f"{PATIENT}/courses/new", {"indication": "nephritis"})
    drawn = page(alice, EVENT)
    code = drawn.split('<select class="govuk-select" id="course"')[1].split('value="')[2]
    code = code.split('"')[0]
    assert alice.send(EVENT, GOOD[EVENT] | {"course": code}).status_code == 303
    assert f"course {code}" in page(alice)


def test_a_flare_too_soon_after_another_is_asked_about_once(alice):
    alice.send(FLARE, GOOD[FLARE] | {"ended_on": "2026-03-20"})
    soon = GOOD[FLARE] | {"onset_on": "2026-04-10"}
    asked = alice.send(FLARE, soon)
    assert asked.status_code == 422
    assert "begins 21 days after the flare of 1 Mar 2026 was over" in asked.text
    assert len(alice.rows(Flare)) == 1
    _, question = asked.text.split('name="answered" value="')
    kept = question.split('"')[0]
    assert alice.send(FLARE, soon | {"answered": kept}).status_code == 303
    assert len(alice.rows(Flare)) == 2


def test_28_days_after_nothing_is_asked(alice):
    alice.send(FLARE, GOOD[FLARE] | {"ended_on": "2026-03-20"})
    assert alice.send(FLARE, GOOD[FLARE] | {"onset_on": "2026-04-17"}).status_code == 303


def test_a_change_does_not_ask_about_the_flare_itself(alice):
    alice.send(FLARE, GOOD[FLARE])
    address = f"/flares/{alice.row(Flare).id}"
    assert alice.send(address, GOOD[FLARE] | {"onset_on": "2026-03-02"}).status_code == 303


def test_a_visit_opens_the_form_with_its_date_and_leads_back(alice):
    code = alice.log("2026-03-10", "rash")
    address = f"{FLARE}?visit={code}"
    assert address in page(alice, f"/visits/{code}").replace("&amp;", "&")
    drawn = page(alice, address)
    assert 'value="2026-03-10"' in drawn
    assert f'<option value="{code}" selected>' in drawn
    answer = alice.send(address, GOOD[FLARE] | {"onset_on": "2026-03-10", "visit": code})
    assert answer.location == f"/visits/{code}"
    assert alice.row(Flare).visit_id == alice.row(Visit).id


def test_a_flare_keeps_its_visit_when_that_was_voided(alice):
    code = alice.log("2026-03-10", "rash")
    alice.send(FLARE, GOOD[FLARE] | {"visit": code})
    visit, flare = alice.row(Visit).id, alice.row(Flare).id
    alice.void("visit", visit)
    drawn = page(alice, f"/flares/{flare}")
    assert f'<option value="{code}" selected>10 Mar 2026, voided</option>' in drawn
    changed = GOOD[FLARE] | {"visit": code, "ended_on": "2026-03-20"}
    assert alice.send(f"/flares/{flare}", changed).status_code == 303
    assert (alice.row(Flare).visit_id, alice.row(Flare).ended_on.text) == (visit, "2026-03-20")


def test_a_voided_visit_is_no_choice_for_another_flare(alice):
    code = alice.log("2026-03-10", "rash")
    alice.void("visit", alice.row(Visit).id)
    answer = alice.send(FLARE, GOOD[FLARE] | {"visit": code})
    assert answer.status_code == 422
    assert code not in page(alice, FLARE)


def test_an_event_keeps_its_course_when_that_was_voided(alice):
    course = {"indication": "nephritis", "started_on": "2026-01-05"}
    assert alice.send(f"{PATIENT}/courses/new", course).status_code == 303
    stored = alice.row(Course)
    alice.send(EVENT, GOOD[EVENT] | {"course": stored.code})
    alice.void("course", stored.id)
    address = f"/intercurrent-events/{alice.row(IntercurrentEvent).id}"
    assert f"{stored.code}, voided</option>" in page(alice, address)
    changed = GOOD[EVENT] | {"course": stored.code, "reason": "nephritis, biopsied"}
    assert alice.send(address, changed).status_code == 303
    assert alice.row(IntercurrentEvent).course_id == stored.id


def test_a_visit_of_somebody_else_opens_an_empty_form(alice):
    drawn = page(alice, f"{FLARE}?visit=VS-none")
    assert "selected" not in drawn.split('id="visit"')[1].split("</select>")[0]


@pytest.mark.parametrize("address", GOOD)
def test_what_is_voided_is_nowhere(alice, app, address):
    alice.send(address, GOOD[address])
    row = alice.row(MODELS[address])
    words = {FLARE: "Flare that began 1 Mar 2026, moderate", EVENT: "Steroid pulse, 2 Mar 2026",
             CONTACT: "Phone contact attempted 3 Mar 2026"}  # fmt: skip
    assert words[address] in page(alice, f"/records/{KINDS[address]}/{row.id}/void")
    assert f"/records/{KINDS[address]}/{row.id}/void" in page(alice, f"/{EDIT[address]}/{row.id}")
    assert alice.void(KINDS[address], row.id).location.endswith(PATIENT)
    assert alice.rows(MODELS[address]) == []
    assert f"/records/{KINDS[address]}/" not in page(alice)


@pytest.mark.parametrize("address", GOOD)
def test_two_who_change_at_once_do_not_overwrite(alice, address):
    alice.send(address, GOOD[address])
    place = f"/{EDIT[address]}/{alice.row(MODELS[address]).id}"
    assert alice.send(place, GOOD[address]).status_code == 303
    changed = GOOD[address] | {"treatment": "x", "reason": "x", "result": "x"}
    assert alice.send(place, changed).status_code == 303
    assert alice.send(place, GOOD[address], row_version="1").status_code == 409


def test_a_flare_is_drawn_and_told_on_the_page(alice):
    alice.signed("2026-02-10", "rash")
    alice.send(FLARE, GOOD[FLARE])
    shown = page(alice)
    assert "1 recorded flare" in shown
    table = page(alice, f"{PATIENT}/figures/trajectory.csv")
    assert "flare,2026-03-01," in table
