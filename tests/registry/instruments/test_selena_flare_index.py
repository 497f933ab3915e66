"""SELENA flare index: every limb by itself, its edges, and what an unknown input leaves open."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.selena_flare_index import (
    DRUG_GRADES,
    GRADES,
    MILD_ORGANS,
    SEVERE_ORGANS,
    SLEDAI_ENDS,
    graded,
    pga_grade,
    pga_limb,
    sledai_grade,
    sledai_rise,
)

SFI = CALCULATORS["SELENA-SFI"]
QUIET = {
    "sledai_prev": 4,
    "sledai_now": 4,
    "pga_prev": "0.5",
    "pga_now": "0.5",
    "pred_prev": "5",
    "pred_now": "5",
    "weight_kg": "60",
    "new_or_worse": [],
    "new_drugs": [],
    "hospitalised_for_sle": False,
}
visits = st.fixed_dictionaries(
    {
        "sledai_prev": st.sampled_from([0, 3, 10, 12, 13, 16, 105]),
        "sledai_now": st.sampled_from([0, 2, 3, 12, 13, 16, 105]),
        "pga_prev": st.sampled_from(["0", "0.9", "1.5", "2.5", "2.6", "3"]),
        "pga_now": st.sampled_from(["0", "1", "1.9", "2.5", "2.51", "3"]),
        "pred_prev": st.sampled_from(["0", "5", "20", "40"]),
        "pred_now": st.sampled_from(["0", "5", "10", "30", "30.5", "250"]),
        "weight_kg": st.sampled_from(["1", "60", "61", "400"]),
        "new_or_worse": st.lists(st.sampled_from(sorted(MILD_ORGANS | SEVERE_ORGANS)), max_size=3),
        "new_drugs": st.lists(st.sampled_from(sorted(DRUG_GRADES)), max_size=2),
        "hospitalised_for_sle": st.booleans(),
        "platelets": st.sampled_from(["59", "60", "200"]),
        "haemoglobin": st.sampled_from(["60", "70", "100"]),
        "haemoglobin_prev": st.sampled_from(["70", "130", "131"]),
        "variant": st.sampled_from(["1999", "belimumab"]),
    }
)
gaps = st.sets(st.sampled_from([*QUIET, "platelets", "haemoglobin", "haemoglobin_prev"]))


def ask(**changes):
    return answer(SFI, json.dumps(QUIET | changes).encode())


def limb(name, **changes):
    return ask(**changes)["limbs"][name]


@pytest.mark.parametrize(
    ("before", "now", "flare"),
    [
        (4, 6, "none"),
        (4, 7, "mild_moderate"),
        (9, 12, "mild_moderate"),
        (10, 12, "none"),
        (11, 13, "severe"),
        (12, 13, "severe"),
        (13, 15, "none"),
        (13, 16, "severe"),
        (20, 4, "none"),
    ],
)
def test_the_sledai_limb_rises_by_three_or_to_above_twelve(before, now, flare):
    assert ask(sledai_prev=before, sledai_now=now)["flare"] == flare


@pytest.mark.parametrize(
    ("before", "now", "flare"),
    [
        (9, 13, "mild_moderate"),
        (11, 13, "none"),
        (4, 7, "mild_moderate"),
        (13, 16, "mild_moderate"),
    ],
)
def test_the_belimumab_variant_has_no_severe_flare_by_sledai_alone(before, now, flare):
    assert ask(sledai_prev=before, sledai_now=now, variant="belimumab")["flare"] == flare


def test_the_belimumab_variant_keeps_what_another_limb_says():
    given = ask(sledai_prev=9, sledai_now=13, variant="belimumab", new_drugs=["azathioprine"])
    assert given["flare"] == "severe"


@pytest.mark.parametrize(
    ("before", "now", "flare"),
    [
        ("0.5", "1.49", "none"),
        ("1.3", "2.3", "mild_moderate"),
        ("1.5", "2.5", "mild_moderate"),
        ("2.4", "2.5", "none"),
        ("2.5", "2.51", "severe"),
        ("2.6", "2.9", "none"),
    ],
)
def test_the_pga_limb_rises_by_one_or_to_above_two_and_a_half(before, now, flare):
    assert ask(pga_prev=before, pga_now=now)["flare"] == flare


@pytest.mark.parametrize(
    ("now", "kg", "flare"),
    [
        ("5", "60", "none"),
        ("4", "60", "none"),
        ("5.1", "60", "mild_moderate"),
        ("30", "60", "mild_moderate"),
        ("30.01", "60", "severe"),
        ("30", "59.9", "severe"),
        ("200.1", None, "severe"),
    ],
)
def test_an_increase_is_severe_only_above_half_a_milligram_a_kilogram(now, kg, flare):
    assert ask(pred_now=now, weight_kg=kg)["flare"] == flare


def test_without_a_weight_an_increase_is_at_least_mild():
    given = ask(pred_now="30", weight_kg=None)
    assert (given["flare"], given["at_least"]) == ("indeterminate", "mild_moderate")
    assert given["limbs"]["prednisone"] == {
        "state": "fired",
        "at_least": "mild_moderate",
        "at_most": "severe",
    }


def test_without_a_weight_an_unchanged_dose_does_not_fire():
    assert ask(weight_kg=None)["flare"] == "none"


@pytest.mark.parametrize("organ", sorted(MILD_ORGANS))
def test_a_mild_organ_counts_by_itself(organ):
    assert ask(new_or_worse=[organ])["flare"] == "mild_moderate"


@pytest.mark.parametrize("organ", sorted(SEVERE_ORGANS))
def test_a_severe_organ_counts_with_treatment_stepped_up_and_warns_without(organ):
    counts = {"platelets": "59", "haemoglobin": "69"}
    without = ask(new_or_worse=[organ], **counts)
    assert (without["flare"], len(without["warnings"])) == ("none", 1)
    doubled = {"pred_prev": "5", "pred_now": "10"}
    given = ask(new_or_worse=[organ], **doubled, **counts)
    assert given["flare"] == "severe"
    assert given["limbs"]["organs"]["at_least"] == "severe"
    assert given["warnings"] == []
    assert limb("organs", new_or_worse=[organ], pred_prev="40", pred_now="40", **counts) == {
        "state": "fired",
        "at_least": "severe",
        "at_most": "severe",
    }


def test_a_start_from_nothing_counts_as_doubled_and_nothing_does_not():
    assert ask(new_or_worse=["cns"], pred_prev="0", pred_now="2.5")["flare"] == "severe"
    assert ask(new_or_worse=["cns"], pred_prev="0", pred_now="0")["flare"] == "none"


def test_just_less_than_doubled_is_not_doubled():
    assert ask(new_or_worse=["cns"], pred_prev="5", pred_now="9.9")["flare"] == "mild_moderate"


@pytest.mark.parametrize(
    ("counts", "flare"),
    [
        ({"haemoglobin": "70", "haemoglobin_prev": "100"}, "mild_moderate"),
        ({"haemoglobin": "70", "haemoglobin_prev": "100.1"}, "severe"),
        ({"haemoglobin": "69.9"}, "severe"),
        ({"haemoglobin": "70"}, "indeterminate"),
        ({}, "indeterminate"),
    ],
)
def test_anaemia_needs_its_haemoglobin(counts, flare):
    given = ask(new_or_worse=["haemolytic_anaemia"], pred_now="10", **counts)
    assert (given["flare"], given["at_least"]) == (
        flare,
        "severe" if flare == "severe" else "mild_moderate",
    )


@pytest.mark.parametrize(
    ("platelets", "flare"), [("59.9", "severe"), ("60", "mild_moderate"), (60, "mild_moderate")]
)
def test_platelets_count_below_sixty(platelets, flare):
    given = ask(new_or_worse=["thrombocytopenia"], pred_now="10", platelets=platelets)
    assert given["flare"] == flare


def test_thrombocytopenia_without_its_count_cannot_be_judged():
    given = ask(new_or_worse=["thrombocytopenia"], pred_now="10")
    assert given["limbs"]["organs"]["state"] == "not_judged"
    assert given["flare"] == "indeterminate"


@pytest.mark.parametrize(("drug", "grade"), sorted(DRUG_GRADES.items()))
def test_a_new_drug_has_its_grade(drug, grade):
    assert ask(new_drugs=[drug])["flare"] == GRADES[grade]


def test_an_admission_is_severe_and_unknown_it_is_open():
    assert ask(hospitalised_for_sle=True)["flare"] == "severe"
    unknown = ask(hospitalised_for_sle=None)
    assert (unknown["flare"], unknown["at_least"]) == ("indeterminate", "none")
    assert unknown["limbs"]["admission"]["state"] == "not_judged"


def test_one_severe_limb_decides_whatever_is_unknown():
    nothing = dict.fromkeys(QUIET)
    assert ask(**nothing | {"new_drugs": ["cyclophosphamide"]})["flare"] == "severe"
    assert ask(**nothing)["flare"] == "indeterminate"


@pytest.mark.parametrize(("days", "flare"), [(120, "none"), (121, "not_judged"), (None, "none")])
def test_a_previous_visit_too_long_ago_is_none_to_compare_with(days, flare):
    given = ask(days_since_previous=days)
    assert given["flare"] == flare
    assert given["at_least"] == (None if flare == "not_judged" else flare)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sledai_now": 106}, "out_of_range"),
        ({"sledai_now": "4.5"}, "out_of_range"),
        ({"pga_now": "3.1"}, "out_of_range"),
        ({"pga_now": "high"}, "not_a_number"),
        ({"weight_kg": 0}, "out_of_range"),
        ({"pred_now": -1}, "out_of_range"),
        ({"new_or_worse": "arthritis"}, "bad_json"),
        ({"new_or_worse": ["gout"]}, "unknown_item"),
        ({"new_drugs": ["aspirin"]}, "unknown_item"),
        ({"hospitalised_for_sle": "yes"}, "not_a_number"),
        ({"variant": "2009"}, "out_of_range"),
        ({"sledai": 4}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(changes, code):
    assert ask(**changes)["error"] == code


def test_a_question_about_nothing_is_refused():
    assert answer(SFI, b"{}")["error"] == "missing_input"
    assert answer(SFI, b'{"variant": "1999"}')["error"] == "missing_input"


@given(visits, gaps)
def test_no_completion_of_the_gaps_leaves_the_bounds(full, unknown):
    whole = ask(**full)
    partial = ask(**full | dict.fromkeys(unknown))
    for name, found in whole["limbs"].items():
        low, high = (GRADES.index(partial["limbs"][name][end]) for end in ("at_least", "at_most"))
        assert low <= GRADES.index(found["at_least"]) <= high
    assert GRADES.index(partial["at_least"]) <= GRADES.index(whole["at_least"])
    if partial["flare"] != "indeterminate":
        assert partial["flare"] == whole["flare"]


@given(visits)
def test_with_every_input_the_answer_is_the_worst_limb(full):
    given = ask(**full)
    grades = [GRADES.index(found["at_least"]) for found in given["limbs"].values()]
    assert all(found["at_least"] == found["at_most"] for found in given["limbs"].values())
    assert given["flare"] == given["at_least"] == GRADES[max(grades)]


@given(visits)
def test_the_order_of_what_is_new_does_not_matter(full):
    turned = {name: full[name][::-1] for name in ("new_or_worse", "new_drugs")}
    assert ask(**full | turned) == ask(**full)


@pytest.mark.parametrize("grade", [sledai_grade, sledai_rise])
def test_the_ends_of_an_unknown_sledai_stand_for_every_score(grade):
    """What the visit and the calculator try instead of 106 scores gives the same bounds."""
    scores = [Decimal(points) for points in range(106)]
    for known in scores:
        assert graded(grade(b, known) for b in SLEDAI_ENDS) == graded(
            grade(b, known) for b in scores
        )
        assert graded(grade(known, n) for n in SLEDAI_ENDS) == graded(
            grade(known, n) for n in scores
        )


def test_an_unknown_pga_is_bounded_like_every_pga():
    marks = [Decimal(mm) * 3 / 100 for mm in range(101)]
    for known in marks:
        assert pga_limb(None, known) == graded(pga_grade(before, known) for before in marks)
        assert pga_limb(known, None) == graded(pga_grade(known, now) for now in marks)
