"""Every calculator and every instrument says what it is, in a declaration that is complete."""

from dataclasses import fields

import pytest

from registry import instruments
from registry.instruments import CALCULATORS, INSTRUMENTS, MEASURES
from registry.instruments.base import SUBJECTS

MODULES = {
    module.__name__.rpartition(".")[2]: module
    for module in instruments.modules(instruments.__path__)
}
each_measure = pytest.mark.parametrize("found", MEASURES, ids=lambda found: found.anchor)

TWICE = '''"""Another PGA, for this test."""

from registry.instruments.base import Calculator
from registry.instruments.pga import INSTRUMENT as PGA

CALCULATORS = (Calculator("KEY", (), (), dict, PGA.rule),)
'''


@each_measure
def test_a_rule_has_title_version_source_licence_and_a_subject(found):
    rule = found.rule
    for text in (rule.title, rule.version, rule.source, rule.licence):
        assert text == text.strip() != ""
    assert rule.subject in SUBJECTS
    assert all(name.strip() and text.strip() for name, text in rule.settings.items())
    for sentence in (*rule.disagreements, *rule.uncertain):
        assert sentence[0] in "(“0123456789" or sentence[0].isupper(), sentence
        assert sentence.endswith((".", ")")), sentence


@each_measure
def test_what_is_provisional_says_why(found):
    assert not found.rule.provisional or (found.rule.note and found.rule.uncertain)


@pytest.mark.parametrize("code", sorted(INSTRUMENTS))
def test_an_instrument_says_of_itself_what_its_rule_says(code):
    instrument = INSTRUMENTS[code]
    for field in fields(instrument.rule):
        if field.name not in ("settings", "note"):
            assert getattr(instrument.rule, field.name) == getattr(instrument, field.name)
    assert instrument.rule.settings.keys() == instrument.settings.keys()
    assert instrument.subject != "other", "nobody finds it under “other”"


def test_what_patients_report_needs_no_examination():
    examined = {code for code, found in INSTRUMENTS.items() if found.examined}
    assert "sledai_2k" in examined
    assert not {code for code in examined if INSTRUMENTS[code].subject == "patient_reported"}


def test_a_setting_of_several_parts_is_written_in_words():
    assert INSTRUMENTS["bilag_2004"].rule.settings["weights"] == "A 12, B 8, C 1, D 0, E 0"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_no_file_of_the_folder_is_without_a_rule(name):
    module = MODULES[name]
    declared = [getattr(module, kind, None) for kind in ("INSTRUMENT", "RULE")]
    assert any(declared) or module.CALCULATORS


def test_every_key_belongs_to_exactly_one_measure():
    keys = [key for found in MEASURES for key in found.keys]
    assert sorted(keys) == sorted({found.key for found in CALCULATORS.values()})
    assert [found.instrument for found in MEASURES if found.instrument] == [*INSTRUMENTS.values()]


@pytest.mark.parametrize("of", [lambda m: m.rule.title, lambda m: m.anchor], ids=["title", "link"])
def test_no_two_measures_share_a_name(of):
    names = [of(found) for found in MEASURES]
    assert len(names) == len(set(names))


def test_a_calculator_without_a_rule_does_not_start():
    from registry.instruments.base import Calculator

    with pytest.raises(TypeError, match="rule"):
        Calculator("KEY", (), (), dict)


@pytest.mark.parametrize("key", ["PGA", "sle_das"])
def test_two_calculators_with_one_key_stop_the_start(tmp_path, monkeypatch, key):
    (tmp_path / f"twice_{key}.py").write_text(TWICE.replace("KEY", key), encoding="utf-8")
    folders = [*instruments.__path__, str(tmp_path)]
    monkeypatch.setattr(instruments, "__path__", folders)
    with pytest.raises(instruments.InvalidInstrumentError, match=key):
        instruments.discover_calculators(folders)
