"""Courses, infusions, lots, medicines and voiding through their forms."""

import pytest

from registry.models import Course, Infusion, InfusionLot, Lot, Medication, Site, Visit

NEW = "/patients/N-001/infusions/new"
GIVEN = {"started_at": "2026-03-27T10:30+01:00", "cell_type": "msc", "lot": "LOT-1"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def test_an_infusion_with_a_new_lot_is_day_0_on_the_page(alice):
    assert alice.send("/patients/N-001/courses/new", {"indication": "nephritis"}).status_code == 303
    course = alice.row(Course).code
    assert alice.send(NEW, GIVEN | {"course": course}).status_code == 303
    assert alice.row(Lot).code == "LOT-1"
    page = alice.send.client.get("/patients/N-001").text
    assert "lot LOT-1" in page
    assert "day 0" in page
    assert f'href="/courses/{course}"' in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"started_at": "2027"}, "started_at"),
        ({"started_at": "2026-03-27T10:30"}, "started_at"),
        ({"cell_type": "cells"}, "cell_type"),
        ({"course": "C-none"}, "course"),
        ({"lot": "LOT 1"}, "lot"),
        *[({"dose_total_cells": text}, "dose_total_cells") for text in ("1e8", "nan", "-1", "inf")],
        ({"dose_total_cells": "9" * 10_000}, "dose_total_cells"),
        ({"weight_kg": "0"}, "weight_kg"),
        ({"sequence": "1,5"}, "sequence"),
        *[({"dose_total_cells": text}, "dose_total_cells") for text in ("70,000", "70.000.000")],
    ],
)  # fmt: skip
def test_bad_input_is_answered_at_its_field_and_nothing_is_half_saved(alice, wrong, field):
    answer = alice.send(NEW, GIVEN | {"premedication": "kept"} | wrong)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="kept"' in answer.text
    assert alice.rows(Infusion) + alice.rows(Lot) == []


def test_a_lot_stays_what_it_is(alice):
    alice.send(NEW, GIVEN)
    other = GIVEN | {"cell_type": "hsc"}
    assert "another cell type" in alice.send(NEW, other).text
    address = f"/infusions/{alice.row(Infusion).code}"
    assert alice.send(address, other).status_code == 422
    for lot in ("LOT-2", ""):
        assert "void the infusion" in alice.send(address, GIVEN | {"lot": lot}).text
    assert alice.send(address, GIVEN | {"reaction": "none", "weight_kg": "61,5"}).status_code == 303
    assert str(alice.row(Infusion).weight_kg) == "61.5"
    assert len(alice.rows(InfusionLot)) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ended_on": "2026-02"}, "ended_on"),
        ({"daily_dose": "5", "unit": ""}, "unit"),
        ({"daily_dose": "five"}, "daily_dose"),
        ({"pulse": "yes"}, "pulse"),
        ({"drug": ""}, "drug"),
        ({"started_on": ""}, "started_on"),
        ({"route": "mouth"}, "route"),
    ],
)
def test_a_medicine_needs_to_make_sense(alice, wrong, field):
    typed = {"drug": "belimumab", "started_on": "2026-03-01", "unit": "mg"} | wrong
    answer = alice.send("/patients/N-001/medicines/new", typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text


def seen(alice):
    addresses = ("/patients/", "/patients/N-001", "/patients/N-001/figures/trajectory.csv")
    return " ".join(alice.send.client.get(address).text for address in addresses)


def test_what_is_voided_is_nowhere(alice):
    alice.log("2026-03-10", "arthritis")
    alice.send(NEW, GIVEN | {"lot": "LOT-VOID"})
    alice.medicine("belimumab", "2026-03-01")
    before = seen(alice)
    assert all(word in before for word in ("10 Mar 2026", "LOT-VOID", "belimumab"))
    for kind, model in {"visit": Visit, "infusion": Infusion, "medication": Medication}.items():
        (row,) = alice.rows(model)
        address = f"/records/{kind}/{row.id}/void"
        assert alice.send(address, {"reason": " "}).status_code == 422
        assert alice.void(kind, row.id).status_code == 303
        assert alice.send.client.get(address).status_code == 404
    after = seen(alice)
    assert not any(word in after for word in ("10 Mar 2026", "LOT-VOID", "belimumab", "not signed"))


def test_a_signed_visit_is_amended_and_not_voided(alice):
    code = alice.signed()
    answer = alice.void("visit", alice.row(Visit, code=code).id)
    assert answer.status_code == 409
    assert "Amend it instead" in answer.text


def void_page(alice, kind, model):
    return alice.send.client.get(f"/records/{kind}/{alice.row(model).id}/void").text


def test_the_page_names_what_is_voided(alice):
    alice.log("2026-03-10", timepoint="month_6")
    dose = {"dose_total_cells": "70000000"}
    alice.send(NEW, GIVEN | dose)
    alice.medicine("belimumab", "2026-03-01", daily_dose="10")
    alice.send("/patients/N-001/courses/new", {"indication": "nephritis", "started_on": "2026-03"})
    for kind, model, words in (
        ("visit", Visit, "Visit of 10 Mar 2026, Month 6"),
        ("infusion", Infusion, "Infusion of 27 Mar 2026 10:30, Mesenchymal"),
        ("infusion", Infusion, "70\u202f000\u202f000 cells, lot LOT-1"),
        ("medication", Medication, "belimumab 10 mg a day, started 1 Mar 2026"),
        ("course", Course, "nephritis, started Mar 2026"),
    ):
        assert words in void_page(alice, kind, model)


def test_a_course_is_voided_only_when_no_infusion_hangs_on_it(alice):
    alice.send("/patients/N-001/courses/new", {"indication": "nephritis"})
    course = alice.row(Course)
    link = f"/records/course/{course.id}/void"
    assert link in alice.send.client.get("/patients/N-001").text
    alice.send(NEW, GIVEN | {"course": course.code})
    infusion = alice.row(Infusion)
    assert infusion.code in alice.void("course", course.id).text
    assert link not in alice.send.client.get("/patients/N-001").text
    alice.void("infusion", infusion.id)
    assert alice.void("course", course.id).status_code == 303
    assert alice.rows(Course) == []


def test_a_dose_of_a_visit_leads_to_that_visit(alice):
    code = alice.log("2026-03-10", steroid__drug="prednisone", steroid__daily_dose="10")
    address = f"/records/medication/{alice.row(Medication).id}/void"
    answer = alice.send.client.get(address)
    assert (answer.status_code, answer.location) == (303, f"/visits/{code}")
    assert "stated at this visit" in alice.send.client.get(answer.location).text


@pytest.mark.parametrize("kind", ["patient", "assessment", "Visit"])
def test_nothing_else_can_be_voided(alice, kind):
    key = "019a0000-0000-7000-8000-000000000000"
    assert alice.send.client.get(f"/records/{kind}/{key}/void").status_code == 404


def test_a_contradictory_dose_is_refused_at_its_field(alice):
    dose = {"dose_cells_per_kg": "1 000 000", "weight_kg": "61,5"}
    answer = alice.send(NEW, GIVEN | dose | {"dose_total_cells": "70 000 000"})
    assert answer.status_code == 422
    assert "make 61.5 million cells, not 70 million" in answer.text
    assert alice.send(NEW, GIVEN | dose | {"dose_total_cells": "62’000’000"}).status_code == 303
    assert str(alice.row(Infusion).dose_total_cells) == "62000000"


def test_the_time_of_an_infusion_is_that_of_the_site(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing

    local = GIVEN | {"started_at": "10 10 2026 10:30"}
    assert "add the offset" in alice.send(NEW, local).text
    with writing(app.extensions["registry_engine"], Context("tests", "zone")) as session:
        session.query(Site).filter_by(code="NORTH").one().time_zone = "Asia/Bangkok"
    assert alice.send(NEW, local).status_code == 303
    assert alice.row(Infusion).started_at.text == "2026-10-10T10:30+07:00"


def test_a_clinic_in_the_east_logs_its_own_morning(alice):
    from datetime import timedelta

    from registry import clock

    for days, status in ((1, 303), (2, 422)):
        on = (clock.today() + timedelta(days=days)).isoformat()
        assert alice.send(NEW, GIVEN | {"started_at": on}).status_code == status


def test_a_sentence_about_dates_names_its_field(alice):
    typed = {"drug": "belimumab", "started_on": "2026-03-05", "ended_on": "28 2 2026"}
    answer = alice.send("/patients/N-001/medicines/new", typed)
    assert "Ended: 28 Feb 2026 is before the start on 5 Mar 2026" in answer.text
