"""The page of the kidney in a real browser: readable by everybody, and opened by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_visit_path import sign_in

pytestmark = pytest.mark.usefixtures("two_sites")
PAGE, NEW = "/patients/N-001/kidney", "/patients/N-001/laboratory/new"


def type_sample(page, on, creatinine, ratio):
    page.goto(NEW)
    page.get_by_label("Sample taken").fill(on)
    page.get_by_label("Creatinine, serum", exact=True).fill(creatinine)
    page.get_by_label("Creatinine, serum, unit").select_option("umol/L")
    page.get_by_label("Urine protein to creatinine", exact=True).fill(ratio)
    page.get_by_label("Urine protein to creatinine, unit").select_option("mg/mmol")
    page.get_by_role("button", name="Save results").press("Enter")
    page.wait_for_url("**/patients/N-001/laboratory")


@pytest.mark.parametrize("width", [1366, 390])
def test_the_kidney_is_read_without_help_and_without_scrolling_sideways(page, axe, width):
    sign_in(page)
    type_sample(page, "2026-03-09", "88", "52")
    page.set_viewport_size({"width": width, "height": 768})
    page.get_by_role("link", name="Kidney", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kidney of N-001")
    expect(page.get_by_role("row", name="9 Mar 2026")).to_contain_text("52 mg/mmol")
    expect(page.get_by_role("row", name="9 Mar 2026")).to_contain_text("grey band")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
