"""The definitions page: written from the declarations, for anybody who signs in."""

import re

import pytest
from markupsafe import escape

from registry.analysis.definitions import definitions
from registry.followup import timepoints
from registry.followup.states import STATES
from registry.instruments import INSTRUMENTS, MEASURES
from registry.instruments.base import SUBJECTS
from registry.views.rule_words import settings_words


@pytest.fixture
def page(signed_in):
    return signed_in("adam").get("/definitions/").text


@pytest.mark.parametrize("username", ["alice", "bob", "cora", "dora", "adam", "audrey"])
def test_every_role_may_read_it(signed_in, username):
    assert signed_in(username).get("/definitions/").status_code == 200


@pytest.mark.parametrize("found", MEASURES, ids=lambda found: found.anchor)
def test_an_entry_says_all_that_its_rule_declares(page, found):
    rule = found.rule
    # A state may have the title of its rule: the entries of the rules come first.
    entry = next(part for part in entries(page) if f">{escape(rule.title)}</h3>" in part)
    for text in (rule.version, rule.source, rule.licence, rule.note, *rule.settings.values()):
        assert escape(text) in entry
    for sentence in (*rule.disagreements, *rule.uncertain):
        assert f"<li>{escape(sentence)}</li>" in entry
    assert ("Not confirmed against the paper" in entry) == bool(rule.uncertain)
    assert (">provisional<" in entry) == rule.provisional
    for key in found.keys:
        assert f"registry score {key}<" in entry


def entries(page):
    """Return the entries of the measures, each from its first line on."""
    return page.split('<details class="govuk-details rule">')[1:]


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS.keys())
def test_an_instrument_comes_with_its_window_and_its_items(page, instrument):
    assert instrument.window in page
    assert f"{instrument.unit}</dd>" in page or instrument.kind in ("inquiry", "questions")
    for item in instrument.items if instrument.stored else ():
        assert escape(item.label) in page


def test_no_range_is_said_twice(page):
    assert not re.search(r"<dd>([\d.]+ to [\d.]+) \1", page)


def test_the_list_of_contents_leads_to_every_part(page):
    parts = re.findall(r'<h2 class="govuk-heading-m" id="([^"]+)"', page)
    assert re.findall(r'<li><a class="govuk-link" href="#([^"]+)"', page) == parts
    subjects = {found.rule.subject for found in MEASURES}
    assert [part for part in parts if part.startswith("about-")] == [
        f"about-{subject}" for subject in SUBJECTS if subject in subjects
    ]


def test_states_and_rules_come_with_version_and_settings(page):
    for state in STATES.values():
        assert state.title in page
        assert state.source in page
    for name, rule in definitions().items():
        assert name in STATES or name.replace("_", " ").capitalize() in page
        for value in rule["settings"].values():
            assert escape(settings_words({"": value}).removeprefix(": ")) in page


def test_windows_are_those_in_force(page):
    assert timepoints.VERSION in page
    for code in (*timepoints.MONTHS, "year_3"):
        window = timepoints.window(code)
        assert timepoints.title(code) in page
        assert f"{window.first} to {window.last}" in page
    assert "−28 to 0" in page  # baseline


def test_no_patient_is_on_it(page, two_sites):
    assert not any(code in page for code in two_sites.patients)
