"""A flare from the visit that found it and from the patient page, by keyboard, asked about once."""

import pytest
from playwright.sync_api import expect

from tests.population import PASSWORD


@pytest.fixture
def patient(page, two_sites):
    page.goto("/sign-in")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/")
    page.goto("/patients/N-001")
    return page


def log_visit(page, on, pga):
    page.goto("/patients/N-001/visits/new")
    page.get_by_label("Visit date").fill(on)
    page.locator("[name='pga.value']").fill(pga)
    page.locator("[name='contact_mode']").select_option("in_person")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/visits/V-*")


def test_a_flare_is_recorded_from_the_visit_that_found_it(patient, axe):
    log_visit(patient, "10 3 2026", "2.5")
    assert axe(patient) == []
    visit = patient.url
    patient.get_by_role("link", name="Record a flare found at this visit").press("Enter")
    expect(patient.get_by_label("Began")).to_have_value("2026-03-10")
    patient.get_by_label("Renal").check()
    patient.get_by_label("Severity").fill("Severe")
    patient.get_by_label("SLEDAI", exact=True).check()
    assert axe(patient) == []
    patient.keyboard.press("Control+Enter")
    patient.wait_for_url(visit)
    expect(patient.get_by_role("status").first).to_contain_text("Flare saved.")


def test_a_second_flare_too_soon_is_asked_about_and_kept(patient, axe):
    for began in ("2026-03-01", "2026-03-20"):
        patient.goto("/patients/N-001")
        patient.get_by_role("button", name="Record flare").press("Enter")
        patient.get_by_label("Began").fill(began)
        patient.get_by_label("Severity").fill("Mild")
        patient.keyboard.press("Control+Enter")
        if began == "2026-03-01":
            patient.wait_for_url("**/patients/N-001")
    check = patient.get_by_role("alert")
    expect(check).to_contain_text("Is it a new one, or the same?")
    expect(patient.get_by_label("Began")).to_have_value("2026-03-20")
    assert axe(patient) == []
    patient.keyboard.press("Control+Enter")
    patient.wait_for_url("**/patients/N-001")
    expect(patient.locator(".timeline__entry--flare")).to_have_count(2)
    assert axe(patient) == []


def test_the_pages_fit_a_phone(patient, axe):
    patient.set_viewport_size({"width": 390, "height": 844})
    for form in ("flares", "intercurrent-events", "contacts"):
        patient.goto(f"/patients/N-001/{form}/new")
        assert axe(patient) == [], form
        assert patient.evaluate("document.documentElement.scrollWidth") <= 390, form
