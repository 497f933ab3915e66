"""LLDAS: five criteria, each met, not met or unknown; one definite failure decides."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS, sledai_2k
from registry.instruments.lldas import MAJOR_ITEMS

LLDAS = CALCULATORS["LLDAS"]
QUIET = {
    "sledai2k": 2,
    "sledai_items": ["rash"],
    "haemolytic_anaemia": False,
    "gi_activity": False,
    "new_activity_since_last": False,
    "pga": "0.5",
    "pred_mg": "5",
    "maintenance_ok": True,
    "investigational_drug": False,
}
# What makes each criterion fail, and how it becomes unknown.
FAILS = {
    "haemolytic_anaemia": (True, 1),
    "gi_activity": (True, 1),
    "new_activity_since_last": (True, 2),
    "pga": ("1.01", 3),
    "pred_mg": ("7.51", 4),
    "maintenance_ok": (False, 5),
    "investigational_drug": (True, 5),
}


def lldas(**changes):
    return answer(LLDAS, json.dumps(QUIET | changes).encode())


def without(*names):
    inputs = {name: value for name, value in QUIET.items() if name not in names}
    return answer(LLDAS, json.dumps(inputs).encode())


@pytest.mark.parametrize(("name", "value", "number"), [(n, *f) for n, f in FAILS.items()])
def test_each_criterion_fails_under_its_number(name, value, number):
    found = lldas(**{name: value})
    assert (found["state"], found["failed"], found["missing"]) == ("not_met", [number], [])


@pytest.mark.parametrize(("name", "number"), [(n, f[1]) for n, f in FAILS.items()])
def test_what_is_not_known_is_missing_whether_null_or_not_there(name, number):
    for found in (lldas(**{name: None}), without(name)):
        assert (found["state"], found["failed"], found["missing"]) == (
            ("indeterminate", [], [number])
        )


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"pga": "1.00"}, "met"),
        ({"pga": 1}, "met"),
        ({"pga": "1.001"}, "not_met"),
        ({"pred_mg": "7.50"}, "met"),
        ({"pred_mg": 7.5}, "met"),
        ({"pred_mg": 7.500001}, "not_met"),
        ({"sledai2k": 4}, "met"),
        ({"sledai2k": "5"}, "not_met"),
    ],
)
def test_the_ceilings_themselves_are_within(changes, state):
    assert lldas(**changes)["state"] == state


@pytest.mark.parametrize("item", [item.code for item in sledai_2k.ITEMS])
def test_exactly_the_major_organs_fail_whatever_the_total(item):
    major = item in MAJOR_ITEMS
    assert lldas(sledai_items=[item], sledai2k=2)["failed"] == ([1] if major else [])


def test_the_major_organs_are_15_of_the_24_items():
    spared = {
        *("arthritis", "myositis", "rash", "alopecia", "mucosal_ulcers", "low_complement"),
        *("increased_dna_binding", "thrombocytopenia", "leukopenia"),
    }
    assert {item.code for item in sledai_2k.ITEMS} - MAJOR_ITEMS == spared


def test_myositis_is_shown_and_decides_nothing():
    found = lldas(sledai_items=["myositis"], sledai2k=4)
    assert (found["state"], found["warnings"]) == (
        ("met", ["myositis_is_no_major_organ_by_the_letter"])
    )


@pytest.mark.parametrize(
    ("known", "possible", "criterion"),
    [(0, 4, "met"), (2, 6, "indeterminate"), (5, 9, "not_met"), (None, 4, "met"), (2, None, "x")],
)
def test_bounds_decide_only_where_they_agree(known, possible, criterion):
    found = lldas(sledai2k=None, sledai_known_points=known, sledai_max_possible=possible)
    assert found["criteria"]["1"] == (criterion if criterion != "x" else "indeterminate")


def test_without_a_score_what_is_present_may_already_weigh_too_much():
    assert lldas(sledai2k=None, sledai_items=["arthritis", "rash"])["failed"] == [1]
    assert lldas(sledai2k=None)["missing"] == [1]


def test_a_score_without_its_items_says_nothing_of_the_major_organs_unless_it_is_0():
    assert lldas(sledai_items=None)["missing"] == [1]
    assert lldas(sledai_items=None, sledai2k=5)["failed"] == [1]
    assert lldas(sledai_items=None, sledai2k=0)["state"] == "met"


def test_a_major_organ_that_nobody_looked_at_leaves_the_first_open():
    assert lldas(sledai_not_assessed=["fever"])["missing"] == [1]
    assert lldas(sledai_not_assessed=["low_complement"])["state"] == "met"


@pytest.mark.parametrize(
    ("pulse", "mg", "state"),
    [
        (False, "5", "met"),
        (True, "5", "not_met"),
        (True, None, "not_met"),
        (None, "5", "indeterminate"),
        (None, "8", "not_met"),
    ],
)
def test_a_recent_pulse_fails_the_fourth(pulse, mg, state):
    found = lldas(recent_pulse=pulse, pred_mg=mg)
    assert found["criteria"]["4"] == found["state"] == state


def test_without_the_bar_an_investigational_drug_is_let_pass():
    found = lldas(investigational_drug=True)
    assert (found["state"], found["state_without_bar"]) == ("not_met", "met")
    found = lldas(investigational_drug=None, maintenance_ok=False)
    assert found["failed"] == found["failed_without_bar"] == [5]


def test_with_nothing_known_everything_is_missing():
    found = answer(LLDAS, b'{"pga": null}')
    assert (found["state"], found["missing"]) == ("indeterminate", [1, 2, 3, 4, 5])


def test_a_question_about_nothing_is_refused():
    assert answer(LLDAS, b"{}")["error"] == "missing_input"


def test_items_that_weigh_more_than_the_score_are_said():
    assert lldas(sledai2k=2, sledai_items=["arthritis"])["warnings"] == (
        ["items_weigh_more_than_the_score"]
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pga": "3.1"}, "out_of_range"),
        ({"pga": "low"}, "not_a_number"),
        ({"pga": True}, "not_a_number"),
        ({"pred_mg": "-1"}, "out_of_range"),
        ({"sledai2k": 106}, "out_of_range"),
        ({"sledai2k": "2.5"}, "out_of_range"),
        ({"sledai2k": None, "sledai_known_points": 5, "sledai_max_possible": 4}, "out_of_range"),
        ({"sledai_items": "rash"}, "bad_json"),
        ({"sledai_items": ["gout"]}, "unknown_item"),
        ({"sledai_items": [["rash"]]}, "unknown_item"),
        (
            {"sledai_not_assessed": ["rash"]},
            "item_both_present_and_not_assessed",
        ),
        ({"haemolytic_anaemia": "no"}, "out_of_range"),
        ({"maintenance_ok": 1}, "out_of_range"),
        ({"drug_intolerance": False}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(changes, code):
    assert lldas(**changes)["error"] == code


gaps = st.fixed_dictionaries(
    {name: st.sampled_from([QUIET[name], value, None]) for name, (value, _) in FAILS.items()}
)


@given(gaps)
def test_the_state_holds_for_every_way_of_filling_the_gaps(given_facts):
    found = lldas(**given_facts)
    blanks = [name for name, value in given_facts.items() if value is None]
    best = given_facts | {name: QUIET[name] for name in blanks}
    worst = given_facts | {name: FAILS[name][0] for name in blanks}
    ends = {lldas(**best)["state"], lldas(**worst)["state"]}
    assert found["state"] == (ends.pop() if len(ends) == 1 else "indeterminate")


@given(st.permutations(["rash", "alopecia", "fever"]))
def test_the_order_of_items_does_not_matter(items):
    assert lldas(sledai_items=items, sledai2k=5) == lldas(
        sledai_items=["rash", "alopecia", "fever"], sledai2k=5
    )


@given(st.decimals(0, 20, places=2), st.decimals(0, 20, places=2))
def test_a_higher_dose_never_helps(one, other):
    low, high = sorted((one, other))
    rank = {"met": 0, "not_met": 1}
    assert rank[lldas(pred_mg=str(low))["state"]] <= rank[lldas(pred_mg=str(high))["state"]]
