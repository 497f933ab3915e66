"""Nothing typed into a visit form is lost: not by a sign-out, a failing server or an early save."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import delete

from registry.database.engine import writing_unaudited
from registry.models import Draft, UserSession, Visit
from tests.population import PASSWORD

pytestmark = pytest.mark.usefixtures("two_sites")
NEW = "/patients/N-001/visits/new"
DRAFT = "**/patients/N-001/visits/draft"


def sign_in(page, username="alice"):
    page.goto("/sign-in")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/")


@pytest.fixture
def writing(page):
    """The page with a visit half typed."""
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("10 3 2026")
    page.get_by_role("group", name="Rash").get_by_label("Present").check()
    return page


def save(page):
    page.get_by_role("button", name="Save", exact=True).press("Enter")


def end_sessions(app):
    with writing_unaudited(app.extensions["registry_engine"]) as session:
        session.execute(delete(UserSession))


def sign_out_elsewhere(page):
    other = page.context.new_page()
    other.goto("/patients/")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_text("You have signed out")).to_be_visible()
    other.wait_for_load_state()  # nobody leaves a page while its files are on their way
    return other


def ended(page):
    return page.get_by_role("alert").filter(has_text="You are signed out")


def holds_what_was_typed(page):
    expect(page.get_by_label("Visit date")).to_have_value("10 3 2026")
    expect(page.get_by_role("group", name="Rash").get_by_label("Present")).to_be_checked()


@pytest.mark.parametrize("how", ["idle", "signed out elsewhere"])
def test_a_visit_typed_after_the_session_ended_is_saved_after_signing_in(
    writing, app, clinic, axe, how
):
    page = writing
    end_sessions(app) if how == "idle" else sign_out_elsewhere(page)
    save(page)
    expect(ended(page)).to_contain_text("What you typed stays here")
    holds_what_was_typed(page)
    assert axe(page) == []
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in as alice in a new tab").click()
    opened.value.wait_for_load_state()
    sign_in(opened.value)
    save(page)
    page.wait_for_url("**/visits/V-*")
    expect(page.get_by_text("incomplete, 2 to 105")).to_be_visible()


def test_what_one_person_typed_is_never_saved_in_the_name_of_another(writing, clinic):
    other = sign_out_elsewhere(writing)
    sign_in(other, "cora")
    save(writing)
    expect(ended(writing)).to_contain_text("Sign in as alice")
    holds_what_was_typed(writing)
    assert clinic("alice").rows(Visit) == []
    assert clinic("alice").rows(Draft) == []


def test_the_background_says_that_the_session_ended_and_goes_on_by_itself(writing, app):
    end_sessions(app)
    writing.get_by_label("Visit date").fill("11 3 2026")
    expect(ended(writing)).to_be_visible()
    sign_in(writing.context.new_page())
    writing.get_by_label("Visit date").fill("12 3 2026")
    expect(writing.get_by_text("Draft saved")).to_be_visible()


def test_a_failing_server_keeps_the_form_and_its_fields_open(writing):
    expect(writing.get_by_text("Draft saved")).to_be_visible()
    writing.route(DRAFT, lambda route: route.abort())
    writing.get_by_label("Visit date").fill("11 3 2026")
    expect(writing.get_by_text("Not saved since")).to_contain_text("retrying")
    expect(writing.get_by_label("Visit date")).to_be_editable()
    save(writing)
    expect(writing.get_by_role("alert")).to_contain_text("could not be reached")
    expect(writing.get_by_label("Visit date")).to_have_value("11 3 2026")
    writing.unroute(DRAFT)
    writing.wait_for_timeout(1000)  # a second press within a second counts as a double click
    save(writing)
    writing.wait_for_url("**/visits/V-*")


def test_a_draft_on_its_way_does_not_outlive_the_saved_visit(writing, clinic):
    sent = []

    def keep_for_later(route):
        sent.append(route.request)
        route.abort() if len(sent) == 1 else route.continue_()

    writing.route(DRAFT, keep_for_later)
    writing.wait_for_timeout(2500)
    save(writing)
    writing.wait_for_url("**/visits/V-*")
    late = writing.context.request.post(
        sent[0].url,
        data=sent[0].post_data,
        headers={"Content-Type": sent[0].headers["content-type"]},
    )
    assert late.status == 409
    assert clinic("alice").rows(Draft) == []


def test_a_draft_can_be_discarded(writing, axe, clinic):
    expect(writing.get_by_text("Draft saved")).to_be_visible()
    writing.goto(NEW)
    holds_what_was_typed(writing)
    assert axe(writing) == []
    writing.get_by_role("button", name="Discard draft").press("Enter")
    expect(writing.get_by_text("Draft discarded.")).to_be_visible()
    expect(writing.get_by_label("Visit date")).to_have_value("")
    assert clinic("alice").rows(Draft) == []


def test_a_change_and_an_amendment_come_back_as_drafts_without_the_password(page, clinic, axe):
    alice = clinic("alice")
    code = alice.log()
    sign_in(page)
    for way, day in (("change", "11 3 2026"), ("amend", "12 3 2026")):
        page.goto(f"/visits/{code}/{way}")
        if way == "amend":
            page.get_by_label("Reason for the amendment").fill("half a reason")
            page.get_by_label("Your password").fill(PASSWORD)
        page.get_by_label("Visit date").fill(day)
        expect(page.get_by_text("Draft saved")).to_be_visible()
        page.goto(f"/visits/{code}/{way}")
        expect(page.get_by_text("The form shows your draft")).to_be_visible()
        expect(page.get_by_label("Visit date")).to_have_value(day)
        assert axe(page) == []
        (draft,) = [row for row in alice.rows(Draft) if row.form == f"visit-{way}"]
        assert PASSWORD not in str(draft.fields)
        if way == "change":
            save(page)
            page.wait_for_url(f"**/visits/{code}")
            alice.sign(code)
    expect(page.get_by_label("Reason for the amendment")).to_have_value("half a reason")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Amend and sign").press("Enter")
    page.wait_for_url(f"**/visits/{code}")
    assert alice.rows(Draft) == []


def test_focus_begins_where_typing_begins(page, clinic):
    code = clinic("alice").log()
    sign_in(page)
    for address in (NEW, f"/visits/{code}/change"):
        page.goto(address)
        expect(page.get_by_label("Visit date")).to_be_focused()
    page.goto(f"/visits/{code}/sign")
    assert page.evaluate("document.activeElement.name") == "meaning"


def test_a_form_sent_without_scripts_after_the_session_ended_says_what_to_do(
    browser, live_server, app
):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto(NEW)
    page.get_by_label("Visit date").fill("10 3 2026")
    end_sessions(app)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="You are no longer signed in")).to_be_visible()
    expect(page.get_by_text("press the browser’s Back button")).to_be_visible()
    assert "10 3 2026" not in page.content()
    context.close()
