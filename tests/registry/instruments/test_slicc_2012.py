"""SLICC 2012: four with both kinds, the biopsy route, and Coombs only without haemolysis."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.slicc_2012 import CLINICAL, IMMUNOLOGIC, WITH_BIOPSY, classify

CODES = [*CLINICAL, *IMMUNOLOGIC]
SIX = sorted({*IMMUNOLOGIC})
found = st.frozensets(st.sampled_from(CODES))


def ask(clinical=(), immunologic=(), **inputs):
    lists = {"clinical": [*clinical], "immunologic": [*immunologic]}
    return answer(CALCULATORS["SLICC-2012"], json.dumps(lists | inputs).encode())


def split(codes):
    return [c for c in codes if c in CLINICAL], [c for c in codes if c in IMMUNOLOGIC]


def test_there_are_eleven_clinical_and_six_immunological_criteria():
    assert (len(CLINICAL), len(IMMUNOLOGIC), len(set(CODES))) == (11, 6, 17)


@pytest.mark.parametrize(
    ("clinical", "immunologic", "classified"),
    [(3, 1, True), (2, 2, True), (1, 3, True), (2, 1, False), (4, 0, False), (0, 6, False)],
)
def test_four_are_needed_with_one_of_each_kind(clinical, immunologic, classified):
    reply = ask([*CLINICAL][:clinical], [*IMMUNOLOGIC][:immunologic])
    assert reply["classified"] is classified
    assert reply["count"] == clinical + immunologic


@pytest.mark.parametrize("code", SIX)
def test_a_biopsy_needs_ana_or_anti_dsdna(code):
    reply = ask([], [code], biopsy_nephritis=True)
    assert reply["classified"] is reply["by_biopsy"] is (code in WITH_BIOPSY)
    assert ask([], [code], biopsy_nephritis=False)["classified"] is False


def test_a_biopsy_alone_is_not_enough():
    assert ask(biopsy_nephritis=True)["classified"] is False


def test_coombs_does_not_count_beside_haemolytic_anaemia():
    with_it = ask(["haemolytic_anaemia", "leukopenia"], ["ana", "direct_coombs"])
    assert (with_it["count"], with_it["immunologic_count"], with_it["classified"]) == (3, 1, False)
    without = ask(["renal", "leukopenia"], ["ana", "direct_coombs"])
    assert (without["count"], without["classified"]) == (4, True)


def test_haemolysis_can_take_the_only_immunological_criterion_away():
    three, coombs = ["renal", "synovitis", "serositis"], ["direct_coombs"]
    assert ask(three, coombs)["classified"] is True
    assert ask([*three, "haemolytic_anaemia"], coombs)["classified"] is False
    open_ = ask(three, coombs, not_assessed=["haemolytic_anaemia"])
    assert (open_["classified"], open_["count"], open_["immunologic_count"]) == (None, 4, 0)


def test_what_was_not_tested_is_listed_and_leaves_the_answer_open():
    reply = ask(["renal", "synovitis", "serositis"], not_assessed=["ana"])
    assert (reply["classified"], reply["count"], reply["max_possible"]) == (None, 3, 4)
    assert (reply["complete"], reply["missing"]) == (False, ["ana"])
    assert ask(["renal"], not_assessed=["ana"])["classified"] is False
    assert ask([], ["ana"], biopsy_nephritis=None)["classified"] is None
    assert ask([], ["ana"], biopsy_nephritis=None)["missing"] == ["biopsy_nephritis"]
    assert ask([], ["ana"])["complete"] is True


@given(found, st.sampled_from(sorted(set(CODES) - {"haemolytic_anaemia"})), st.booleans())
def test_one_criterion_more_never_classifies_less(codes, code, biopsy):
    less, more = classify(codes - {code}, biopsy), classify(codes | {code}, biopsy)
    assert 0 <= less.count <= more.count <= 16
    assert less.classified <= more.classified
    assert classify(codes, False).classified <= classify(codes, True).classified


@given(
    found,
    st.lists(st.sampled_from([*CODES, "haemolytic_anaemia"]), max_size=4, unique=True),
    st.sampled_from([True, False, None]),
)
def test_the_answer_is_what_all_completions_share(codes, gaps, biopsy):
    sure = codes - set(gaps)
    reply = ask(*split(sure), not_assessed=gaps, biopsy_nephritis=biopsy)
    full = [
        classify(sure | {code for code, yes in zip(gaps, filled, strict=True) if yes}, known)
        for known in ([True, False] if biopsy is None else [biopsy])
        for filled in product([True, False], repeat=len(gaps))
    ]
    outcomes = {one.classified for one in full}
    assert reply["classified"] is (outcomes.pop() if len(outcomes) == 1 else None)
    assert reply["count"] == min(one.count for one in full)
    assert reply["max_possible"] == max(one.count for one in full)
    assert reply["immunologic_count"] == min(one.immunologic for one in full)


@given(st.lists(st.sampled_from(CODES)), st.randoms())
def test_neither_order_nor_repetition_matters(codes, chance):
    shuffled = [*codes, *codes]
    chance.shuffle(shuffled)
    assert ask(*split(codes)) == ask(*split(shuffled))


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "missing_input"),
        ({"clinical": []}, "missing_input"),
        ({"clinical": [], "immunologic": None}, "missing_input"),
        ({"clinical": "renal", "immunologic": []}, "bad_json"),
        ({"clinical": ["ana"], "immunologic": []}, "unknown_item"),
        ({"clinical": [], "immunologic": ["renal"]}, "unknown_item"),
        ({"clinical": [], "immunologic": [1]}, "unknown_item"),
        ({"clinical": [], "immunologic": [], "not_assessed": ["gout"]}, "unknown_item"),
        ({"clinical": [], "immunologic": [], "biopsy_nephritis": "no"}, "out_of_range"),
        ({"clinical": [], "immunologic": [], "all_other_items": "x"}, "out_of_range"),
        ({"clinical": [], "immunologic": [], "biopsy": True}, "unknown_input"),
        (
            {"clinical": ["renal"], "immunologic": [], "not_assessed": ["renal"]},
            "item_both_present_and_not_assessed",
        ),
    ],
)
def test_bad_input_has_its_code(inputs, code):
    reply = answer(CALCULATORS["SLICC-2012"], json.dumps(inputs).encode())
    assert reply.get("error") == code, reply
    assert 10 < len(reply["message"]) < 300
