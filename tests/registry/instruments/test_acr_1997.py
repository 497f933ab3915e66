"""ACR 1997: any four of eleven, and open where what was not assessed decides."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.acr_1997 import CRITERIA, classify

CODES = [*CRITERIA]
answers = st.fixed_dictionaries(dict.fromkeys(CODES, st.sampled_from([True, False, None])))


def ask(criteria, **inputs):
    lists = {"criteria": criteria}
    return answer(CALCULATORS["ACR-1997"], json.dumps(lists | inputs).encode())


@pytest.mark.parametrize("count", range(12))
def test_four_of_eleven_are_enough_whichever_they_are(count):
    for met in (CODES[:count], CODES[11 - count :]):
        reply = ask(met)
        assert (reply["count"], reply["classified"]) == (count, count >= 4)
        assert (reply["complete"], reply["max_possible"]) == (True, count)


@pytest.mark.parametrize(
    ("met", "gaps", "classified"), [(3, 1, None), (4, 7, True), (2, 1, False), (0, 3, False)]
)
def test_what_was_not_assessed_leaves_the_answer_open_only_where_it_decides(met, gaps, classified):
    unknown = CODES[met : met + gaps]
    reply = ask(CODES[:met], not_assessed=unknown)
    assert (reply["count"], reply["max_possible"]) == (met, met + gaps)
    assert (reply["classified"], reply["missing"]) == (classified, unknown)
    assert reply["complete"] is False


def test_all_others_may_be_called_not_assessed():
    reply = ask(["malar"], all_other_items="not_assessed")
    assert (reply["count"], reply["max_possible"], reply["classified"]) == (1, 11, None)


@given(answers)
def test_the_answer_is_what_all_completions_share(given_):
    gaps = [code for code, known in given_.items() if known is None][:4]
    items = {code: code in gaps or bool(known) for code, known in given_.items()}
    outcomes = {
        classify(items | dict(zip(gaps, filled, strict=True)))
        for filled in product([True, False], repeat=len(gaps))
    }
    expected = outcomes.pop() if len(outcomes) == 1 else None
    assert classify(items | dict.fromkeys(gaps)) is expected


@given(st.lists(st.sampled_from(CODES)), st.randoms())
def test_neither_order_nor_repetition_matters(met, chance):
    shuffled = [*met, *met]
    chance.shuffle(shuffled)
    assert ask(met) == ask(shuffled)
    assert 0 <= ask(met)["count"] == len(set(met)) <= 11


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{}", "missing_input"),
        ('{"criteria": null}', "missing_input"),
        ('{"criteria": "malar"}', "bad_json"),
        ('{"criteria": ["malar", "malar_rash"]}', "unknown_item"),
        ('{"criteria": [null]}', "unknown_item"),
        ('{"criteria": [], "not_assessed": ["ANA"]}', "unknown_item"),
        ('{"criteria": [], "not_assessed": {}}', "bad_json"),
        ('{"criteria": [], "all_other_items": null}', "out_of_range"),
        ('{"criteria": [], "items": []}', "unknown_input"),
        (
            '{"criteria": ["ana"], "not_assessed": ["ana"]}',
            "item_both_present_and_not_assessed",
        ),
    ],
)
def test_bad_input_has_its_code(line, code):
    reply = answer(CALCULATORS["ACR-1997"], line.encode())
    assert reply.get("error") == code, reply
    assert 10 < len(reply["message"]) < 300
