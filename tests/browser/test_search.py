"""The list of patients answers while one types, and the browser keeps nothing of it."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from registry.audit.context import Context
from registry.database.engine import writing, writing_unaudited
from registry.models import Enrolment, Patient, UserSession
from registry.partial_date import PartialDate
from tests.population import NORTH, PASSWORD

MANY = 60


@pytest.fixture(autouse=True)
def many(app, two_sites) -> None:
    """Sixty more patients in the north: more than one page of the list."""
    context = Context(actor="tests", reason="many patients", request=None)
    with writing(app.extensions["registry_engine"], context) as session:
        patients = [Patient(code=f"M-{n:03}", sex="female") for n in range(MANY)]
        session.add_all(patients)
        session.flush()
        day = PartialDate.parse("2026-01-12")
        session.add_all(Enrolment(patient_id=p.id, site_id=NORTH, from_on=day) for p in patients)


@pytest.fixture
def listing(page):
    sign_in(page)
    return page


def sign_in(page):
    page.goto("/sign-in")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/")


def said(page):
    return page.locator("#results-said")


def mark(page):
    """Leave a trace that a new page would not have."""
    page.evaluate("window.sameBefore = true")


def is_the_same(page):
    return page.evaluate("window.sameBefore === true")


def test_the_list_answers_while_one_types_and_says_how_many(listing, axe):
    expect(said(listing)).to_have_text("50 patients, more on the next page")
    mark(listing)
    box = listing.get_by_label("Patient code contains")
    box.press_sequentially("m-05", delay=40)
    expect(said(listing)).to_have_text("10 patients")
    expect(listing.get_by_role("row")).to_have_count(11)
    expect(box).to_be_focused()
    assert is_the_same(listing)
    assert listing.url.endswith("/patients/?q=m-05")
    assert axe(listing) == []
    box.press_sequentially("x")
    expect(said(listing)).to_have_text("No patient found")
    assert axe(listing) == []


def test_going_back_to_the_list_shows_the_same_search(listing):
    listing.get_by_label("Patient code contains").fill("m-059")
    expect(said(listing)).to_have_text("1 patient")
    listing.get_by_role("link", name="M-059").click()
    expect(listing.get_by_role("heading", name="Patient M-059")).to_be_visible()
    listing.go_back()
    expect(listing.get_by_label("Patient code contains")).to_have_value("m-059")
    expect(said(listing)).to_have_text("1 patient")


def test_the_next_page_comes_in_place_and_keeps_the_focus_near(listing, axe):
    mark(listing)
    listing.get_by_role("link", name="Next page").press("Enter")
    expect(said(listing)).to_have_text("11 patients")
    expect(listing.get_by_role("region", name="Patients, by code")).to_be_focused()
    assert is_the_same(listing)
    assert axe(listing) == []
    listing.go_back()
    expect(said(listing)).to_have_text("50 patients, more on the next page")


def test_the_browser_stores_nothing_of_a_patient(listing):
    listing.get_by_label("Patient code contains").fill("n-001")
    expect(said(listing)).to_have_text("1 patient")
    everything = "JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert listing.evaluate(everything) == "[{},{}]"
    listing.get_by_role("link", name="N-001").click()
    expect(listing.get_by_role("heading", name="Patient N-001")).to_be_visible()
    assert listing.evaluate(everything) == "[{},{}]"


def test_a_search_after_the_session_ended_leads_to_the_sign_in_page(listing, app):
    with writing_unaudited(app.extensions["registry_engine"]) as session:
        session.execute(delete(UserSession))
    listing.get_by_label("Patient code contains").fill("m-05")
    expect(listing.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_list_that_cannot_be_loaded_says_so_and_stays(listing):
    listing.route("**/patients/?q=*", lambda route: route.fulfill(status=503, body=""))
    listing.get_by_label("Patient code contains").fill("m-05")
    expect(said(listing)).to_contain_text("could not be loaded")
    expect(listing.get_by_role("row")).to_have_count(51)


def test_searching_works_without_scripts(browser, live_server):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.get_by_label("Patient code contains").fill("m-05")
    page.get_by_role("button", name="Search").click()
    expect(said(page)).to_have_text("10 patients")
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("link", name="Next page").click()
    expect(said(page)).to_have_text("11 patients")
    context.close()
