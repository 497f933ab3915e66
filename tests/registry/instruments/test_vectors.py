"""Every worked case of the instruments gives what its source says."""

import json
from pathlib import Path

import pytest

from registry.cli.score import answer
from registry.instruments import CALCULATORS

VECTORS = json.loads(
    (Path(__file__).parents[2] / "documents/instrument_vectors.json").read_text("utf-8")
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_worked_case_gives_the_published_answer(vector):
    line = json.dumps(vector["inputs"]).encode()
    given = answer(CALCULATORS[vector["instrument"]], line)
    assert {name: given[name] for name in vector["expected"]} == vector["expected"]


def test_every_key_with_worked_cases_can_be_computed():
    assert {vector["instrument"] for vector in VECTORS} <= set(CALCULATORS)


@pytest.mark.parametrize("key", sorted({vector["instrument"] for vector in VECTORS}))
def test_every_output_that_a_worked_case_names_is_declared(key):
    named = {out for v in VECTORS if v["instrument"] == key for out in v["expected"]} - {"error"}
    assert named <= set(CALCULATORS[key].outputs)
