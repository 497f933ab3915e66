"""Instruments that the form stores: SLE-DAS by item, RAND-36 by question, versions kept apart."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.instruments import INSTRUMENTS, rand_36, sledai_2k
from registry.instruments.sle_das import CALCULATORS, NEEDS, WEIGHTS, problems, score

SLE_DAS = CALCULATORS[0].function
FLAGS = (*WEIGHTS, *NEEDS)
AMOUNTS = {
    "swollen_joints_28": (1, 28), "proteinuria_mg": (1, 9000), "platelets": (1, 400), "wbc": (1, 12)
}  # fmt: skip
findings = st.fixed_dictionaries({flag: st.sampled_from([0, 1, None]) for flag in FLAGS})
amounts = st.fixed_dictionaries(
    {name: st.integers(low, high).map(Decimal) for name, (low, high) in AMOUNTS.items()}
)
none = dict.fromkeys(FLAGS, 0) | dict.fromkeys(AMOUNTS)


@given(findings, amounts)
def test_the_form_and_the_calculator_give_the_same_sle_das(found, numbers):
    answers = found | {name: numbers[name] if found[flag] else None for flag, name in NEEDS.items()}
    assume(not problems(answers))
    result = score(answers)
    if all(found[flag] is not None for flag in FLAGS):
        said = {name: value for name, value in answers.items() if value is not None}
        flags = {name: bool(value) if name in FLAGS else value for name, value in said.items()}
        assert float(result.total) == SLE_DAS(flags)["score_2dp"]
    else:
        assert result.total is None


@given(findings, amounts, st.sampled_from(FLAGS), st.sampled_from([0, 1]))
def test_an_answer_that_was_missing_never_leaves_the_bounds_of_sle_das(found, numbers, flag, now):
    before = found | numbers | {flag: None}
    after = before | {flag: now}
    assume(not problems(after) and not problems(before))
    first, second = score(before), score(after)
    cent = Decimal("0.02")  # both bounds are rounded
    assert first.known_points - cent <= second.known_points
    assert second.max_possible <= first.max_possible + cent


def test_without_any_finding_sle_das_is_its_intercept():
    assert (score(none).total, score(none).parts["category"]) == (
        Decimal("0.37"),
        "remission_range",
    )


@pytest.mark.parametrize("amount", [None, Decimal(0)])
def test_active_nephritis_without_its_amount_is_never_remission(amount):
    answers = none | {"proteinuria_flag": 1, "proteinuria_mg": amount}
    assert problems(answers) == {
        "proteinuria_mg": "Protein in urine: give the amount, proteinuria is present"
    }


def test_half_of_a_scale_is_enough_and_less_is_not():
    answers = {f"q{number}": "3" for number in (3, 4, 5, 6, 7)}
    assert rand_36.INSTRUMENT.score(answers).parts == {"physical_functioning": "100"}
    answers.pop("q7")
    assert rand_36.INSTRUMENT.score(answers).parts == {}


@given(st.data())
def test_each_rand_scale_is_that_of_the_calculator(data):
    answers = {
        item.code: data.draw(st.none() | st.sampled_from(sorted(item.choices)))
        for item in rand_36.ITEMS
    }
    numbers = {int(code[1:]): int(answer) for code, answer in answers.items() if answer}
    parts = rand_36.INSTRUMENT.score(answers).parts
    for scale, value in rand_36.scores(numbers).items():
        assert (scale in parts) == (value is not None)
        assert value is None or abs(Decimal(parts[scale]) - value) <= Decimal("0.005")


@pytest.mark.parametrize("code", ["sledai_1992", "selena_sledai"])
def test_a_version_of_the_sledai_has_the_same_items_and_another_wording(code):
    ours = INSTRUMENTS[code]
    assert [(i.code, i.weight) for i in ours.items] == [(i.code, i.weight) for i in sledai_2k.ITEMS]
    wording = {i.code: i.definition for i in ours.items}
    same = {i.code for i in sledai_2k.ITEMS if i.definition == wording[i.code]}
    assert not same & {"arthritis", "proteinuria", "increased_dna_binding"}
    assert ours.version != sledai_2k.VERSION


def test_the_1992_version_alone_leaves_out_an_ongoing_rash():
    rashes = {code: INSTRUMENTS[code].item("rash") for code in ("sledai_1992", "selena_sledai")}
    assert "ongoing" in rashes["sledai_1992"].exclude
    assert "ongoing" in rashes["selena_sledai"].definition


def test_the_note_of_sle_das_says_that_it_is_provisional():
    found = INSTRUMENTS["sle_das"]
    assert all("rovisional" in text for text in (found.title, found.licence, found.note))
