"""Infusions of several lots: what is impossible is refused, what is unlikely is asked once."""

import re
from html import unescape

import pytest

from registry import clock
from registry.models import Adjunct, Infusion, InfusionLot, Lot, Patient

NEW = "/patients/N-001/infusions/new"
GIVEN = {"started_at": "2026-03-27T10:30+01:00", "cell_type": "msc"}
TWO = {
    "lot": "L-1", "lot_volume_ml": "25", "lot_cells": "40 000 000",
    "lot_thawed_at": "2026-03-27T09:50+01:00",
    "lot_2": "L-2", "lot_2_volume_ml": "12,5", "lot_2_cells": "20000000",
}  # fmt: skip
ASKED = re.compile(r'<input type="hidden" name="answered" value="([^"]*)"')


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def asked(answer):
    """Return the questions of a page; they stand on it as hidden fields and as words."""
    questions = [unescape(found) for found in ASKED.findall(answer.text)]
    assert answer.status_code == (422 if questions else 303), answer.text
    return questions


def twice(person, address, typed):
    """Save, then save again as a person does who read the questions."""
    questions = asked(person.send(address, typed))
    assert questions
    again = person.send(address, typed | {"answered": questions[0]})
    assert asked(again) == (questions if len(questions) > 1 else [])
    return questions


def test_two_lots_are_kept_with_volume_cells_and_thaw_in_order(alice):
    total = {"dose_total_cells": "60000000"}
    assert asked(alice.send(NEW, GIVEN | TWO | total)) == []
    first, second = sorted(alice.rows(InfusionLot), key=lambda row: row.ordinal)
    assert (str(first.volume_ml), str(first.cells)) == ("25", "40000000")
    assert first.thawed_at.text == "2026-03-27T09:50+01:00"
    assert (str(second.volume_ml), second.thawed_at) == ("12.5", None)
    assert [lot.code for lot in alice.rows(Lot)] == ["L-1", "L-2"]
    assert "lot L-1, L-2" in alice.send.client.get("/patients/N-001").text


def test_a_lot_may_be_added_and_its_facts_changed_but_none_taken_away(alice):
    assert asked(alice.send(NEW, GIVEN | {"lot": "L-1"})) == []
    address = f"/infusions/{alice.row(Infusion).code}"
    assert asked(alice.send(address, GIVEN | TWO)) == []
    assert len(alice.rows(InfusionLot)) == 2
    text = alice.send.client.get(address).text
    assert all(f'value="{value}"' in text for value in ("L-2", "12.5", "40000000"))
    gone = GIVEN | {"lot": "L-2"}
    assert "L-1 is linked" in alice.send(address, gone).text
    assert len(alice.rows(InfusionLot)) == 2


def test_a_row_of_lots_more_keeps_what_was_typed_and_saves_nothing(alice):
    page = alice.send.client.get(NEW).text
    assert 'name="lot_2"' in page
    assert 'name="lot_3"' not in page
    more = alice.send(NEW, GIVEN | TWO | {"action": "reopen"})
    assert more.status_code == 200
    assert 'name="lot_3"' in more.text
    assert 'value="12,5"' in more.text
    assert alice.rows(Infusion) == []


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"lot_2": "", "lot_2_cells": "5"}, "lot_2", "this is needed"),
        ({"lot_2": "L-1"}, "lot_2", "has a row already"),
        ({"lot_2": "L/2"}, "lot_2", "letters, digits"),
        ({"lot_2": "a;b"}, "lot_2", "without ;"),
        ({"lot_2_volume_ml": "-1"}, "lot_2_volume_ml", "Volume of lot 2"),
        ({"lot_2_cells": "1e6"}, "lot_2_cells", "Cells of lot 2"),
        ({"lot_2_cells": "70,000"}, "lot_2_cells", "two ways"),
        ({"lot_thawed_at": "2026-03-27T10:31+01:00"}, "lot_thawed_at", "after the infusion"),
        ({"lot_thawed_at": "2026-03-28"}, "lot_thawed_at", "after the infusion"),
        ({"lot_thawed_at": "2030"}, "lot_thawed_at", "future"),
        ({"ended_at": "2026-03-27T10:29+01:00"}, "ended_at", "before the start"),
        ({"viability_percent": "100,1"}, "viability_percent", "100"),
        ({"viability_percent": "-1"}, "viability_percent", "0"),
        ({"observed_hours": "x"}, "observed_hours", "number"),
        ({"cost_amount": "12"}, "cost_currency", "needs its currency"),
        ({"cost_amount": "12", "cost_currency": "EURO"}, "cost_currency", "three letters"),
        ({"cost_paid_by": "nobody"}, "cost_paid_by", "not one of the choices"),
        ({"lot_rows": "x" * 50, "cell_type": ""}, "cell_type", "this is needed"),
    ],
)
def test_what_is_impossible_is_answered_at_its_field(alice, wrong, field, says):
    answer = alice.send(NEW, GIVEN | TWO | {"premedication": "kept"} | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert says in unescape(answer.text)
    assert 'value="kept"' in answer.text
    assert alice.rows(Infusion) + alice.rows(InfusionLot) + alice.rows(Lot) == []


def test_a_thaw_during_a_long_infusion_is_possible(alice):
    during = {"lot_thawed_at": "2026-03-27T10:40+01:00", "ended_at": "2026-03-27T11:00+01:00"}
    assert asked(alice.send(NEW, GIVEN | TWO | during)) == []


def test_everything_about_an_infusion_is_kept_and_shown_for_a_change(alice):
    facts = {
        "planned_total_cells": "60000000", "planned_cells_per_kg": "1000000", "weight_kg": "60",
        "weighed_on": "2026-03-26", "dose_total_cells": "60000000",
        "dose_cells_per_kg": "1000000", "premedication": "paracetamol",
        "concomitant": "mycophenolate", "observed_hours": "24", "viability_percent": "92.5",
        "reaction": "none", "cost_amount": "12000.50", "cost_currency": "eur",
        "cost_covers": "cells only", "cost_paid_by": "patient",
    }  # fmt: skip
    assert asked(alice.send(NEW, GIVEN | TWO | facts)) == []
    row = alice.row(Infusion)
    assert (str(row.cost_amount), row.cost_currency) == ("12000.50", "EUR")
    page = alice.send.client.get(f"/infusions/{row.code}").text
    assert all(text in page for text in ("92.5", "12000.50", "cells only", "mycophenolate"))


# --- lots that forbid it ----------------------------------------------------------------------


def decide(clinic, code, decision, on):
    cora = clinic("cora")
    lot = cora.row(Lot, code=code)
    typed = {"decision": decision, "decided_on": on, "reason": "a late positive"}
    assert cora.send(f"/lots/{lot.id}/decisions/new", typed).status_code == 303


def new_lot(person, code, **facts):
    answer = person.send("/lots/new", {"code": code, "cell_type": "msc"} | facts)
    assert answer.status_code == 303, answer.text


@pytest.mark.parametrize("decision", ["quarantined", "rejected", "recalled"])
def test_a_blocked_lot_can_be_given_to_nobody(alice, clinic, decision):
    new_lot(alice, "L-1")
    decide(clinic, "L-1", decision, "2026-03-20")
    answer = alice.send(NEW, GIVEN | TWO)
    assert answer.status_code == 422
    assert 'href="#lot"' in answer.text
    assert f"was {decision} on 20 Mar 2026 and may not be used" in answer.text
    assert alice.rows(Infusion) == []
    decide(clinic, "L-1", "released_by_exception", "2026-03-25")
    assert asked(alice.send(NEW, GIVEN | TWO)) == []


def test_what_was_given_before_a_recall_can_still_be_recorded_and_changed(alice, clinic):
    new_lot(alice, "L-1")
    decide(clinic, "L-1", "recalled", "2026-04-02")
    assert "recalled on 2 Apr 2026" in twice(alice, NEW, GIVEN | TWO)[0]
    address = f"/infusions/{alice.row(Infusion).code}"
    assert asked(alice.send(address, GIVEN | TWO | {"reaction": "fever"})) == []
    later = TWO | {"started_at": "2026-04-03", "cell_type": "msc"}
    assert "may not be used" in alice.send(address, later).text


def test_a_recall_dated_back_does_not_lock_an_infusion_that_was_recorded(alice, clinic):
    assert asked(alice.send(NEW, GIVEN | TWO)) == []
    decide(clinic, "L-1", "recalled", "2026-03-01")
    address = f"/infusions/{alice.row(Infusion).code}"
    assert asked(alice.send(address, GIVEN | TWO | {"reaction": "fever"})) == []


def test_a_lot_made_later_is_refused(alice):
    new_lot(alice, "L-2", manufactured_on="2026-04")
    answer = alice.send(NEW, GIVEN | TWO)
    assert answer.status_code == 422
    assert "lot L-2 was made later, on Apr 2026" in answer.text
    assert 'href="#lot_2"' in answer.text


def test_an_infusion_after_the_death_is_refused(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.partial_date import PartialDate

    with writing(app.extensions["registry_engine"], Context("tests", "a death")) as session:
        patient = session.query(Patient).filter_by(code="N-001").one()
        patient.death_on = PartialDate.parse("2026-03-26")
    assert "is after the death" in alice.send(NEW, GIVEN | TWO).text
    assert alice.rows(Infusion) == []


def test_an_autologous_lot_goes_to_one_patient_only(alice, clinic):
    new_lot(alice, "L-1", donor_type="autologous")
    assert asked(alice.send(NEW, GIVEN | TWO)) == []
    assert asked(alice.send(NEW, GIVEN | TWO | {"started_at": "2026-04-10"})) == []
    charlie = clinic("charlie")
    answer = charlie.send("/patients/S-canary/infusions/new", GIVEN | TWO)
    assert answer.status_code == 422
    assert "L-1 is autologous and was given to another patient" in answer.text
    assert "N-001" not in answer.text


# --- what is asked once -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"weight_kg": "300"}, "300 kg is unusual"),
        ({"dose_cells_per_kg": "5"}, "5 cells per kg is unusual"),
        ({"dose_total_cells": "70000000"}, "The lots make 60 million cells"),
        (
            {"weight_kg": "60", "dose_cells_per_kg": "1000000", "dose_total_cells": "56000000",
             "lot_cells": "", "lot_2_cells": ""},
            "make 60 million cells, and 56 million",
        ),
        ({"dose_total_cells": "60000000", "planned_total_cells": "600000000"}, "600 million"),
        ({"donor_type": "allogeneic", "lot_2": "", "lot_2_volume_ml": "", "lot_2_cells": ""},
         "neither a donor key nor a donation number"),
    ],
)  # fmt: skip
def test_what_is_unlikely_is_asked_once_and_then_kept(alice, typed, says):
    (question,) = twice(alice, NEW, GIVEN | TWO | typed)
    assert says in question
    address = f"/infusions/{alice.row(Infusion).code}"
    changed = GIVEN | TWO | typed | {"reaction": "none"}
    assert asked(alice.send(address, changed)) == []


def test_an_expired_lot_and_a_dose_beyond_it_are_asked_about(alice):
    new_lot(alice, "L-1", expires_on="2026-02", cells="1 000 000")
    questions = asked(alice.send(NEW, GIVEN | TWO))
    assert [q.split(",")[0] for q in questions] == [
        "Lot L-1 expired on Feb 2026",
        "40 million cells of lot L-1 are more than ten times the lot",
    ]
    assert alice.rows(Infusion) == []
    assert asked(alice.send(NEW, GIVEN | TWO | {"answered": questions[0]})) == questions


def test_a_new_question_is_asked_although_another_was_answered(alice):
    unusual = GIVEN | TWO | {"weight_kg": "300"}
    (question,) = asked(alice.send(NEW, unusual))
    other = GIVEN | TWO | {"weight_kg": "301", "answered": question}
    assert "301 kg" in asked(alice.send(NEW, other))[0]


def test_a_lot_that_looks_like_another_is_asked_about(alice):
    new_lot(alice, "L-l0")
    typed = GIVEN | {"lot": "LlO"}
    assert "There is a lot L-l0 too" in twice(alice, NEW, typed)[0]


def test_a_lot_from_a_file_may_have_any_name(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing

    with writing(app.extensions["registry_engine"], Context("tests", "a lot")) as session:
        session.add(Lot(code="Charge 7/a", cell_type="msc"))
    assert asked(alice.send(NEW, GIVEN | {"lot": "Charge 7/a"})) == []
    assert "Charge 7/a" in alice.send.client.get("/patients/N-001").text


# --- courses and adjuncts ---------------------------------------------------------------------


def test_each_course_has_its_own_day_0_lots_and_dose(alice):
    from registry.models import Course

    for indication, on, lot in (("first", "2026-01-12", "L-1"), ("second", "2026-03-02", "L-2")):
        course = {"indication": indication, "responsible_party": "Cell plant"}
        assert alice.send("/patients/N-001/courses/new", course).status_code == 303
        code = max(alice.rows(Course), key=lambda row: row.id).code
        given = GIVEN | {"course": code, "started_at": on, "lot": lot}
        assert asked(alice.send(NEW, given | {"dose_total_cells": "60000000"})) == []
    assert asked(alice.send(NEW, given | {"started_at": "2026-03-09"})) == []
    page = alice.send.client.get("/patients/N-001").text
    courses = page[page.index("Treatment courses") : page.index("Trajectory</h2>")]
    assert courses.index("12 Jan 2026") < courses.index("2 Mar 2026")
    assert courses.index("L-1") < courses.index("L-2")
    assert "at least 60 million cells in all (dose of 1 of 2 not recorded)" in courses
    today = clock.today()
    start = today.replace(year=2026, month=1, day=12)
    assert f"day {(today - start).days}" in courses
    assert "day 0 of course 2" in page
    assert "day 7 of course 2" in page


def test_an_adjunct_is_added_changed_and_voided(alice):
    asked(alice.send(NEW, GIVEN | TWO))
    infusion = alice.row(Infusion).code
    typed = {"adjunct": "MSC exosomes", "given_on": "2026-03-28", "dose": "2000000000",
             "unit": "particles", "route": "iv", "infusion": infusion}  # fmt: skip
    assert alice.send("/patients/N-001/adjuncts/new", typed).status_code == 303
    row = alice.row(Adjunct)
    page = alice.send.client.get("/patients/N-001").text
    assert "MSC exosomes" in page
    assert "2000000000 particles · intravenous" in page
    address = f"/adjuncts/{row.id}"
    assert f'value="{infusion}" selected' in alice.send.client.get(address).text
    assert alice.send(address, typed | {"dose": "3", "unit": "mg"}).status_code == 303
    assert str(alice.row(Adjunct).dose) == "3"
    void = alice.send.client.get(f"/records/adjunct/{row.id}/void").text
    assert "MSC exosomes 3 mg, given 28 Mar 2026" in void
    assert alice.void("adjunct", row.id).status_code == 303
    assert "MSC exosomes" not in alice.send.client.get("/patients/N-001").text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"adjunct": ""}, "adjunct"),
        ({"given_on": ""}, "given_on"),
        ({"given_on": "2031"}, "given_on"),
        ({"dose": "5"}, "unit"),
        ({"dose": "many"}, "dose"),
        ({"route": "nose"}, "route"),
        ({"infusion": "I-none"}, "infusion"),
    ],
)
def test_an_adjunct_needs_to_make_sense(alice, wrong, field):
    typed = {"adjunct": "vitamin D", "given_on": "2026-03-28"} | wrong
    answer = alice.send("/patients/N-001/adjuncts/new", typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert alice.rows(Adjunct) == []


def test_a_former_site_sees_only_its_own_adjuncts(signed_in, cases):
    page = signed_in("alice").get("/patients/MOVED-1").text
    assert "zq-canary-before-adjunct-adjunct" in page
    assert "zq-canary-after" not in page
    page = signed_in("charlie").get("/patients/MOVED-1").text
    assert "zq-canary-before-adjunct-adjunct" in page
    assert "zq-canary-after-adjunct-adjunct" in page
