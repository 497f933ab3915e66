"""The figure of every measure: a panel each, bounds where items are open, nothing lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from registry.plots.base import render
from registry.plots.measures import FIGURE, MOST_PANELS, Mark, MeasuresData, Series

PAIN = Series(
    "Pain, 0 to 10", "1", "higher is worse", Decimal(0), Decimal(10),
    (
        Mark(date(2024, 5, 16), -1, Decimal(7), Decimal(7), Decimal(7)),
        Mark(date(2024, 8, 16), 91, None, Decimal(2), Decimal(9)),
        Mark(date(2025, 5, 16), 364, Decimal(3), Decimal(3), Decimal(3)),
    ),
)  # fmt: skip
DATA = MeasuresData("P-1", (PAIN,), day_0_known=True, cut_on=date(2026, 11, 22))


def test_first_and_last_are_told_and_the_gap_is_drawn_as_bounds():
    assert FIGURE.alt(DATA) == "P-1: Pain, 0 to 10 7 at first and 3 at last."
    _, rows = FIGURE.table(DATA)
    assert rows[1][4:] == ("", Decimal(2), Decimal(9))
    assert b"Pain, 0 to 10" in render(FIGURE, DATA, "svg")


def test_a_long_scale_ends_at_what_was_reached():
    long = replace(PAIN, maximum=Decimal(203))
    assert (PAIN.top, long.top) == (10, 10)
    assert replace(long, marks=(replace(PAIN.marks[0], value=Decimal(41)),)).top == 41


@pytest.mark.parametrize("count", [0, 1, 4, MOST_PANELS + 2])
def test_any_number_of_measures_is_drawn_and_all_are_in_the_table(count):
    data = replace(DATA, series=tuple(replace(PAIN, title=f"M{n:02}") for n in range(count)))
    drawing = render(FIGURE, data, "svg")
    assert drawing == render(FIGURE, data, "svg")
    assert len(FIGURE.table(data)[1]) == 3 * count
    assert ("the table has all" in FIGURE.caption(data)) == (count > MOST_PANELS)


def test_unsigned_visits_are_counted_as_left_out():
    assert "2 unsigned visits left out" in FIGURE.caption(replace(DATA, unsigned=2))
