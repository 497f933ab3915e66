"""EULAR/ACR 2019: the highest item of a domain, ANA first, ten points with a clinical item."""

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.eular_acr_2019 import (
    CLINICAL,
    CLINICAL_ITEMS,
    DOMAINS,
    ENOUGH_WITH_ANA,
    IMMUNOLOGICAL,
    MAXIMUM,
    WEIGHTS,
    classify,
)
from registry.instruments.eular_acr_2019_items import LAB_ITEMS

CODES = sorted(WEIGHTS)
answers = st.fixed_dictionaries(dict.fromkeys(CODES, st.sampled_from([True, False, None])))
yes_no = st.sampled_from([True, False, None])


def ask(**inputs):
    return answer(CALCULATORS["EULAR-ACR-2019"], json.dumps(inputs).encode())


def candidate(**inputs):
    reply = answer(CALCULATORS["EULAR-ACR-2019.lab_item"], json.dumps(inputs).encode())
    return reply.get("error", reply.get("candidate"))


def of(*present, unknown=()):
    return {code: True if code in present else None if code in unknown else False for code in CODES}


def test_the_clinical_domains_reach_39_and_the_immunological_12():
    most = [sum(max(d.values()) for d in part.values()) for part in (CLINICAL, IMMUNOLOGICAL)]
    assert (most, MAXIMUM, len(WEIGHTS)) == ([39, 12], 51, 21)


@pytest.mark.parametrize("code", CODES)
def test_only_the_biopsy_classifies_alone(code):
    assert classify(True, of(code)).total == WEIGHTS[code]
    assert classify(True, of(code)).classified is (code in ENOUGH_WITH_ANA)


@pytest.mark.parametrize(
    ("ana", "item", "by_biopsy"),
    [(True, "class_III_IV", True), (False, "class_III_IV", False), (True, "class_II_V", False)],
)
def test_the_route_by_biopsy_is_named(ana, item, by_biopsy):
    assert ask(ana_1_80=ana, items=[item, "joint"])["by_biopsy"] is by_biopsy


@pytest.mark.parametrize("domain", sorted(DOMAINS))
def test_a_domain_counts_its_highest_item_only(domain):
    items = DOMAINS[domain]
    assert classify(True, of(*items)).total == max(items.values())


@pytest.mark.parametrize(
    ("items", "classified"),
    [
        (("joint", "low_c3_or_c4"), False),  # 9
        (("joint", "low_c3_and_c4"), True),  # 10
        (("dsdna_or_sm", "low_c3_and_c4"), False),  # 10, nothing clinical
        (("dsdna_or_sm", "low_c3_and_c4", "fever"), True),
    ],
)
def test_ten_points_are_enough_with_a_clinical_item(items, classified):
    assert classify(True, of(*items)).classified is classified


@pytest.mark.parametrize(("ana", "classified"), [(True, True), (False, False), (None, None)])
def test_without_the_entry_antibody_nothing_classifies(ana, classified):
    reply = ask(ana_1_80=ana, items=["class_III_IV"])
    assert (reply["total"], reply["classified"]) == (10, classified)
    assert reply["missing"] == (["ana_1_80"] if ana is None else [])


def test_what_was_not_tested_leaves_the_answer_open_only_where_it_decides():
    reply = ask(ana_1_80=True, items=["joint"], not_assessed=["dsdna_or_sm"])
    assert (reply["total"], reply["max_possible"], reply["classified"]) == (6, 12, None)
    assert (reply["complete"], reply["missing"]) == (False, ["dsdna_or_sm"])
    assert ask(ana_1_80=True, items=["fever"], not_assessed=["joint"])["classified"] is False
    assert ask(ana_1_80=False, items=[], all_other_items="not_assessed")["classified"] is False
    assert ask(ana_1_80=True, items=[], all_other_items="not_assessed")["max_possible"] == 51


@given(yes_no, answers)
def test_points_stay_within_their_bounds(ana, items):
    result = classify(ana, items)
    assert 0 <= result.total <= result.max_possible <= MAXIMUM
    if ana is False:
        assert result.classified is False


@given(yes_no, answers, st.sampled_from(CODES))
def test_one_item_more_never_gives_less(ana, items, code):
    less, more = classify(ana, items | {code: False}), classify(ana, items | {code: True})
    assert less.total <= more.total
    assert not (less.classified and not more.classified)


@given(
    yes_no,
    st.sets(st.sampled_from(CODES)),
    st.lists(st.sampled_from(CODES), max_size=4, unique=True),
)
def test_the_answer_is_what_all_completions_share(ana, present, gaps):
    items = of(*present) | dict.fromkeys(gaps)
    result = classify(ana, items)
    full = [
        classify(known, items | dict(zip(gaps, filled, strict=True)))
        for known in ([True, False] if ana is None else [ana])
        for filled in product([True, False], repeat=len(gaps))
    ]
    outcomes = {one.classified for one in full}
    assert result.classified is (outcomes.pop() if len(outcomes) == 1 else None)
    assert result.total == min(one.total for one in full)
    assert result.max_possible == max(one.total for one in full)


@given(st.lists(st.sampled_from(CODES)), st.randoms())
def test_neither_order_nor_repetition_matters(items, chance):
    shuffled = [*items, *items]
    chance.shuffle(shuffled)
    assert ask(ana_1_80=True, items=items) == ask(ana_1_80=True, items=shuffled)


@pytest.mark.parametrize(
    ("inputs", "found"),
    [
        ({"item": "fever", "temp_c": 38.3}, False),
        ({"item": "fever", "temp_c": "38.31"}, True),
        ({"item": "fever", "temp_c": "39", "other_cause": True}, False),
        ({"item": "fever", "temp_c": "39", "other_cause": None}, True),
        ({"item": "fever", "temp_c": "39", "unit": "C"}, True),
        ({"item": "fever"}, None),
        ({"item": "fever", "temp_c": None}, None),
        ({"item": "leukopenia", "wbc": "3.99"}, True),
        ({"item": "leukopenia", "wbc": 4}, False),
        ({"item": "leukopenia", "wbc": "<4.0"}, True),
        ({"item": "leukopenia", "wbc": "<5"}, None),
        ({"item": "leukopenia", "wbc": ">= 4.0"}, False),
        ({"item": "leukopenia", "wbc": 3, "unit": "G/L"}, True),
        ({"item": "leukopenia", "wbc": 3999, "unit": "/uL"}, True),
        ({"item": "leukopenia", "wbc": 4000, "unit": "/uL"}, False),
        ({"item": "thrombocytopenia", "platelets": "99.9"}, True),
        ({"item": "thrombocytopenia", "platelets": 100}, False),
        ({"item": "proteinuria", "protein_24h_g": "0.51"}, True),
        ({"item": "proteinuria", "protein_24h_g": "0.5"}, False),
        ({"item": "proteinuria", "upcr": 500, "unit": "mg/g"}, False),
        ({"item": "proteinuria", "upcr": 501, "unit": "mg/g"}, True),
        ({"item": "proteinuria", "upcr": 50, "unit": "mg/mmol"}, False),
        ({"item": "proteinuria", "upcr": "50.1", "unit": "mg/mmol"}, True),
        ({"item": "proteinuria"}, None),
        ({"item": "proteinuria", "protein_24h_g": 0.2, "upcr": 900, "unit": "mg/g"}, False),
        ({"item": "low_c3_or_c4", "c3": 0.8, "c3_lln": 0.9}, True),
        ({"item": "low_c3_or_c4", "c3": 0.9, "c3_lln": 0.9}, None),
        ({"item": "low_c3_or_c4", "c3": 0.9, "c3_lln": 0.9, "c4": 1, "c4_lln": 0.1}, False),
        ({"item": "low_c3_and_c4", "c3": 0.8, "c3_lln": 0.9}, None),
        ({"item": "low_c3_and_c4", "c3": 0.9, "c3_lln": 0.9}, False),
        ({"item": "low_c3_and_c4", "c3": 0.8, "c3_lln": 0.9, "c4": 0, "c4_lln": 0.1}, True),
        ({"item": "low_c3_and_c4", "c3": 0.8, "c4": 0.05}, None),
    ],
)
def test_a_value_makes_a_candidate_by_strict_cut_offs(inputs, found):
    assert candidate(**inputs) is found


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "missing_input"),
        ({"item": "joint"}, "unknown_item"),
        ({"item": ["fever"]}, "unknown_item"),
        ({"item": "fever", "temp_c": "100.4"}, "out_of_range"),
        ({"item": "fever", "temp_c": 39, "unit": "F"}, "out_of_range"),
        ({"item": "fever", "temp_c": "hot"}, "not_a_number"),
        ({"item": "fever", "temp_c": 39, "other_cause": "yes"}, "out_of_range"),
        ({"item": "leukopenia", "wbc": 3900}, "out_of_range"),
        ({"item": "leukopenia", "wbc": -1}, "out_of_range"),
        ({"item": "leukopenia", "wbc": True}, "not_a_number"),
        ({"item": "leukopenia", "wbc": 3, "unit": "mg/L"}, "out_of_range"),
        ({"item": "thrombocytopenia", "platelets": 99000}, "out_of_range"),
        ({"item": "proteinuria", "protein_24h_g": 500}, "out_of_range"),
        ({"item": "proteinuria", "protein_24h_g": 50, "unit": "mg/24h"}, "out_of_range"),
        ({"item": "proteinuria", "upcr": 500}, "missing_input"),
        ({"item": "proteinuria", "temp": 38}, "unknown_input"),
    ],
)
def test_a_bad_laboratory_value_has_its_code(inputs, code):
    assert candidate(**inputs) == code


def test_every_laboratory_item_is_an_item():
    assert set(LAB_ITEMS) <= set(WEIGHTS)
    assert set(CODES) >= CLINICAL_ITEMS >= ENOUGH_WITH_ANA


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"items": []}, "missing_input"),
        ({"ana_1_80": True}, "missing_input"),
        ({"ana_1_80": True, "items": None}, "missing_input"),
        ({"ana_1_80": "yes", "items": []}, "out_of_range"),
        ({"ana_1_80": 1, "items": []}, "out_of_range"),
        ({"ana_1_80": True, "items": "joint"}, "bad_json"),
        ({"ana_1_80": True, "items": ["gout"]}, "unknown_item"),
        ({"ana_1_80": True, "items": [["joint"]]}, "unknown_item"),
        ({"ana_1_80": True, "items": [], "not_assessed": ["Joint"]}, "unknown_item"),
        ({"ana_1_80": True, "items": [], "all_other_items": []}, "out_of_range"),
        ({"ana_1_80": True, "items": [], "ana": True}, "unknown_input"),
        (
            {"ana_1_80": True, "items": ["joint"], "not_assessed": ["joint"]},
            "item_both_present_and_not_assessed",
        ),
    ],
)
def test_bad_input_has_its_code(inputs, code):
    reply = ask(**inputs)
    assert reply.get("error") == code, reply
    assert 10 < len(reply["message"]) < 300
