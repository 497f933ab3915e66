"""Adverse events in a real browser: by keyboard, with and without script, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.population import PASSWORD

pytestmark = pytest.mark.usefixtures("two_sites")
NEW = "/patients/N-001/adverse-events/new"


def sign_in(page, username="alice"):
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def report(page, words, term="Fever"):
    page.goto(NEW)
    page.get_by_label("What happened").fill(words)
    page.get_by_label("Coded term").fill(term)
    page.get_by_role("button", name="Report event of N-001").press("Enter")
    page.wait_for_url("**/adverse-events/E-*")
    return page.url


def test_a_visit_leads_to_a_draft_and_the_draft_to_a_report_by_keyboard(page):
    sign_in(page)
    page.goto("/patients/N-001/visits/new")
    page.get_by_label("Visit date").focus()
    page.keyboard.type("10 3 2026")
    questions = page.locator("[data-inquiry]")
    questions.get_by_role("group", name="Fever").get_by_label("Present").press("Space")
    # The questions are no part of the score.
    expect(page.get_by_text("0 of 24 answered").first).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url("**/patients/N-001/adverse-events")
    expect(page.get_by_role("heading", name="1 draft to finish")).to_be_visible()
    page.get_by_role("link", name="Finish and report").press("Enter")
    page.wait_for_url("**/change")
    page.get_by_label("Coded term").focus()
    page.keyboard.type("Fever")
    expect(page.locator("[data-grades-said]")).to_contain_text("4 >40.0 for >24 h")
    page.get_by_label("Worst grade").focus()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/adverse-events/E-*")
    page.get_by_role("heading", name="Fever").wait_for()
    expect(page.locator(".facts").first).to_contain_text("2 – Moderate, CTCAE 5.0")
    page.goto("/patients/N-001/adverse-events")
    expect(page.get_by_text("to finish")).to_have_count(0)


def test_none_is_one_key(page):
    sign_in(page)
    page.goto("/patients/N-001/visits/new")
    page.get_by_label("Visit date").fill("10 3 2026")
    page.get_by_label("None of these").press("Space")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url("**/visits/V-*")
    expect(page.get_by_role("region", name="Side effects since the last visit")).to_contain_text(
        "Absent"
    )


def test_the_term_narrows_the_grades_and_keeps_what_was_chosen(page):
    sign_in(page)
    page.goto(NEW)
    grade = page.get_by_label("Worst grade")
    option = grade.locator("option[value='4']")
    expect(option).to_be_enabled()
    page.get_by_label("Coded term").fill("headache")
    expect(option).to_be_disabled()
    page.get_by_label("Coded term").fill("headache of lupus")
    expect(option).to_be_enabled()
    grade.select_option("4")
    page.get_by_label("Coded term").fill("Headache")
    expect(option).to_be_enabled()
    page.get_by_label("Version of the dictionary").fill("6.0")
    page.get_by_label("Dictionary", exact=False).first.fill("CTCAE")
    expect(page.locator("[data-grades-said]")).to_be_empty()


def test_a_grade_that_does_not_exist_is_refused_without_script(browser, live_server):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("What happened").fill("fell down")
    page.get_by_label("Coded term").fill("syncope")
    page.get_by_label("Worst grade").select_option("4")
    page.get_by_role("button", name="Report event").click()
    expect(page.get_by_role("alert")).to_contain_text("has no grade 4 in CTCAE 5.0; it has 3")
    expect(page.get_by_label("What happened")).to_have_value("fell down")
    page.get_by_label("Worst grade").select_option("3")
    page.get_by_role("button", name="Report event").click()
    expect(page.get_by_role("heading", name="Syncope")).to_be_visible()
    context.close()


def states(page):
    """Walk the pages of events, yielding the name of each while it is on screen."""
    sign_in(page)
    page.goto("/adverse-events")
    yield "empty list"
    page.goto(NEW)
    yield "form"
    page.get_by_label("Worst grade").select_option("5")
    page.get_by_role("button", name="Report event").press("Enter")
    page.get_by_role("alert").wait_for()
    yield "errors"
    case = report(page, "hot " * 30)
    report(page, "hot again")
    page.goto(case)
    yield "case"
    page.goto(f"{case}/change")
    yield "change"
    page.goto(f"{case}/void")
    yield "void"
    page.goto("/adverse-events")
    yield "list"
    page.goto("/patients/N-001/adverse-events")
    yield "patient"
    page.goto("/adverse-events/product/new")
    yield "product"
    page.goto("/patients/N-001")
    yield "timeline"


def test_no_page_of_events_breaks_an_accessibility_rule(page, axe):
    found = {name: axe(page) for name in states(page)}
    assert {name: rules for name, rules in found.items() if rules} == {}
    assert len(found) == 10


def test_no_page_of_events_scrolls_sideways_on_a_phone(page):
    page.set_viewport_size({"width": 320, "height": 640})
    too_wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert {n: wide for n in states(page) if (wide := page.evaluate(too_wide)) > 0} == {}
