"""The whole path in a real browser: by keyboard, without script, on a phone, and for everybody.

The ``page`` fixture fails a test in which any page breaks its own content policy.
"""

import pytest
from playwright.sync_api import expect

from tests.population import PASSWORD

pytestmark = pytest.mark.usefixtures("two_sites")
NEW = "/patients/N-001/visits/new"


def sign_in(page, username="alice"):
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def log_visit(page, on="2026-03-10", present=()):
    """Answer everything by keyboard and save; return the address of the visit."""
    page.goto(NEW)
    page.get_by_label("Visit date").fill(on)
    for label in present:
        page.get_by_role("group", name=label).get_by_label("Present").check()
    for button in page.get_by_role("button", name="Rest absent").all():
        button.press("Enter")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url("**/visits/V-*")
    return page.url


def sign(page):
    page.get_by_label("I entered this visit").check()
    if (read := page.get_by_label("I have read the checks above")).count():
        read.check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits/V-*")


def test_a_visit_is_logged_and_signed_by_keyboard_alone(page):
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").focus()
    page.keyboard.type("10 3 2026")
    expect(page.get_by_text("Tue, 10 Mar 2026")).to_be_visible()
    page.get_by_role("group", name="Arthritis").get_by_label("Present").press("Space")
    for button in page.get_by_role("button", name="Rest absent").all():
        button.press("Enter")
    expect(page.get_by_text("24 of 24 answered").first).to_be_visible()
    expect(page.locator("[data-total]")).to_have_text("4")
    assert page.evaluate("document.activeElement.name") == "pga.value"
    page.keyboard.type("1,5")
    page.keyboard.press("Tab")
    page.keyboard.type("prednisolone")
    page.keyboard.press("Tab")
    page.keyboard.type("7,5")
    expect(page.locator("[data-equivalent]")).to_have_text("7.5 mg a day")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/sign")
    sign(page)
    expect(page.locator(".read__total")).to_have_text("4")
    expect(page.get_by_text("prednisolone 7.5 mg a day")).to_be_visible()
    expect(page.locator(".title-row")).to_contain_text("Signed")


def test_what_was_present_last_time_always_needs_its_own_answer(page):
    sign_in(page)
    page.goto(log_visit(page, "2026-03-10", ["Rash"]) + "/sign")
    sign(page)
    page.goto(NEW)
    for button in page.get_by_role("button", name="Rest absent").all():
        button.press("Enter")
    expect(page.get_by_text("23 of 24 answered").first).to_be_visible()
    rash = page.get_by_role("group", name="Rash")
    expect(rash.get_by_label("Absent")).not_to_be_checked()
    expect(rash).to_contain_text("present")
    assert page.evaluate("document.activeElement.name") == "sledai_2k.rash"


def test_a_mistake_leads_to_its_field_and_keeps_every_answer(page):
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("31 2 2026")
    page.get_by_role("group", name="Rash").get_by_label("Present").check()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("day 31 does not exist in 2026-02")
    assert page.title().startswith("Error")
    expect(page.get_by_role("group", name="Rash").get_by_label("Present")).to_be_checked()
    summary.get_by_role("link").first.press("Enter")
    expect(page.get_by_label("Visit date")).to_be_focused()
    expect(page.get_by_label("Visit date")).to_have_value("31 2 2026")


def test_a_draft_saves_itself_and_comes_back(page):
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("10 3 2026")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.goto(NEW)
    expect(page.get_by_label("Visit date")).to_have_value("10 3 2026")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "10 3 2026" not in kept


def states(page):
    """Walk every state of the path, yielding its name while it is on screen."""
    sign_in(page)
    for name, address in {
        "list": "/patients/",
        "enrolment": "/patients/new",
        "infusion": "/patients/N-001/infusions/new",
        "medicine": "/patients/N-001/medicines/new",
        "empty": NEW,
    }.items():
        page.goto(address)
        yield name
    page.get_by_label("Visit date").fill("tomorrow")
    page.get_by_role("group", name="Rash").get_by_role("radio", name="Not assessed").check()
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.get_by_role("alert").wait_for()
    yield "errors"
    page.goto(NEW)  # what was typed into the refused form comes back as a draft
    yield "draft"
    page.get_by_role("button", name="Discard draft").press("Enter")
    page.get_by_text("Draft discarded.").wait_for()
    visit = log_visit(page, "2026-03-10", ["Arthritis"])
    yield "show"
    page.goto(visit + "/sign")
    yield "sign"
    sign(page)
    page.goto(visit + "/amend")
    yield "amend"
    page.goto("/patients/N-001")
    yield "patient"


def test_no_state_of_the_path_breaks_an_accessibility_rule(page, axe):
    found = {name: axe(page) for name in states(page)}
    assert {name: rules for name, rules in found.items() if rules} == {}
    assert len(found) == 11


def test_no_state_of_the_path_scrolls_sideways_on_a_phone(page):
    page.set_viewport_size({"width": 320, "height": 640})
    too_wide = "document.documentElement.scrollWidth - window.innerWidth"
    assert {n: wide for n in states(page) if (wide := page.evaluate(too_wide)) > 0} == {}


def test_the_path_works_without_script(browser, live_server):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("10 3 2026")
    for choice in page.get_by_role("radio", name="Absent", exact=True).all():
        choice.check()
    page.get_by_role("button", name="Review and sign").click()
    sign(page)
    expect(page.locator(".read__total")).to_have_text("0")
    context.close()
