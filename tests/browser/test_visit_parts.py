"""The optional parts of the visit form in a real browser: typed, wrong, due, and out of the way."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_visit_path import NEW, sign_in

pytestmark = pytest.mark.usefixtures("two_sites")


def part(page, code):
    return page.locator(f"[data-part={code}]")


def question(page, number):
    return page.locator(f"#rand_36-q{number}")


def open_part(page, code):
    """Open the subject and the part by keyboard, as far as they are closed."""
    for details in (part(page, code).locator("xpath=.."), part(page, code)):
        if details.get_attribute("open") is None:
            details.locator("> summary").press("Enter")


def save(page):
    page.get_by_role("button", name="Save", exact=True).press("Enter")


def test_a_bilag_half_a_rand_36_and_a_sle_das_without_its_amount(page):
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("10 3 2026")
    open_part(page, "bilag_2004")
    bilag = part(page, "bilag_2004")
    bilag.get_by_label("Renal").focus()
    page.keyboard.type("B")
    for system in ("Constitutional", "Mucocutaneous"):
        bilag.get_by_label(system).select_option("E")
    bilag.get_by_label("Why the rest").select_option("remote_contact")
    open_part(page, "rand_36")
    for number in range(3, 8):
        question(page, number).focus()
        page.keyboard.type("2")
    open_part(page, "sle_das")
    das = part(page, "sle_das")
    das.get_by_role("group", name="Proteinuria").get_by_label("Present").check()
    for button in das.get_by_role("button", name="Rest absent").all():
        button.press("Enter")
    save(page)

    summary = page.get_by_role("alert")
    summary.get_by_role("link", name="Protein in urine: give the amount").press("Enter")
    expect(page.get_by_label("Protein in urine")).to_be_focused()
    expect(bilag.get_by_label("Renal")).to_have_value("B")
    expect(question(page, 7)).to_have_value("2")
    page.keyboard.type("1200")
    save(page)

    page.wait_for_url("**/visits/V-*")
    expect(page.get_by_text("incomplete, 8 to 80")).to_be_visible()
    expect(page.get_by_text("Physical functioning 50", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="SLE-DAS (provisional) 9.8")).to_be_visible()


def test_closed_parts_cost_one_tab_stop_each_and_open_when_they_are_due(page):
    sign_in(page)
    page.goto(NEW)
    subjects = page.locator(".parts__subject")
    page.locator("#side_effects-other").focus()
    for number in range(subjects.count()):
        page.keyboard.press("Tab")
        inside = subjects.nth(number).locator("> summary")
        assert inside.evaluate("summary => summary === document.activeElement")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.parts')")
    page.get_by_label("Timepoint").select_option("month_12")
    expect(part(page, "rand_36")).to_contain_text("due at this visit")
    expect(question(page, 3)).to_be_visible()
    expect(part(page, "bilag_2004").get_by_label("Renal")).to_be_hidden()


def test_a_part_reads_well_on_a_phone(page):
    sign_in(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(NEW)
    for code in ("bilag_2004", "rand_36", "sle_das", "eq_5d_5l"):
        open_part(page, code)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_no_question_is_torn_between_two_columns(page):
    sign_in(page)
    page.goto(NEW)
    for code in ("eular_acr_2019", "selena_sledai", "lldas_questions"):
        open_part(page, code)
        rows = part(page, code).locator(".part__finding")
        expect(rows.first).to_be_visible()
        pieces = "rows => rows.map(row => row.getClientRects().length)"
        assert set(rows.evaluate_all(pieces)) == {1}, code
