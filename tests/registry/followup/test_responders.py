"""SRI, BICLA and the clinical SLEDAI response: baseline against visit, limb by limb."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import AssessmentFact, IntercurrentFact, PatientFacts, VisitFact
from registry.followup.states import STATES, AtVisit
from registry.followup.states.base import NO_FAILURE, treatment_policy
from registry.instruments.bilag_2004 import SYSTEMS, VERSION
from registry.partial_date import PartialDate
from tests.registry.followup.conftest import days

QUIET = "EEEEEEEEE"


def sledai(low, high=None, code="sledai_2k", clinical=None):
    """Build a score between two bounds; all of it is clinical unless it says otherwise."""
    low, high = Decimal(low), Decimal(low if high is None else high)
    lowest, highest = (low, high) if clinical is None else (clinical, clinical)
    parts = {"clinical_points": int(lowest), "clinical_max_possible": int(highest)}
    total = low if low == high else None
    return AssessmentFact(code, "1", total, low, high, complete=low == high, parts=parts)


def pga(value):
    number = Decimal(value)
    return AssessmentFact("pga", "1", number, number, number, complete=True)


def bilag(grades):
    row = [None if grade == "-" else grade for grade in grades]
    assert len(row) == len(SYSTEMS)
    return AssessmentFact("bilag_2004", VERSION, None, None, None, complete="-" not in grades,
                          answers=row)  # fmt: skip


def a_final_visit(day, *assessments):
    return VisitFact(f"v{day}", days(day), None, "done", True, assessments=assessments)


def judged(patient, name, before, now):
    """Judge a visit of day 180 against one baseline visit of day -7."""
    first, visit = a_final_visit(-7, *before), a_final_visit(180, *now)
    baseline = {result.instrument: first for result in before}
    return STATES[name].judge(AtVisit(patient, visit, baseline))


BEFORE = (sledai(10), pga("1.5"), bilag("BEEEEEEEE"))
BETTER = (sledai(6), pga("1.0"), bilag("CEEEEEEEE"))


def changed(results, *others):
    """Replace results by those of the same instrument."""
    return tuple({r.instrument: r for r in (*results, *others)}.values())


def without(results, *instruments):
    return tuple(r for r in results if r.instrument not in instruments)


def shown(verdict):
    return verdict.state, verdict.reason


# --- SRI ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [4, 5, 6, 7, 8])
def test_the_fall_reaches_its_threshold_or_not(a_patient, n):
    now = {fall: changed(BETTER, sledai(10 - fall)) for fall in (n, n - 1)}
    found = {fall: judged(a_patient(), f"sri_{n}", BEFORE, rest) for fall, rest in now.items()}
    assert shown(found[n]) == ("met", "")
    assert shown(found[n - 1]) == ("not_met", f"sledai_fell_by_less_than_{n}")


@pytest.mark.parametrize("n", [4, 5, 6, 7, 8])
def test_a_baseline_below_the_threshold_is_not_evaluable(a_patient, n):
    before = changed(BEFORE, sledai(n - 1))
    verdict = judged(a_patient(), f"sri_{n}", before, changed(BETTER, sledai(0)))
    assert shown(verdict) == ("not_evaluable", f"baseline_below_{n}")


@pytest.mark.parametrize(
    ("now", "state", "bicla"),
    [
        ("1.79", "met", "met"),
        ("1.80", "not_met", "met"),  # exactly 0.3 fails the one and passes the other
        ("1.81", "not_met", "not_met"),
    ],
)
def test_a_pga_that_rose_by_exactly_0_3(a_patient, now, state, bicla):
    rest = changed(BETTER, pga(now))
    assert judged(a_patient(), "sri_4", BEFORE, rest).state == state
    assert judged(a_patient(), "csledai_4", BEFORE, rest).state == state
    assert judged(a_patient(), "bicla", BEFORE, rest).state == bicla


def test_decimals_are_exact_where_binary_fractions_are_not(a_patient):
    before, now = changed(BEFORE, pga("0.9")), changed(BETTER, pga("1.2"))
    assert shown(judged(a_patient(), "sri_4", before, now)) == (
        "not_met",
        "pga_rose_by_0.3_or_more",
    )


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("AEEEEEEEE", "BEEEEEEEE", "met"),  # A to B is improvement
        ("BEEEEEEEE", "AEEEEEEEE", "not_met"),  # a new A
        ("AEEEEEEEE", "AEEEEEEEE", "met"),  # A stays: not new
        ("BEEEEEEEE", "BBEEEEEEE", "met"),  # one new B
        ("BEEEEEEEE", "BBBEEEEEE", "not_met"),  # two new B
        ("BDCEEEEEE", "CBBEEEEEE", "not_met"),  # from D and C as well
        ("B-EEEEEEE", "BBEEEEEEE", "met"),  # one new B at most
        ("B-EEEEEEE", "BBBEEEEEE", "indeterminate"),  # one or two
        ("B-EEEEEEE", "B-EEEEEEE", "indeterminate"),  # perhaps a new A
        ("BEEEEEEEE", "A-EEEEEEE", "not_met"),  # a new A decides
    ],
)
def test_new_grades_of_bilag(a_patient, before, now, state):
    before, now = changed(BEFORE, bilag(before)), changed(BETTER, bilag(now))
    assert judged(a_patient(), "sri_4", before, now).state == state


def test_selena_sledai_is_compared_with_itself_and_never_with_the_2k(a_patient):
    selena = {n: sledai(n, code="selena_sledai") for n in (10, 6, 8)}
    before = (*BEFORE, selena[10])
    both = judged(a_patient(), "sri_4", before, (*BETTER, selena[8]))
    assert both.reason == "sledai_fell_by_less_than_4"
    only = (*without(BEFORE, "sledai_2k"), selena[10])
    assert shown(judged(a_patient(), "sri_4", only, BETTER)) == ("indeterminate", "no_sledai")
    same = (*without(BETTER, "sledai_2k"), selena[6])
    assert judged(a_patient(), "sri_4", only, same).state == "met"
    assert judged(a_patient(), "sri_4", before, BETTER).state == "met"  # by the 2K, of both visits


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ((10, 14), (6, 6), "met"),
        ((10, 14), (6, 7), "indeterminate"),
        ((10, 15), (11, 20), "indeterminate"),
        ((10, 14), (11, 20), "not_met"),
        ((10, 13), (10, 20), "not_met"),
        ((3, 9), (0, 0), "indeterminate"),  # perhaps not evaluable
        ((3, 9), (9, 9), "not_met"),
        ((0, 3), (0, 0), "not_evaluable"),
    ],
)
def test_an_incomplete_sledai_decides_only_where_its_bounds_agree(a_patient, before, now, state):
    verdict = judged(
        a_patient(), "sri_4", changed(BEFORE, sledai(*before)), changed(BETTER, sledai(*now))
    )
    assert verdict.state == state


def test_missing_parts_leave_it_open_and_one_failure_decides(a_patient):
    assert shown(judged(a_patient(), "sri_4", BEFORE, without(BETTER, "bilag_2004"))) == (
        "indeterminate",
        "bilag_not_complete",
    )
    assert judged(a_patient(), "sri_4", BEFORE, without(BETTER, "pga")).reason == "no_pga"
    worse = (sledai(10),)
    assert shown(judged(a_patient(), "sri_4", BEFORE, worse)) == (
        "not_met",
        "sledai_fell_by_less_than_4",
    )
    assert judged(a_patient(), "sri_4", (), BETTER).state == "indeterminate"


def test_a_visit_without_any_part_says_nothing(a_patient):
    other = AssessmentFact("pain_nrs", "1", Decimal(3), Decimal(3), Decimal(3), complete=True)
    for name in STATES:
        if STATES[name].kind == "responder":
            assert judged(a_patient(), name, BEFORE, (other,)) is None


def test_every_limb_is_there_for_a_page_to_show(a_patient):
    verdict = judged(a_patient(), "sri_4", BEFORE, changed(BETTER, pga("3")))
    assert [(limb.title, limb.verdict.state) for limb in verdict.limbs] == [
        ("SLEDAI falls by 4 or more", "met"),
        ("No new BILAG A, at most one new B", "met"),
        ("PGA rises by less than 0.3", "not_met"),
        (NO_FAILURE, "met"),
    ]


# --- one visit, and what was recorded ----------------------------------------------------


def against(patient, name, visits, now):
    """Judge against several visits before, oldest first; the last value of each is baseline."""
    baseline = {result.instrument: visit for visit in visits for result in visit.assessments}
    return STATES[name].judge(AtVisit(patient, a_final_visit(180, *now), baseline))


def test_all_parts_of_a_baseline_are_of_one_visit(a_patient):
    whole = a_final_visit(-10, sledai(10), pga("1.5"), bilag(QUIET))
    later = a_final_visit(-2, sledai(5))
    now = (sledai(6), pga("1.5"), bilag(QUIET))
    assert against(a_patient(), "sri_4", (whole, later), now).state == "met"
    apart = (a_final_visit(-10, pga("1.5"), bilag(QUIET)), a_final_visit(-2, sledai(10)))
    graded = changed(now, bilag("BBEEEEEEE"))  # grades of E alone can hold nothing new
    verdict = against(a_patient(), "sri_4", apart, graded)
    assert shown(verdict) == ("indeterminate", "bilag_not_complete, no_pga_at_baseline")


def event(kind, on, **changes):
    return IntercurrentFact(kind, PartialDate.parse(on), **changes)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (event("new_biologic", "2024-07-01"), "not_met"),
        (event("new_biologic", "2024-07-01", planned=True), "met"),
        (event("new_biologic", "2024-07-01", planned=False), "not_met"),
        (event("new_biologic", "2024-01"), "met"),  # before the baseline
        (event("new_biologic", "2025"), "met"),  # after the visit
        (event("new_biologic", "2024"), "indeterminate"),
        (event("pregnancy", "2024-07-01"), "met"),
    ],
)
def test_a_recorded_unplanned_treatment_is_treatment_failure(a_patient, found, state):
    patient = a_patient(intercurrent=(found,))
    verdict = judged(patient, "sri_4", BEFORE, BETTER)
    assert (verdict.state, treatment_policy(verdict).state) == (state, "met")
    assert judged(patient, "bicla", BEFORE, BETTER).state == state
    assert judged(patient, "csledai_4", BEFORE, BETTER).state == "met"  # it has no such limb


# --- BICLA and the clinical SLEDAI --------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("ABEEEEEEE", "BCEEEEEEE", "met"),
        ("ABEEEEEEE", "ACEEEEEEE", "not_met"),
        ("ABEEEEEEE", "BBEEEEEEE", "not_met"),
        ("BEEEEEEEE", "CBEEEEEEE", "met"),  # one new B
        ("CDEEEEEEE", "EEEEEEEEE", "not_evaluable"),
        ("-DEEEEEEE", "EEEEEEEEE", "indeterminate"),
        ("B-EEEEEEE", "CEEEEEEEE", "met"),  # whatever it was, it is E now
    ],
)
def test_bicla_asks_every_active_system_to_improve(a_patient, before, now, expected):
    before, now = changed(BEFORE, bilag(before)), changed(BETTER, bilag(now))
    assert judged(a_patient(), "bicla", before, now).state == expected


def test_bicla_tolerates_no_rise_of_the_sledai(a_patient):
    same, higher = (changed(BETTER, sledai(n)) for n in (10, 11))
    assert judged(a_patient(), "bicla", BEFORE, same).state == "met"
    assert judged(a_patient(), "bicla", BEFORE, higher).reason == "sledai_above_baseline"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (8, 4, "met"),
        (8, 5, "not_met"),
        (4, 0, "met"),
        (3, 0, "not_evaluable"),
    ],
)
def test_the_clinical_sledai_falls_by_4_without_its_serology(a_patient, before, now, expected):
    first = (sledai(before + 4, clinical=before), pga("1"))
    rest = (sledai(now + 4, clinical=now), pga("1"))
    assert judged(a_patient(), "csledai_4", first, rest).state == expected


def test_of_a_historic_total_4_points_may_be_serology(a_patient):
    def total(n):
        number = Decimal(n)
        return AssessmentFact("sledai_2k", "1", number, None, None, False, total_only=True)

    first = (total(12), pga("1"))
    for now, state in ((4, "met"), (5, "indeterminate"), (12, "indeterminate"), (13, "not_met")):
        rest = (total(now), pga("1"))
        # 8 to 12 clinical points before; 13 now are 9 or more.
        assert judged(a_patient(), "csledai_4", first, rest).state == state


def test_the_clinical_response_is_never_called_sri():
    words = STATES["csledai_4"].title + STATES["csledai_4"].name
    assert "SRI" not in words.upper()


# --- whatever the values are --------------------------------------------------------------

grades = st.text("ABCDE-", min_size=9, max_size=9)
ends = st.fixed_dictionaries(
    {
        "sledai": st.none() | st.tuples(st.integers(0, 20), st.integers(0, 8)),
        "pga": st.none() | st.integers(0, 300),
        "bilag": st.none() | grades,
    }
)


def results(end):
    found = []
    if end["sledai"]:
        low, gap = end["sledai"]
        found.append(sledai(low, low + gap))
    if end["pga"] is not None:
        found.append(pga(Decimal(end["pga"]) / 100))
    if end["bilag"]:
        found.append(bilag(end["bilag"]))
    return tuple(found)


MET_BY_4 = ("sri_4", "bicla", "csledai_4")
RESPONDERS = ("sri_4", "sri_8", "bicla", "csledai_4")


@given(ends, ends, st.sampled_from(RESPONDERS), st.data())
def test_what_is_left_out_never_turns_one_decision_into_the_other(before, now, name, data):
    """Missing is not absent: with less known a verdict stays or opens, it never reverses."""
    patient = _nobody()
    first, rest = results(before), results(now)
    whole = judged(patient, name, first, rest)
    dropped = data.draw(st.sampled_from(("sledai_2k", "pga", "bilag_2004")))
    part = judged(patient, name, first, without(rest, dropped))
    if whole and part:
        assert part.state in {whole.state, "indeterminate"}


@given(st.integers(0, 12), st.integers(0, 6), st.integers(0, 12), st.integers(0, 6))
def test_bounds_decide_what_every_value_in_them_decides(low, gap, now, more):
    """An incomplete SLEDAI is decided exactly where all its completions agree."""
    patient = _nobody()
    verdict = judged(
        patient, "sri_4", changed(BEFORE, sledai(low, low + gap)),
        changed(BETTER, sledai(now, now + more)),
    )  # fmt: skip
    possible = {
        judged(patient, "sri_4", changed(BEFORE, sledai(b)), changed(BETTER, sledai(n))).state
        for b, n in product(range(low, low + gap + 1), range(now, now + more + 1))
    }
    if verdict.state == "indeterminate":
        assert len(possible) > 1
    elif verdict.state == "not_met":
        # One that may be not evaluable cannot be met either.
        assert "met" not in possible
    else:
        assert possible == {verdict.state}


@given(st.permutations(BEFORE), st.permutations(BETTER), st.sampled_from(MET_BY_4))
def test_the_order_of_the_results_changes_nothing(before, now, name):
    assert judged(_nobody(), name, tuple(before), tuple(now)).state == "met"


def _nobody():
    return PatientFacts("P1", "female", None, (), (), (), (), (), (), ())


def test_a_fall_is_not_found_where_there_was_no_visit_before(a_patient):
    visit = a_final_visit(180, *BETTER)
    verdict = STATES["sri_4"].judge(AtVisit(a_patient(), visit))
    assert verdict.state == "indeterminate"
    assert "no_sledai_at_baseline" in verdict.reason
