"""The rows of a state's course: who attains it among whom, who keeps it, and how long."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.intervals import share_of_time
from registry.followup.facts import MedicineFact
from registry.partial_date import PartialDate

LE_4 = "sledai_2k_le_4"


@pytest.fixture(scope="session")
def entry(summary):
    def find(*patients, definition=LE_4, population="infused", **question):
        rows = summary(*patients, **question)["state_course"]
        (found,) = [
            row
            for row in rows
            if (row["definition"], row["population"]) == (definition, population)
        ]
        return found

    return find


@pytest.fixture(scope="session")
def scored(make):
    """Build a patient from day → SLEDAI-2K; None is a score that decides nothing."""

    def build(code, days, **changes):
        visits = tuple(
            make.visit(
                day,
                make.sledai(None, known=0, highest=9) if total is None else make.sledai(total),
            )
            for day, total in days.items()
        )
        return make.patient(code, visits=visits, **changes)

    return build


def counts(rows):
    return {row["row"]: (row["x"], row["n"]) for row in rows}


def test_attained_is_judged_among_those_not_in_it_at_baseline(entry, scored):
    found = entry(
        scored("in", {-1: 4, 91: 2, 182: 2}),
        scored("comes", {-1: 12, 91: 6, 182: 4}),
        scored("never", {-1: 12, 91: 6, 182: 6}),
        scored("open", {-1: 12, 91: 6, 182: None}),
        scored("unseen", {-1: 12}),
        scored("no baseline", {91: 2}),
        scored("vague baseline", {-1: None, 91: 2}),
    )
    before = {"met": 1, "not_met": 4, "indeterminate": 1, "not_evaluable": 0, "not_seen": 1}
    assert (found["n"], found["baseline"]) == (7, before)
    assert counts(found["attained"]) == {
        "observed": (1, 2),
        "non_responder_imputed": (1, 4),
        "worst": (1, 3),
        "best": (2, 3),
    }
    assert (found["attained"][0]["indeterminate"], found["attained"][0]["not_seen"]) == (1, 1)


def test_a_state_is_first_estimated_at_month_3(entry, scored):
    early = scored("early", {-1: 12, 30: 2, 60: 2, 91: 6})
    assert counts(entry(early)["attained"])["observed"] == (0, 1)
    in_time = scored("in time", {-1: 12, 61: 2})
    assert counts(entry(in_time)["attained"])["observed"] == (1, 1)


def test_a_target_state_is_not_attained_at_month_1(summary, row, make):
    def attained(quiet_on):
        days = {-1: 6, 30: 6, 91: 6} | {quiet_on: 0}
        visits = [make.visit(d, make.sledai(n), make.pga("0.4")) for d, n in days.items()]
        none = MedicineFact("hydroxychloroquine", PartialDate.parse("2020"))
        patient = make.patient(visits=tuple(visits), medicines=(none,))
        found = row(summary(patient)["state_course"], definition="doris_2021")
        return counts(found["attained"])["observed"]

    assert attained(30) == (0, 1)
    assert attained(91) == (1, 1)


def test_sustained_is_judged_of_everybody_who_was_seen_long_enough(entry, scored):
    found = entry(
        scored("in", {-1: 4, 91: 2, 274: 2}),
        scored("keeps", {-1: 12, 91: 4, 182: 4, 274: 4}),
        scored("loses", {-1: 12, 91: 4, 182: 5, 274: 4}),
        scored("open", {-1: 12, 91: 4, 274: None}),
        scored("short", {-1: 12, 91: 4, 182: 4}),
    )
    assert counts(found["sustained"]) == {
        "observed": (2, 3),
        "non_responder_imputed": (2, 5),
        "worst": (2, 4),
        "best": (3, 4),
    }
    assert found["sustained"][0]["not_seen"] == 1


def test_a_visit_that_stands_for_no_timepoint_still_contradicts(entry, scored, make):
    steady = scored("p", {-1: 12, 91: 4, 182: 4, 274: 4})
    flare = make.visit(200, make.sledai(12), timepoint="unscheduled")
    assert counts(entry(steady)["sustained"])["observed"] == (1, 1)
    disturbed = make.patient("p", visits=(*steady.visits, flare))
    assert counts(entry(disturbed)["sustained"])["observed"] == (0, 1)
    assert entry(disturbed)["time"]["days_observed"] == entry(steady)["time"]["days_observed"]


def test_who_cannot_be_known_yet_is_not_yet_due(entry, scored, make):
    recent = scored("r", {-1: 12, 30: 2})
    row = entry(recent, cut=make.day(100))
    assert row["attained"][0]["not_yet_due"] == row["sustained"][0]["not_yet_due"] == 1
    row = entry(recent, cut=make.day(136))  # the window of month 3 has closed
    assert (row["attained"][0]["not_seen"], row["sustained"][0]["not_yet_due"]) == (1, 1)
    row = entry(recent, cut=make.day(319))
    assert row["sustained"][0]["not_seen"] == 1


def test_time_counts_between_visits_and_gaps_are_unobserved(entry, scored):
    found = entry(
        scored("a", {-1: 12, 91: 4, 182: 6, 274: None, 365: 4, 700: 4}),
        scored("b", {-1: 12, 91: 6, 182: 4}),
    )["time"]
    assert (found["days_met"], found["days_observed"]) == (91, 91 + 92 + 91)
    assert (found["days_indeterminate"], found["days_unobserved"]) == (91, 335)
    assert (found["patients"], found["percent"]) == (2, 33.2)
    assert found["ci_low"] < found["percent"] < found["ci_high"]


def test_every_group_and_population_has_its_own(entry, scored, make, summary):
    none = MedicineFact("hydroxychloroquine", PartialDate.parse("2020"))
    patients = (
        scored("a", {-1: 12, 91: 4}, medicines=(none,)),
        scored("b", {-1: 12, 91: 6}, courses=(make.course(site="B"),)),
    )
    result = summary(*patients, by="site")
    shares = [
        counts(row["attained"])["observed"]
        for group in result["groups"]
        for row in group["state_course"]
        if row["definition"] == LE_4 and row["population"] == "infused"
    ]
    assert shares == [(1, 1), (0, 1)]


def test_a_definition_for_which_nobody_has_data_is_not_there(summary, make):
    assert summary(make.patient())["state_course"] == []


def test_a_responder_has_no_course(summary, scored):
    from registry.followup.states import STATES

    result = summary(scored("a", {-1: 12, 91: 4}))
    named = {row["definition"] for row in result["state_course"]}
    assert named <= {name for name, state in STATES.items() if state.kind == "state"}


def test_a_month_only_day_0_is_followed_by_the_given_timepoints(entry, make):
    given_ = {"month_1": (30, 2), "month_3": (91, 6), "month_6": (182, 4)}
    visits = [make.visit(d, make.sledai(n), timepoint=code) for code, (d, n) in given_.items()]
    before = make.visit(-9, make.sledai(12), timepoint="baseline")
    patient = make.patient(
        courses=(make.course(PartialDate.parse("2024-01")),), visits=(before, *visits)
    )
    found = entry(patient)
    assert counts(found["attained"])["observed"] == (1, 1)
    assert found["time"]["days_observed"] == 91


times = st.lists(
    st.integers(1, 700).flatmap(lambda y: st.tuples(st.integers(0, y), st.just(y))), max_size=12
)


@given(times)
def test_the_share_lies_in_its_interval(parts):
    share = share_of_time(parts)
    if not parts:
        assert share.percent is share.ci_low is None
    elif share.ci_low is not None:
        assert 0 <= share.ci_low <= share.percent <= share.ci_high <= 100


def test_all_or_nothing_has_the_exact_limits_of_so_many_patients():
    nothing, everything = share_of_time([(0, 90)] * 10), share_of_time([(90, 90)] * 10)
    assert (nothing.percent, nothing.ci_low, nothing.ci_high) == (0.0, 0.0, 30.8)
    assert (everything.percent, everything.ci_low, everything.ci_high) == (100.0, 69.2, 100.0)
    assert nothing.method == "clopper_pearson_patients"


def test_the_interval_of_a_ratio_is_that_of_a_mean_where_everybody_has_the_same_time():
    # Mean 25, SD 12.91, t of 3 degrees of freedom 3.182: 25 ± 3.182 x 12.91 / 2.
    share = share_of_time([(10, 100), (20, 100), (30, 100), (40, 100)])
    assert (share.percent, share.ci_low, share.ci_high) == (25.0, 4.5, 45.5)


def test_one_patient_has_a_share_and_no_interval():
    share = share_of_time([(10, 100)])
    assert (share.percent, share.ci_low, share.ci_high) == (10.0, None, None)
