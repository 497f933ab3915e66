"""Results and proposals in a real browser: by keyboard, on a phone, and for everybody."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_visit_path import NEW, sign_in

pytestmark = pytest.mark.usefixtures("two_sites")
PAGE = "/patients/N-001/laboratory"


def type_sample(page, on="2026-03-09"):
    """Type one sample by keyboard: tab from box to box, a value with its comparator in one."""
    page.goto(f"{PAGE}/new")
    expect(page.get_by_label("Sample taken")).to_be_focused()
    page.keyboard.type(on)
    page.keyboard.press("Tab")
    page.keyboard.type("Central")
    page.get_by_label("Platelets", exact=True).focus()
    page.keyboard.type("82")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Platelets, unit")).to_be_focused()
    page.get_by_label("Leukocytes", exact=True).focus()
    page.keyboard.type("3,1")
    page.get_by_label("CRP", exact=True).focus()
    page.keyboard.type("<5")
    page.get_by_role("button", name="Save results").press("Enter")
    page.wait_for_url(f"**{PAGE}")


def item(page, label):
    return page.locator(f"fieldset[data-item='{label}']")


def test_results_are_proposed_accepted_and_overruled_by_keyboard(page):
    sign_in(page)
    type_sample(page)
    expect(page.get_by_role("row", name="CRP")).to_contain_text("<5 mg/L")
    page.goto(NEW)
    page.get_by_label("Visit date").focus()
    page.keyboard.type("10 3 2026")
    proposal = item(page, "Thrombocytopenia").locator("[data-proposal]")
    expect(proposal).to_contain_text("likely present")
    expect(proposal).to_contain_text("82 × 10⁹/L, 9 Mar 2026")
    expect(page.get_by_text("0 of 24 answered").first).to_be_visible()

    page.get_by_text("Results at this visit").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Temperature", exact=True).focus()
    page.keyboard.type("38,4")
    expect(item(page, "Fever").locator("[data-proposal]")).to_contain_text("likely present")

    page.locator("[data-group=constitutional] [data-rest-absent]").press("Enter")
    expect(item(page, "Thrombocytopenia").get_by_label("Absent")).not_to_be_checked()
    page.keyboard.press("Alt+p")
    expect(item(page, "Thrombocytopenia").get_by_label("Present")).to_be_checked()
    expect(item(page, "Leukopenia").get_by_label("Absent")).to_be_checked()

    item(page, "Thrombocytopenia").get_by_label("Absent").press("Space")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("say why the answer differs")
    why = item(page, "Thrombocytopenia").get_by_label("Why it differs")
    expect(why).to_be_visible()
    why.select_option("drug_or_conditioning")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url("**/visits/V-*")
    expect(page.get_by_text("Absent: Drug or conditioning")).to_be_visible()
    expect(page.get_by_text("38.4 °C, 10 Mar 2026")).to_be_visible()


def test_a_draft_keeps_typed_results(page):
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("10 3 2026")
    page.get_by_text("Results at this visit").click()
    page.get_by_label("C3", exact=True).fill("0.6")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.goto(NEW)
    expect(page.get_by_label("C3", exact=True)).to_have_value("0.6")


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/new", NEW])
def test_pages_serve_everybody_and_fit_a_phone(page, axe, address):
    sign_in(page)
    type_sample(page)
    page.goto(address)
    if address == NEW:
        page.get_by_text("Results at this visit").click()
    assert axe(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
