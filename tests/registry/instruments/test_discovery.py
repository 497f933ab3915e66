"""One file makes an instrument: dropped into the folder it is found, scored and described."""

from datetime import date
from decimal import Decimal

import pytest

from registry import instruments
from registry.cli.score import answer
from registry.instruments.base import Occasion

FATIGUE = '''"""A one-item measure of fatigue, for this test."""

from decimal import Decimal

from registry.instruments.base import Instrument, Item, Score

ITEMS = (Item("tired", "Tired", Decimal(4)),)


def score(answers):
    """Give 4 points to the tired."""
    tired = answers.get("tired")
    known = Decimal(4) if tired == 1 else Decimal(0)
    possible = Decimal(4) if tired in (1, None) else Decimal(0)
    missing = () if tired is not None else ("tired",)
    return Score(None if missing else known, known, possible, not missing, missing=missing)


INSTRUMENT = Instrument(
    code="CODE", key="CODE", version="1", title="Fatigue", items=ITEMS, maximum=Decimal(4),
    score=score, source="this test",
)
'''


def drop_in(folder, monkeypatch, name, text):
    (folder / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(instruments, "__path__", [*instruments.__path__, str(folder)])


def test_a_file_in_the_folder_is_an_instrument(tmp_path, monkeypatch):
    drop_in(tmp_path, monkeypatch, "fatigue", FATIGUE.replace("CODE", "fatigue"))
    found = instruments.discover(instruments.__path__)
    assert found["fatigue"].title == "Fatigue"
    assert set(instruments.INSTRUMENTS) < set(found)


def test_a_new_yes_no_instrument_is_scored_without_more_code(tmp_path, monkeypatch):
    drop_in(tmp_path, monkeypatch, "weariness", FATIGUE.replace("CODE", "weariness"))
    calculator = instruments.discover_calculators(instruments.__path__)["weariness"]
    assert answer(calculator, b'{"present": ["tired"]}')["known_points"] == 4


def test_a_file_without_an_instrument_stops_the_start(tmp_path, monkeypatch):
    drop_in(tmp_path, monkeypatch, "forgotten", '"""Nothing here."""\n')
    with pytest.raises(instruments.InvalidInstrumentError, match="forgotten"):
        instruments.discover(instruments.__path__)


def test_two_instruments_with_one_code_stop_the_start(tmp_path, monkeypatch):
    drop_in(tmp_path, monkeypatch, "second_pga", FATIGUE.replace("CODE", "pga"))
    with pytest.raises(instruments.InvalidInstrumentError, match="pga"):
        instruments.discover(instruments.__path__)


@pytest.mark.parametrize("code", sorted(instruments.INSTRUMENTS))
def test_every_instrument_says_what_it_is_and_where_it_comes_from(code):
    instrument = instruments.INSTRUMENTS[code]
    assert all((instrument.source, instrument.licence, instrument.window, instrument.version))
    codes = [item.code for item in instrument.items]
    assert len(codes) == len(set(codes))


TOTALLED = sorted(code for code, found in instruments.INSTRUMENTS.items() if found.totalled)
SCALED = sorted(code for code, found in instruments.INSTRUMENTS.items() if found.scales)


def worst(item):
    if item.kind == "choice":
        return next(iter(item.choices))
    return int(item.high) if item.kind in {"yes_no", "number"} else "1990;2010"


@pytest.mark.parametrize("code", [code for code in TOTALLED if code != "sle_das"])
def test_the_maximum_is_what_the_items_can_reach(code):
    instrument = instruments.INSTRUMENTS[code]
    worst_answers = {item.code: worst(item) for item in instrument.items}
    scored = instrument.scored(worst_answers, Occasion(date(2026, 1, 1)))
    assert scored.known_points == instrument.maximum
    assert (instrument.maximum > Decimal(0)) is (code not in instruments.QUESTIONS)


@pytest.mark.parametrize("code", TOTALLED)
def test_with_nothing_known_a_total_may_be_anything_from_minimum_to_maximum(code):
    instrument = instruments.INSTRUMENTS[code]
    score = instrument.score({})
    assert (score.total, score.complete) == (None, False)
    assert (score.known_points, score.max_possible) == (instrument.minimum, instrument.maximum)


@pytest.mark.parametrize("code", sorted(set(instruments.INSTRUMENTS) - set(TOTALLED)))
def test_an_instrument_without_a_total_never_gives_one(code):
    instrument = instruments.INSTRUMENTS[code]
    score = instrument.score({item.code: worst(item) for item in instrument.items})
    assert (score.total, score.complete, bool(instrument.scales)) == (None, True, True)
    assert set(score.parts) >= {scale.code for scale in instrument.scales}


@pytest.mark.parametrize("code", SCALED)
def test_every_scale_stays_in_its_range(code):
    instrument = instruments.INSTRUMENTS[code]
    parts = instrument.score({item.code: worst(item) for item in instrument.items}).parts
    for scale in instrument.scales:
        assert scale.minimum <= Decimal(parts[scale.code]) <= scale.maximum
        assert scale.direction in {"high_bad", "high_good"}


@pytest.mark.parametrize("code", sorted(instruments.INSTRUMENTS))
def test_every_item_stands_in_exactly_one_section(code):
    instrument = instruments.INSTRUMENTS[code]
    shown = [item for _, items in instrument.sections() for item in items]
    assert sorted(shown, key=instrument.items.index) == list(instrument.items)
