"""SLE-DAS: limits that count, amounts that must be there, and nothing guessed."""

import json
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.sle_das import AMOUNTS, WEIGHTS, category

SLE_DAS = CALCULATORS["SLE-DAS"]
simple = sorted(set(WEIGHTS) - {"generalised_rash"})
findings = st.fixed_dictionaries(
    {
        **dict.fromkeys(simple, st.sampled_from([0, 1])),
        "swollen_joints_28": st.integers(0, 28),
        "proteinuria_mg": st.sampled_from([0, 499, 500, "500.01", 501, 3000, 100_000]),
        "platelets": st.sampled_from(["0.1", 20, "99.9", 100, 101, 5000]),
        "wbc": st.sampled_from(["0.01", "2.9", "2.99", 3, "3.1", 1000]),
    }
)


def ask(**inputs):
    return answer(SLE_DAS, json.dumps(inputs).encode())


def test_every_answer_says_that_it_is_provisional():
    assert ask()["provisional"] is True
    assert ask(alopecia=None)["provisional"] is True


@pytest.mark.parametrize(("name", "weight"), sorted(WEIGHTS.items()))
def test_each_finding_adds_its_coefficient(name, weight):
    assert Decimal(str(ask(**{name: 1})["score"])) == Decimal("0.366") + weight
    assert ask(**{name: True}) == ask(**{name: 1})
    assert ask(**{name: 0}) == ask()


@pytest.mark.parametrize(
    ("inputs", "score"),
    [
        ({"arthritis": 1, "swollen_joints_28": 6}, 6.222),
        ({"swollen_joints_28": 6}, 6.222),
        ({"swollen_joints_28": 1}, 3.952),
        ({"arthritis": 1, "swollen_joints_28": 0}, 3.498),
        ({"arthritis": 0, "swollen_joints_28": 0}, 0.366),
        ({"swollen_joints_28": 28}, 16.21),
    ],
)
def test_a_swollen_joint_makes_arthritis(inputs, score):
    assert ask(**inputs)["score"] == score


@pytest.mark.parametrize(
    ("inputs", "score"),
    [
        ({"proteinuria_mg": "500"}, 0.366),
        ({"proteinuria_mg": "500.1"}, 6.467),
        ({"proteinuria_mg": 2000, "proteinuria_flag": True}, 11.749),
        ({"proteinuria_mg": 2000, "proteinuria_flag": False}, 0.366),
        ({"platelets": "100"}, 0.366),
        ({"platelets": "99"}, 0.844),
        ({"wbc": 3.0}, 0.366),
        ({"wbc": "2.9"}, 1.099),
        ({"wbc": "2.9", "leukopenia_flag": False}, 0.366),
    ],
)
def test_an_amount_counts_past_its_limit_and_only_as_lupus(inputs, score):
    assert ask(**inputs)["score"] == score


@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: amount.name)
def test_a_flag_without_its_amount_is_an_error(amount):
    assert ask(**{amount.flag: True})["error"] == "amount_required"
    assert ask(**{amount.flag: 1, amount.name: None})["error"] == "amount_required"
    assert ask(**{amount.flag: False})["score"] == 0.366


@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: amount.name)
def test_an_amount_that_nobody_attributes_to_lupus_leaves_no_score(amount):
    extreme = str(amount.high if amount.above else amount.low)
    assert ask(**{amount.name: extreme})["score"] > 1
    given = ask(**{amount.name: extreme, amount.flag: None})
    assert (given["score"], given["missing"]) == (None, [amount.name])


def test_protein_of_zero_is_no_amount_of_proteinuria():
    assert ask(proteinuria_flag=True, proteinuria_mg=0)["error"] == "amount_required"
    assert ask(proteinuria_flag=True, proteinuria_mg=500)["score"] == 0.366
    assert ask(proteinuria_mg=0)["score"] == 0.366


@pytest.mark.parametrize("inputs", [{"arthritis": 1}, {"arthritis": 1, "swollen_joints_28": None}])
def test_arthritis_without_its_joints_is_an_error(inputs):
    assert ask(**inputs)["error"] == "amount_required"


@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: amount.name)
def test_no_amount_past_its_limit_takes_points_away(amount):
    near = amount.limit + Decimal("0.0001") * (1 if amount.above else -1)
    far = amount.high if amount.above else amount.low
    assert 0 < amount.points(near) < amount.points(far)


@pytest.mark.parametrize(
    "name", [*WEIGHTS, "arthritis", "swollen_joints_28", *(amount.name for amount in AMOUNTS)]
)
def test_what_was_not_assessed_leaves_no_score(name):
    given = ask(**{name: None})
    assert (given["score"], given["score_2dp"], given["category"]) == (None, None, None)
    assert given["complete"] is False
    assert given["missing"] == ["arthritis" if name == "swollen_joints_28" else name]


@pytest.mark.parametrize(
    ("score", "name"),
    [
        ("2.08", "remission_range"),
        ("2.084999", "remission_range"),
        ("2.085", "mild"),
        ("7.644999", "mild"),
        ("7.645", "moderate_severe"),
    ],
)
def test_a_category_is_judged_after_rounding_half_up(score, name):
    assert category(Decimal(score)) == name


def test_halves_are_rounded_up_not_to_even():
    assert ask(serositis=1, mucosal_ulcers=1)["score_2dp"] == 9.14


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"localised_rash": 1, "generalised_rash": 1}, "out_of_range"),
        ({"arthritis": 0, "swollen_joints_28": 2}, "out_of_range"),
        ({"swollen_joints_28": 29}, "out_of_range"),
        ({"swollen_joints_28": "1.5"}, "out_of_range"),
        ({"platelets": 0}, "out_of_range"),
        ({"platelets": 99_000}, "out_of_range"),
        ({"wbc": 0}, "out_of_range"),
        ({"proteinuria_mg": -1}, "out_of_range"),
        ({"alopecia": 2}, "out_of_range"),
        ({"alopecia": "0.5"}, "out_of_range"),
        ({"alopecia": "yes"}, "not_a_number"),
        ({"wbc": "low"}, "not_a_number"),
        ({"fever": 1}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(inputs, code):
    assert ask(**inputs)["error"] == code


@given(findings, st.sampled_from(simple))
def test_one_more_finding_never_lowers_the_score(inputs, name):
    without, with_it = ask(**inputs | {name: 0}), ask(**inputs | {name: 1})
    assert 0.366 <= without["score"] < with_it["score"]


@given(findings, st.sets(st.sampled_from([*simple, "platelets", "wbc", "proteinuria_mg"])))
def test_a_gap_never_has_a_score(inputs, unknown):
    given = ask(**inputs | dict.fromkeys(unknown))
    assert set(given["missing"]) == unknown
    assert (given["score"] is None) is bool(unknown)


def test_the_score_does_not_depend_on_the_digits_of_its_surroundings():
    whole = ask(proteinuria_mg=777, platelets=33, wbc="1.1")
    with localcontext() as context:
        context.prec = 12
        assert ask(proteinuria_mg=777, platelets=33, wbc="1.1") == whole
