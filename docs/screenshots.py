"""Make the screenshots of the docs from the demo: python docs/screenshots.py.

Starts the seeded demo, signs in with the words it prints, and drives the Chromium that the
tests use. Needs the test environment.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests import chromium  # noqa: E402 - the path to the tests is set above

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SEED = "7"
SIGN_IN = re.compile(r"sign-in (\S+) (\S+) (\S+)")
MOST_BYTES = 250_000  # a reader of the docs on a slow line
COLOURS = 128


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, the page, and the part of it that is shown."""

    name: str
    path: str
    part: str = ""  # a selector; empty is what the window shows
    at: str = ""  # a selector to scroll to first
    phone: bool = False
    opened: tuple[str, ...] = ()  # parts of the visit form that are opened first


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
    page = browser.new_page(viewport=DESKTOP, color_scheme="light", base_url=address)
    page.goto("/sign-in")
    page.fill("[name=username]", person[0])
    page.fill("[name=password]", person[1])
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def link(page: Page, path: str, words: str) -> str:
    """Return where the first link or row with these words leads from a page."""
    page.goto(path)
    row = page.locator("tbody tr", has_text=words).first
    return row.locator("a").first.get_attribute("href") or ""


def clinician(page: Page) -> Iterator[Shot]:
    """Yield what the one who sees patients works with."""
    patient = link(page, "/patients/", "SYN-00008")
    yield Shot("patients", "/patients/")
    yield Shot("patient", patient)
    yield Shot("history", f"{patient}/history")
    yield Shot("laboratory", f"{patient}/laboratory")
    yield Shot("laboratory-entry", f"{patient}/laboratory/new")
    yield Shot("visit", f"{patient}/visits/new")
    yield Shot("visit-harms", f"{patient}/visits/new", at="text=Side effects since the last visit")
    yield Shot(
        "visit-parts",
        f"{patient}/visits/new",
        at="[data-part=joint_count_28] >> xpath=..",
        opened=("joint_count_28", "bilag_2004", "clasi"),
    )
    yield Shot("visit-states", "/visits/SYN-00008-V12", at="#states")
    yield Shot("patient-states", patient, at="#states")
    yield Shot("kidney", f"{patient}/kidney")
    yield Shot("damage", f"{patient}/damage")
    yield Shot("classification", f"{patient}/classification")
    yield Shot("flare", f"{patient}/flares/new?visit=SYN-00008-V12")
    yield Shot("infusion", f"{patient}/infusions/new")
    yield Shot("adverse-event-form", f"{patient}/adverse-events/new")
    yield Shot("heat-map", f"{patient}/figures/item_heat_map", part="figure")
    yield Shot("measures", f"{patient}/figures/measures", part="figure")
    yield Shot("laboratory-panel", f"{patient}/figures/laboratory_panel", part="figure")
    yield Shot("patient-phone", patient, phone=True)
    yield Shot("visit-phone", f"{patient}/visits/new", phone=True)


def coordinator(page: Page) -> Iterator[Shot]:
    """Yield what keeps events and lots in order."""
    yield Shot("adverse-events", "/adverse-events")
    yield Shot("adverse-event", link(page, "/adverse-events", "Sepsis"))
    yield Shot("lots", "/lots/")
    yield Shot("lot", link(page, "/lots/", "Recalled"))


def data_manager(page: Page) -> Iterator[Shot]:
    """Yield the numbers, the files, and everybody who received a bad lot."""
    yield Shot("cohort", "/cohort")
    yield Shot("table1", "/cohort", at="#before")
    yield Shot("primary", "/cohort", at="#primary")
    yield Shot("harms", "/cohort", at="#harms")
    yield Shot("harms-grades", "/cohort", part="section[aria-labelledby=harms] figure >> nth=0")
    yield Shot("harms-onset", "/cohort", part="section[aria-labelledby=harms] figure >> nth=1")
    yield Shot("curves", "/cohort", at="#figure")
    page.goto(link(page, "/lots/", "Recalled"))
    code = page.locator("h1").inner_text().split()[-1]
    yield Shot("recipients", f"/lots/recipients?q={code}")
    yield Shot("import", "/import")
    yield Shot("export", "/export")


def administrator(_page: Page) -> Iterator[Shot]:
    yield Shot("accounts", "/admin/users")


def auditor(_page: Page) -> Iterator[Shot]:
    yield Shot("audit", "/audit/")


SHOTS = (clinician, coordinator, data_manager, administrator, auditor)


def shoot(page: Page, shot: Shot) -> None:
    """Take one picture."""
    page.set_viewport_size(PHONE if shot.phone else DESKTOP)
    page.goto(shot.path)
    for code in shot.opened:
        open_part(page, code)
    if shot.at:
        page.locator(shot.at).first.evaluate("element => element.scrollIntoView()")
    page.wait_for_load_state("networkidle")
    part = page.locator(shot.part).first if shot.part else None
    taken = part.screenshot() if part else page.screenshot()
    keep(shot.name, taken)


def open_part(page: Page, code: str) -> None:
    """Open one part of the visit form, and wait for its questions."""
    part = page.locator(f"[data-part={code}]")
    for details in (part.locator("xpath=.."), part):
        if details.get_attribute("open") is None:
            details.locator("> summary").click()
    part.locator(".part__note").wait_for()


def keep(name: str, taken: bytes) -> None:
    """Write the picture with fewer colours, which these pages do not miss."""
    path = IMAGES / f"{name}.png"
    Image.open(BytesIO(taken)).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} is larger than {MOST_BYTES} bytes")


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with demo() as (address, people), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.ensure(), args=chromium.flags()
        )
        for shots in SHOTS:
            # One page looks for what the pictures show, the other shows it.
            finding, showing = (
                signed_in(browser, address, people[shots.__name__]) for _ in range(2)
            )
            for shot in shots(finding):
                shoot(showing, shot)
        browser.close()


if __name__ == "__main__":
    main()
