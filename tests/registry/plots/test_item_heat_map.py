import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from registry.instruments.sledai_2k import GROUPS, ITEMS
from registry.partial_date import PartialDate
from registry.plots import FIGURES
from registry.plots.base import render
from registry.plots.item_heat_map import MOST_VISITS, Assessed, Given, HeatMapData

HEAT_MAP = FIGURES["item_heat_map"]
BANNED = re.compile(r"reduc|caus|improv|effect|thanks to|due to|because|%", re.IGNORECASE)
DAY_0 = date(2024, 3, 3)
ANSWERS = st.lists(st.sampled_from([True, False, None]), min_size=24, max_size=24).map(tuple)


def visit(day, present=(), unknown=(), **changes):
    """Return a visit where every other descriptor is absent."""
    codes = [item.code for item in ITEMS]
    answers = tuple(None if c in unknown else c in present for c in codes)
    points = sum(item.weight for item in ITEMS if item.code in present)
    on = PartialDate.on(DAY_0 + timedelta(day))
    made = Assessed(on, day, answers, Decimal(points), None if unknown else Decimal(points))
    return replace(made, **changes)


def heat_map(*visits, **changes):
    made = HeatMapData("P-017", visits, (Given(1, "day 0"),), date(2026, 11, 22))
    return replace(made, **changes)


def drawn(told):
    figure = Figure(figsize=HEAT_MAP.size_inches)
    HEAT_MAP.draw(figure, told)
    return figure


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def rows(told, record="visit"):
    columns, lines = HEAT_MAP.table(told)
    made = [dict(zip(columns, line, strict=True)) for line in lines]
    return [row for row in made if row["record"] == record]


def marked(figure, marker):
    """Return how many small marks of one shape stand in the grid."""
    lines = [line for line in figure.axes[0].lines if line.get_marker() == marker]
    return sum(len(line.get_xdata()) for line in lines)


def cells(figure, *, hatched):
    """Return how many squares of one kind stand in the grid."""
    from matplotlib.collections import PolyCollection

    found = [c for c in figure.axes[0].collections if isinstance(c, PolyCollection)]
    return sum(len(c.get_paths()) for c in found if bool(c.get_hatch()) is hatched)


def test_present_absent_and_not_assessed_are_three_shapes():
    figure = drawn(heat_map(visit(-7, ["rash", "fever"], ["seizure"])))
    assert cells(figure, hatched=False) == 2
    assert cells(figure, hatched=True) == 1
    assert marked(figure, ".") == 21


@given(st.lists(ANSWERS, min_size=1, max_size=6))
def test_every_answer_is_drawn_once_and_stands_in_the_table(lists):
    visits = [replace(visit(7 * n), answers=answers) for n, answers in enumerate(lists)]
    told = heat_map(*visits)
    figure = drawn(told)
    every = [answer for answers in lists for answer in answers]
    assert cells(figure, hatched=False) == every.count(True)
    assert cells(figure, hatched=True) == every.count(None)
    assert marked(figure, ".") == every.count(False)
    words = [row["answer"] for row in rows(told)]
    assert [words.count(w) for w in ("present", "absent", "not assessed")] == [
        every.count(answer) for answer in (True, False, None)
    ]


def test_a_missing_answer_leaves_a_floor_and_no_total():
    told = heat_map(visit(-7, ["rash"], ["seizure"]), visit(30, ["fever"]))
    assert {"≥2", "1"} <= set(texts(drawn(told)))
    assert {row["total"] for row in rows(told)} == {"≥2", "1"}


def test_a_historic_total_is_neither_absent_nor_unknown():
    told = heat_map(visit(-7, answers=None, known_points=Decimal(12), total=Decimal(12)))
    figure = drawn(told)
    assert (marked(figure, "_"), marked(figure, "."), cells(figure, hatched=True)) == (24, 0, 0)
    assert [row["note"] for row in rows(told)] == ["historic total only"]
    assert "1 historic total only" in HEAT_MAP.caption(told)


def test_every_descriptor_and_every_organ_group_is_named():
    shown = " ".join(texts(drawn(heat_map(visit(-7))))).replace("\n", " ")
    assert all(f"{item.label} ({item.weight})" in shown for item in ITEMS)
    assert all(group.title in shown for group in GROUPS)


def test_a_partial_date_is_written_as_far_as_it_is_known():
    told = heat_map(
        visit(-7), replace(visit(91), visited_on=PartialDate.parse("2024-06"), day=None)
    )
    assert "Jun 2024" in texts(drawn(told))
    assert {(row["date"], row["day"]) for row in rows(told)} == {
        ("2024-02-25", -7),
        ("2024-06", ""),
    }


def test_infusions_stand_after_their_visit_and_share_a_line():
    given = (Given(1, "day 0"), Given(1, "infusion 2"), Given(2, "day 0 of course 2"))
    told = heat_map(visit(-7), visit(30), infusions=given)
    shown = texts(drawn(told))
    assert "day 0 + 1 infusion" in shown
    assert "day 0 of course 2" in shown
    assert [row["note"] for row in rows(told, "infusion")] == [
        "day 0, after the visit of 2024-02-25",
        "infusion 2, after the visit of 2024-02-25",
        "day 0 of course 2, after the visit of 2024-04-02",
    ]


def test_the_oldest_visits_give_way_and_are_counted():
    visits = [visit(7 * n) for n in range(MOST_VISITS + 3)]
    told = heat_map(*visits, infusions=(Given(1, "day 0"), Given(3, "infusion 2")))
    assert len({row["date"] for row in rows(told)}) == MOST_VISITS
    assert "3 older visits with a checklist not drawn" in HEAT_MAP.caption(told)
    assert [row["note"] for row in rows(told, "infusion")] == ["infusion 2, before all"]
    assert "at the first visit drawn" in HEAT_MAP.alt(told)


def test_dates_of_many_visits_do_not_touch():
    told = heat_map(*[visit(7 * n) for n in range(MOST_VISITS)])
    labels = [t for t in drawn(told).axes[0].texts if t.get_rotation() == 90]
    places = [text.get_position()[0] for text in labels]
    step = min(b - a for a, b in pairwise(places))
    assert step * 0.605 * 518.4 / MOST_VISITS >= 9


def test_the_sentence_names_what_was_present_and_counts_what_nobody_looked_at():
    told = heat_map(visit(-7, ["rash", "fever"], ["seizure"]), visit(30, ["rash"]))
    assert HEAT_MAP.alt(told) == (
        "Patient P-017: 2 of 24 descriptors present (rash, fever) and 1 not assessed at the first "
        "visit (25 Feb 2024) and 1 of 24 descriptors present (rash) at the last (2 Apr 2024)."
    )


def test_the_caption_counts_what_is_missing():
    told = heat_map(
        visit(-7, [], ["seizure"]), unsigned=2, without_checklist=1, undated_infusions=1
    )
    words = HEAT_MAP.caption(told)
    for part in (
        "1 of 24 descriptors not assessed",
        "2 unsigned visits left out",
        "1 final visit without SLEDAI-2K not drawn",
        "1 infusion without an exact date not drawn",
    ):
        assert part in words


EXTREMES = {
    "no visit": heat_map(infusions=()),
    "an infusion but no visit": heat_map(infusions=(Given(0, "day 0"),)),
    "one visit": heat_map(visit(0)),
    "nothing assessed": heat_map(visit(0, (), [item.code for item in ITEMS])),
    "totals only": heat_map(visit(0, answers=None, known_points=None, total=None)),
}


@pytest.mark.parametrize("told", EXTREMES.values(), ids=EXTREMES)
def test_extremes_are_drawn_described_and_the_same_twice(told):
    for image_format in ("svg", "png"):
        assert render(HEAT_MAP, told, image_format) == render(HEAT_MAP, told, image_format)
    assert not BANNED.search(HEAT_MAP.alt(told) + HEAT_MAP.caption(told))
    assert HEAT_MAP.alt(told).count(".") == 1


def test_no_visit_is_no_row_even_where_there_was_an_infusion():
    assert HEAT_MAP.table(EXTREMES["an infusion but no visit"])[1] == []
