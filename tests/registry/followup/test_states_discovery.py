"""States are found by their files, in a fixed order."""

import pytest

from registry.followup import states
from registry.followup.states import STATES, InvalidStateError, discover
from registry.followup.states.base import MET, Verdict, all_of, failed, unknown


def test_the_states_stand_in_their_order():
    first = [
        *("sledai_2k_le_4", "prednisone_le_5", "lldas", "lldas_without_bar"),
        *("doris_2021", "doris_2021_strict", "doris_2021_drug_free"),
        *("doris_2017_clinical_on", "doris_2017_complete_on"),
        *("doris_2017_clinical_off", "doris_2017_complete_off"),
    ]
    assert list(STATES)[: len(first)] == first
    responders = [name for name, state in STATES.items() if state.kind == "responder"]
    assert responders[:7] == ["csledai_4", "sri_4", "sri_5", "sri_6", "sri_7", "sri_8", "bicla"]
    assert [state.place for state in STATES.values()] == sorted(s.place for s in STATES.values())


def test_a_file_that_declares_no_state_stops_the_start(tmp_path, monkeypatch):
    (tmp_path / "remission_by_wish.py").write_text("WISH = True\n", encoding="utf-8")
    monkeypatch.setattr(states, "__path__", [*states.__path__, str(tmp_path)])
    with pytest.raises(InvalidStateError, match="remission_by_wish"):
        discover([str(tmp_path)])


def test_a_state_has_the_name_of_its_file(tmp_path, monkeypatch):
    text = "from registry.followup.states.doris_2021 import STATE\n__all__ = ['STATE']\n"
    (tmp_path / "another_name.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(states, "__path__", [*states.__path__, str(tmp_path)])
    with pytest.raises(InvalidStateError, match="another_name"):
        discover([str(tmp_path)])


FORMS = """from dataclasses import replace
from registry.followup.states.doris_2021 import STATE as one
STATES = tuple(replace(one, name=name, place=-place) for place, name in enumerate(NAMES))
"""


def forms(tmp_path, monkeypatch, file, names):
    (tmp_path / f"{file}.py").write_text(f"NAMES = {names!r}\n{FORMS}", encoding="utf-8")
    monkeypatch.setattr(states, "__path__", [*states.__path__, str(tmp_path)])
    return discover([str(tmp_path)])


def test_the_forms_of_one_definition_stand_in_one_file(tmp_path, monkeypatch):
    names = ("wish_small", "wish_large", "wish")
    # By their place, the lowest first.
    assert list(forms(tmp_path, monkeypatch, "wish", names)) == list(reversed(names))


@pytest.mark.parametrize("name", ["hope", "wish2", "wish2xx_small"])
def test_a_form_begins_with_the_name_of_its_file(tmp_path, monkeypatch, name):
    with pytest.raises(InvalidStateError, match="wish2"):
        forms(tmp_path, monkeypatch, "wish2x", (name,))


def test_two_states_never_share_a_name(tmp_path, monkeypatch):
    with pytest.raises(InvalidStateError, match="wish3_a"):
        forms(tmp_path, monkeypatch, "wish3", ("wish3_a", "wish3_a"))


@pytest.mark.parametrize(
    ("limbs", "expected"),
    [
        ((MET, MET), MET),
        ((MET, unknown("a"), unknown("b")), Verdict("indeterminate", "a, b")),
        ((unknown("a"), failed("b"), MET, failed("c")), Verdict("not_met", "b, c")),
    ],
)
def test_one_definite_failure_decides_and_the_reason_names_what_decided(limbs, expected):
    assert all_of(*limbs) == expected
