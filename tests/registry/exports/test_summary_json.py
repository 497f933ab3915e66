import json
from hashlib import sha256

import pytest

from registry.analysis.provenance import UNHASHED
from registry.exports.summary_json import render


def test_the_file_is_the_summary(summarised, patients):
    summary = summarised(patients, by="lot")
    assert json.loads(render(summary)) == summary


def test_the_hash_can_be_checked_from_the_file_alone(summarised, patients):
    read = json.loads(render(summarised(patients)))
    printed = read["provenance"]["sha256"]
    for key in UNHASHED:
        del read["provenance"][key]
    text = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256(text.encode()).hexdigest() == printed


def test_keys_are_sorted_and_the_file_ends_with_a_line_break(summarised):
    text = render(summarised([]))
    assert list(json.loads(text)) == sorted(json.loads(text))
    assert text.endswith("}\n")


def test_a_row_of_a_table_stands_on_one_line(summarised, patients):
    summary = summarised(patients, by="lot")
    lines = {line.strip(" ,") for line in render(summary).splitlines()}
    rows = [*summary["states"], *summary["activity"], *summary["groups"][0]["states"]]
    assert summary["states"]
    for row in rows:
        text = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert text in lines


def test_a_number_that_is_none_is_refused(summarised):
    with pytest.raises(ValueError, match="JSON"):
        render(summarised([]) | {"limits": [float("nan")]})
