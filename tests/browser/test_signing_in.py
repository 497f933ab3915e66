"""Sign in and out in a real browser: by keyboard, accessible, and nothing left behind.

Every page is watched: a script error or a broken content policy fails the test.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.population import PASSWORD

PAGES = {
    "adam": ("/admin/users", "/admin/users/new", "/admin/sites", "/admin/sites/new"),
    "audrey": ("/audit/", "/audit/access", "/definitions/"),
}


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def any_page(request, browser: Browser, live_server: str) -> Iterator[Page]:
    """A page in a browser that runs scripts, then in one that does not."""
    context = browser.new_context(base_url=live_server, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def sign_in(page: Page, username: str, address: str = "/sign-in") -> None:
    page.goto(address)
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)


def test_signing_in_by_keyboard_alone(page: Page, two_sites, axe):
    page.goto("/patients/N-001")
    assert axe(page) == []
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    while page.evaluate("document.activeElement.name") != "username":
        page.keyboard.press("Tab")
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Patient N-001")).to_be_visible()


def test_a_wrong_password_is_told_where_it_is_seen(page: Page, two_sites, axe):
    page.goto("/sign-in")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    link = page.get_by_role("alert").get_by_role("link")
    expect(link).to_have_text("The user name or the password is not right.")
    link.click()
    expect(page.get_by_label("User name")).to_be_focused()
    expect(page.get_by_label("User name")).to_have_value("alice")
    expect(page.get_by_label("Password")).to_have_value("")
    assert axe(page) == []


def test_after_signing_out_the_back_button_shows_nothing(page: Page, two_sites):
    sign_in(page, "alice")
    page.goto("/patients/N-001")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "N-001" not in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [1366, 320])
@pytest.mark.parametrize("username", ["adam", "audrey"])
def test_the_pages_of_administrators_and_auditors_are_accessible(
    page: Page, cases, axe, username, width
):
    page.set_viewport_size({"width": width, "height": 700})
    sign_in(page, username)
    for address in PAGES[username]:
        page.goto(address)
        assert axe(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_an_account_is_made_and_its_password_seen_once(page: Page, two_sites, axe):
    sign_in(page, "adam")
    page.goto("/admin/users/new")
    page.get_by_label("User name").fill("nora")
    page.get_by_label("Name", exact=True).fill("Nora Noor")
    page.get_by_label("Role").select_option("clinician")
    page.get_by_label("Site").select_option("NORTH")
    page.get_by_role("button", name="Add account").click()
    expect(page.get_by_role("heading", name="Password of nora")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("link", name="Go to the account").click()
    expect(page.get_by_role("rowheader", name="Clinician, NORTH")).to_be_visible()
    assert axe(page) == []


def test_a_change_is_found_and_read_in_the_trail(page: Page, cases, axe):
    sign_in(page, "audrey")
    page.goto("/audit/")
    page.get_by_label("Patient code").fill("N-001")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Change")
    assert axe(page) == []
    page.get_by_role("link", name="Visit V-north").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("History of Visit")
    assert axe(page) == []


def test_everything_here_works_without_scripts(any_page: Page, cases):
    sign_in(any_page, "adam")
    any_page.goto("/admin/sites/new")
    any_page.get_by_label("Site code").fill("EAST")
    any_page.get_by_label("Name", exact=True).fill("East Hospital")
    any_page.get_by_role("button", name="Add site").click()
    expect(any_page.get_by_text("Site added.")).to_be_visible()
    any_page.get_by_role("button", name="Sign out").click()
    sign_in(any_page, "audrey")
    any_page.goto("/audit/?actor=adam")
    any_page.get_by_role("row").nth(1).get_by_role("link").click()
    expect(any_page.get_by_text("East Hospital")).to_be_visible()


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https:evil.example", "/\t/evil.example"]
)
def test_signing_in_never_leaves_this_host(page: Page, two_sites, live_server, wanted):
    sign_in(page, "alice", f"/sign-in?next={wanted}")
    assert page.url.startswith(live_server)
