"""The cohort, import and export pages in a real browser, with and without scripts."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry import clock
from registry.audit.context import Context
from registry.imports import source
from registry.imports.importer import import_folder
from registry.synthetic import write_folder
from tests.population import PASSWORD

WIDE, NARROW = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("exchange")
    write_folder(made, 24, today=clock.today())
    sites = (made / "sites.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (made / "sites.csv").write_text("".join(s for s in sites if not s.startswith("NORTH,")))
    return made


@pytest.fixture
def archive(folder, tmp_path) -> Path:
    path = tmp_path / "cohort.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for file in sorted(folder.iterdir()):
            target.write(file, file.name)
    return path


@pytest.fixture
def filled(app, two_sites, folder) -> None:
    with source.opened(folder) as found:
        why = Context("tests", "fill", None)
        assert import_folder(app.extensions["registry_engine"], found, why, clock.today()).imported


def sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", "dora")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("link", name="Cohort", exact=True)).to_be_visible()


def scrolls_sideways(page: Page) -> bool:
    root = "document.documentElement"
    return bool(page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"))


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_the_cohort_page_is_accessible_and_never_scrolls_sideways(page, axe, size):
    page.set_viewport_size(size)
    sign_in(page)
    page.goto("/cohort?by=cell_type")
    page.locator("#group-1 > summary").click()
    expect(page.locator(".figure img").first).to_be_visible()
    assert axe(page) == []
    assert not scrolls_sideways(page)


@pytest.mark.usefixtures("filled")
def test_the_question_stays_in_the_address(page):
    sign_in(page)
    page.goto("/cohort")
    page.get_by_label("Also by group").select_option("Site")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="By site")).to_be_visible()
    assert "by=site" in page.url


@pytest.mark.usefixtures("filled")
def test_a_purpose_is_asked_before_a_file_leaves(page, axe):
    sign_in(page)
    page.goto("/cohort")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("alert")).to_contain_text("Purpose: this is needed")
    assert axe(page) == []
    page.get_by_label("Purpose").fill("annual report")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    assert started.value.suggested_filename.startswith("summary_")


@pytest.mark.usefixtures("two_sites")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_files_are_checked_then_imported(page, axe, archive, size):
    page.set_viewport_size(size)
    sign_in(page)
    page.goto("/import")
    assert axe(page) == []
    page.set_input_files("#files", archive)
    page.get_by_role("button", name="Check, store nothing").click()
    expect(page.get_by_role("heading", name="Checked: ready to import")).to_be_visible()
    assert axe(page) == []
    assert not scrolls_sideways(page)
    page.set_input_files("#files", archive)
    page.get_by_role("button", name="Import for real").click()
    expect(page.get_by_role("status").first).to_contain_text("24 of them patients")


@pytest.mark.usefixtures("two_sites")
def test_problems_are_listed_with_their_place(page, axe, tmp_path):
    wrong = tmp_path / "patients.csv"
    wrong.write_text("patient_id,site_code,sex,enrolled_on\nP-1,NORTH,<b>purple</b>,2026-02-30\n")
    sign_in(page)
    page.goto("/import")
    page.set_input_files("#files", wrong)
    page.get_by_role("button", name="Check, store nothing").click()
    expect(page.get_by_role("heading", name="3 problems, nothing was stored")).to_be_visible()
    expect(page.get_by_role("cell", name="<b>purple</b>")).to_be_visible()
    assert axe(page) == []


@pytest.mark.usefixtures("filled")
def test_an_export_downloads_after_its_purpose(page, axe):
    sign_in(page)
    page.goto("/export")
    assert axe(page) == []
    page.get_by_label("Purpose").fill("move to another registry")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the zip").click()
    assert started.value.suggested_filename.startswith("exchange_")


@pytest.mark.usefixtures("two_sites")
def test_everything_works_without_scripts(browser, live_server, archive):
    context = browser.new_context(base_url=live_server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page)
    page.goto("/import")
    for button in ("Check, store nothing", "Import for real"):
        page.set_input_files("#files", archive)
        page.get_by_role("button", name=button).click()
    page.goto("/cohort")
    expect(page.get_by_role("heading", name="Who is counted")).to_be_visible()
    page.get_by_label("Also by group").select_option("Cell type")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="By cell type")).to_be_visible()
    page.locator("#group-1 > summary").click()
    expect(page.locator("#group-1 .figure img")).to_be_visible()
    context.close()
