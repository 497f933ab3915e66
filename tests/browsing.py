"""Fixtures for a real Chromium: every page is watched for script errors and policy violations."""

import os
from collections.abc import Callable, Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests import chromium

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
POLICY_WORDS = ("Content Security Policy", "Content-Security-Policy", "Refused to")


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One headless Chromium per worker, with a home of its own to write its caches to."""
    try:
        program = chromium.ensure()
    except chromium.NoBrowserError as problem:
        pytest.exit(str(problem), returncode=3)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=program, args=chromium.flags(), env=surroundings(tmp_path_factory)
        )
        yield launched
        launched.close()


def surroundings(folders: pytest.TempPathFactory) -> dict[str, str]:
    home = str(folders.mktemp("home"))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    return kept | {"HOME": home}


class Watch:
    """Collect what a page complains about: script errors and broken policy."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        # A 422 is logged as an error too, and is what a refused form should answer.
        if any(word in message.text for word in POLICY_WORDS):
            self.complaints.append(message.text)


@pytest.fixture
def page(browser: Browser, live_server: str) -> Iterator[Page]:
    """A page at 1366 by 768 with the application behind relative addresses."""
    context = browser.new_context(
        base_url=live_server, viewport={"width": 1366, "height": 768}, locale="en-GB"
    )
    context.set_default_timeout(15_000)
    opened = context.new_page()
    watch = Watch(opened)
    yield opened
    context.close()
    assert watch.complaints == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """Return a function that lists the accessibility violations of a page, one line each."""
    script = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")

    def check(page: Page) -> list[str]:
        # Evaluated by the debugger, so that the page's own policy can stay strict.
        page.evaluate(script)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        return [
            f"{rule['id']}: {node['target']} {node['failureSummary']}"
            for rule in found["violations"]
            for node in rule["nodes"]
        ]

    return check
