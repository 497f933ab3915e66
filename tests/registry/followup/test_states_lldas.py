"""LLDAS at a visit: five criteria, each met, not met or open, and nothing assumed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import AssessmentFact
from registry.followup.states import STATES, AtVisit
from registry.instruments import lldas_questions, sledai_2k
from registry.instruments.lldas import MAJOR_ITEMS
from registry.partial_date import PartialDate
from tests.registry.followup.conftest import DAY_0

BARRED, PASSED = STATES["lldas"].judge, STATES["lldas_without_bar"].judge
POINTS = {item.code: item.weight for item in sledai_2k.ITEMS}
LIGHT = sorted(code for code, weight in POINTS.items() if weight <= 4)
QUESTIONS = [item.code for item in lldas_questions.ITEMS]


@pytest.fixture(scope="session")
def at(a_patient, a_visit, a_medicine, an_activity, said):
    """Build a visit on day 91 after one on day 30, with 7.5 mg, unless told otherwise."""

    def build(
        *items, unknown=(), pga="1.0", before=None, gaps=(), mg="7.5", answers=None, courses=(), **m
    ):
        # What is present now was already there, unless the visit before is given.
        first = an_activity(items if before is None else before, gaps)
        questions = said() if answers is None else answers
        visit = a_visit(91, assessments=an_activity(items, unknown, pga), questions=questions)
        taken = () if mg is None else (a_medicine(daily_dose=mg), *m.get("medicines", ()))
        patient = a_patient(a_visit(30, assessments=first), visit, medicines=taken, courses=courses)
        return AtVisit(patient, visit)

    return build


def said_of(verdict):
    return verdict.state, verdict.reason


def test_it_is_met_where_every_criterion_is_known_and_holds(at):
    for judge in (BARRED, PASSED):
        verdict = judge(at("rash", "low_complement"))
        assert said_of(verdict) == ("met", "")
        assert [limb.verdict.state for limb in verdict.limbs] == ["met"] * 5


@pytest.mark.parametrize(
    ("changes", "reason", "criterion"),
    [
        ({"mg": "7.51"}, "dose_above_7.5_mg", 4),
        ({"pga": "1.01"}, "pga_above_1", 3),
        ({"before": ()}, "new_sledai_item", 2),
    ],
)
def test_one_definite_failure_decides(at, changes, reason, criterion):
    verdict = PASSED(at("rash", **changes))
    assert said_of(verdict) == ("not_met", reason)
    assert verdict.limbs[criterion - 1].verdict.state == "not_met"
    # Although everything that was asked is unknown.
    assert PASSED(at("rash", answers=(), **changes)).state == "not_met"


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("haemolytic_anaemia", 1, "haemolytic_anaemia"),
        ("gi_activity", 1, "gi_activity"),
        ("other_major_organ", 1, "other_major_organ"),
        ("new_activity", 1, "new_activity"),
        ("maintenance_tolerated", 0, "maintenance_not_tolerated"),
    ],
)
def test_an_answer_of_the_clinician_fails_it(at, said, question, answer, reason):
    for judge in (BARRED, PASSED):
        assert said_of(judge(at(answers=said(**{question: answer})))) == ("not_met", reason)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_was_not_asked_is_never_taken_for_a_no(at, said, question):
    verdict = BARRED(at(answers=said(**{question: None})))
    assert verdict.state == "indeterminate"
    assert verdict.reason == f"{question.replace('_tolerated', '')}_not_known"


def test_a_visit_at_which_nobody_asked_is_open(at):
    assert PASSED(at("rash", answers=())).state == "indeterminate"


def test_answers_of_another_version_are_not_read(at, said):
    (found,) = said()
    assert PASSED(at(answers=(replace(found, version="registry/0"),))).state == "indeterminate"


@pytest.mark.parametrize("item", LIGHT)
def test_a_major_organ_fails_whatever_its_points(at, item):
    major = item in MAJOR_ITEMS
    verdict = PASSED(at(item))
    assert verdict.state == ("not_met" if major else "met")
    assert ("major_organ" in verdict.reason) is major


def test_myositis_is_no_major_organ_and_is_named(at):
    verdict = PASSED(at("myositis"))
    assert verdict.state == "met"
    assert verdict.limbs[0].verdict.reason == "myositis_is_no_major_organ_by_the_letter"


@pytest.mark.parametrize(
    ("gap", "reason"),
    [
        ("pyuria", "major_organ_not_assessed"),
        ("fever", "major_organ_not_assessed"),
        ("rash", "new_items_not_certain"),
    ],
)
def test_an_item_nobody_looked_at_is_not_absent(at, gap, reason):
    verdict = PASSED(at(unknown=(gap,)))
    assert verdict.state == "indeterminate"
    assert reason in verdict.reason


def test_four_points_hold_and_five_do_not(at):
    assert PASSED(at("rash", "alopecia")).state == "met"
    assert PASSED(at("rash", "alopecia", "leukopenia")).reason == "sledai_2k_above_4"


def test_an_item_that_was_not_assessed_before_is_not_known_to_be_new(at):
    verdict = PASSED(at("rash", before=(), gaps=("rash",)))
    assert said_of(verdict) == ("indeterminate", "new_items_not_certain")


def test_another_item_is_new_although_the_total_fell(at):
    assert PASSED(at("rash", before=("arthritis",))).reason == "new_sledai_item"


def test_a_first_visit_leaves_it_open(a_patient, a_visit, a_medicine, an_activity, said):
    visit = a_visit(91, assessments=an_activity((), (), "0"), questions=said())
    later = a_visit(120, assessments=an_activity(("rash",)))
    draft = a_visit(30, assessments=an_activity(()), final=False)
    patient = a_patient(draft, visit, later, medicines=(a_medicine(daily_dose=0),))
    assert said_of(PASSED(AtVisit(patient, visit))) == ("indeterminate", "no_earlier_assessment")


def test_the_order_of_the_visits_does_not_matter(a_patient, a_visit, a_medicine, an_activity, said):
    visits = [
        a_visit(30, assessments=an_activity(())),
        a_visit(60, assessments=an_activity(("rash",))),
        a_visit(91, assessments=an_activity(("rash",), (), "1"), questions=said()),
        a_visit(120, assessments=an_activity(("arthritis",))),
    ]
    found = {
        PASSED(AtVisit(a_patient(*order, medicines=(a_medicine(daily_dose=5),)), visits[2])).state
        for order in permutations(visits)
    }
    assert found == {"met"}


@pytest.mark.parametrize(
    ("totals", "expected"),
    [
        ((2, 3), ("not_met", "new_sledai_item")),
        ((3, 3), ("indeterminate", "items_not_stored")),
        ((4, 5), ("not_met", "sledai_2k_above_4, new_sledai_item")),
        ((3, 0), ("met", "")),
    ],
)
def test_of_historic_totals_only_the_sum_is_known(at, totals, expected):
    old, new = (
        AssessmentFact("sledai_2k", "1", Decimal(n), None, None, complete=False, total_only=True)
        for n in totals
    )
    patient = at().patient
    before, now = patient.visits
    visit = replace(now, assessments=(new, now.assessments[1]))
    patient = replace(patient, visits=(replace(before, assessments=(old,)), visit))
    assert said_of(PASSED(AtVisit(patient, visit))) == expected


def test_methylprednisolone_counts_by_its_strength(at, a_medicine):
    six, more = (a_medicine("methylprednisolone", daily_dose=mg) for mg in ("6", "6.01"))
    other = a_medicine("hydroxychloroquine", daily_dose=400)
    for row, state in ((six, "met"), (more, "not_met")):
        assert PASSED(at(mg=0, medicines=(row, other))).state == state


def test_a_recent_pulse_fails_and_an_unknown_history_leaves_open(at, a_medicine):
    pulse = a_medicine(started="2024-08-01", ended="2024-08-01", route="iv", dose=100)
    assert PASSED(at(mg=0, medicines=(pulse,))).reason == "recent_pulse"
    assert said_of(PASSED(at(mg=None))) == ("indeterminate", "no_medicine_history")


def test_a_global_assessment_of_another_scale_never_enters(at, an_activity):
    found = at(pga=None)
    three = Decimal(3)
    other = AssessmentFact("global_vas", "1", three, three, three, complete=True)
    visit = replace(found.visit, assessments=(*found.visit.assessments, other))
    verdict = PASSED(AtVisit(found.patient, visit))
    assert said_of(verdict) == ("indeterminate", "no_pga")


def test_a_visit_without_activity_has_no_state(a_patient, a_visit, said):
    for visit in (a_visit(91, assessments=()), a_visit(91, assessments=(), questions=said())):
        assert PASSED(AtVisit(a_patient(visit), visit)) is None
        assert BARRED(AtVisit(a_patient(visit), visit)) is None


VISIT_ON = DAY_0 + timedelta(days=91)


@pytest.mark.parametrize(
    ("days_before", "state"),
    [(1, "not_met"), (183, "not_met"), (184, "met"), (0, "met"), (-1, "met")],
)
@pytest.mark.parametrize("basis", ["trial", "hospital_exemption", "compassionate"])
def test_cells_bar_it_for_183_days_after_an_infusion(at, a_course, basis, days_before, state):
    infused = (VISIT_ON - timedelta(days=days_before)).isoformat()
    course = replace(a_course(infused), legal_basis=basis)
    assert BARRED(at(courses=(course,))).state == state
    assert PASSED(at(courses=(course,))).state == "met"


@pytest.mark.parametrize(
    ("basis", "infused", "expected"),
    [
        ("authorised", "2024-08-01", ("met", "")),
        (None, "2024-08-01", ("indeterminate", "legal_basis_not_known")),
        ("unknown", "2024-08-01", ("indeterminate", "legal_basis_not_known")),
        (None, "2020-08-01", ("met", "")),
        ("trial", "2024-08", ("indeterminate", "infusion_date_not_certain")),
        ("trial", "2024-07", ("not_met", "investigational_cells")),
    ],
)
def test_the_legal_basis_says_whether_cells_are_investigational(
    at, a_course, basis, infused, expected
):
    course = replace(a_course(infused), legal_basis=basis)
    assert said_of(BARRED(at(courses=(course,)))) == expected


def test_another_investigational_drug_bars_it(at, said):
    found = at(answers=said(investigational_drug=1))
    assert said_of(BARRED(found)) == ("not_met", "investigational_drug")
    assert PASSED(found).state == "met"


@pytest.mark.parametrize("text", ["Prednisolone 25 mg", "paracetamol, hydrocortisone 100mg iv"])
def test_a_steroid_before_the_cells_is_a_pulse_until_day_28(at, a_course, text):
    course = a_course("2024-07-19")  # 28 days before the visit
    infusion = replace(course.infusions[0], premedication=text)
    assert "recent_pulse" in PASSED(at(courses=(replace(course, infusions=(infusion,)),))).reason
    day_29 = replace(infusion, started_at=PartialDate.parse("2024-07-18"))
    assert PASSED(at(courses=(replace(course, infusions=(day_29,)),))).state == "met"


kinds = st.sampled_from([0, 1, None])
answers = st.fixed_dictionaries(dict.fromkeys(QUESTIONS, kinds))
found = st.dictionaries(st.sampled_from(LIGHT), kinds, max_size=4)
filling = st.lists(st.sampled_from([0, 1]), min_size=20, max_size=20)


def codes_of(answered, value):
    return tuple(code for code, answer in answered.items() if answer is value)


def filled(answered, values):
    """Return the answers with each gap filled by the next value."""
    left = iter(values)
    return {c: next(left) if answer is None else answer for c, answer in answered.items()}


@given(st.tuples(answers, found, found), st.sampled_from(["0", "7.5", "7.51"]), filling)
def test_a_decision_holds_whatever_fills_the_gaps(at, said, known, mg, values):
    def verdict(judge, asked, now, before):
        present, open_ = codes_of(now, 1), codes_of(now, None)
        old = {"before": codes_of(before, 1), "gaps": codes_of(before, None)}
        return judge(at(*present, unknown=open_, mg=mg, answers=said(**asked), **old)).state

    full = [filled(one, values[n:]) for n, one in enumerate(known)]
    for judge in (BARRED, PASSED):
        state = verdict(judge, *known)
        assert state in {"indeterminate", verdict(judge, *full)}
    assert verdict(BARRED, *full) != "met" or verdict(PASSED, *full) == "met"


@given(answers, found)
def test_it_is_met_only_where_nothing_it_needs_is_unknown(at, said, asked, now):
    verdict = BARRED(at(*codes_of(now, 1), answers=said(**asked)))
    assert verdict.state != "met" or None not in asked.values()
