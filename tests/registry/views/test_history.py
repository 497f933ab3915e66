"""The page of baseline and history: known, missing, and for whom."""

import re

import pytest

PAGE = "/patients/N-001/history"
GIVEN = {"cell_type": "msc", "lot": "L-1", "started_at": "2026-03-17", "weight_kg": "79"}


@pytest.fixture
def alice(clinic):
    return clinic("alice")


def page(person):
    return person.send.client.get(PAGE).text


def fact(text, term):
    return re.search(rf"<dt>{re.escape(term)}</dt><dd>(.*?)</dd>", text)[1]


def test_of_a_new_patient_everything_can_still_be_asked(alice):
    text = page(alice)
    assert "Chart only" not in text
    assert text.count("Still open") > 10
    assert "Before the treatment starts" in text
    assert "not 0 mg" in text


def test_after_the_treatment_activity_is_only_in_the_chart(alice):
    alice.send("/patients/N-001/infusions/new", GIVEN)
    text = page(alice)
    assert "Can no longer be obtained, only found in the chart." in text
    assert 'href="/patients/N-001/earlier-score">SLEDAI-2K at baseline' in text


def test_the_baseline_is_shown_with_its_day(alice):
    alice.signed("2026-03-10", "arthritis", pga__value="1.5")
    alice.send("/patients/N-001/infusions/new", GIVEN)
    text = page(alice)
    assert fact(text, "SLEDAI-2K at baseline") == "4 on 10 Mar 2026"
    assert fact(text, "PGA at baseline") == "1.5 on 10 Mar 2026"
    assert fact(text, "Treatment began") == "17 Mar 2026"


def test_a_baseline_of_the_same_day_says_so(alice):
    alice.signed("2026-03-17", "arthritis")
    alice.send("/patients/N-001/infusions/new", GIVEN)
    assert fact(page(alice), "SLEDAI-2K at baseline").endswith("the day of the first infusion")


def test_the_reason_is_that_of_the_course(alice):
    typed = {"indication": "nephritis", "reason": "failed two", "started_on": "2026-03-10"}
    alice.send("/patients/N-001/courses/new", typed)
    text = page(alice)
    assert fact(text, "Reason for treatment") == "failed two"
    assert "Shows who is chosen" not in text


def test_medicines_stand_before_at_and_after_the_treatment(alice):
    alice.medicine("azathioprine", "2020", "2021", daily_dose="100", stop_reason="nausea")
    alice.medicine("hydroxychloroquine", "2022-01", dose="400", schedule="daily")
    alice.medicine("prednisolone", "2025-01-01", dose="10", schedule="alternate_days")
    alice.medicine("methylprednisolone", "2026-01-05", "2026-01-07", daily_dose="500", pulse="true",
                   route="iv")  # fmt: skip
    alice.send("/patients/N-001/infusions/new", GIVEN)
    alice.medicine("belimumab", "2026-04-01", dose="200", schedule="weekly")
    text = page(alice)
    order = [
        *("Earlier treatment", "azathioprine", "stopped: nausea", "methylprednisolone"),
        *("625 mg prednisone-equivalent on a day", "Taken when the treatment began"),
        *("hydroxychloroquine", "5.063 mg/kg (79 kg, 17 Mar 2026), above 5 mg/kg"),
        *("10 mg on alternate days", "5 mg prednisone-equivalent a day"),
        *("Begun since", "belimumab", "200 mg once a week"),
    ]
    table = text[text.index('id="medicines"') :]
    places = [table.index(words) for words in order]
    assert places == sorted(places)


def test_prior_cyclophosphamide_is_in_grams_and_conditioning_is_not_prior(alice):
    alice.medicine("cyclophosphamide", "2019-01-01", "2019-03-12", dose="500",
                   schedule="every_2_weeks", pulse="true", route="iv")  # fmt: skip
    alice.send("/patients/N-001/infusions/new", GIVEN)
    alice.medicine("cyclophosphamide", "2026-03-17", "2026-03-17", dose="2", unit="g")
    assert fact(page(alice), "Cyclophosphamide before") == "3 g"
    alice.medicine("Endoxan", "2021", "2021", dose="750", pulse="true")
    text = page(alice)
    assert fact(text, "Cyclophosphamide before") == "at least 3.75 g"
    assert "Endoxan from 2021: a pulse over several days" in text


def test_a_voided_medicine_is_in_no_sum(alice):
    from registry.models import Medication

    alice.medicine("cyclophosphamide", "2019-01-01", "2019-01-01", dose="1", unit="g")
    assert fact(page(alice), "Cyclophosphamide before") == "1 g"
    alice.void("medication", alice.row(Medication).id)
    assert fact(page(alice), "Cyclophosphamide before") == "not asked yet"


def test_a_reader_sees_all_and_is_offered_nothing(clinic, alice):
    alice.send("/patients/N-001/conditions/new", {"condition": "Cancer", "answer": "present"})
    text = page(clinic("bob"))
    assert "Cancer" in text
    main = text[text.index("<main") : text.index("</main")]
    assert not re.search(r'href="[^"]*(new|void|conditions/|earlier-score|facts)"', main)


def test_the_laboratory_of_the_window_is_shown(alice, app):
    from registry.audit.context import Context
    from registry.database.engine import writing
    from registry.models import Enrolment, LaboratoryResult, Patient
    from registry.partial_date import PartialDate

    alice.send("/patients/N-001/infusions/new", GIVEN)
    with writing(app.extensions["registry_engine"], Context("tests", "results")) as session:
        patient = session.query(Patient).filter_by(code="N-001").one()
        enrolment = session.query(Enrolment).filter_by(patient_id=patient.id).one()
        for analyte, day, value in (
            ("c3", "2026-03-10", "0.61"),
            ("c4", "2026-03-18", "0.07"),
            ("anti_dsdna_elisa", "2026-02-17", "210"),
            ("platelets", "2026-02-16", "99"),
        ):
            on = PartialDate.parse(day)
            session.add(
                LaboratoryResult(
                    patient_id=patient.id, enrolment_id=enrolment.id, site_id=enrolment.site_id,
                    analyte=analyte, collected_on=on, value=value, unit="as typed",
                )
            )  # fmt: skip
    text = page(alice)
    shown = text[text.index("Laboratory at baseline</h2>") : text.index('id="conditions"')]
    assert "0.61 as typed" in shown
    assert "210" in shown
    assert "0.07" not in shown
    assert "99" not in shown


def test_the_course_links_to_the_baseline(alice):
    assert PAGE in alice.send.client.get("/patients/N-001/courses/new").text
