"""SLICC/ACR Damage Index: 41 items, six months, repeats, one kidney, and never down by recount."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments._calendar import DateRange
from registry.instruments._damage_items import BY_CODE, DOMAINS, ITEMS, MAXIMUM
from registry.instruments._damage_points import Event, Points, damage, not_asked, recount
from registry.instruments.base import Occasion
from registry.instruments.slicc_damage import INSTRUMENT

CODES = sorted(BY_CODE)
REPEATED = [item.code for item in ITEMS if item.repeat]

EVER = [item.code for item in ITEMS if item.ever]


def sdi(**inputs):
    return answer(CALCULATORS["SDI"], json.dumps(inputs).encode())


def total(**inputs):
    reply = sdi(**inputs)
    assert "error" not in reply, reply
    return reply["total"]


def day(text):
    exact = date.fromisoformat(text)
    return DateRange(exact, exact)


days = st.dates(date(2000, 1, 1), date(2030, 1, 1)).map(lambda d: DateRange(d, d))
judged = st.dictionaries(st.sampled_from(CODES), st.integers(0, 3)).map(
    lambda found: {
        code: BY_CODE[code].values[n % len(BY_CODE[code].values)] for code, n in found.items()
    }
)
dated = st.dictionaries(
    st.sampled_from(CODES), st.lists(days.map(Event), min_size=1, max_size=4).map(tuple), max_size=8
)


def test_there_are_41_items_and_the_domains_add_up_to_47():
    assert (len(ITEMS), len(BY_CODE), MAXIMUM) == (41, 41, 47)
    for domain in DOMAINS:
        most = sum(item.maximum for item in ITEMS if item.domain == domain.code)
        assert domain.maximum == (3 if domain.code == "renal" else most)


@pytest.mark.parametrize(("form", "most"), [(39, 45), (40, 46), (41, 47), ("41", 47), (None, 47)])
def test_each_form_has_its_own_maximum_and_is_noted(form, most):
    reply = sdi(items={}, all_other_items="not_assessed", sdi_form=form)
    assert (reply["max_possible"], reply["form_maximum"]) == (most, most)
    assert reply["sdi_form"] == int(form or 41)


@pytest.mark.parametrize(
    ("renal", "points"),
    [
        ({"gfr_lt_50": 1}, 1),
        ({"gfr_lt_50": 1, "proteinuria_ge_3_5": 1}, 2),
        ({"esrd": 3}, 3),
        ({"gfr_lt_50": 1, "proteinuria_ge_3_5": 1, "esrd": 3}, 3),
        ({"gfr_lt_50": None, "proteinuria_ge_3_5": 1, "esrd": 3}, 3),
    ],
)
def test_end_stage_disease_replaces_the_other_two(renal, points):
    reply = sdi(items=renal)
    assert (reply["total"], reply["complete"], reply["missing"]) == (points, True, [])


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.code)
def test_six_months_are_needed_unless_the_item_says_ever(item):
    at = {n: total(items={item.code: {"onset_months_ago": n}}) for n in ("5.9", 6, "6.1")}
    enough = {n: item.ever or (not item.strictly if n == 6 else n == "6.1") for n in at}
    assert at == {n: item.points if counts else 0 for n, counts in enough.items()}


@pytest.mark.parametrize(
    ("on", "points", "most"),
    [
        ("2025-07-09", 0, 0),
        ("2025-07-10", 1, 1),
        ("2025-01-09", 0, 0),
        ("2025-07", 0, 1),
        ("2025-08", 1, 1),
        (None, 1, 1),  # listed, as points are: somebody has judged that it lasts
    ],
)
def test_a_dated_item_counts_from_the_day_six_months_later(on, points, most):
    reply = sdi(items={"neuropathy": {"date": "2025-01-10"}}, assessed_on=on)
    assert (reply["total"], reply["max_possible"]) == (points, most)
    assert reply["missing"] == ([] if points == most else ["neuropathy"])


def test_the_end_of_a_shorter_month_is_six_months():
    items = {"diabetes": {"date": "2025-08-31"}}
    assert total(items=items, assessed_on="2026-02-27") == 0
    assert total(items=items, assessed_on="2026-02-28") == 1


@pytest.mark.parametrize("item", EVER)
@pytest.mark.parametrize(("on", "points"), [("2025-01-09", 0), ("2025-01-10", 1)])
def test_an_item_that_counts_at_once_still_waits_for_its_day(item, on, points):
    assert total(items={item: {"date": "2025-01-10"}}, assessed_on=on) == points


@pytest.mark.parametrize(
    ("onset", "points", "most"),
    [
        ("2015-05-31", 0, 0),
        ("2015-06-01", 1, 1),
        ("2015-05", 0, 0),
        ("2015-06", 1, 1),
        ("2015", 0, 1),
        (None, 0, 1),
    ],
)
def test_damage_before_the_diagnosis_does_not_count(onset, points, most):
    reply = sdi(items={"cataract": {"date": onset}}, sle_diagnosis_date="2015-06-01")
    assert (reply["total"], reply["max_possible"]) == (points, most)


def test_months_ago_are_set_against_the_diagnosis_through_the_day_of_assessment():
    items = {"neuropathy": {"onset_months_ago": 8}}
    assert total(items=items, sle_diagnosis_date="2020-01-02", assessed_on="2020-09-02") == 1
    assert total(items=items, sle_diagnosis_date="2020-01-03", assessed_on="2020-09-02") == 0
    assert sdi(items=items, sle_diagnosis_date="2020-01-02")["complete"] is False


@pytest.mark.parametrize("code", REPEATED)
@pytest.mark.parametrize(
    ("second", "points", "most"),
    [
        ("2025-07-09", 1, 1),
        ("2025-07-10", 2, 2),
        ("2024-07-10", 2, 2),
        ("2024-07-11", 1, 1),
        ("2025-07", 1, 2),
        ("2025-01-10", 1, 1),
    ],
)
def test_a_repeat_scores_when_it_is_six_months_apart(code, second, points, most):
    events = [{"date": "2025-01-10"}, {"date": second}]
    reply = sdi(items={code: events}, assessed_on="2027-01-01")
    assert (reply["total"], reply["max_possible"]) == (points, most)


def test_a_third_event_is_measured_from_the_first():
    events = [{"date": text} for text in ("2025-01-10", "2025-05-01", "2025-08-01")]
    assert total(items={"cva": events}) == 2


def test_an_event_before_the_diagnosis_is_no_first_event():
    events = [{"date": "2014-01-10"}, {"date": "2016-08-01"}]
    assert total(items={"mi": events}, sle_diagnosis_date="2015-06-01") == 1
    assert total(items={"mi": events}, sle_diagnosis_date="2014-01-10") == 2


def test_many_events_of_a_single_item_are_one_point_and_none_are_none():
    events = [{"onset_months_ago": n} for n in (60, 40, 20)]
    assert total(items={"neuropathy": events}) == 1
    assert total(items={"cva": events}) == 2
    assert total(items={"neuropathy": []}) == 0


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_a_lower_recount_keeps_the_higher_and_warns(count):
    items = dict.fromkeys(("cataract", "diabetes", "neuropathy")[:count], 1)
    reply = sdi(items_now=items, previous_total=2)
    assert reply["total"] == max(count, 2)
    assert reply["recount"] == count
    assert reply["warning"] == ("total_lower_than_previous" if count < 2 else None)


def test_what_is_not_assessed_may_explain_a_lower_recount():
    reply = sdi(items_now={"cataract": 1}, not_assessed=["diabetes"], previous_total=2)
    assert (reply["total"], reply["warning"], reply["complete"]) == (2, None, False)


def test_voiding_an_erroneous_item_lowers_the_index():
    in_force = {"cataract": (Event(day("2020-01-01")),), "diabetes": (Event(day("2021-01-01")),)}
    now = day("2026-01-01")
    assert damage(in_force, on=now).total == 2
    del in_force["diabetes"]
    assert damage(in_force, on=now).total == 1


def test_not_assessed_is_a_lower_bound_and_never_absent():
    reply = sdi(items={"cataract": 1, "mi": None}, not_assessed=["diabetes"])
    assert (reply["total"], reply["max_possible"], reply["complete"]) == (1, 4, False)
    assert reply["missing"] == ["mi", "diabetes"]
    assert reply["domains"]["ocular"] == 1


@given(judged, st.permutations(CODES))
def test_the_index_stays_within_its_bounds_whatever_the_order(found, order):
    points = {code: Points(n, n) for code, n in found.items()}
    result = damage(points)
    assert 0 <= result.total == result.max_possible <= MAXIMUM
    assert result.complete
    assert recount(result, 0) == result
    assert result == damage({code: points[code] for code in order if code in points})


@given(judged, st.sets(st.sampled_from(CODES)), st.data())
def test_every_completion_lies_between_the_bounds(found, gaps, data):
    known = {code: Points(n, n) for code, n in found.items()}
    open_ = damage(known | {code: not_asked(BY_CODE[code]) for code in gaps})
    values = {code: data.draw(st.sampled_from(BY_CODE[code].values)) for code in gaps}
    full = damage(known | {code: Points(n, n) for code, n in values.items()}).total
    assert open_.total <= full <= open_.max_possible
    assert set(open_.missing) <= gaps
    assert open_.complete is (open_.total == open_.max_possible)


@given(dated, days, days, days)
def test_the_index_never_falls_with_time(found, first, second, diagnosis):
    early, late = sorted((first, second), key=lambda known: known.earliest)
    before, after = (damage(found, on=on, diagnosis=diagnosis) for on in (early, late))
    assert before.total <= after.total <= MAXIMUM
    assert before.complete
    assert after.complete


@given(dated, days, days, st.integers(0, 400))
def test_a_day_known_in_part_covers_every_day_that_it_can_be(found, on, diagnosis, width):
    def blurred(known):
        return DateRange(known.earliest, known.earliest + timedelta(days=width))

    vague = {
        code: tuple(Event(blurred(event.date)) for event in events)
        for code, events in found.items()
    }
    exact = damage(found, on=on, diagnosis=diagnosis)
    bounds = damage(vague, on=on, diagnosis=blurred(diagnosis))
    assert bounds.total <= exact.total <= bounds.max_possible


@given(judged, st.integers(0, MAXIMUM))
def test_a_recount_is_never_below_what_stood(found, previous):
    now = damage({code: Points(n, n) for code, n in found.items()})
    kept = recount(now, previous)
    assert kept.total == max(now.total, previous)
    assert (kept.warning is not None) is (now.total < previous)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "missing_input"),
        ({"items": None}, "missing_input"),
        ({"previous_total": 3}, "missing_input"),
        ({"items": {}, "items_now": {}}, "unknown_input"),
        ({"items": ["cataract"]}, "bad_json"),
        ({"items": {"gout": 1}}, "unknown_item"),
        ({"items": {"tendon_rupture": 1}, "sdi_form": 40}, "unknown_item"),
        ({"items": {"pancreatic_insufficiency": 1}, "sdi_form": 39}, "unknown_item"),
        ({"items": {"cataract": 2}}, "out_of_range"),
        ({"items": {"cataract": -1}}, "out_of_range"),
        ({"items": {"cva": "1.5"}}, "out_of_range"),
        ({"items": {"cva": 3}}, "out_of_range"),
        ({"items": {"esrd": 1}}, "out_of_range"),
        ({"items": {"cataract": True}}, "not_a_number"),
        ({"items": {"cataract": "present"}}, "not_a_number"),
        ({"items": {"cva": [1]}}, "bad_json"),
        ({"items": {"cva": [{}]}}, "missing_input"),
        ({"items": {"cva": [{"date": "2025-01-10"}] * 101}}, "out_of_range"),
        ({"items": {"cva": {"when": "2025"}}}, "unknown_input"),
        ({"items": {"cva": {"date": "2025", "onset_months_ago": 6}}}, "unknown_input"),
        ({"items": {"cva": {"date": "10.1.2025"}}}, "out_of_range"),
        ({"items": {"cva": {"date": 2025}}}, "out_of_range"),
        ({"items": {"cva": {"onset_months_ago": -1}}}, "out_of_range"),
        ({"items": {"cva": {"onset_months_ago": "six"}}}, "not_a_number"),
        ({"items": {}, "sle_diagnosis_date": "2025-02-30"}, "out_of_range"),
        ({"items": {}, "previous_total": 48}, "out_of_range"),
        ({"items": {}, "previous_total": "2.5"}, "out_of_range"),
        ({"items": {}, "sdi_form": 38}, "out_of_range"),
        ({"items": {}, "not_assessed": ["gout"]}, "unknown_item"),
        ({"items": {}, "not_assessed": "cva"}, "bad_json"),
        ({"items": {}, "all_other_items": "present"}, "out_of_range"),
        ({"items": {"cva": 1}, "not_assessed": ["cva"]}, "item_both_present_and_not_assessed"),
    ],
)
def test_bad_input_has_its_code(inputs, code):
    reply = sdi(**inputs)
    assert reply.get("error") == code, reply
    assert 10 < len(reply["message"]) < 300


def test_the_last_day_of_the_calendar_is_no_fault():
    assert total(items={"neuropathy": {"date": "9999-12-31"}}, assessed_on="2026-01-01") == 0
    assert total(items={"neuropathy": {"onset_months_ago": 1200}}, assessed_on="1900-01") == 1


def test_points_and_months_may_be_text():
    assert total(items={"cva": "2"}, previous_total="1") == 2
    assert total(items={"cva": {"onset_months_ago": "3"}}) == 1


# --- as it is asked at a visit ----------------------------------------------------------------

ABSENT = dict.fromkeys(CODES, 0)


def at_visit(on="2026-01-15", **answers):
    day = date.fromisoformat(on) if on else None
    return INSTRUMENT.scored(INSTRUMENT.check(ABSENT | answers), Occasion(day))


def test_the_instrument_asks_41_items_by_date_in_ten_domains():
    assert len(INSTRUMENT.items) == 41
    assert {item.kind for item in INSTRUMENT.items} == {"dates"}
    assert len(INSTRUMENT.groups) == 10
    assert (INSTRUMENT.maximum, INSTRUMENT.asked, INSTRUMENT.due_at[0]) == (
        47,
        "optional",
        "baseline",
    )


@pytest.mark.parametrize(
    ("on", "points"), [("2026-01-14", 0), ("2026-01-15", 1), ("2026-07-01", 1)]
)
def test_an_item_counts_from_six_calendar_months_on(on, points):
    assert at_visit(on, neuropathy="2025-07-15").total == points


def test_what_was_ever_there_counts_at_once_and_nothing_from_after_the_visit():
    assert at_visit("2026-01-15", cataract="2026-01-15").total == 1
    assert at_visit("2026-01-15", cataract="2026-01-16").total == 0


@pytest.mark.parametrize(("second", "points"), [("2025-06-30", 1), ("2025-07-01", 2)])
def test_a_second_stroke_counts_from_six_months_after_the_first(second, points):
    assert at_visit(cva=f"2025-01-01;{second}").total == points


def test_two_dates_of_an_item_without_repeat_count_once():
    assert at_visit(cataract="2019;2024").total == 1


def test_present_without_a_date_is_taken_as_judged():
    found = at_visit(neuropathy=1, cva=1)
    assert (found.total, found.complete) == (2, True)


def test_a_date_that_leaves_the_six_months_open_is_a_bound():
    found = at_visit("2026-01-15", neuropathy="2025")
    assert (found.total, found.known_points, found.max_possible) == (None, 0, 1)
    assert found.missing == ("neuropathy",)
    undated_visit = at_visit(None, neuropathy="2020-01-01")
    assert (undated_visit.known_points, undated_visit.max_possible) == (0, 1)


def test_kidney_failure_replaces_the_other_two_and_settles_their_gaps():
    assert at_visit(esrd=1, gfr_lt_50=1, proteinuria_ge_3_5=1).total == 3
    assert at_visit(gfr_lt_50=1, proteinuria_ge_3_5=1).total == 2
    assert at_visit(esrd=1, gfr_lt_50=None).total == 3
    assert at_visit(esrd=None, gfr_lt_50=1).max_possible == 3


def test_the_parts_name_the_domains_with_points_and_the_form():
    assert at_visit(cataract=1, esrd=1).parts == {
        "sdi_form": 41,
        "domains": {"ocular": [1, 1], "renal": [3, 3]},
    }


spoken = st.fixed_dictionaries(
    dict.fromkeys(CODES, st.sampled_from([None, 0, 0, 0, 1, "2019", "2025-08-01", "2018;2025-07"]))
)


@given(spoken, st.data())
def test_the_total_lies_between_its_bounds_however_the_gaps_are_filled(answers, data):
    found = at_visit(**answers)
    gaps = [code for code in CODES if answers[code] is None]
    filled = {code: data.draw(st.sampled_from([0, 1, "2018;2020"])) for code in gaps}
    after = at_visit(**(answers | filled))
    assert 0 <= found.known_points <= after.known_points
    assert after.max_possible <= found.max_possible <= 47
    assert (found.total is None) == (found.known_points < found.max_possible)


@given(spoken, st.integers(0, 2000))
def test_the_same_answers_never_come_to_less_on_a_later_day(answers, days):
    first = date(2024, 1, 1)
    later = (first + timedelta(days=days)).isoformat()
    assert at_visit("2024-01-01", **answers).known_points <= at_visit(later, **answers).known_points
