"""Adding an instrument is adding one file: form, pages, storage and command find it."""

import json
import sys
from importlib import import_module

import pytest

from registry import instruments
from registry.models import Assessment
from tests.visiting import visit_form

FILE = '''"""A made-up measure of fatigue: three questions and a number."""

from decimal import Decimal

from registry.instruments.base import Instrument, Item, Score

ITEMS = (
    Item("tired", "Tired by day", Decimal(2), "Falls asleep while sitting."),
    Item("weak", "Weak by day", Decimal(1), "Drops things."),
    Item("hours", "Hours asleep", Decimal(1), "In the last night.", high=Decimal(24), places=1),
)


def score(answers):
    known = [item for item in ITEMS if answers.get(item.code) is not None]
    points = sum((item.weight * answers[item.code] for item in known), Decimal(0))
    open_ = sum((item.weight * item.high for item in ITEMS if item not in known), Decimal(0))
    done = len(known) == len(ITEMS)
    return Score(points if done else None, points, points + open_, done)


INSTRUMENT = Instrument(
    code="fatigue", key="FATIGUE", version="1", title="Fatigue questions", items=ITEMS,
    maximum=Decimal(27), score=score, source="made up for this test",
)
'''


@pytest.fixture
def fatigue(tmp_path, monkeypatch):
    """Drop the file into a folder of instruments, as a later version would."""
    (tmp_path / "fatigue.py").write_text(FILE, encoding="utf-8")
    folders = [*instruments.__path__, str(tmp_path)]
    monkeypatch.setattr(instruments, "__path__", folders)
    for name, found in instruments.discover(folders).items():
        monkeypatch.setitem(instruments.INSTRUMENTS, name, found)
    for key, found in instruments.discover_calculators(folders).items():
        monkeypatch.setitem(instruments.CALCULATORS, key, found)
    yield instruments.INSTRUMENTS["fatigue"]
    sys.modules.pop("registry.instruments.fatigue")


def test_the_file_is_found(fatigue):
    assert fatigue is import_module("registry.instruments.fatigue").INSTRUMENT


def test_it_is_asked_stored_scored_shown_and_signed(fatigue, clinic):
    alice = clinic("alice")
    form = alice.send.client.get("/patients/N-001/visits/new").text
    for words in ("Fatigue questions", "Tired by day", "Hours asleep"):
        assert words in form
    answers = {"fatigue.tired": "present", "fatigue.weak": "absent", "fatigue.hours": "7,5"}
    code = alice.log(**{name.replace(".", "__"): text for name, text in answers.items()})
    row = alice.row(Assessment, instrument="fatigue")
    assert (row.answers, row.total, row.complete) == ([1, 0, "7.5"], 9.5, True)
    for page in ("", "/sign"):
        shown = alice.send.client.get(f"/visits/{code}{page}").text
        assert "Fatigue questions" in shown
        assert "7.5" in shown
    assert 'value="7.5"' in alice.send.client.get(f"/visits/{code}/change").text
    alice.sign(code)


def test_a_wrong_answer_to_it_is_refused_at_its_field(fatigue, clinic):
    typed = visit_form() | {"fatigue.hours": "25", "fatigue.tired": "present"}
    answer = clinic("alice").send("/patients/N-001/visits/new", typed)
    assert answer.status_code == 422
    assert 'href="#fatigue-hours"' in answer.text
    assert 'value="25"' in answer.text


def test_an_instrument_that_is_no_instrument_stops_the_start(tmp_path, monkeypatch):
    (tmp_path / "nothing.py").write_text('"""Nothing."""\n', encoding="utf-8")
    monkeypatch.setattr(instruments, "__path__", [*instruments.__path__, str(tmp_path)])
    with pytest.raises(instruments.InvalidInstrumentError, match="nothing"):
        instruments.discover(instruments.__path__)
    sys.modules.pop("registry.instruments.nothing")


def test_the_score_command_answers_for_a_plain_list_of_questions(tmp_path, monkeypatch):
    from click.testing import CliRunner

    from registry.cli.score import COMMAND

    plain = FILE.replace(FILE[FILE.index('    Item("hours"') : FILE.index(")\n\n\ndef")], "")
    plain = plain.replace("FATIGUE", "TIREDNESS").replace('"fatigue"', '"tiredness"')
    (tmp_path / "tiredness.py").write_text(plain, encoding="utf-8")
    folders = [*instruments.__path__, str(tmp_path)]
    monkeypatch.setattr(instruments, "__path__", folders)
    for key, found in instruments.discover_calculators(folders).items():
        monkeypatch.setitem(instruments.CALCULATORS, key, found)
    answer = CliRunner().invoke(COMMAND, ["TIREDNESS"], input='{"present": ["tired"]}\n')
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["known_points"] == 2
    sys.modules.pop("registry.instruments.tiredness")
