"""What the two figures of adverse events draw, against a cohort counted by hand.

Infusions: a on 1 and 31 January 2024, b on 1 January; a was asked until day 100, b never.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from registry.analysis.adverse_events import adverse_events
from registry.analysis.cohort import cohort
from registry.followup.facts import (
    AdverseEventFact,
    AssessmentFact,
    CourseFact,
    EnrolmentFact,
    InfusionFact,
    PatientFacts,
    VisitFact,
)
from registry.partial_date import PartialDate
from registry.queries.cohort_safety import safety_of

CUT, FIRST = date(2025, 12, 31), date(2024, 1, 1)


def on(offset):
    return PartialDate.on(FIRST + timedelta(days=offset))


def event(started, term="Nausea", grade=1, **changes):
    began = on(started) if isinstance(started, int) else PartialDate.parse(started)
    return AdverseEventFact("e", "felt ill", began, term=term, grade=grade, **changes)


def patient(code, infusions, events, asked=None):
    zero = Decimal(0)
    inquiry = AssessmentFact("side_effects", "1", None, zero, zero, complete=True)
    given = tuple(InfusionFact(f"{code}{day}", on(day), "A", "msc") for day in infusions)
    visits = (VisitFact("v", FIRST + timedelta(days=asked), None, "done", True,
                        assessments=(inquiry,)),) if asked else ()  # fmt: skip
    return PatientFacts(
        code, "female", None, (EnrolmentFact("A", on(-9)),), (), (),
        (CourseFact("c", 1, on(-5), infusions=given),), visits, (), (), adverse_events=events,
    )  # fmt: skip


@pytest.fixture(scope="module")
def members():
    a = patient(
        "a", (0, 30),
        (event(0), event(29, grade=3, serious=True), event(30, "Rash", None), event(-2)),
        asked=100,
    )  # fmt: skip
    b = patient("b", (0,), (event(400, "Rash", 2), event("2024-02", None), event(-90, "Rash")))
    return cohort([a, b], CUT)[0]


@pytest.fixture(scope="module")
def safety(members):
    return safety_of(members, adverse_events(members), CUT, within="site A")


def test_terms_have_patients_by_worst_grade(safety):
    found = [(term.term, term.patients, term.events) for term in safety.terms.terms]
    assert found == [
        ("Rash", (0, 1, 0, 0, 0, 1), 2),
        ("Nausea", (0, 0, 1, 0, 0, 0), 3),
        ("not coded", (1, 0, 0, 0, 0, 0), 1),
    ]
    assert (safety.terms.n, safety.terms.population) == (
        2,
        "course started, site A, Mesenchymal stromal cells (MSC)",
    )


def test_the_figure_has_the_counts_of_the_summary(members, safety):
    rows = adverse_events(members)["by_term"]
    assert sum(row["patients"] for row in rows) == sum(t.all_patients for t in safety.terms.terms)
    assert sum(row["events"] for row in rows) == sum(term.events for term in safety.terms.terms)


def spans(safety):
    return {span.label: (span.serious, span.other, span.followed) for span in safety.onset.spans}


def test_days_are_counted_from_the_infusion_before(safety):
    found = spans(safety)
    assert found["0"][:2] == (0, 2)  # nausea on the first infusion, rash on the second
    assert found["29–60"][:2] == (1, 0)  # the day before the second one
    assert found["366 on"][:2] == (0, 1)
    assert (safety.onset.undated, safety.onset.before_infusion) == (1, 1)
    assert safety.onset.events == 4


def test_an_infusion_is_followed_until_the_next_or_the_last_inquiry(safety):
    found = {label: counts[2] for label, counts in spans(safety).items()}
    # the first of a for 29 days, the second for 70; b was never asked
    assert found["15–28"] == 2
    assert found["29–60"] == 2
    assert found["61–100"] == 1
    assert found["101–180"] == 0
    assert safety.onset.infusions == 3


def test_a_vague_infusion_has_no_days():
    vague = patient("v", (), (event(5),))
    vague_day = InfusionFact("i", PartialDate.parse("2024-01"), "A", "msc")
    course = CourseFact("c", 1, None, infusions=(vague_day,))
    found, _ = cohort([replace(vague, courses=(course,))], CUT)
    onset = safety_of(found, adverse_events(found), CUT).onset
    assert (onset.infusions, onset.undated, onset.events) == (0, 1, 0)


def test_nobody_treated_draws_nothing():
    empty = safety_of([], adverse_events([]), CUT)
    assert (empty.terms.terms, empty.onset.events) == ((), 0)
