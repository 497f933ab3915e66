"""The optional parts of the visit form: closed unless typed, wrong or due; one tab stop each."""

import re
from decimal import Decimal
from html import unescape

import pytest

from registry.audit.context import Context
from registry.database.engine import writing
from registry.instruments import INSTRUMENTS
from registry.models import Assessment, Visit
from registry.partial_date import PartialDate
from registry.views.visit_parts import due_words, one_sledai, optional_parts
from tests.population import NORTH, PASSWORD
from tests.visiting import visit_form

NEW = "/patients/N-001/visits/new"


def opened(values, errors=None):
    return {
        part.instrument.code
        for subject in optional_parts(values, errors or {})
        for part in subject.parts
        if part.open
    }


def test_nothing_is_open_on_an_empty_form():
    subjects = optional_parts({}, {})
    assert opened({}) == set()
    assert not any(subject.open for subject in subjects)
    assert [subject.title for subject in subjects][:1] == ["Activity"]


def test_what_is_typed_or_wrong_is_open_and_its_subject_with_it():
    assert opened({"clasi.activity": "3"}) == {"clasi"}
    assert opened({"clasi.activity": ""}) == set()
    assert opened({}, {"bilag_2004.renal": "no"}) == {"bilag_2004"}
    subject = next(s for s in optional_parts({"clasi.activity": "3"}, {}) if s.open)
    assert subject.title == "Activity"


def test_what_is_due_at_the_timepoint_is_open():
    assert {"rand_36", "clasi", "joint_count_28"} <= opened({"timepoint": "baseline"})
    assert opened({"timepoint": "day_7"}) == set()
    assert "rand_36" in opened({"timepoint": "year_3"})


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ((), ""),
        (("baseline",), "due at baseline"),
        (("baseline", "month_12", "month_24", *(f"year_{n}" for n in range(3, 16))),
         "due at baseline and yearly"),
        (("month_3", "month_6"), "due at month 3, month 6"),
    ],
)  # fmt: skip
def test_when_it_is_due_is_said_in_words(codes, words):
    assert due_words(codes) == words


def test_two_versions_of_the_sledai_get_a_soft_hint():
    both = {"sledai_2k.rash": "present", "selena_sledai.rash": "present"}
    assert "Two versions of the SLEDAI" in one_sledai(both)
    assert one_sledai({"sledai_2k.rash": "present", "clasi.activity": "3"}) == ""


def test_without_script_the_button_of_a_part_opens_it_and_keeps_what_was_typed(clinic):
    alice = clinic("alice")
    typed = visit_form() | {"action": "open:bilag_2004", "clasi.activity": "3"}
    page = alice.send(NEW, typed)
    assert page.status_code == 200
    assert 'name="bilag_2004.renal"' in page.text
    assert 'value="3"' in page.text
    assert 'name="rand_36.q1"' not in page.text
    assert alice.rows(Assessment) == []


@pytest.mark.parametrize("code", ["sledai_2k", "csledai_2k", "nothing"])
def test_only_an_optional_instrument_is_a_part(clinic, code):
    assert clinic("alice").send.client.get(f"/visit-parts/{code}").status_code == 404


def test_the_closed_parts_weigh_little(clinic):
    client = clinic("alice").send.client
    assert len(client.get(NEW).text) < 130_000
    assert len(client.get("/visit-parts/rand_36").text) > 15_000


def test_a_mistake_in_a_closed_part_opens_it_and_keeps_everything(clinic):
    alice = clinic("alice")
    typed = visit_form() | {
        "bilag_2004.renal": "B", "sle_das.proteinuria_flag": "present", "rand_36.q21": "3",
        "pga.value": "7", "eq_5d_5l.profile": "2123",
    }  # fmt: skip
    answer = alice.send(NEW, typed)
    assert answer.status_code == 422
    for field in ("sle_das-proteinuria_mg", "pga-value", "eq_5d_5l-profile"):
        assert f'href="#{field}"' in answer.text
    assert '<option value="B" selected>' in answer.text
    assert 'value="2123"' in answer.text
    for code in ("bilag_2004", "sle_das", "rand_36", "eq_5d_5l"):
        assert re.search(rf'data-part="{code}"[^>]* open>', answer.text), code
    assert not re.search(r'data-part="clasi"[^>]* open>', answer.text)
    assert alice.rows(Assessment) == []


def test_all_of_it_is_stored_shown_amended_and_kept(clinic):
    alice = clinic("alice")
    code = alice.signed(
        **{
            "bilag_2004__renal": "B", "bilag_2004__reason": "remote_contact",
            "rand_36__q21": "3", "rand_36__q22": "2", "fatigue_vas__value": "5.5/10",
            "pga__value": "35 mm",
        }
    )  # fmt: skip
    page = alice.send.client.get(f"/visits/{code}").text
    for words in ("incomplete, 8 to 104", "Pain 67.5", "B, moderate", "55 mm: Entered as 5.5/10"):
        assert words in page
    assert "1.05, entered as 35 mm" in page
    assert alice.row(Assessment, instrument="pga").total == Decimal("1.05")
    amended = alice.send.client.get(f"/visits/{code}/amend").text
    for kept in ('value="5.5/10"', 'value="35 mm"', 'value="remote_contact" selected'):
        assert kept in amended


def test_the_page_to_sign_asks_to_look_twice_at_two_versions(clinic):
    alice = clinic("alice")
    code = alice.log(selena_sledai__rash="present")
    page = alice.send.client.get(f"/visits/{code}/sign").text
    assert "Two versions of the SLEDAI are recorded at this visit" in page


GAPS = {
    "pga": ([None], {"value": "declined"}),
    "eq_5d_5l": (
        [None] * 4,
        {"profile": "declined", "vas": "not_done", "index": "unknown", "value_set": "at work"},
    ),
    "pain_nrs": ([None], {"value": "not_recorded"}),
    "slicc_damage": (["2024-03", *[0] * 40], {"cataract": "seen by <another> clinic"}),
}


@pytest.fixture
def imported(app, two_sites):
    """Return a final visit whose file gave mere reasons, in its own words too."""
    place = {
        "patient_id": two_sites.patients["N-001"], "site_id": NORTH, "source": "import",
        "enrolment_id": two_sites.enrolments["N-001"],
    }  # fmt: skip
    on = PartialDate.parse("2026-03-10")
    rows = GAPS | {"sledai_2k": ([0] * 24, None)}
    with writing(app.extensions["registry_engine"], Context("tests", "a file")) as session:
        visit = Visit(code="V-1", visited_on=on, attendance="done", **place)
        session.add(visit)
        session.flush()
        for code, (answers, reasons) in rows.items():
            session.add(
                Assessment(
                    visit_id=visit.id, instrument=code, rule_version=INSTRUMENTS[code].version,
                    answers=answers, reasons=reasons, complete=False, total_only=False, **place,
                )
            )  # fmt: skip
    return visit.code


def boxes(page):
    """Return what a browser sends of the visit's form when nobody changes anything."""
    form = page[page.index("data-visit") :]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in said and (said.get("type") not in {"radio", "checkbox"} or " checked" in tag):
            found[said["name"]] = unescape(said.get("value", ""))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    return found


def amended(alice, code, typed):
    said = typed | {"amendment_reason": "the contact", "password": PASSWORD, "action": "amend"}
    answer = alice.send.client.post(f"/visits/{code}/amend", data=said)
    assert answer.status_code == 303, answer.text


def test_an_amendment_keeps_reasons_and_gaps_that_a_file_gave(clinic, imported):
    alice = clinic("alice")
    typed = boxes(alice.send.client.get(f"/visits/{imported}/amend").text)
    amended(alice, imported, typed | {"contact_mode": "in_person"})
    kept = {row.instrument: (row.answers, row.reasons) for row in alice.rows(Assessment)}
    assert {code: kept.get(code) for code in GAPS} == GAPS


def test_a_part_that_was_never_opened_voids_no_answers_that_came_meanwhile(clinic):
    alice = clinic("alice")
    code = alice.signed(clasi__activity="3", clasi__damage="0", pga__value="1")
    typed = boxes(alice.send.client.get(f"/visits/{code}/amend").text)
    never_opened = {name: text for name, text in typed.items() if not name.startswith("clasi.")}
    amended(alice, code, never_opened | {"pga.value": ""})
    assert {row.instrument for row in alice.rows(Assessment)} == {"sledai_2k", "clasi"}


def test_a_part_that_was_emptied_is_cleared(clinic):
    alice = clinic("alice")
    code = alice.signed(clasi__activity="3", clasi__damage="0")
    typed = boxes(alice.send.client.get(f"/visits/{code}/amend").text)
    amended(alice, code, typed | {"clasi.activity": "", "clasi.damage": ""})
    assert {row.instrument for row in alice.rows(Assessment)} == {"sledai_2k"}


@pytest.mark.parametrize(
    ("on", "words"), [("2030", "2030 is in the future"), ("1979", "is before the birth date")]
)
def test_damage_has_a_day_in_the_life_that_was_lived(clinic, on, words):
    alice = clinic("alice")
    facts = {"sex": "female", "birth_date": "2 1980"}
    assert alice.send("/patients/N-001/facts", facts).status_code == 303
    answer = alice.send(NEW, visit_form(slicc_damage__cataract__on=on))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'href="#slicc_damage-cataract"' in answer.text
    assert alice.rows(Assessment) == []
