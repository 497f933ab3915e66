"""A declared sum: whole and decimal weights, numbers as answers, subsets and groups."""

from decimal import Decimal

from registry.instruments._weighted import Subset, WeightedSum
from registry.instruments.base import Item, Score

ITEMS = (
    Item("rash", "Rash", Decimal("1.5"), group="skin"),
    Item("pain", "Pain", Decimal(2), group="limbs", low=Decimal(1), high=Decimal(5)),
    Item("hair", "Hair loss", Decimal(-1), group="skin"),
)
RULE = WeightedSum(ITEMS, subsets=(Subset("seen", frozenset({"rash"}), complete=True),))


def test_weights_and_answers_are_multiplied_and_added():
    assert RULE({"rash": 1, "pain": Decimal(3), "hair": 1}) == Score(
        total=Decimal("6.5"),
        known_points=Decimal("6.5"),
        max_possible=Decimal("6.5"),
        complete=True,
        parts={"seen_points": "1.5", "seen_max_possible": "1.5", "seen_complete": True},
    )


def test_a_gap_counts_its_least_below_and_its_most_above():
    found = RULE({"rash": 0})
    assert (found.total, found.known_points, found.max_possible) == (None, 1, 10)
    assert found.missing == ("pain", "hair")
    assert found.parts["seen_complete"] is True


def test_an_inquiry_adds_nothing_up():
    found = WeightedSum(ITEMS, total=False)({"rash": 1, "pain": 1, "hair": 0})
    assert (found.total, found.complete) == (None, True)


def test_groups_keep_both_bounds_and_quiet_ones_are_left_out():
    rule = WeightedSum(ITEMS, groups_as="organs")
    assert rule({"rash": 0, "pain": 2, "hair": 0}).parts == {"organs": {"limbs": [4, 4]}}
    assert rule({"pain": 2, "hair": 1}).parts["organs"]["skin"] == [-1, "0.5"]
