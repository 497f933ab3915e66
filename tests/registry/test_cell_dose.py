"""Three statements about one dose agree, or the one worked out is said in words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cell_dose import (
    ASKED,
    TOLERANCE,
    beyond_lot,
    contradiction,
    cumulative,
    in_words,
    lots_unlike_total,
    unlike,
    unlike_plan,
    unusual_per_kg,
    unusual_weight,
)


@pytest.mark.parametrize(
    ("total", "per_kg", "weight", "words"),
    [
        ("70000000", "1000000", "61.5", "make 61.5 million cells, not 70 million"),
        ("600000000", "1000000", "60", "make 60 million cells, not 600 million"),
        ("66000000", "1000000", "60", None),
        ("54000000", "1000000", "60", None),
        ("53999999", "1000000", "60", "60 million"),
        ("5", "0", "60", "make 0 cells, not 5"),
        ("0", "0", "60", None),
        (None, "1000000", "60", None),
        ("1", None, "60", None),
        ("1", "1000000", None, None),
    ],
)
def test_more_than_a_tenth_apart_is_a_contradiction(total, per_kg, weight, words):
    found = contradiction(*(text and Decimal(text) for text in (total, per_kg, weight)))
    assert (words in found) if words else found is None


@pytest.mark.parametrize(
    ("cells", "words"),
    [("999", "999"), ("1500", "1.5 thousand"), ("1E+9", "1 billion"), ("2E+12", "2 trillion")],
)
def test_a_count_is_said_in_words(cells, words):
    assert in_words(Decimal(cells)) == words


# --- questions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "asked"), [("63", False), ("57", False), ("63.1", True), ("56.9", True)]
)
def test_more_than_a_twentieth_apart_is_asked_about(total, asked):
    assert bool(unlike(Decimal(total), Decimal(1), Decimal(60))) is asked


@pytest.mark.parametrize(
    ("parts", "total", "asked"),
    [
        (["30", "30"], "60", False),
        (["30", "33"], "60", False),
        (["30", "33.1"], "60", True),
        (["30", "26"], "60", True),
        (["30", None], "60", False),
        (["70", None], "60", True),
        ([None, None], "60", False),
        ([], "60", False),
        (["30"], None, False),
    ],
)
def test_lots_are_added_up_against_the_total(parts, total, asked):
    cells = [part and Decimal(part) for part in parts]
    assert bool(lots_unlike_total(cells, total and Decimal(total))) is asked


@pytest.mark.parametrize(
    ("given_cells", "lot", "asked"),
    [("10", "1", False), ("10.1", "1", True), ("10", None, False), (None, "1", False)],
)
def test_a_dose_of_more_than_ten_lots_is_asked_about(given_cells, lot, asked):
    found = beyond_lot("L-1", *(text and Decimal(text) for text in (given_cells, lot)))
    assert bool(found) is asked


@pytest.mark.parametrize(
    ("planned", "given_cells", "asked"),
    [("1", "10", True), ("1", "9.9", False), ("10", "1", True), ("9.9", "1", False),
     ("0", "5", False), (None, "5", False), ("5", None, False)],
)  # fmt: skip
def test_a_dose_ten_times_the_plan_is_asked_about(planned, given_cells, asked):
    found = unlike_plan("Cells", *(text and Decimal(text) for text in (planned, given_cells)))
    assert bool(found) is asked


@pytest.mark.parametrize(("kg", "asked"), [("20", 0), ("19.9", 1), ("200", 0), ("201", 1)])
def test_a_weight_that_few_have_is_asked_about(kg, asked):
    assert bool(unusual_weight(Decimal(kg))) == bool(asked)
    assert unusual_weight(None) is unusual_per_kg(None) is None
    assert all(unusual_per_kg(Decimal(cells)) for cells in ("999", "1.1e9"))
    assert unusual_per_kg(Decimal(1000)) is unusual_per_kg(Decimal("1e9")) is None


def test_the_cumulative_dose_says_what_is_missing():
    assert cumulative([Decimal("6e7"), Decimal("6e7")]).words == "120 million cells in all"
    missing = cumulative([Decimal("6e7"), None]).words
    assert missing == "at least 60 million cells in all (dose of 1 of 2 not recorded)"
    assert cumulative([None]).words == cumulative([]).words == "dose not recorded"
    assert cumulative([Decimal(0)]).words == "0 cells in all"


# --- properties -------------------------------------------------------------------------------

per_kgs = st.decimals(min_value=1000, max_value=10**9, places=0)
weights = st.decimals(min_value=3, max_value=250, places=1)
factors = st.decimals(min_value="0.2", max_value=5, places=3)


@given(per_kgs, weights, factors)
def test_a_contradiction_is_always_asked_about_too(per_kg, weight, factor):
    total = per_kg * weight * factor
    assert bool(contradiction(total, per_kg, weight)) is (abs(factor - 1) > TOLERANCE)
    assert bool(unlike(total, per_kg, weight)) is (abs(factor - 1) > ASKED)


@given(st.lists(st.decimals(min_value=1, max_value=10**10, places=0), min_size=1, max_size=8))
def test_parts_of_a_dose_always_agree_with_their_sum(parts):
    total = cumulative(parts).cells
    assert total == sum(parts)
    assert lots_unlike_total(parts, total) is None
    assert lots_unlike_total([*parts, total], total)


@given(st.lists(st.none() | st.decimals(min_value=0, max_value=10**10, places=0), max_size=8))
def test_the_cumulative_dose_does_not_depend_on_order_and_only_grows(doses):
    there, back = cumulative(doses), cumulative(reversed(doses))
    assert there == back
    assert there.recorded == sum(dose is not None for dose in doses) <= there.infusions
    assert cumulative([*doses, Decimal(1)]).cells == there.cells + 1


@given(per_kgs, weights, st.decimals(min_value="0.01", max_value=100, places=2))
def test_agreement_does_not_depend_on_the_unit_of_count(per_kg, weight, scale):
    total = per_kg * weight * Decimal("1.07")
    assert bool(unlike(total, per_kg, weight)) == bool(
        unlike(total * scale, per_kg * scale, weight)
    )
