"""The visit pages: what is typed is kept, what is stored is what was answered, once."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.instruments import INSTRUMENTS
from registry.models import Assessment, Medication, Signature, Visit
from tests.sending import hidden_fields

NEW = "/patients/N-001/visits/new"
SLEDAI = INSTRUMENTS["sledai_2k"]
ITEMS = [item.code for item in SLEDAI.items]


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def checked(page, name):
    """Return the answer that is ticked on the page, or nothing."""
    found = re.search(rf'name="{re.escape(name)}" value="(\w+)"[^>]*checked', page)
    return found and found[1]


def test_everything_typed_is_still_there_after_a_mistake(alice, typed_visit):
    typed = typed_visit(
        "32 13 2026", "arthritis", pga__value="nine", timepoint="month_6",
        sledai_2k__rash="not_assessed", steroid__drug="prednisone", steroid__daily_dose="7,5x",
    )  # fmt: skip
    typed["sledai_2k.rash.reason"] = "declined"
    answer = alice.send(NEW, typed)
    assert answer.status_code == 422
    for shown in ('value="32 13 2026"', 'value="nine"', 'value="7,5x"', 'value="month_6" selected'):
        assert shown in answer.text
    assert 'value="declined" selected' in answer.text
    assert {code: checked(answer.text, f"sledai_2k.{code}") for code in ITEMS} == {
        code: typed[f"sledai_2k.{code}"] for code in ITEMS
    }
    assert alice.rows(Visit) == []


def test_only_the_field_that_is_wrong_is_complained_about(alice, typed_visit):
    answer = alice.send(NEW, typed_visit(timepoint="month_5"))
    assert answer.status_code == 422
    assert "is not a timepoint" in answer.text
    assert "Visit date: this is needed" not in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *[("visited_on", text) for text in ("2027-01-01", "29 2 2026", "2026-03", "1e400", "--")],
        *[("pga.value", text) for text in ("nan", "inf", "1e400", "<1", "-1", "3.01", "9" * 9999)],
        *[("steroid.daily_dose", text) for text in ("NaN", "<10", "1e3", "١٠", "10\0", "9" * 99)],
        *[("reason", text) for text in ("a\0b", "x" * 10_000, "\x1b[31m")],
        *[("sledai_2k.rash", text) for text in ("maybe", "1", "PRESENT")],
        ("timepoint", "year_" + "9" * 5000),
        ("attendance", "late"),
        ("contact_mode", "in\0person"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_at_its_field(alice, typed_visit, field, typed):
    steroid = {"steroid__drug": "prednisone"} if field.startswith("steroid") else {}
    answer = alice.send(NEW, typed_visit(**steroid) | {field: typed})
    assert answer.status_code == 422
    assert f'href="#{field.replace(".", "-")}"' in answer.text
    assert alice.rows(Visit) == []


@pytest.mark.parametrize("text", ["\u200fتعب شديد", "<script>alert(1)</script>", "=1+1", "é́😀"])
def test_words_of_any_script_are_kept_as_they_are(alice, text):
    code = alice.log(attendance="done", reason=text)
    assert alice.row(Visit, code=code).reason == text
    assert "<script>alert" not in alice.send.client.get(f"/visits/{code}").text


@pytest.mark.parametrize("on", ["10 3 2026", "10/03/26", "10 Mar 2026", "2026-03-10"])
def test_the_day_is_stored_however_it_was_typed(alice, on):
    alice.log(on, pga__value="1,5")
    assert alice.row(Visit).visited_on.text == "2026-03-10"
    assert str(alice.row(Assessment, instrument="pga").total) == "1.5"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(ITEMS), st.sampled_from(["present", "absent"])))
def test_the_stored_score_is_that_of_the_answers_given(alice, answers):
    typed = {"visited_on": "2026-03-10", "action": "save"}
    typed |= {f"sledai_2k.{code}": answer for code, answer in answers.items()}
    assert alice.send(NEW, typed).status_code == 303
    newest = alice.rows(Visit)[-1]
    stored = [row for row in alice.rows(Assessment) if row.visit_id == newest.id]
    assert len(stored) == bool(answers)
    for row in stored:
        meant = {code: int(answer == "present") for code, answer in answers.items()}
        score = SLEDAI.score(SLEDAI.check(meant))
        assert row.answers == [meant.get(code) for code in ITEMS]
        assert (row.total, row.known_points, row.max_possible, row.complete) == (
            score.total, score.known_points, score.max_possible, score.complete,
        )  # fmt: skip


def test_unanswered_and_not_assessed_are_kept_apart(alice):
    code = alice.log(sledai_2k__rash="", sledai_2k__fever="not_assessed",
                     sledai_2k__fever__reason="not_done")  # fmt: skip
    assert alice.row(Assessment).reasons == {"rash": "not_recorded", "fever": "not_done"}
    page = alice.send.client.get(f"/visits/{code}/change").text
    assert checked(page, "sledai_2k.rash") is None
    assert checked(page, "sledai_2k.fever") == "not_assessed"
    page = alice.send.client.get(f"/visits/{code}/sign").text
    assert "Nobody can sign yet. 1 of 24 items are open: rash" in page
    assert 'name="password"' not in page  # which would only be refused
    # Nor can it be amended before it was signed.
    amend = alice.send.client.get(f"/visits/{code}/amend")
    assert amend.location == f"/visits/{code}/change"


def test_a_visit_is_read_in_the_words_that_were_ticked(alice):
    alice.signed("2026-02-10", "rash")
    shown = alice.send.client.get(f"/visits/{alice.log('2026-03-10', 'arthritis')}").text
    items = dict(
        re.findall(r'<dt>(\w+) <span class="answer__weight">.*?<dd>(.*?)</dd>', shown, re.S)
    )
    assert items["Fever"] == "Absent"
    assert items["Arthritis"].startswith('▲ Present <span class="last">was absent, 10 Feb 2026')
    assert items["Rash"].startswith('Absent <span class="last">was present, 10 Feb 2026')


@pytest.mark.parametrize(
    ("answer", "reason", "status"),
    [("not_assessed", "", 422), ("not_assessed", "lazy", 422), ("", "declined", 422),
     ("absent", "declined", 303)],
)  # fmt: skip
def test_a_reason_belongs_to_an_item_that_was_not_assessed(
    alice, typed_visit, answer, reason, status
):
    typed = typed_visit(sledai_2k__rash=answer, sledai_2k__rash__reason=reason)
    assert alice.send(NEW, typed).status_code == status


@pytest.mark.parametrize(("mode", "status"), [("phone", 422), ("video", 422), ("other", 303)])
def test_a_remote_contact_cannot_give_a_complete_score(alice, typed_visit, mode, status):
    assert alice.send(NEW, typed_visit(contact_mode=mode)).status_code == status
    incomplete = typed_visit(contact_mode=mode, sledai_2k__arthritis="not_assessed",
                             sledai_2k__arthritis__reason="remote_contact")  # fmt: skip
    assert alice.send(NEW, incomplete).status_code == 303


@pytest.mark.parametrize("version", ["selena_sledai", "sledai_1992"])
def test_a_remote_contact_cannot_give_another_version_of_it_either(alice, typed_visit, version):
    whole = {f"{version}.{item}": "absent" for item in ITEMS}
    facts = {"visited_on": "2026-03-10", "contact_mode": "phone", "action": "save"}
    answer = alice.send(NEW, facts | whole)
    assert answer.status_code == 422
    assert f"cannot give a complete {INSTRUMENTS[version].title}" in answer.text
    part = whole | {f"{version}.arthritis": "", f"{version}.reason": "remote_contact"}
    assert alice.send(NEW, facts | part).status_code == 303


def test_a_missed_visit_has_a_reason_and_no_answers(alice, typed_visit):
    missed = {"attendance": "missed", "timepoint": "month_3", "action": "save"}
    assert "Say why the visit was missed" in alice.send(NEW, missed).text
    assert alice.send(NEW, typed_visit(attendance="missed", reason="ill")).status_code == 422
    with_dose = missed | {"reason": "ill", "steroid.drug": "none"}
    assert alice.send(NEW, with_dose).status_code == 422
    answer = alice.send(NEW, missed | {"reason": "ill"})
    assert alice.send.client.get(answer.location).status_code == 200
    alice.sign(alice.row(Visit).code)


def test_answers_that_were_all_cleared_count_no_more_and_cannot_be_signed(alice, typed_visit):
    code = alice.log("2026-03-10", "arthritis", pga__value="2")
    cleared = {name: "" for name in typed_visit() if name.startswith("sledai")}
    facts = {"visited_on": "2026-03-10", "action": "save"}
    assert alice.send(f"/visits/{code}/change", cleared | facts).status_code == 303
    assert alice.rows(Assessment) == []
    assert "SLEDAI-2K is not answered" in alice.send.client.get(f"/visits/{code}/sign").text
    alice.change(code, "2026-03-10", "rash")
    assert alice.row(Assessment).total == 2


def test_after_saving_only_a_signer_is_led_to_the_signature(clinic, typed_visit):
    to_sign = typed_visit(action="sign")
    assert clinic("alice").send(NEW, to_sign).location.endswith("/sign")
    cora = clinic("cora")
    saved = cora.send(NEW, to_sign).location
    page = cora.send.client.get(saved)
    assert page.status_code == 200
    assert f"{saved}/sign" not in page.text
    assert "Review and sign" not in cora.send.client.get(NEW).text


# --- the previous visit ----------------------------------------------------------------------


def last_shown(alice, on=""):
    address = NEW if not on else f"/visits/{alice.log(on)}/change"
    found = re.search(r'data-previous="([^"]*)"', alice.send.client.get(address).text)
    return found and found[1]


def test_the_last_value_is_that_of_the_latest_signed_visit_before(alice):
    alice.signed("2026-03-10", "arthritis")
    alice.signed("2026-05-10", "rash")
    alice.log("2026-06-10", "seizure")
    assert last_shown(alice) == "2"
    assert last_shown(alice, "2026-04-10") == "4"
    assert last_shown(alice, "2026-03-10") == ""


def test_the_last_steroid_is_shown_in_the_milligrams_that_are_asked(alice):
    steroid = {"steroid__drug": "methylprednisolone", "steroid__daily_dose": "8"}
    alice.signed("2026-03-10", **steroid)
    shown = alice.send.client.get(NEW).text
    assert "last methylprednisolone 8 mg<" in shown  # not the 10 mg of prednisone that it equals


def test_a_global_assessment_alone_does_not_hide_the_last_checklist(alice, app):
    alice.signed("2026-03-10", "arthritis")
    store_imported(app, "2026-04-10", instrument="pga", rule_version="1", answers=["1"])
    assert last_shown(alice) == "4"


def store_imported(app, on, **assessment):
    """Store a visit that came from a file, with one assessment."""
    from decimal import Decimal

    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.models import Enrolment
    from registry.partial_date import PartialDate

    engine = app.extensions["registry_engine"]
    with writing(engine, Context("tests", "import")) as session:
        enrolment = session.query(Enrolment).filter_by(site_id=1).one()
        place = {"patient_id": enrolment.patient_id, "enrolment_id": enrolment.id, "site_id": 1}
        place["source"] = "import"
        visit = Visit(code=f"F-{on}", visited_on=PartialDate.parse(on), **place)
        session.add(visit)
        session.flush()
        points = dict.fromkeys(("total", "known_points", "max_possible"), Decimal(12))
        row = {"complete": True, **points, **assessment}
        session.add(Assessment(visit_id=visit.id, **place, **row))
    return f"F-{on}"


# --- amendments ------------------------------------------------------------------------------


def amend(alice, code, typed, password="a long enough password", reason="typing error"):
    return alice.send(
        f"/visits/{code}/amend", typed | {"password": password, "amendment_reason": reason}
    )


def test_an_amendment_keeps_both_versions(alice, typed_visit):
    code = alice.signed("2026-03-10", "arthritis")
    answer = amend(alice, code, typed_visit("2026-03-10", "rash"))
    assert answer.status_code == 303
    first, second = alice.rows(Signature)
    assert (first.version, second.version, second.reason) == (1, 2, "typing error")
    assert first.content != second.content
    page = alice.send.client.get(f"/visits/{code}").text
    for words in ("Content of signed version 1", "Content of signed version 2", "typing error"):
        assert words in page


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"password": "wrong"}, "this is not your password"),
        ({"reason": " "}, "this is needed"),
        ({"reason": "a\0b"}, "cannot be stored"),
        ({"reason": "x" * 5000}, "characters long"),
        ({"typed": {"pga.value": "99"}}, "outside 0 to 3"),
        ({"typed": {"sledai_2k.rash": "absent"}}, "Nothing is different"),
        ({"typed": {"sledai_2k.rash": ""}}, "1 of 24 items are open"),
    ],
)
def test_an_amendment_that_is_refused_keeps_what_was_typed(alice, typed_visit, more, words):
    code = alice.signed("2026-03-10")
    typed = typed_visit("2026-03-10") | more.pop("typed", {"sledai_2k.rash": "present"})
    answer = amend(alice, code, typed, **more)
    assert answer.status_code == 422
    assert words in answer.text
    assert (checked(answer.text, "sledai_2k.rash") or "") == typed["sledai_2k.rash"]
    assert 'value="wrong"' not in answer.text
    assert len(alice.rows(Signature)) == 1
    assert alice.row(Assessment).total == 0


def test_ten_wrong_passwords_stop_signing_for_a_while(alice, typed_visit):
    code = alice.signed("2026-03-10")
    typed = typed_visit("2026-03-10", "rash")
    for _ in range(10):
        amend(alice, code, typed, password="wrong")
    answer = amend(alice, code, typed)
    assert answer.status_code == 422
    assert "too many wrong attempts" in answer.text


def test_an_amendment_of_other_facts_keeps_a_historic_total(alice, app):
    code = store_imported(
        app, "2026-03-10", instrument="sledai_2k", rule_version="1", total_only=True
    )
    assert "historic total" in alice.send.client.get(f"/visits/{code}").text
    typed = {"visited_on": "2026-03-10", "contact_mode": "in_person"}
    assert amend(alice, code, typed).status_code == 303
    row = alice.row(Assessment)
    assert (row.total, row.total_only) == (12, True)


def test_items_take_the_place_of_a_historic_total(alice, app, typed_visit):
    code = store_imported(
        app, "2026-03-10", instrument="sledai_2k", rule_version="1", total_only=True
    )
    typed = typed_visit("2026-03-10", "rash", sledai_2k__fever="not_assessed",
                        sledai_2k__fever__reason="not_done")  # fmt: skip
    assert amend(alice, code, typed).status_code == 303
    row = alice.row(Assessment)
    assert (row.total, row.known_points, row.total_only) == (None, 2, False)


def test_what_an_import_said_stays_readable_after_its_amendment(alice, app, typed_visit):
    code = store_imported(
        app, "2026-03-10", instrument="sledai_2k", rule_version="1", total_only=True
    )
    amend(alice, code, typed_visit("2026-03-10", "rash"), reason="items found")
    amend(alice, code, typed_visit("2026-03-11", "rash"), reason="wrong day")
    first, second = alice.rows(Signature)
    assert '"historic_total":"12' in first.replaced
    assert second.replaced is None
    page = " ".join(alice.send.client.get(f"/visits/{code}").text.split())
    assert "What version 0, the import, said" in page
    assert re.search(r"historic total, without its items</th> ?<td[^>]*>12<", page)
    assert re.search(r"Rash</th>.{0,200}items found", page)


def test_a_new_rule_does_not_break_an_honest_signature(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.operations.signing import content_of
    from registry.operations.visit_rows import rows_of
    from registry.queries.scope import Reach, patient_in_reach

    alice.signed("2026-03-10", "rash")
    with writing(app.extensions["registry_engine"], Context("tests", "new rule")) as session:
        session.query(Assessment).one().known_points = 9
        session.flush()
        patient = patient_in_reach(session, Reach.everything(), "N-001")
        visit = session.query(Visit).one()
        assert (
            content_of(patient, visit, rows_of(session, visit)).digest
            == alice.row(Signature).content_sha256
        )


def test_a_first_signature_is_no_amendment(alice):
    code = alice.log()
    typed = {"meaning": "amendment", "password": "a long enough password"}
    assert alice.send(f"/visits/{code}/sign", typed).status_code == 422


def test_nobody_signs_what_changed_after_reading(alice):
    code = alice.log("2026-03-10")
    seen = alice.send.client.get(f"/visits/{code}/sign").text
    digest = re.search(r'name="sha256" value="(\w+)"', seen)[1]
    alice.change(code, "2026-03-10", "rash")
    typed = {"meaning": "authorship", "password": "a long enough password", "checks_read": "true"}
    answer = alice.send(f"/visits/{code}/sign", typed, sha256=digest)
    assert answer.status_code == 409
    assert "changed while you were reading" in answer.text


# --- two editors -----------------------------------------------------------------------------


def test_the_second_editor_sees_both_and_can_go_on(clinic, typed_visit):
    alice, cora = clinic("alice"), clinic("cora")
    code = alice.log("2026-03-10")
    cora.change(code, "2026-03-10", "rash")
    mine = typed_visit("2026-03-10", "arthritis", reason="mine")
    answer = alice.send(f"/visits/{code}/change", mine, row_version="1")
    assert answer.status_code == 409
    assert "cora changed this visit" in answer.text
    assert "present" in answer.text
    version = re.search(r'name="row_version" value="(\d+)"', answer.text)[1]
    reopened = alice.send(
        f"/visits/{code}/change", mine | {"action": "reopen"}, row_version=version
    )
    assert reopened.status_code == 200
    assert checked(reopened.text, "sledai_2k.arthritis") == "present"
    assert f'name="row_version" value="{version}"' in reopened.text
    assert alice.send(f"/visits/{code}/change", mine, row_version=version).status_code == 303
    assert alice.row(Visit).reason == "mine"


def test_two_windows_of_one_person_are_not_called_two_people(alice, typed_visit):
    code = alice.log("2026-03-10")
    alice.change(code, "2026-03-10", "rash")
    answer = alice.send(f"/visits/{code}/change", typed_visit("2026-03-10"), row_version="1")
    assert answer.status_code == 409
    assert "You changed this visit in another window while you were typing" in answer.text


def test_a_part_that_was_not_opened_is_not_called_empty(clinic, typed_visit):
    """Cora answered the questions, and Alice, who changed something else, did not open them."""
    alice, cora = clinic("alice"), clinic("cora")
    code = alice.log("2026-03-10")
    asked = {"lldas_questions__maintenance_tolerated": "present", "pga__value": "1"}
    cora.change(code, "2026-03-10", **asked)
    mine = typed_visit("2026-03-10", "arthritis")
    label = "Maintenance tolerated at standard doses"
    answer = alice.send(f"/visits/{code}/change", mine, row_version="1")
    assert differing(answer)[label] == ["Yes", "not opened"]
    assert "What you did not open stays as cora saved it" in answer.text
    # Always on the form: there it is empty.
    assert differing(answer)["PGA"] == ["1", "empty"]
    assert differing(answer)["Arthritis"] == ["Absent", "Present"]
    opened = mine | {"lldas_questions.reason": ""}
    answer = alice.send(f"/visits/{code}/change", opened, row_version="1")
    assert differing(answer)[label] == ["Yes", "empty"]
    assert "did not open" not in answer.text


def differing(answer):
    """Return field → what they saved and what was typed, of the page of a conflict."""
    assert answer.status_code == 409
    rows = re.findall(r"<tr.*?</tr>", answer.text, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return {row[0]: row[1:3] for row in cells}


def test_a_visit_signed_meanwhile_offers_an_amendment_with_what_was_typed(clinic, typed_visit):
    alice, cora = clinic("alice"), clinic("cora")
    code = alice.log("2026-03-10")
    page = cora.send.client.get(f"/visits/{code}/change").text
    opened = alice.send.client.get(f"/visits/{code}/change").text
    alice.sign(code)
    mine = typed_visit("2026-03-10", "rash")
    for person, drawn, offered in ((alice, opened, True), (cora, page, False)):
        answer = person.send.client.post(f"/visits/{code}/change", data=hidden_fields(drawn) | mine)
        assert answer.status_code == 409
        assert (f'action="/visits/{code}/amend"' in answer.text) is offered
    typed = mine | {"action": "reopen"}
    reopened = alice.send(f"/visits/{code}/amend", typed)
    assert checked(reopened.text, "sledai_2k.rash") == "present"


def test_an_amendment_of_an_older_version_is_shown_beside_the_newer(alice, typed_visit):
    code = alice.signed("2026-03-10")
    page = alice.send.client.get(f"/visits/{code}/amend").text
    amend(alice, code, typed_visit("2026-03-10", "rash"))
    mine = typed_visit("2026-03-10", "arthritis", amendment_reason="mine")
    secret = {"password": "a long enough password"}
    answer = alice.send.client.post(
        f"/visits/{code}/amend", data=hidden_fields(page) | mine | secret
    )
    assert answer.status_code == 409
    assert "a long enough password" not in answer.text
    assert 'name="amendment_reason" value="mine"' in answer.text


def test_no_medicine_is_written_for_a_visit_that_is_refused(alice, typed_visit):
    typed = typed_visit("bad", steroid__drug="prednisone", steroid__daily_dose="5")
    alice.send(NEW, typed)
    assert alice.rows(Medication) == []
