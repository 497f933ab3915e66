"""Every cut-off of an item from a result is strict: at the limit there is no candidate."""

import json

import pytest

from registry.cli.score import answer
from registry.instruments import CALCULATORS

CALCULATOR = CALCULATORS["SLEDAI-2K.lab_item"]


def candidate(**inputs):
    return dict(answer(CALCULATOR, json.dumps(inputs).encode()))["candidate"]


@pytest.mark.parametrize(
    ("inputs", "name", "at", "beyond"),
    [
        ({"item": "leukopenia", "unit": "10^9/L"}, "wbc", "3.0", "2.99"),
        ({"item": "thrombocytopenia", "unit": "10^9/L"}, "platelets", "100", "99"),
        ({"item": "fever", "unit": "C", "infection_excluded": True}, "temp", "38.0", "38.1"),
        ({"item": "proteinuria", "unit": "g/24h"}, "protein_24h", "0.5", "0.51"),
        ({"item": "proteinuria", "unit": "mg/mmol"}, "upcr", "50", "50.1"),
        ({"item": "proteinuria", "unit": "mg/g"}, "upcr", "500", "501"),
    ],
)
def test_at_the_limit_there_is_no_candidate(inputs, name, at, beyond):
    assert [candidate(**inputs, **{name: value}) for value in (at, beyond)] == [False, True]
