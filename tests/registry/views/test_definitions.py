"""The definitions page: written from the declarations, for anybody who signs in."""

import pytest

from registry.analysis.definitions import definitions
from registry.followup import timepoints
from registry.followup.states import STATES
from registry.instruments import INSTRUMENTS


@pytest.fixture
def page(signed_in):
    return signed_in("adam").get("/definitions/").text


@pytest.mark.parametrize("username", ["alice", "bob", "cora", "dora", "adam", "audrey"])
def test_every_role_may_read_it(signed_in, username):
    assert signed_in(username).get("/definitions/").status_code == 200


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=INSTRUMENTS.keys())
def test_an_instrument_comes_with_version_source_licence_and_disagreements(page, instrument):
    for text in (instrument.title, instrument.version, instrument.source, instrument.licence):
        assert text in page
    for sentence in (*instrument.disagreements, instrument.window):
        assert sentence in page
    for item in instrument.items if instrument.stored else ():
        assert item.label in page


def test_states_and_rules_come_with_version_and_settings(page):
    for state in STATES.values():
        assert state.title in page
        assert state.source in page
    for name, rule in definitions().items():
        assert name.replace("_", " ").capitalize() in page
        for value in rule["settings"].values():
            assert str(value) in page


def test_windows_are_those_in_force(page):
    assert timepoints.VERSION in page
    for code in (*timepoints.MONTHS, "year_3"):
        window = timepoints.window(code)
        assert timepoints.title(code) in page
        assert f"{window.first} to {window.last}" in page
    assert "−28 to 0" in page  # baseline


def test_no_patient_is_on_it(page, two_sites):
    assert not any(code in page for code in two_sites.patients)
