import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from registry.plots import FIGURES
from registry.plots.base import render
from registry.plots.style import time_ticks
from registry.plots.trajectory import StepPeriod
from registry.plots.trajectory.facts import joined_runs, unknown_steroids
from registry.plots.trajectory.labels import infusion_labels

TRAJECTORY = FIGURES["trajectory"]
BANNED = re.compile(r"reduc|caus|improv|effect|thanks to|due to|because", re.IGNORECASE)


def drawn(curve_data):
    figure = Figure(figsize=TRAJECTORY.size_inches)
    TRAJECTORY.draw(figure, curve_data)
    return figure


def texts(figure):
    found = [text.get_text() for axes in figure.axes for text in axes.texts]
    return found + [text.get_text() for text in figure.texts]


def rows(curve_data, record):
    columns, lines = TRAJECTORY.table(curve_data)
    made = [dict(zip(columns, line, strict=True)) for line in lines]
    return [row for row in made if row["record"] == record]


def run_days(curve_data):
    return [[day for day, _ in run] for run in joined_runs(curve_data, clinical=False)]


def test_complete_scores_close_together_are_joined(curve, make):
    assert run_days(curve(make.point(-7, 16), make.point(91, 6))) == [[-7, 91]]


def test_a_line_never_passes_an_incomplete_score(curve, make):
    points = make.point(-7, 16), make.point(30, None), make.point(91, 6)
    assert run_days(curve(*points)) == [[-7], [91]]


def test_a_line_never_passes_a_visit_without_its_score(curve, make):
    unscored = replace(make.point(30, 0), sledai=None, clinical=None)
    assert run_days(curve(make.point(-7, 16), unscored, make.point(91, 6))) == [[-7], [91]]


def test_a_line_never_passes_the_planned_day_of_a_missed_visit(curve, make):
    seen = make.point(91, 8), make.point(274, 4)
    missed = replace(
        make.point(0, 0), sledai=None, clinical=None, day=None, visited_on=None, timepoint="month_6"
    )
    assert run_days(curve(*seen)) == [[91, 274]]
    assert run_days(curve(*seen, missed)) == [[91], [274]]


def test_a_score_without_an_exact_date_is_counted_not_drawn(curve, make):
    vague = replace(make.point(91, 6), day=None, visited_on=None)
    told = curve(make.point(-7, 16), vague)
    assert [row["day"] for row in rows(told, "visit")] == [-7]
    assert "1 score without an exact date not drawn" in TRAJECTORY.caption(told)


def test_a_line_never_passes_an_unsigned_scheduled_visit(curve, make):
    points = make.point(-7, 16), make.point(30, 8, final=False), make.point(91, 6)
    assert run_days(curve(*points)) == [[-7], [91]]


def test_a_safety_visit_without_a_score_leaves_no_gap(curve, make):
    safety = make.point(7, 0, sledai=None, clinical=None, timepoint="day_7")
    assert run_days(curve(make.point(-7, 16), safety, make.point(91, 6))) == [[-7, 91]]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [(0, 200, True), (0, 201, False), (638, 839, False), (639, 1039, True), (639, 1040, False)],
)
def test_the_longest_joined_gap_follows_the_schedule(curve, make, first, second, joined):
    runs = run_days(curve(make.point(first, 8), make.point(second, 4)))
    assert (len(runs) == 1) is joined


@given(st.lists(st.tuples(st.integers(-400, 4000), st.none() | st.integers(0, 105)), max_size=25))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_complete_score_is_drawn_once_and_no_long_gap_joined(curve, make, pairs):
    pairs = sorted(dict(pairs).items())
    made = curve(*(make.point(day, total) for day, total in pairs))
    runs = run_days(made)
    assert [day for run in runs for day in run] == [
        day for day, total in pairs if total is not None
    ]
    assert all(b - a <= 400 for run in runs for a, b in pairwise(run))


def test_an_incomplete_score_is_hollow_with_its_range(curve, make):
    figure = drawn(curve(make.point(-7, 16), make.point(91, None)))
    hollow = [
        line
        for line in figure.axes[0].lines
        if line.get_marker() == "o" and line.get_markerfacecolor() == "white"
    ]
    assert [list(line.get_xdata()) for line in hollow] == [[91]]
    assert "6 to 14" in texts(figure)


def test_no_mark_is_hollow_when_all_scores_are_complete(curve, make):
    lines = drawn(curve(make.point(-7, 16))).axes[0].lines
    assert not [line for line in lines if line.get_markerfacecolor() == "white"]


def test_a_historic_total_has_its_own_marker(curve, make):
    figure = drawn(curve(make.point(-7, 16), make.point(91, 6, total_only=True)))
    diamonds = [line for line in figure.axes[0].lines if line.get_marker() == "D"]
    assert [list(line.get_xdata()) for line in diamonds] == [[91]]


def test_a_missing_baseline_is_written_into_the_picture(curve, make):
    without = curve(make.point(91, 6), baseline=None)
    assert "baseline missing" in texts(drawn(without))
    assert "Baseline missing" in TRAJECTORY.caption(without)
    assert "baseline missing" in TRAJECTORY.alt(without)


def test_unsigned_visits_are_left_out_and_counted(curve, make):
    one_draft = curve(make.point(-7, 16), make.point(91, 6, final=False))
    assert [row["day"] for row in rows(one_draft, "visit")] == [-7]
    assert "1 unsigned visit left out" in TRAJECTORY.caption(one_draft)


def test_an_unknown_day_0_is_said_on_the_axis(curve, make):
    unknown = curve(make.point(0, 16), day_0_known=False, infusions=(make.infusion(None),))
    words = " ".join(texts(drawn(unknown)))
    assert "from first visit" in words
    assert "baseline missing" not in words
    assert "1 infusion without an exact date not drawn" in TRAJECTORY.caption(unknown)


def test_infusion_labels_name_product_lot_and_date(curve, make):
    assert "MSC, lot UC-24-017, 3 Mar 2024" in texts(drawn(curve(make.point(-7, 16))))


def test_a_lot_with_dollar_signs_is_no_formula(curve, make):
    odd = curve(make.point(-7, 16), infusions=(make.infusion(0, "A$x^2$\x00\U000f0000"),))
    assert b"A$x^2$" in render(TRAJECTORY, odd, "svg")


@pytest.mark.parametrize("days", [(0, 7), (0, 1, 2), (0, 300, 307), (0, 100, 200, 300)])
def test_infusion_labels_never_cover_each_other(curve, make, days):
    many = curve(
        make.point(-7, 16), make.point(330, 2), infusions=tuple(make.infusion(d) for d in days)
    )
    labels = infusion_labels(many)
    assert len(labels) == len(days)
    for one, other in combinations(labels, 2):
        assert one.row != other.row or one.end <= other.start or other.end <= one.start


def test_many_infusions_are_numbered_and_named_in_the_caption(curve, make):
    days = (0, 60, 120, 180, 187, 194, 300)
    many = curve(make.point(-7, 16), infusions=tuple(make.infusion(day) for day in days))
    assert [label.text for label in infusion_labels(many)] == ["1", "2", "3", "4 to 6", "7"]
    assert "6 MSC, lot UC-24-017, 13 Sep 2024" in TRAJECTORY.caption(many)


def test_day_0_of_a_second_course_is_marked(curve, make):
    second = make.infusion(400, course=2, is_day_0=True)
    two = curve(
        make.point(-7, 16), make.point(800, 2), infusions=(make.infusion(0, is_day_0=True), second)
    )
    assert any("ourse 2" in text for text in texts(drawn(two)))


def test_days_without_a_steroid_row_are_unknown_not_zero(curve, make):
    doses = (StepPeriod(-10, 10, Decimal(20)), StepPeriod(31, 60, None))
    assert unknown_steroids(curve(make.point(-20, 16), make.point(91, 6), steroids=doses)) == (
        (-20, -11),
        (11, 91),
    )


def test_a_known_dose_of_zero_is_not_unknown(curve, make):
    doses = (StepPeriod(-20, 91, Decimal(0)),)
    assert unknown_steroids(curve(make.point(-20, 16), make.point(91, 6), steroids=doses)) == ()


def test_a_pulse_is_cut_off_and_said(curve, make):
    pulse = curve(make.point(-7, 16), steroids=(StepPeriod(-7, -5, Decimal(1000)),))
    assert drawn(pulse).axes[1].get_ylim()[1] < 100
    assert "highest 1000 mg" in TRAJECTORY.caption(pulse)


def test_the_table_holds_exactly_the_plotted_points(curve, make):
    mixed = curve(make.point(-7, 16), make.point(30, None), make.point(91, 6), make.point(182, 2))
    cells = [(row["day"], row["sledai_2k"]) for row in rows(mixed, "visit")]
    assert cells == [(-7, "16"), (30, ""), (91, "6"), (182, "2")]
    filled = [
        line
        for line in drawn(mixed).axes[0].lines
        if line.get_marker() == "o" and line.get_markerfacecolor() != "white"
    ]
    plotted = [
        (x, y) for line in filled for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]
    assert plotted == [(day, float(total)) for day, total in cells if total]


def test_the_table_lists_steroids_with_their_gaps(curve, make):
    doses = [
        (r["day"], r["prednisone_mg_per_day"]) for r in rows(curve(make.point(400, 6)), "steroid")
    ]
    assert doses == [(-60, "30"), (31, "5"), (366, "")]


def test_the_finding_is_one_observational_sentence(curve, make):
    told = TRAJECTORY.alt(
        curve(make.point(-7, 16), make.point(91, 2), make.point(182, 8), make.point(300, 4))
    )
    assert told == (
        "Patient P-017: SLEDAI-2K was 16 at baseline and lower at the last complete visit "
        "(4 on day 300), with its lowest value of 2 on day 91 and a later value of 8 on day 182; "
        "prednisone-equivalent was 30 mg a day on day 0 and 5 mg on day 365."
    )


@pytest.mark.parametrize("totals", [(), (16,), (None,), (16, 2), (2, 16), (4, 4), (None, None)])
def test_no_finding_claims_a_cause(curve, make, totals):
    made = curve(*(make.point(day * 90, total) for day, total in enumerate(totals)))
    for variant in (made, replace(made, baseline=None), replace(made, steroids=())):
        told = TRAJECTORY.alt(variant)
        assert told.count(".") == 1
        assert not BANNED.search(told + TRAJECTORY.caption(variant))


def test_synthetic_data_say_so_in_picture_and_words(curve, make):
    invented = curve(make.point(-7, 16), synthetic=True)
    assert b"SYNTHETIC DATA" in render(TRAJECTORY, invented, "svg")
    assert b"SYNTHETIC DATA" not in render(TRAJECTORY, replace(invented, synthetic=False), "svg")
    assert "Synthetic" in TRAJECTORY.caption(invented)


@pytest.mark.parametrize("image_format", ["svg", "png", "pdf"])
@pytest.mark.parametrize("totals", [(), (16,), (None, None), (16,) * 40])
def test_thin_and_thick_records_draw(curve, make, image_format, totals):
    made = curve(*(make.point(day * 30, total) for day, total in enumerate(totals)))
    assert render(TRAJECTORY, made, image_format)


def test_an_empty_record_draws_without_any_date(curve):
    nothing = curve(infusions=(), steroids=(), origin_on=None, day_0_known=False)
    assert "no final score recorded" in texts(drawn(nothing))


@given(st.integers(-2000, 0), st.integers(1, 12000))
def test_the_time_axis_never_has_more_than_ten_ticks(low, high):
    _, places, labels = time_ticks(low, high)
    assert 1 <= len(labels) <= 10
    assert all(low <= place <= high for place in places)


def test_the_last_data_and_the_cut_are_printed(curve, make):
    told = TRAJECTORY.caption(curve(make.point(-7, 16), last_data_on=date(2024, 9, 1)))
    assert "Last data 1 Sep 2024" in told
    assert "Data cut 22 Nov 2026" in told
