"""The definitions page in a browser: short at first, open where asked, never sideways."""

import pytest
from playwright.sync_api import Page, expect

from tests.population import PASSWORD

SIZES = [(1280, 800), (390, 844)]


@pytest.fixture
def definitions(page: Page, two_sites) -> Page:
    page.goto("/sign-in")
    page.get_by_label("User name").fill("alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/patients/")
    page.goto("/definitions/")
    return page


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_it_is_accessible_and_never_scrolls_sideways_open_or_closed(
    definitions, axe, width, height
):
    definitions.set_viewport_size({"width": width, "height": height})
    for _ in ("closed", "open"):
        assert axe(definitions) == []
        assert not definitions.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        definitions.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")


def test_an_entry_opens_on_its_name_and_on_a_link_to_it(definitions):
    source = definitions.get_by_text("Petri M et al. Arthritis Rheum 2012").first
    expect(source).to_be_hidden()
    definitions.get_by_role("heading", name="SLICC 2012 classification").click()
    expect(source).to_be_visible()
    definitions.goto("/definitions/#sledai_2k")
    expect(definitions.locator("#sledai_2k")).to_be_visible()
