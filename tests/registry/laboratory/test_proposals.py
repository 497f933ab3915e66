"""What results propose: three values, strict cut-offs, windows, and never an answer by itself."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.instruments.lab_items import ITEMS
from registry.laboratory.proposals import READ_FROM, Result, propose, window_of
from registry.partial_date import PartialDate

VISIT = date(2026, 6, 30)
ORDINARY = window_of(VISIT, None)


def result(analyte, value=None, unit=None, on="2026-06-25", **more):
    limits = {
        name: Decimal(more.pop(name)) for name in ("lower_limit", "upper_limit") if name in more
    }
    on = PartialDate.parse(on, allow_time=True)
    return Result(analyte, on, value, unit, **limits, **more)


def say(item, *results, window=ORDINARY):
    return propose(results, window)[item]


@pytest.mark.parametrize(
    ("item", "given", "present"),
    [
        ("leukopenia", ("leukocytes", "3.0", "10^9/L"), False),
        ("leukopenia", ("leukocytes", "2.99", "10^9/L"), True),
        ("leukopenia", ("leukocytes", "2900", "cells/uL"), True),
        ("thrombocytopenia", ("platelets", "100", "10^9/L"), False),
        ("thrombocytopenia", ("platelets", "99", "10^9/L"), True),
        ("fever", ("temperature", "38.0", "C"), False),
        ("fever", ("temperature", "100.4", "F"), False),
        ("fever", ("temperature", "38.1", "C"), True),
        ("haematuria", ("urine_red_cells", "5", None), False),
        ("haematuria", ("urine_red_cells", "6", None), True),
        ("haematuria", ("urine_red_cells", "5-10", None), None),
        ("pyuria", ("urine_white_cells", "6", "/hpf"), True),
        ("pyuria", ("urine_white_cells", "30", "/uL"), None),
        ("proteinuria", ("protein_24h", "0.5", "g/24h"), False),
        ("proteinuria", ("protein_24h", "501", "mg/24h"), True),
        ("proteinuria", ("upcr", "50", "mg/mmol"), False),
        ("proteinuria", ("upcr", "53", "mg/mmol"), True),
        ("proteinuria", ("upcr", "500", "mg/g"), False),
        ("proteinuria", ("upcr", "0.51", "g/g"), True),
        ("urinary_casts", ("urine_casts", "Red-cell casts"), True),
        ("urinary_casts", ("urine_casts", "granular"), False),
        ("urinary_casts", ("urine_casts", "some"), None),
        ("increased_dna_binding", ("anti_dsdna_clift", "positive"), True),
        ("increased_dna_binding", ("anti_dsdna_elisa", "borderline"), None),
    ],
)
def test_cut_offs_are_strict(item, given, present):
    assert say(item, result(*given)).present is present


def test_equal_to_the_limit_is_normal():
    normal = {"lower_limit": "0.9"}
    c4 = result("c4", "0.2", "g/L", lower_limit="0.1")
    assert say("low_complement", result("c3", "0.90", "g/L", **normal), c4).present is False
    assert say("low_complement", result("c3", "0.89", "g/L", **normal), c4).present is True
    dna = result("anti_dsdna_elisa", "15", "U/mL", upper_limit="15")
    assert say("increased_dna_binding", dna).present is False


def test_complement_is_absent_only_when_both_are_normal():
    c3 = result("c3", "1.1", "g/L", lower_limit="0.9")
    alone = say("low_complement", c3)
    assert alone.present is None
    assert "no result of C4" in alone.why
    ch50 = result("ch50", "20", "U/mL", lower_limit="30")
    assert say("low_complement", c3, ch50).present is True
    assert say("low_complement", ch50).rests_on == (ch50,)


def test_without_the_limit_of_the_laboratory_nothing_is_said():
    said = say("increased_dna_binding", result("anti_dsdna_elisa", "300", "IU/mL"))
    assert said.present is None
    assert "upper limit of the laboratory" in said.why


@pytest.mark.parametrize(
    ("value", "comparator", "present"),
    [("2", "<", True), ("3.0", "<", True), ("3.0", "<=", None), ("4", "<", None), ("3", ">", False),
     ("2", ">", None)],
)  # fmt: skip
def test_a_comparator_decides_only_where_it_can(value, comparator, present):
    given = result("leukocytes", value, "10^9/L", comparator=comparator)
    assert say("leukopenia", given).present is present


def test_the_newest_result_in_the_window_decides():
    low = result("platelets", "50", "10^9/L", "2026-06-10")
    normal = result("platelets", "150", "10^9/L", "2026-06-20")
    said = say("thrombocytopenia", normal, low)
    assert (said.present, said.rests_on) == (False, (normal,))


def test_an_awaited_newer_result_leaves_it_open_and_one_not_done_does_not():
    low = result("platelets", "50", "10^9/L", "2026-06-10")
    awaited = result("platelets", on="2026-06-20", state="pending")
    assert say("thrombocytopenia", low, awaited).present is None
    assert say("thrombocytopenia", low, awaited).why == "the result is awaited"
    not_done = result("platelets", on="2026-06-20", state="not_done")
    assert say("thrombocytopenia", low, not_done).present is True


def test_results_of_one_day_that_disagree_leave_it_open_unless_timed():
    low, normal = result("platelets", "50", "10^9/L"), result("platelets", "150", "10^9/L")
    assert say("thrombocytopenia", low, normal).present is None
    early = result("platelets", "50", "10^9/L", "2026-06-25T08:00+02:00")
    late = result("platelets", "150", "10^9/L", "2026-06-25T18:00+02:00")
    assert say("thrombocytopenia", late, early).present is False


def test_a_partial_date_counts_only_as_far_as_it_is_known():
    sure = result("platelets", "50", "10^9/L", "2026-06")
    assert say("thrombocytopenia", sure).present is True
    unsure = result("platelets", "50", "10^9/L", "2026")
    assert say("thrombocytopenia", unsure).present is None
    assert say("thrombocytopenia", unsure).why == "the date is not known exactly"
    agreeing = result("platelets", "60", "10^9/L", "2026-06-20")
    assert say("thrombocytopenia", unsure, agreeing).present is True
    contrary = result("platelets", "160", "10^9/L", "2026-06-20")
    assert say("thrombocytopenia", unsure, contrary).present is None


@pytest.mark.parametrize(
    ("days_before", "counts"), [(-1, False), (0, True), (30, True), (31, False)]
)
def test_the_window_is_thirty_days_before_and_never_after(days_before, counts):
    on = (VISIT - timedelta(days=days_before)).isoformat()
    said = say("thrombocytopenia", result("platelets", "50", "10^9/L", on))
    assert said.present is (True if counts else None)
    if days_before > 0 and not counts:
        assert "before the window of 30 days" in said.why


@pytest.mark.parametrize(
    ("day", "first"), [(0, -30), (1, -1), (9, -9), (10, -10), (29, -10), (30, -30), (45, -30)]
)
def test_early_in_a_course_the_window_is_short_and_never_crosses_day_0(day, first):
    window = window_of(VISIT, VISIT - timedelta(days=day))
    assert window.first == VISIT + timedelta(days=first)


@given(st.integers(-5, 60), st.integers(0, 40), st.integers(0, 40))
def test_a_partial_day_0_holds_what_each_of_its_days_holds(since, length, ago):
    first = VISIT - timedelta(days=since + length)
    days = [first + timedelta(days=n) for n in range(length + 1)]
    sample = PartialDate.on(VISIT - timedelta(days=ago))
    each = {window_of(VISIT, day).holds(sample) for day in days}
    assert window_of(VISIT, days[0], days[-1]).holds(sample) is (
        each.pop() if len(each) == 1 else None
    )


def test_a_24_hour_collection_wins_and_the_conflict_is_said():
    by_day, spot = result("protein_24h", "0.3", "g/24h"), result("upcr", "620", "mg/g")
    said = say("proteinuria", by_day, spot)
    assert said.present is False
    assert said.rests_on == (by_day, spot)
    assert "the spot ratio says likely present" in said.notes[0]


@pytest.mark.parametrize(
    ("value", "unit", "grey"),
    [("53", "mg/mmol", True), ("56.5", "mg/mmol", True), ("57", "mg/mmol", False),
     ("50", "mg/mmol", False), ("500", "mg/g", True), ("450", "mg/g", True),
     ("440", "mg/g", False)],
)  # fmt: skip
def test_the_grey_band_of_the_spot_ratio_is_said(value, unit, grey):
    assert bool(say("proteinuria", result("upcr", value, unit)).notes) is grey


def test_assays_that_disagree_are_said():
    high = result("anti_dsdna_elisa", "90", "IU/mL", upper_limit="15")
    negative = result("anti_dsdna_clift", "negative")
    said = say("increased_dna_binding", high, negative)
    assert said.present is True
    assert said.notes == ("the assays disagree",)


values = st.one_of(
    st.none(), st.decimals(0, 5000, places=1).map(str), st.sampled_from(["positive", "x", "5-10"])
)
days = st.dates(date(2026, 4, 1), date(2026, 8, 1))
dates = days.flatmap(lambda d: st.sampled_from([d.isoformat(), f"{d:%Y-%m}", f"{d:%Y}"]))
results = st.builds(
    lambda analyte, on, value, unit, comparator, limit: Result(
        analyte, PartialDate.parse(on), value, unit, comparator,
        None if value else "pending", limit, limit,
    ),
    st.sampled_from(READ_FROM), dates, values,
    st.sampled_from([None, "10^9/L", "g/L", "mg/g", "mg/mmol", "C", "F", "x"]),
    st.sampled_from([None, "<", ">="]), st.one_of(st.none(), st.just(Decimal(10))),
)  # fmt: skip


@given(st.lists(results, max_size=8), st.randoms())
def test_any_results_give_nine_proposals_whatever_their_order(some, random):
    said = propose(some, ORDINARY)
    assert list(said) == list(ITEMS)
    for proposal in said.values():
        assert (proposal.present is None) == bool(proposal.why)
        assert proposal.present is None or proposal.rests_on
    shuffled = random.sample(some, len(some))
    assert {k: v.present for k, v in propose(shuffled, ORDINARY).items()} == {
        k: v.present for k, v in said.items()
    }


@given(st.lists(results, max_size=8))
def test_what_was_taken_after_the_visit_changes_nothing(some):
    before = [r for r in some if r.collected_on.earliest <= VISIT]
    assert propose(some, ORDINARY) == propose(before, ORDINARY)


@pytest.mark.parametrize(
    ("value", "unit", "in_mmol", "in_grams", "own"),
    [
        ("460", "mg/g", True, False, False),  # 52.0 mg/mmol
        ("53", "mg/mmol", True, False, True),  # 468.5 mg/g
        ("440", "mg/g", False, False, False),
        ("57", "mg/mmol", True, True, True),
        ("50", "mg/mmol", False, False, False),
        ("500", "mg/g", True, False, False),
    ],
)
def test_a_ratio_is_compared_in_the_unit_of_the_patient(value, unit, in_mmol, in_grams, own):
    sample = [result("upcr", value, unit)]
    said = [propose(sample, ORDINARY, ratio)["proteinuria"] for ratio in ("mg/mmol", "mg/g", "")]
    assert [proposal.present for proposal in said] == [in_mmol, in_grams, own]
    for proposal, ratio in zip(said, ("mg/mmol", "mg/g", ""), strict=True):
        if proposal.notes and ratio:
            assert f"the unit of this patient's baseline, {ratio}, decides" in proposal.notes[0]
