"""Table 1 and the adverse events on the cohort page and in its workbook, for whom they are."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from registry.audit.context import Context
from registry.database.engine import writing
from registry.models import (
    AdverseEvent,
    Enrolment,
    Infusion,
    InfusionLot,
    Lot,
    Patient,
)
from registry.partial_date import PartialDate

WHY = Context("tests", "fill", None)
DRAFTED = "Never to be seen"


def on(text):
    return PartialDate.parse(text)


@pytest.fixture
def treated(app, two_sites):
    """N-001 infused with a lot of a product, with one reported and one drafted event."""
    engine = app.extensions["registry_engine"]
    with writing(engine, WHY) as session:
        found = select(Enrolment).join(Patient, Patient.id == Enrolment.patient_id)
        here = session.scalars(found.where(Patient.code == "N-001")).first()
        place = {"patient_id": here.patient_id, "enrolment_id": here.id, "site_id": here.site_id}
        lot = Lot(code="L-safety", cell_type="msc", product_name="Umbilica")
        given = Infusion(
            code="I-safety", started_at=on("2026-02-01"), cell_type="msc", source="import", **place
        )
        session.add_all([lot, given])
        session.flush()
        session.add(InfusionLot(infusion_id=given.id, lot_id=lot.id, ordinal=1))
        known = {"verbatim_term": "felt ill", "started_on": on("2026-02-05"), **place}
        session.add(
            AdverseEvent(code="E1", term="Sepsis", soc="Infections", outcome="fatal", **known)
        )
        session.add(AdverseEvent(code="E2", term=DRAFTED, state="draft", **known))
    return app


def table(page, caption):
    return page.partition(caption)[2].partition("</table>")[0]


@pytest.mark.usefixtures("treated")
def test_harms_stand_beside_benefits_with_their_counts(signed_in):
    page = signed_in("dora").get("/cohort").text
    assert page.index('id="before"') < page.index('id="outcomes"') < page.index('id="harms"')
    headlines = table(page, "Adverse events after the course began")
    assert re.findall(r"<strong>(\d+/\d+)</strong>", headlines) == ["1/1", "1/1", "0/1", "1/1"]
    assert "Sepsis" in table(page, "Deaths: 1 of 1, whatever the cause")
    assert DRAFTED not in page


@pytest.mark.usefixtures("treated")
def test_none_seen_has_its_upper_limit_and_is_not_called_no_risk(signed_in):
    page = signed_in("dora").get("/cohort").text
    related = table(page, "Adverse events after the course began").partition("Related to")[2]
    assert "0.0 to 97.5" in related.partition("</tr>")[0]
    assert "is not no risk" in page


@pytest.mark.usefixtures("treated")
def test_table_1_has_n_and_missing_for_every_variable(signed_in):
    page = signed_in("dora").get("/cohort").text
    rows = table(page, "The infused before treatment").split("</tr>")
    counts = [re.findall(r'numeric">(\d+)</td>', row) for row in rows]
    found = [tuple(map(int, pair[:2])) for pair in counts if pair]
    assert len(found) >= 20
    assert {sum(pair) for pair in found} == {1}


@pytest.mark.usefixtures("treated")
def test_patients_are_grouped_by_the_product_of_their_lots(signed_in):
    page = signed_in("dora").get("/cohort?by=product").text
    assert re.findall(r'href="#group-\d+">([^<]+)<', page) == ["Umbilica"]
    assert "Adverse events after the course began, Umbilica" in page
    assert "The infused before treatment, Umbilica" in page


@pytest.mark.usefixtures("treated")
def test_another_site_sees_none_of_it(signed_in):
    page = signed_in("charlie").get("/cohort").text
    assert "Sepsis" not in page
    assert "Umbilica" not in page


@pytest.mark.usefixtures("treated")
def test_the_workbook_is_sent_as_one(signed_in, token_of):
    client = signed_in("dora")
    token = token_of(client.get("/cohort").text)
    form = {"csrf_token": token, "purpose": "annual report", "format": "xlsx"}
    answer = client.post("/cohort/download", data=form)
    assert answer.mimetype.endswith("spreadsheetml.sheet")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    book = load_workbook(BytesIO(answer.data))
    terms = [row for row in book["Events by term"].iter_rows(values_only=True) if "Sepsis" in row]
    assert len(terms) == 1
    assert DRAFTED not in {cell.value for sheet in book for row in sheet for cell in row}


@pytest.mark.usefixtures("treated")
@pytest.mark.parametrize("figure", ["adverse_events_by_term", "adverse_event_onset"])
def test_the_figures_of_harm_are_there_and_keep_to_reach(signed_in, figure):
    page = signed_in("dora").get("/cohort").text
    assert f"/cohort/figures/{figure}.svg" in page
    answer = signed_in("dora").get(f"/cohort/figures/{figure}.csv?by=product&group=Umbilica")
    assert answer.status_code == 200
    assert ("Sepsis" in answer.text) is (figure == "adverse_events_by_term")
    assert signed_in("charlie").get(f"/cohort/figures/{figure}.csv").text.count("Sepsis") == 0
    missing = signed_in("dora").get(f"/cohort/figures/{figure}.svg?by=product&group=Nothing")
    assert missing.status_code == 404
