"""A cohort of four, small enough to count by hand: every number below was.

Day 0 is 2024-01-10. a: nausea grade 1 twice and pneumonia grade 4 (serious, product possible).
b: nausea grade 2, asked for. c: course begun, never infused, fever without a grade before day 0.
d: nothing. e is enrolled only, so in no count whatever happened to them.
"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.analysis.adverse_events import adverse_events
from registry.analysis.cohort import cohort
from registry.analysis.cut import as_of
from registry.followup.facts import (
    AdverseEventFact,
    CausalityFact,
    CourseFact,
    GradeFact,
    StatusFact,
)
from registry.partial_date import PartialDate
from tests.registry.analysis.conftest import CUT, DAY_0, day

GI, INFECTION = "Gastrointestinal disorders", "Infections and infestations"


def on(offset):
    return PartialDate.on(day(offset))


def event(started, term=None, **changes):
    began = None if started is None else on(started)
    return AdverseEventFact(f"{term}{started}", "own words", began, term=term, **changes)


def cause(verdict, of="product", by="reporter"):
    return CausalityFact(of, by, verdict)


@pytest.fixture(scope="module")
def four(make):
    nausea = {"soc": GI, "scale": "CTCAE v5.0", "solicited": True}
    a = make.patient(
        "a",
        visits=(make.visit(90, inquired=True), make.visit(200)),
        adverse_events=(
            event(1, "Nausea", grade=1, causality=(cause("not_related"),), **nausea),
            event(40, "Nausea", grade=1, causality=(cause("conditional"),), **nausea),
            event(
                12, "Pneumonia", grade=4, soc=INFECTION, serious=True, solicited=False,
                causality=(cause("possible"), cause("unlikely", by="reviewer")),
            ),
            event(-50, "Rash", grade=2),
        ),
    )  # fmt: skip
    b = make.patient(
        "b",
        visits=(make.visit(100, inquired=True),),
        adverse_events=(
            event(3, "Nausea", grade=2, causality=(cause("related", "procedure"),), **nausea),
        ),
    )
    mobilised = CourseFact("c", 1, None, on(0))
    c = make.patient("c", courses=(mobilised,), adverse_events=(event(5, serious=False),))
    d = make.patient("d", visits=(make.visit(175, inquired=True),))
    e = make.patient("e", courses=(), adverse_events=(event(5, "Nausea"),))
    return [a, b, c, d, e]


@pytest.fixture(scope="module")
def members():
    return lambda patients, cut=CUT: cohort(patients, cut)[0]


@pytest.fixture(scope="module")
def counted(four, members):
    return adverse_events(members(four), product_events=())


def counts(row):
    return row["patients"], row["events"]


def by(rows, key):
    return {row[key]: counts(row) for row in rows}


def test_those_whose_course_began_are_the_safety_population(counted):
    assert (counted["patients"], counted["infusions"]) == (4, 3)
    assert {row["n"] for row in counted["by_soc"]} == {4}


def test_any_serious_related_and_the_worst_case(counted):
    assert counts(counted["any"]) == (3, 5)
    assert counts(counted["serious"]) == (1, 1)
    assert counts(counted["related"]) == (2, 2)  # pneumonia of a, nausea of b
    # beside them the conditional nausea of a and the fever of c that nobody judged
    assert counts(counted["related_worst_case"]) == (3, 4)


def test_a_share_has_both_intervals_and_says_which(counted):
    # 3 of 4: exact 19.4 to 99.4, Wilson 30.1 to 95.4
    expected = {
        "patients": 3, "events": 5, "n": 4, "percent": 75.0, "ci_low": 19.4, "ci_high": 99.4,
        "method": "clopper_pearson", "wilson_low": 30.1, "wilson_high": 95.4,
    }  # fmt: skip
    assert counted["any"] == expected


def test_verdicts_are_counted_apart(counted):
    assert by(counted["by_relation"], "relation") == {
        "related": (2, 2), "conditional": (1, 1), "unassessable": (0, 0), "missing": (1, 1),
        "not_related": (1, 1),
    }  # fmt: skip
    assert by(counted["by_cause"], "cause") == {
        "product": (1, 1), "procedure": (1, 1), "conditioning": (0, 0),
    }  # fmt: skip


def test_solicited_and_unsolicited_stand_apart(counted):
    assert by(counted["by_solicited"], "solicited") == {
        "yes": (2, 3),
        "no": (1, 1),
        "not_recorded": (1, 1),
    }


def test_a_patient_counts_once_by_the_worst_grade(counted):
    assert by(counted["by_grade"], "grade") == {
        1: (0, 2), 2: (1, 1), 3: (0, 0), 4: (1, 1), 5: (0, 0), None: (1, 1),
    }  # fmt: skip


def test_terms_have_a_row_for_each_grade_and_the_missing_one(counted):
    rows = [(r["soc"], r["term"], r["grade"], *counts(r)) for r in counted["by_term"]]
    assert rows == [
        (GI, "Nausea", 1, 1, 2),
        (GI, "Nausea", 2, 1, 1),
        (INFECTION, "Pneumonia", 4, 1, 1),
        (None, None, None, 1, 1),
    ]


def test_organ_classes_come_most_patients_first(counted):
    assert [(row["soc"], *counts(row)) for row in counted["by_soc"]] == [
        (GI, 2, 3),
        (INFECTION, 1, 1),
        (None, 1, 1),
    ]


def test_phases_and_what_was_there_before(counted):
    assert by(counted["by_phase"], "phase") == {
        "pre_course": (1, 1), "mobilisation_and_conditioning": (1, 1), "day_0_28": (2, 3),
        "day_29_100": (1, 1), "day_101_365": (0, 0), "later": (0, 0), "unknown": (0, 0),
    }  # fmt: skip
    assert counted["before_course"] == {"patients": 1, "events": 1}


def test_time_ends_at_the_last_finished_inquiry(counted):
    # 90 + 100 + 175 days, c was never asked: 365 / 365.25 years
    assert counted["person_time_ends"] == "last_inquiry"
    assert (counted["patient_years"], counted["without_person_time"]) == (1.0, 1)


def test_rates_are_events_in_a_hundred_years_of_patients(counted):
    # 3 events in 365 days: 3 x 100 x 365.25 / 365 = 300.205...
    assert counted["by_soc"][0]["per_100_patient_years"] == 300.21
    assert counted["by_term"][0]["per_100_patient_years"] == 200.14


def test_where_nobody_was_asked_the_last_visit_ends_the_time(make, members):
    counted = adverse_events(members([make.patient(visits=(make.visit(700),))]))
    assert (counted["person_time_ends"], counted["patient_years"]) == ("last_visit", 1.92)


def test_without_time_there_is_no_rate(make, members):
    patient = make.patient(adverse_events=(event(1, "Nausea"),))
    counted = adverse_events(members([patient]))
    assert counted["patient_years"] == 0.0
    assert counted["by_soc"][0]["per_100_patient_years"] is None


def test_zero_events_have_their_upper_limit(make, members):
    nobody = members([make.patient(str(n)) for n in range(40)])
    share = adverse_events(nobody)["related"]
    assert (share["patients"], share["percent"], share["ci_high"]) == (0, 0.0, 8.8)


def test_an_empty_registry_has_counts_and_no_percentages(members):
    counted = adverse_events(members([]))
    assert counts(counted["any"]) == (0, 0)
    assert (counted["any"]["percent"], counted["any"]["ci_high"]) == (None, None)
    assert (counted["by_soc"], counted["by_term"], counted["deaths"]) == ([], [], [])


def test_an_event_that_rose_after_the_start_is_counted_by_its_worst_grade(make, members):
    history = (GradeFact(on(-5), 1), GradeFact(on(3), 3))
    patient = make.patient(adverse_events=(event(-9, "Rash", grade=3, grades=history),))
    counted = adverse_events(members([patient]))
    assert by(counted["by_grade"], "grade")[3] == (1, 1)
    assert by(counted["by_phase"], "phase")["day_0_28"] == (1, 1)


def test_what_came_after_the_cut_is_not_there(make, members):
    history = (GradeFact(on(1), 1), GradeFact(on(60), 4))
    patient = make.patient(
        adverse_events=(event(1, "Rash", grade=4, grades=history), event(61, "Nausea"))
    )
    counted = adverse_events(members([patient], day(59)))
    assert [(r["term"], r["grade"], r["events"]) for r in counted["by_term"]] == [("Rash", 1, 1)]
    counted = adverse_events(members([patient], day(60)))
    assert [(r["term"], r["grade"]) for r in counted["by_term"]] == [("Rash", 4)]


def test_events_of_a_lot_alone_are_counted_apart(make, members):
    lost_bag = event(0, "Product mix-up", serious=True)
    counted = adverse_events(members([make.patient()]), product_events=(lost_bag, event(1)))
    assert counted["product_events"] == {"events": 2, "serious": 1}
    assert counts(counted["any"]) == (0, 0)
    assert adverse_events(members([make.patient()]))["product_events"] is None


def dead(make, code, offset, cause_of_death=None, **changes):
    return make.patient(code, death_on=on(offset), death_cause=cause_of_death, **changes)


def test_every_death_is_listed_whatever_its_cause(make, members):
    fatal = event(5, "Sepsis", outcome="fatal", causality=(cause("unassessable"),))
    mobilised = make.course()
    mobilised = replace(mobilised, mobilised_on=on(-20))
    patients = [
        dead(make, "x", 256, "unrelated"),
        dead(make, "y", 7, "sepsis", adverse_events=(fatal,)),
        dead(make, "z", -3, courses=(replace(mobilised, infusions=()),)),
        make.patient("s", statuses=(StatusFact("died", PartialDate.parse("2024")),)),
        make.patient("alive"),
    ]
    assert adverse_events(members(patients))["deaths"] == [
        {"day": 7, "phase": "day_0_28", "cause": "sepsis", "terms": ["Sepsis"],
         "relation": "unassessable"},
        {"day": 256, "phase": "day_101_365", "cause": "unrelated", "terms": [], "relation": None},
        {"day": None, "phase": "mobilisation_and_conditioning", "cause": None, "terms": [],
         "relation": None},
        {"day": None, "phase": "unknown", "cause": None, "terms": [], "relation": None},
    ]  # fmt: skip


def test_no_death_names_a_patient_or_a_date(make, members):
    rows = adverse_events(members([dead(make, "secret", 7)]))["deaths"]
    assert set(rows[0]) == {"day", "phase", "cause", "terms", "relation"}


def test_a_death_after_the_cut_has_not_happened(make, members):
    patient = dead(make, "x", 7, "sepsis")
    assert adverse_events(members([patient], day(6)))["deaths"] == []
    assert len(adverse_events(members([patient], day(7)))["deaths"]) == 1


@pytest.mark.parametrize("told", ["date", "status", "end"])
def test_an_event_was_not_fatal_before_the_patient_died(make, members, told):
    ends = on(50) if told == "end" else None
    sepsis = event(
        5, "Sepsis", grade=5, outcome="fatal", serious=True, seriousness=("death",), ended_on=ends
    )
    patient = make.patient(
        adverse_events=(sepsis,),
        death_on=on(50) if told == "date" else None,
        statuses=(StatusFact("died", on(50)),) if told == "status" else (),
    )
    before, after = (adverse_events(members([patient], day(cut))) for cut in (49, 50))
    assert (before["deaths"], len(after["deaths"])) == ([], 1)
    assert [row["grade"] for row in before["by_term"]] == [None]
    assert [row["grade"] for row in after["by_term"]] == [5]
    assert counts(before["serious"]) == counts(after["serious"]) == (1, 1)


def test_an_outcome_is_known_from_the_end_of_the_event(make):
    patient = make.patient(adverse_events=(event(5, outcome="recovered", ended_on=on(9)),))
    found = [as_of(patient, day(cut)).adverse_events[0].outcome for cut in (8, 9)]
    assert found == [None, "recovered"]


made = st.builds(
    event,
    st.one_of(st.none(), st.integers(-60, 720)),
    st.sampled_from([None, "Nausea", "Rash"]),
    grade=st.sampled_from([None, 1, 2, 3, 4, 5]),
    soc=st.sampled_from([None, GI]),
    solicited=st.sampled_from([None, True, False]),
    causality=st.sampled_from([(), (cause("possible"),), (cause("unlikely"),)]),
)


@given(st.lists(st.lists(made, max_size=4), max_size=4))
def test_every_breakdown_adds_up_to_the_whole(make, members, histories):
    patients = [
        make.patient(str(n), adverse_events=tuple(events)) for n, events in enumerate(histories)
    ]
    counted = adverse_events(members(patients))
    total = counted["any"]["events"]
    for name in ("by_relation", "by_solicited", "by_grade", "by_soc", "by_term"):
        assert sum(row["events"] for row in counted[name]) == total, name
    assert sum(row["patients"] for row in counted["by_grade"]) == counted["any"]["patients"]
    everything = sum(map(len, histories))
    assert sum(row["events"] for row in counted["by_phase"]) == everything
    assert counted["before_course"]["events"] + total == everything
    related, worst = counted["related"], counted["related_worst_case"]
    assert related["patients"] <= worst["patients"] <= counted["any"]["patients"]


def test_day_0_of_these_tests_is_what_the_words_say():
    assert DAY_0.isoformat() == "2024-01-10"
