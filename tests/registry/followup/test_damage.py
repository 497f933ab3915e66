"""The damage index of a patient: the union of all counts, never down save by correction."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.damage import baseline_index, damage_events, history, index_on
from registry.followup.damage_warnings import warnings
from registry.followup.facts import PatientFacts
from tests.damage_counts import a_count, a_total
from tests.registry.followup.conftest import DAY_0, partial


@pytest.fixture
def damaged(a_patient, a_course):
    """Build a patient treated on 2024-05-17, diagnosed in 2010, with these counts."""

    def build(*visits, diagnosed="2010", **changes):
        facts = {"courses": (a_course(),), "sle_diagnosed_on": partial(diagnosed)}
        return a_patient(*visits, **(facts | changes))

    return build


def bounds(patient):
    return [(index.low, index.high) for index in history(patient)]


def test_a_lower_recount_keeps_the_higher_and_names_item_and_visits(damaged):
    patient = damaged(
        a_count("2024-05-01", cataract="2019-05", neuropathy=1), a_count("2025-05-01")
    )
    assert bounds(patient) == [(2, 2), (2, 2)]
    first, second = warnings(patient)
    assert "Cataract, ever: present at visit V2024-05-01 of 1 May 2024" in first
    assert "absent at visit V2025-05-01 of 1 May 2025" in first
    assert "neuropathy" in second


def test_it_falls_when_the_erroneous_item_is_amended_or_its_visit_voided(damaged):
    wrong, later = a_count("2024-05-01", cataract="2019-05"), a_count("2025-05-01")
    assert history(damaged(wrong, later))[-1].total == 1
    assert history(damaged(a_count("2024-05-01"), later))[-1].total == 0
    assert history(damaged(later))[-1].total == 0
    assert warnings(damaged(later)) == ()


@pytest.mark.parametrize(("on", "points"), [("2025-11-14", 0), ("2025-11-15", 1)])
def test_six_months_are_counted_to_the_visit_that_still_finds_it(damaged, on, points):
    patient = damaged(a_count(on, neuropathy="2025-05-15"))
    assert history(patient)[-1].total == points


def test_what_was_gone_within_six_months_never_was_damage(damaged):
    patient = damaged(
        a_count("2024-05-01", gfr_lt_50="2024-03-01"),
        a_count("2025-05-01"),
        a_count("2026-05-01"),
    )
    assert bounds(patient) == [(0, 0)] * 3
    assert warnings(patient) == ()


@pytest.mark.parametrize(("second", "points"), [("2025-06-30", 1), ("2025-07-01", 2)])
def test_strokes_told_at_different_visits_add_up_from_six_months_apart(damaged, second, points):
    patient = damaged(a_count("2025-02-01", cva="2025-01-01"), a_count("2026-02-01", cva=second))
    assert history(patient)[-1].total == points
    assert any("is not among the dates" in sentence for sentence in warnings(patient))


def test_a_date_told_more_exactly_is_the_same_event(damaged):
    patient = damaged(a_count("2025-02-01", cva="2019"), a_count("2026-02-01", cva="2019-03-04"))
    assert bounds(patient) == [(1, 1), (1, 1)]
    assert [day.text for day in history(patient)[-1].items["cva"].dates] == ["2019-03-04"]
    assert warnings(patient) == ()


def test_two_vague_dates_of_one_count_stay_two_events(damaged):
    assert bounds(damaged(a_count("2026-02-01", cva="2019;2019-03"))) == [(1, 2)]


def test_damage_before_the_diagnosis_does_not_count(damaged):
    before = a_count("2024-05-01", cataract="2009-12-31")
    assert bounds(damaged(before)) == [(0, 0)]
    assert "before the diagnosis (2010): not counted" in warnings(damaged(before))[0]
    maybe = damaged(a_count("2024-05-01", cataract="2010-06"))
    assert bounds(maybe) == [(0, 1)]
    assert "may be before the diagnosis" in warnings(maybe)[0]
    assert bounds(damaged(a_count("2024-05-01", cataract="2011"))) == [(1, 1)]


def test_without_a_date_of_diagnosis_dated_damage_stays_open(damaged):
    patient = damaged(a_count("2024-05-01", cataract="2019", diabetes=1), diagnosed=None)
    assert bounds(patient) == [(1, 2)]
    assert "The date of diagnosis is not recorded" in warnings(patient)[0]


def test_a_date_after_its_visit_is_told_and_does_not_count(damaged):
    patient = damaged(a_count("2024-05-01", cataract="2024-06"))
    assert bounds(patient) == [(0, 0)]
    assert "Jun 2024 is after visit" in warnings(patient)[0]


def test_an_item_that_nobody_assessed_is_open_again_and_kept_where_it_was_found(damaged):
    patient = damaged(
        a_count("2024-05-01", cataract=1), a_count("2025-05-01", cataract=None, neuropathy=None)
    )
    assert bounds(patient) == [(1, 1), (1, 2)]


def test_kidney_failure_later_replaces_the_two_other_items(damaged):
    patient = damaged(
        a_count("2024-05-01", gfr_lt_50=1, proteinuria_ge_3_5=1),
        a_count("2025-05-01", gfr_lt_50=1, proteinuria_ge_3_5=1, esrd=1),
    )
    assert bounds(patient) == [(2, 2), (3, 3)]
    assert [event.points for event in damage_events(patient)] == [1]


def test_a_historic_total_is_a_floor(damaged):
    patient = damaged(a_total("2024-05-01", 3), a_count("2025-05-01", cataract=1))
    assert bounds(patient) == [(3, 3), (3, 3)]
    assert "reaches 1 at most" in warnings(patient)[0]


def test_unsigned_and_undated_visits_do_not_count(damaged):
    count = a_count("2024-05-01", cataract=1)
    assert history(damaged(replace(count, final=False))) == ()
    undated = damaged(replace(count, visited_on=None))
    assert history(undated) == ()
    assert "Left out" in warnings(undated)[0]


@pytest.mark.parametrize(("days_before", "found"), [(180, True), (181, False)])
def test_the_baseline_is_a_count_of_180_days_or_fewer_before(damaged, days_before, found):
    on = (DAY_0 - timedelta(days=days_before)).isoformat()
    assert (baseline_index(damaged(a_count(on))) is not None) is found


def test_a_new_item_is_marked_by_when_it_began_not_by_when_it_was_counted(damaged):
    patient = damaged(
        a_count("2024-05-01", diabetes=1),
        a_count("2025-05-01", diabetes=1, premature_gonadal_failure="2024-09"),
        a_count("2026-05-01", diabetes=1, premature_gonadal_failure=1, cataract="2020"),
        a_count("2027-05-01", diabetes=1, premature_gonadal_failure=1, cataract=1, neuropathy=1),
    )
    events = damage_events(patient)
    assert [(e.on.year, e.points, e.after_treatment) for e in events] == [
        (2025, 1, True),
        (2026, 1, False),
        (2027, 1, None),
    ]
    assert [new.item.code for event in events for new in event.items] == [
        "premature_gonadal_failure",
        "cataract",
        "neuropathy",
    ]


def test_there_are_no_events_without_a_baseline(damaged):
    assert damage_events(damaged(a_count("2025-05-01", cataract="2025-01"))) == ()


def test_the_index_of_a_day_is_that_of_the_last_count(damaged):
    patient = damaged(a_count("2024-05-01"), a_count("2025-05-01", cataract=1))
    assert index_on(patient, date(2024, 4, 30)) is None
    assert index_on(patient, date(2025, 4, 30)).total == 0
    assert index_on(patient, date(2025, 5, 1)).total == 1


# --- properties -------------------------------------------------------------------------------

said = st.sampled_from([None, 0, 1, "2009", "2012-03", "2023-11-20", "2024", "2012;2024-02"])
few = st.dictionaries(st.sampled_from(["cva", "esrd", "gfr_lt_50", "cataract", "diabetes"]), said)
days = st.dates(date(2024, 1, 1), date(2030, 1, 1))


def with_counts(counts, diagnosed="2010"):
    visits = [
        a_count(day.isoformat(), f"V{number}", **answers)
        for number, (day, answers) in enumerate(counts)
    ]
    return PatientFacts(
        *("P1", "female", None, (), (), (), (), tuple(visits), (), ()),
        sle_diagnosed_on=partial(diagnosed),
    )


@given(st.lists(st.tuples(days, few), max_size=5), st.sampled_from(["2010", "2012-03", None]))
def test_it_never_falls_as_time_passes(counts, diagnosed):
    lows = [index.low for index in history(with_counts(counts, diagnosed))]
    assert lows == sorted(lows)


@given(st.lists(st.tuples(days, few), max_size=5), st.randoms())
def test_the_order_in_which_visits_are_given_does_not_matter(counts, random):
    patient = with_counts(counts)
    shuffled = list(patient.visits)
    random.shuffle(shuffled)
    other = replace(patient, visits=tuple(shuffled))
    assert history(other) == history(patient)
    assert warnings(other) == warnings(patient)


@given(st.lists(st.tuples(days, few), min_size=1, max_size=4), st.data())
def test_the_bounds_hold_however_the_gaps_of_the_last_count_are_filled(counts, data):
    patient = with_counts(counts)
    last = history(patient)[-1]
    place = next(n for n in range(len(counts)) if f"V{n}" == last.count.visit_id)
    day, answers = counts[place]
    gaps = [code for code, answer in answers.items() if answer is None]
    filled = {code: data.draw(st.sampled_from([0, 1])) for code in gaps}
    after = with_counts([*counts[:place], (day, answers | filled), *counts[place + 1 :]])
    index = next(i for i in history(after) if i.count.visit_id == last.count.visit_id)
    assert last.low <= index.low <= index.high <= last.high <= 47
