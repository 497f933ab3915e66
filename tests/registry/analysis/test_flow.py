from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.flow import FlowDoesNotSumError, at_timepoint
from registry.analysis.members import FLOW_STATES, Member, Place
from registry.followup.facts import ConsentFact, CourseFact, EnrolmentFact, StatusFact
from registry.partial_date import PartialDate


def on(text):
    return PartialDate.parse(text)


@pytest.fixture
def everyone(make):
    """One patient for each of the six states at month 6 (10 January 2024 + 137 to 228 days)."""
    return {
        "seen": make.patient("seen", visits=(make.visit(180),), death_on=on("2025")),
        "died": make.patient("died", death_on=on("2024-03-01")),
        "withdrawn": make.patient("wd", statuses=(StatusFact("withdrew_visits", on("2024-04")),)),
        "lost": make.patient("lost", statuses=(StatusFact("lost", on("2024-08-01")),)),
        "missed": make.patient("missed"),
        "not_yet_due": make.patient("late", courses=(make.course(on("2025-09-01")),)),
    }


@pytest.fixture
def place(summary):
    def of(patients, timepoint="month_6", **asked):
        (at,) = [
            r for r in summary(*patients, **asked)["flow"]["at"] if r["timepoint"] == timepoint
        ]
        return at

    return of


@pytest.mark.parametrize("state", FLOW_STATES)
def test_each_patient_is_in_the_state_that_happened(everyone, make, place, state):
    opens_month_6 = make.patient("other", visits=(make.visit(180),))
    at = place([everyone[state], opens_month_6])
    expected = dict.fromkeys(FLOW_STATES, 0)
    expected["seen"] += 1
    expected[state] += 1
    assert {name: at[name] for name in FLOW_STATES} == expected


def test_the_six_states_sum_to_the_infused_and_due_is_seen_or_missed(everyone, place):
    at = place(everyone.values())
    assert [at[state] for state in FLOW_STATES] == [1] * 6
    assert at["due"] == 2


def test_a_patient_who_died_later_still_counts_as_seen(everyone, place):
    assert place([everyone["seen"]])["seen"] == 1


def test_a_status_after_the_window_does_not_explain_a_missed_visit(make, place):
    late = make.patient(statuses=(StatusFact("lost", on("2025-01-01")),))
    assert place([late])["missed"] == 1


def test_nobody_may_be_in_no_state(make):
    strange = Member(make.patient(), make.course(), "prospective", {"month_6": Place("elsewhere")})
    with pytest.raises(FlowDoesNotSumError, match="sum to 0, but 1"):
        at_timepoint([strange], "month_6")


def test_timepoints_end_with_the_last_that_opened_for_anybody(make, summary):
    flow = summary(make.patient(), cut=make.day(61))["flow"]
    assert [at["timepoint"] for at in flow["at"]] == ["baseline", "month_1", "month_3"]


def test_uninfused_patients_are_counted_by_what_happened(make, summary):
    begun = CourseFact("c", 1, on("2024-01-01"))
    flow = summary(
        make.patient("a"),
        make.patient("b", courses=(begun,), death_on=on("2024-02")),
        make.patient("c", courses=(begun,)),
        make.patient("d", courses=()),
    )["flow"]
    assert (flow["enrolled"], flow["course_started"], flow["infused"]) == (4, 3, 1)
    assert flow["not_infused"] == [{"reason": "died", "n": 1}, {"reason": "not_recorded", "n": 1}]


def test_consent_is_taken_from_the_latest_decision(make, summary):
    given_then_declined = (
        ConsentFact("1", "given", on("2024-01-01")),
        ConsentFact("2", "declined", on("2024-06-01")),
    )
    patients = (
        make.patient("a", consents=given_then_declined),
        make.patient("b", consents=given_then_declined[:1]),
        make.patient("c"),
    )
    flow = summary(*patients)["flow"]
    assert flow["consent"] == {"recorded": 1, "not_recorded": 1, "declined": 1}
    assert summary(*patients, cut=date(2024, 5, 1))["flow"]["consent"]["declined"] == 0


def test_of_two_consents_on_one_day_the_later_entered_holds(make, summary):
    decisions = [ConsentFact("1", made, on("2024-01-01")) for made in ("given", "declined")]
    patients = make.patient("a", consents=tuple(decisions)), make.patient("b")
    assert summary(*patients)["flow"]["consent"]["declined"] == 1


@pytest.mark.parametrize(
    ("enrolled", "expected"),
    [(0, "prospective"), (1, "early"), (30, "early"), (31, "retrospective")],
)
def test_ascertainment_is_derived_from_the_day_of_enrolment(make, summary, enrolled, expected):
    enrolment = EnrolmentFact("A", PartialDate.on(make.day(enrolled)))
    flow = summary(make.patient(enrolments=(enrolment,)))["flow"]
    assert {name for name, n in flow["ascertainment"].items() if n} == {expected}


statuses = st.lists(
    st.tuples(st.sampled_from(["lost", "withdrew_visits", "active", "died"]), st.integers(0, 900)),
    max_size=3,
)
lives = st.tuples(statuses, st.lists(st.integers(-40, 900), max_size=6, unique=True))


@given(st.lists(lives, max_size=6), st.integers(0, 1000))
def test_the_states_sum_to_the_infused_whatever_happened(make, summary, histories, days):
    patients = [
        make.patient(
            f"p{n}",
            statuses=tuple(StatusFact(s, PartialDate.on(make.day(d))) for s, d in changes),
            visits=tuple(make.visit(d, make.sledai(4)) for d in sorted(visits)),
        )
        for n, (changes, visits) in enumerate(histories)
    ]
    flow = summary(*patients, cut=make.day(days))["flow"]
    assert flow["infused"] == len(patients)
    for at in flow["at"]:
        assert sum(at[state] for state in FLOW_STATES) == flow["infused"]
