"""Make the screenshots of the docs from the demo: python docs/screenshots.py.

Starts the seeded demo, signs in with the words it prints, and drives the Chromium that the
tests use. Needs the test environment.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402 - the path to the tests is set above

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SEED = "7"
SIGN_IN = re.compile(r"sign-in (\S+) (\S+) (\S+)")


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, tuple[str, str]]]]:
    """Run the demo and yield its address and role → (user name, password)."""
    run = "from registry.cli import main; main()"
    command = [sys.executable, "-c", run, "demo", "--seed", SEED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        people: dict[str, tuple[str, str]] = {}
        for line in process.stdout or ():
            if found := SIGN_IN.match(line):
                people[found[1]] = (found[2], found[3])
            if line.startswith("http://"):
                yield line.strip(), people
                break
        process.terminate()


def signed_in(browser: Browser, address: str, person: tuple[str, str]) -> Page:
    """Return a page of its own, signed in."""
    page = browser.new_page(viewport=DESKTOP, color_scheme="light")
    page.goto(f"{address}/sign-in")
    page.fill("[name=username]", person[0])
    page.fill("[name=password]", person[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def shoot(page: Page, address: str, name: str, *, whole: bool = False) -> None:
    """Take one picture of one page."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png", full_page=whole)


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with demo() as (address, people), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.ensure(), args=chromium.flags()
        )
        page = signed_in(browser, address, people["clinician"])
        shoot(page, f"{address}/patients/", "patients")
        patient = page.locator("tbody a").nth(2).get_attribute("href")
        shoot(page, f"{address}{patient}", "patient")
        shoot(page, f"{address}{patient}/visits/new", "visit")
        page.set_viewport_size(PHONE)
        shoot(page, f"{address}{patient}", "patient-phone")
        page = signed_in(browser, address, people["data_manager"])
        shoot(page, f"{address}/cohort", "cohort", whole=True)
        shoot(page, f"{address}/import", "import")
        page = signed_in(browser, address, people["auditor"])
        shoot(page, f"{address}/audit", "audit")
        browser.close()


if __name__ == "__main__":
    main()
