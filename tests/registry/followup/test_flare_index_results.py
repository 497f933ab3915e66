"""The organs of the flare index by results and questions: cut-offs, window, and what stays open."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import MedicineFact
from registry.followup.flare_index import Admission, Evidence, Seen, judge, results_of, seen
from registry.instruments import flare_questions, sledai_2k
from registry.partial_date import PartialDate

# Days after day 0 of the fixtures, 17 May 2024.
BEFORE, NOW = 90, 180
ABSENT = {item.code: 0 for item in sledai_2k.ITEMS}
QUIET = {"haemolytic_anaemia": 0, "lupus_worse": 0, "admitted_for_lupus": 0}


@pytest.fixture
def at():
    """Return a function that builds what a visit found, on a day after day 0."""

    def build(day, asked=None, **answers):
        on = date.fromordinal(date(2024, 5, 17).toordinal() + day)
        four = Decimal(4)
        return Seen(on, four, four, ABSENT | answers, Decimal(1), asked or {})

    return build


@pytest.fixture
def organs(at, a_patient, a_course, a_lab):
    """Judge the limb of a patient who was admitted for lupus, so that a severe organ counts."""

    def judged(before=None, now=None, labs=(), asked_before=None, asked=None):
        patient = a_patient(labs=tuple(a_lab(*one) for one in labs), courses=(a_course(),))
        stay = (Admission(PartialDate.parse("2024-10-01"), True),)
        evidence = Evidence(courses=patient.courses, admissions=stay, results=results_of(patient))
        was, is_now = at(BEFORE, asked_before, **before or {}), at(NOW, asked, **now or {})
        (limb,) = [one for one in judge(is_now, was, evidence).limbs if one.limb == "organs"]
        return limb

    return judged


def test_a_calm_visit_with_everything_known_is_no_flare(at, a_patient, a_course, a_lab):
    """Where nobody recorded an admission, the visit itself says that there was none."""
    patient = a_patient(courses=(a_course(),))
    medicines = (MedicineFact("hydroxychloroquine", PartialDate.parse("2020")),)
    evidence = Evidence(medicines, patient.courses, results=results_of(patient))
    lasting = {"arthritis": 1, "rash": 1}
    change = judge(at(NOW, QUIET, **lasting), at(BEFORE, **lasting), evidence)
    assert {one.limb: one.state for one in change.limbs} == dict.fromkeys(
        ("sledai", "organs", "prednisone", "new_drug", "admission", "pga"), "not_fired"
    )
    assert change.flare == "none"
    # Haemolysis would be severe, and nothing was stepped up for it.
    for question in ("lupus_worse", "admitted_for_lupus"):
        asked = {code: answer for code, answer in QUIET.items() if code != question}
        open_ = judge(at(NOW, asked, **lasting), at(BEFORE, **lasting), evidence)
        assert open_.flare == "indeterminate", question


@pytest.mark.parametrize(("said", "state"), [(1, "fired"), (0, "not_fired"), (None, "not_judged")])
def test_the_visit_is_asked_about_an_admission(at, said, state):
    change = judge(at(NOW, {"admitted_for_lupus": said}), at(BEFORE), Evidence())
    (limb,) = [one for one in change.limbs if one.limb == "admission"]
    assert limb.state == state


@pytest.mark.parametrize(
    ("value", "comparator", "at_least", "open_"),
    [
        ("59", None, "severe", False),
        ("60", None, "none", False),
        ("60", "<", "severe", False),
        ("80", "<", "none", True),
        ("60", ">", "none", False),
    ],
)
def test_new_thrombocytopenia_is_severe_below_60(organs, value, comparator, at_least, open_):
    labs = [(NOW, "platelets", value, "10^9/L", comparator)]
    limb = organs(now={"thrombocytopenia": 1}, labs=labs, asked=QUIET)
    assert (limb.at_least, limb.open) == (at_least, open_), limb
    assert f"Platelets {comparator or ''}{value} × 10⁹/L, 13 Nov 2024" in limb.why


def test_without_a_count_thrombocytopenia_stays_open(organs):
    assert organs(now={"thrombocytopenia": 1}, asked=QUIET).state == "not_judged"


@pytest.mark.parametrize(
    ("answer", "state"), [(1, "fired"), (0, "not_fired"), (None, "not_judged")]
)
def test_a_low_count_is_due_to_lupus_only_where_the_visit_says_so(organs, answer, state):
    labs = [(NOW, "platelets", "20", "10^9/L")]
    limb = organs(now={"thrombocytopenia": answer}, labs=labs, asked=QUIET)
    assert limb.state == state


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [("50", "40", "fired"), ("40", "50", "not_fired"), ("50", "50", "not_fired"),
     ("90", "61", "not_fired"), (None, "40", "not_judged")],
)  # fmt: skip
def test_thrombocytopenia_of_before_is_worse_where_the_count_fell(organs, before, now, state):
    labs = [(NOW, "platelets", now, "10^9/L")]
    labs += [(BEFORE, "platelets", before, "10^9/L")] if before else []
    both = {"thrombocytopenia": 1}
    asked = {"haemolytic_anaemia": 0}
    assert organs(before=both, now=both, labs=labs, asked=asked).state == state


@pytest.mark.parametrize(
    ("day", "counts"), [(-1, False), (149, False), (150, True), (NOW, True), (NOW + 1, False)]
)
def test_a_count_stands_for_a_visit_from_30_days_before_it(organs, day, counts):
    labs = [(day, "platelets", "20", "10^9/L")]
    limb = organs(now={"thrombocytopenia": 1}, labs=labs, asked=QUIET)
    assert (limb.state == "fired") is counts
    assert ("Platelets" in limb.why) is counts


def test_no_count_of_before_day_0_stands_for_a_visit_after_it(at, a_patient, a_course, a_lab):
    """Conditioning lowers every count, and the window of an early visit is short."""
    for day, counts in ((-1, False), (0, True), (6, True)):
        patient = a_patient(labs=(a_lab(day, "platelets", "20", "10^9/L"),), courses=(a_course(),))
        now = results_of(patient).at(at(6).on, "platelets")
        assert (now is not None) is counts, day
    early = a_patient(labs=(a_lab(9, "platelets", "20", "10^9/L"),), courses=(a_course(),))
    assert results_of(early).at(at(19).on, "platelets")
    assert results_of(early).at(at(20).on, "platelets") is None


def test_the_newest_count_stands_and_two_of_one_day_are_bounds(organs):
    labs = [(160, "platelets", "20", "10^9/L"), (170, "platelets", "120", "10^9/L")]
    assert organs(now={"thrombocytopenia": 1}, labs=labs, asked=QUIET).state == "not_fired"
    labs = [(170, "platelets", "20", "10^9/L"), (170, "platelets", "120", "10^9/L")]
    limb = organs(now={"thrombocytopenia": 1}, labs=labs, asked=QUIET)
    assert limb.state == "not_judged"
    assert limb.why.count("3 Nov 2024") == 2


@pytest.mark.parametrize(
    ("asked", "before", "now", "state"),
    [
        (0, "140", "60", "not_fired"),  # another anaemia
        (1, None, "69", "fired"),
        (1, "105", "74", "fired"),  # fallen by 31
        (1, "104", "74", "not_fired"),  # fallen by 30
        (1, None, "74", "not_judged"),
        (1, None, None, "not_judged"),
        (None, "100", "70", "not_fired"),  # whatever the answer would be
        (None, "101", "70", "not_judged"),
        (None, None, "130", "not_judged"),
    ],
)
def test_new_haemolysis_is_severe_by_haemoglobin(organs, asked, before, now, state):
    values = [(BEFORE, before), (NOW, now)]
    labs = [(day, "haemoglobin", value, "g/L") for day, value in values if value]
    limb = organs(labs=labs, asked_before=QUIET, asked=QUIET | {"haemolytic_anaemia": asked})
    assert limb.state == state, limb


@pytest.mark.parametrize(
    ("before", "now", "state"), [("69", "65", "fired"), ("65", "69", "not_fired")]
)
def test_haemolysis_of_before_is_worse_where_haemoglobin_fell(organs, before, now, state):
    labs = [(BEFORE, "haemoglobin", before, "g/L"), (NOW, "haemoglobin", now, "g/L")]
    there = {"haemolytic_anaemia": 1}
    limb = organs(labs=labs, asked_before=there, asked=there)
    assert limb.state == state
    words = f"Haemoglobin {now} g/L, 13 Nov 2024 (before: Haemoglobin {before} g/L, 15 Aug 2024)"
    assert words in limb.why


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ((("upcr", "120", "mg/mmol"),), (("upcr", "120", "mg/mmol"),), "not_fired"),
        ((("upcr", "120", "mg/mmol"),), (("upcr", "121", "mg/mmol"),), "not_judged"),
        ((("upcr", "120", "mg/mmol"),), (("upcr", "1000", "mg/g"),), "not_fired"),
        ((("protein_24h", "2", "g/24h"),), (("upcr", "60", "mg/mmol"),), "not_judged"),
        # The collection decides where both visits have one.
        ((("protein_24h", "2", "g/24h"), ("upcr", "60", "mg/mmol")),
         (("protein_24h", "1", "g/24h"), ("upcr", "90", "mg/mmol")), "not_fired"),
        ((), (("upcr", "10", "mg/mmol"),), "not_judged"),
    ],
)  # fmt: skip
def test_proteinuria_that_did_not_rise_is_not_worse(organs, before, now, state):
    labs = [(BEFORE, *one) for one in before] + [(NOW, *one) for one in now]
    both, asked = {"proteinuria": 1}, {"haemolytic_anaemia": 0}
    assert organs(before=both, now=both, labs=labs, asked=asked).state == state


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (("upcr", "50", "mg/mmol"), "not_fired"),
        (("upcr", "51", "mg/mmol"), "not_judged"),
        (("upcr", "500", "mg/g"), "not_fired"),  # 56.6 mg/mmol, in the laboratory's own unit
        (("protein_24h", "0.5", "g/24h"), "not_fired"),
        (("protein_24h", "0.51", "g/24h"), "not_judged"),
    ],
)
def test_a_result_rules_out_what_nobody_assessed_and_never_makes_it_present(organs, result, state):
    limb = organs(now={"proteinuria": None}, labs=[(NOW, *result)], asked=QUIET)
    assert limb.state == state
    assert "no item newly present" in limb.why


def test_a_count_of_before_says_that_thrombocytopenia_is_new(organs):
    """Nobody assessed the item at the visit before, and its count rules it out."""
    labs = [(BEFORE, "platelets", "100", "10^9/L"), (NOW, "platelets", "40", "10^9/L")]
    items = {"before": {"thrombocytopenia": None}, "now": {"thrombocytopenia": 1}}
    assert organs(**items, labs=labs, asked=QUIET).state == "fired"
    labs[0] = (BEFORE, "platelets", "99", "10^9/L")
    assert organs(**items, labs=labs, asked=QUIET).state == "not_judged"


def test_worse_is_asked_where_an_item_stays_present(organs):
    both = {"arthritis": 1, "haematuria": 1}
    assert organs(before=both, now=both, asked=QUIET).state == "not_fired"
    limb = organs(before=both, now=both, asked=QUIET | {"lupus_worse": 1})
    assert limb.state == "not_judged"
    assert "perhaps new or worse: arthritis, haematuria" in limb.why


def test_the_answers_of_a_visit_are_read_by_their_version(a_visit, an_activity):
    from registry.followup.facts import AssessmentFact

    kind = flare_questions.INSTRUMENT
    row = kind.to_row({"lupus_worse": 0, "admitted_for_lupus": 1})
    stored = AssessmentFact(kind.code, kind.version, None, None, None, True, answers=row)
    visit = a_visit(NOW, assessments=an_activity(), questions=(stored,))
    assert seen(visit).asked == {"lupus_worse": 0, "admitted_for_lupus": 1}
    older = replace(visit, questions=(replace(stored, version="registry/0"),))
    assert not seen(older).asked


kinds = st.sampled_from([0, 1, None])
told = st.fixed_dictionaries(dict.fromkeys(QUIET, kinds))
items = st.fixed_dictionaries(dict.fromkeys(("thrombocytopenia", "arthritis", "rash"), kinds))


@given(items, items, told, st.sampled_from(sorted(QUIET)), st.sampled_from([0, 1]))
def test_an_answer_to_a_question_never_widens_the_limb(before, now, asked, question, answer):
    def judged(said):
        four, pga = Decimal(4), Decimal(1)
        ends = (
            Seen(date(2024, 11, 1), four, four, ABSENT | now, pga, said),
            Seen(date(2024, 8, 1), four, four, ABSENT | before, pga, QUIET),
        )
        return next(one.grades for one in judge(*ends, Evidence()).limbs if one.limb == "organs")

    wide, narrow = judged(asked | {question: None}), judged(asked | {question: answer})
    assert wide.low <= narrow.low <= narrow.high <= wide.high
