"""``registry score``: every line is answered, and bad input gets a code and a sentence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli.score import COMMAND, answer
from registry.instruments import CALCULATORS

SLEDAI, PGA, MM, GC, DAILY = (
    "SLEDAI-2K",
    "PGA",
    "PGA.from_100mm",
    "GC.prednisone_equivalent",
    "GC.daily_dose",
)


def run(key, *lines):
    text = b"".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    result = CliRunner().invoke(COMMAND, [key], input=text, catch_exceptions=False)
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


BAD = [
    ("LVEF", "{}", "missing_input"),
    ("LVEF", '{"value": true}', "not_a_number"),
    ("CLASI", "{}", "missing_input"),
    (SLEDAI, "nonsense", "bad_json"),
    (SLEDAI, b"\xff\xfe{}", "bad_json"),
    (SLEDAI, "[" * 100_000, "bad_json"),
    (SLEDAI, "[]", "bad_json"),
    (SLEDAI, "null", "bad_json"),
    (SLEDAI, '{"present": [], "present": ["fever"]}', "bad_json"),
    (SLEDAI, '{"present": "fever"}', "bad_json"),
    (SLEDAI, "{}", "missing_input"),
    (SLEDAI, '{"present": null}', "missing_input"),
    (SLEDAI, '{"not_assessed": ["fever"]}', "missing_input"),
    (SLEDAI, '{"present": [], "absent": ["fever"]}', "unknown_input"),
    (SLEDAI, '{"present": ["gout"]}', "unknown_item"),
    (SLEDAI, '{"present": [1]}', "unknown_item"),
    (SLEDAI, '{"present": [["fever"]]}', "unknown_item"),
    (SLEDAI, '{"present": [], "not_assessed": ["Fever"]}', "unknown_item"),
    (
        SLEDAI,
        '{"present": ["fever"], "not_assessed": ["fever"]}',
        "item_both_present_and_not_assessed",
    ),
    (SLEDAI, '{"present": [], "all_other_items": "present"}', "out_of_range"),
    (SLEDAI, '{"present": [], "all_other_items": []}', "out_of_range"),
    (PGA, "{}", "missing_input"),
    (PGA, '{"value": "high"}', "not_a_number"),
    (PGA, '{"value": "١"}', "not_a_number"),
    (PGA, '{"value": "1_0"}', "not_a_number"),
    (PGA, '{"value": true}', "not_a_number"),
    (PGA, '{"value": {}}', "not_a_number"),
    (PGA, '{"value": "NaN"}', "not_a_number"),
    (PGA, '{"value": NaN}', "bad_json"),
    (PGA, '{"value": -Infinity}', "bad_json"),
    (MM, '{"mm": 101}', "out_of_range"),
    (MM, '{"mm": -0.1}', "out_of_range"),
    (MM, '{"mm": 1e400}', "out_of_range"),
    (MM, '{"mm": 1e99999999999999999999}', "out_of_range"),
    (MM, f'{{"mm": {"9" * 6000}}}', "out_of_range"),
    (MM, '{"value": 5}', "unknown_input"),
    (GC, '{"drug": "prednisone"}', "missing_input"),
    (GC, '{"dose_mg": 5}', "missing_input"),
    (GC, '{"drug": "prednisone", "dose_mg": "five"}', "not_a_number"),
    (GC, '{"drug": "prednisone", "dose_mg": -5}', "out_of_range"),
    (GC, '{"drug": "ibuprofen", "dose_mg": 5}', "no_factor"),
    (GC, '{"drug": 5, "dose_mg": 5}', "no_factor"),
    (DAILY, "{}", "missing_input"),
    (DAILY, '{"iv_pulse": []}', "missing_input"),
    (DAILY, '{"oral": "prednisone"}', "bad_json"),
    (DAILY, '{"oral": [{"drug": "prednisone"}]}', "missing_input"),
    (DAILY, '{"oral": [{"drug": "prednisone", "mg": 5, "dose": 5}]}', "unknown_input"),
    (DAILY, '{"oral": [{"drug": "unknown_steroid", "mg": 5}]}', "no_factor"),
    (DAILY, '{"oral": [], "iv_pulse": [{"drug": "prednisone", "mg": 5}]}', "missing_input"),
    (DAILY, '{"drug": "prednisone", "dose_mg": 5, "schedule": "sometimes"}', "out_of_range"),
    (DAILY, '{"drug": "prednisone", "dose_mg": 5, "route": ["iv"]}', "out_of_range"),
]


@pytest.mark.parametrize(("key", "line", "code"), BAD)
def test_bad_input_gets_its_code_and_a_sentence(key, line, code):
    exit_code, (reply,) = run(key, line)
    assert (exit_code, reply["error"]) == (1, code)
    assert set(reply) == {"error", "message"}
    assert 10 < len(reply["message"]) < 300


VECTORS = json.loads(
    (Path(__file__).parents[2] / "documents/instrument_vectors.json").read_text("utf-8")
)
CODES = {
    *("bad_json", "missing_input", "unknown_input", "unknown_item", "not_a_number"),
    *("item_both_present_and_not_assessed", "out_of_range"),
    *(vector["expected"]["error"] for vector in VECTORS if "error" in vector["expected"]),
}
NONSENSE = (None, True, "", "x", "2024-02-30", -1, 10**13, [], ["x"], [[]], {}, {"x": 1})


@pytest.mark.parametrize("key", sorted({vector["instrument"] for vector in VECTORS}))
def test_nonsense_in_any_place_is_answered_or_refused_by_a_code_of_the_contract(key):
    for vector in (one for one in VECTORS if one["instrument"] == key):
        for name in CALCULATORS[key].inputs:
            for value in NONSENSE:
                line = json.dumps(vector["inputs"] | {name: value}).encode()
                reply = answer(CALCULATORS[key], line)
                assert reply.get("error") in {None, *CODES}, (name, value)


def test_the_other_lines_are_still_answered_in_order():
    exit_code, replies = run(PGA, '{"value": 1}\n', "oops\n", "\n", '{"value": "2.5"}')
    assert exit_code == 1
    assert [reply.get("valid") for reply in replies] == [True, None, True]


@pytest.mark.parametrize("value", ["3.1", "-1", "0.555", "1e400", '"3.001"', "9" * 5000])
def test_a_number_off_the_scale_is_a_result_not_an_error(value):
    exit_code, (reply,) = run(PGA, f'{{"value": {value}}}')
    assert (exit_code, reply["valid"]) == (0, False)


def test_empty_input_and_empty_lines_are_no_error():
    assert run(PGA) == (0, [])
    assert run(PGA, "\n  \r\n") == (0, [])


def test_windows_line_ends_and_a_byte_order_mark_are_read():
    assert run(PGA, b'\xef\xbb\xbf{"value": 1}\r\n')[0] == 0


def test_an_unknown_key_is_wrong_use():
    result = CliRunner().invoke(COMMAND, ["SLEDAI-3K"], input="{}")
    assert result.exit_code == 2
    assert "SLEDAI-2K" in result.stderr


@pytest.mark.parametrize("key", ["SLEDAI-2K", "sledai_2k"])
def test_items_in_no_list_follow_the_default_or_what_is_said(key):
    _, (absent, unknown) = run(
        key, '{"present": ["fever"]}\n', '{"present": ["fever"], "all_other_items": "not_assessed"}'
    )
    assert (absent["complete"], absent["max_possible"], absent["total"]) == (True, 1, 1)
    assert (unknown["complete"], unknown["max_possible"], unknown["total"]) == (False, 105, None)


def test_unassessed_serology_leaves_the_clinical_score_complete():
    _, (reply,) = run("cSLEDAI-2K", '{"present": ["rash"], "not_assessed": ["low_complement"]}')
    assert (reply["clinical_points"], reply["complete"]) == (2, True)


def test_every_declared_output_is_there_even_when_empty():
    _, (reply,) = run(DAILY, '{"drug": "prednisone", "dose_mg": 5}')
    assert reply["pulse_in_window"] is None


# The packages above are emptied, so that only what scoring itself imports is seen.
PROBE = """
import sys, types
for name in ("registry", "registry.cli"):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [name.replace(".", "/")]
import registry.cli.score
print(*sorted({"flask", "sqlalchemy", "matplotlib", "numpy", "scipy"} & set(sys.modules)))
"""


def test_scoring_needs_none_of_the_heavy_libraries():
    top = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, cwd=top, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("", "")


def test_the_list_names_every_key_with_title_and_version():
    result = CliRunner().invoke(COMMAND, ["--list"], catch_exceptions=False)
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert set(lines) == {found.key for found in CALCULATORS.values()}
    for found in CALCULATORS.values():
        assert f"{found.rule.title} [{found.rule.version}]" in lines[found.key]
        assert ("provisional)" in lines[found.key]) == found.rule.provisional
