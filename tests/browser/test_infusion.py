"""An infusion of two lots by keyboard alone, a question answered, and the recall that finds it."""

import pytest
from playwright.sync_api import expect

from tests.population import PASSWORD


@pytest.fixture
def form(page, two_sites):
    open_form(page)
    return page


def open_form(page):
    page.goto("/sign-in")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/")
    page.goto("/patients/N-001/infusions/new")


def tab_to(page, name):
    """Move on by the tab key alone until the field is reached."""
    for _ in range(60):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{name} cannot be reached by the tab key")


def fill(page, **typed):
    for name, text in typed.items():
        tab_to(page, name)
        page.keyboard.type(text)


def test_two_lots_are_typed_asked_about_and_found_by_keyboard(form, axe):
    fill(form, started_at="2 3 2026", cell_type="Mes")
    fill(form, lot="L-1", lot_volume_ml="25", lot_cells="40 000 000", lot_thawed_at="2 3 2026")
    fill(form, lot_2="L-2", lot_2_volume_ml="12,5", lot_2_cells="20 000 000")
    fill(form, dose_total_cells="70 000 000", reaction="none")
    form.keyboard.press("Control+Enter")
    check = form.get_by_role("alert")
    expect(check).to_contain_text("The lots make 60 million cells, and the total is 70 million")
    expect(check).to_be_focused()
    assert axe(form) == []
    expect(form.get_by_label("Lot code 2")).to_have_value("L-2")
    form.keyboard.press("Control+Enter")
    expect(form.get_by_role("heading", name="Treatment courses")).to_be_visible()
    expect(form.locator("#main")).to_contain_text("lot L-1, L-2")
    assert axe(form) == []
    form.get_by_role("link", name="L-2", exact=True).press("Enter")
    form.get_by_role("link", name="L-2", exact=True).press("Enter")
    expect(form.get_by_role("row", name="N-001")).to_contain_text("20 000 000")
    assert axe(form) == []


def test_another_row_of_lots_comes_without_scripts_and_saves_nothing(
    browser, live_server, two_sites
):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    open_form(page)
    page.get_by_label("Lot code 1").fill("L-1")
    expect(page.get_by_label("Lot code 3")).to_have_count(0)
    page.get_by_role("button", name="Another row").click()
    expect(page.get_by_label("Lot code 3")).to_have_count(1)
    expect(page.get_by_label("Lot code 1")).to_have_value("L-1")
    page.goto("/lots/")
    expect(page.get_by_role("heading", name="No lots yet")).to_be_visible()
    context.close()


def test_the_pages_of_lots_are_accessible_and_fit_a_phone(form, axe):
    form.set_viewport_size({"width": 390, "height": 844})
    fill(form, started_at="2 3 2026", cell_type="Mes", lot="L-1")
    form.keyboard.press("Control+Enter")
    form.wait_for_url("**/patients/N-001")
    form.goto("/lots/")
    address = form.get_by_role("link", name="L-1", exact=True).get_attribute("href")
    tests = f"{address}/tests/new"
    for place in ("/lots/", address, tests, "/lots/recipients?q=L-1", "/lots/new", "/products/"):
        form.goto(place)
        assert axe(form) == [], place
        width = form.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, place
