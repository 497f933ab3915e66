"""States are found by their files, in a fixed order."""

import pytest

from registry.followup import states
from registry.followup.states import STATES, InvalidStateError, discover
from registry.followup.states.base import MET, Verdict, all_of, failed, unknown


def test_the_states_stand_in_their_order():
    assert list(STATES) == [
        *("sledai_2k_le_4", "prednisone_le_5"),
        *("doris_2021", "doris_2021_strict"),
        *("eular_renal_25_3mo", "eular_renal_50_6mo", "eular_renal_complete_12mo"),
        *("kdigo_2024_complete", "kdigo_2024_partial", "bliss_ln_perr", "bliss_ln_crr"),
        "kidney_failure",
    ]


def test_a_file_may_declare_a_family_and_no_name_comes_twice(tmp_path, monkeypatch):
    family = "from registry.followup.states.doris_2021 import STATE\nSTATES = (STATE,{})\n"
    (tmp_path / "one_of_a_family.py").write_text(family.format(""), encoding="utf-8")
    (tmp_path / "twice_the_same.py").write_text(family.format(" STATE"), encoding="utf-8")
    monkeypatch.setattr(states, "__path__", [*states.__path__, str(tmp_path)])
    (tmp_path / "twice_the_same.py").rename(tmp_path / "_aside.py")
    assert list(discover([str(tmp_path)])) == ["doris_2021"]
    (tmp_path / "_aside.py").rename(tmp_path / "twice_the_same.py")
    with pytest.raises(InvalidStateError, match="one name"):
        discover([str(tmp_path)])


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
