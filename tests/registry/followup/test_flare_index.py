"""The SELENA flare index of a visit, limb by limb: what fired, what did not, what stays open."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import CourseFact, InfusionFact, MedicineFact
from registry.followup.flare_index import Admission, Evidence, Seen, judge
from registry.instruments.sledai_2k import ITEMS
from registry.partial_date import PartialDate

NOW, BEFORE = date(2026, 6, 1), date(2026, 3, 1)
NONE = {item.code: 0 for item in ITEMS}
CALM = Evidence(
    medicines=(MedicineFact("hydroxychloroquine", PartialDate.parse("2020")),),
    weights=((PartialDate.parse("2026-01-01"), Decimal(60)),),
    admissions=(Admission(PartialDate.parse("2026-04-01"), True, stayed=False),),
)


def on(text):
    return PartialDate.parse(text)


def seen(day=NOW, total=4, pga="1", high=None, **answers):
    low = None if total is None else Decimal(total)
    top = low if high is None else Decimal(high)
    return Seen(day, low, top, NONE | answers, None if pga is None else Decimal(pga))


def earlier(**given):
    return seen(**{"day": BEFORE} | given)


def limb(name, change):
    (found,) = [one for one in change.limbs if one.limb == name]
    return found


def with_(**given):
    from dataclasses import replace

    return replace(CALM, **given)


def steroid(mg, start, end=None, **given):
    dose = {"daily_dose": Decimal(mg), "unit": "mg", "route": "oral"} | given
    return MedicineFact("prednisone", on(start), on(end) if end else None, **dose)


def course(start, day_0):
    infusion = InfusionFact("I1", on(day_0), "N", "msc", None, ())
    return CourseFact("C1", 1, on(start), None, infusions=(infusion,))


def test_a_quiet_interval_is_no_flare_in_any_limb():
    change = judge(seen(), earlier(), CALM)
    assert {one.limb: one.state for one in change.limbs} == dict.fromkeys(
        ("sledai", "organs", "prednisone", "new_drug", "admission", "pga"), "not_fired"
    )
    assert (change.flare, change.days, change.toronto) == ("none", 92, "persistently_active")


def test_without_a_visit_before_nothing_is_judged():
    change = judge(seen(total=20, pga="3"), None, CALM)
    assert (change.flare, change.limbs, change.toronto) == ("not_judged", (), "indeterminate")


@pytest.mark.parametrize(("days", "judged"), [(120, True), (121, False)])
def test_the_visit_before_is_120_days_ago_at_most(days, judged):
    before = earlier(day=NOW - timedelta(days=days))
    change = judge(seen(total=20), before, CALM)
    assert (change.flare == "severe") is judged
    # The other rule compares visits whatever lies between them.
    assert (change.toronto, change.delta) == ("flare", 16)


@pytest.mark.parametrize(
    ("before", "now", "state", "at_least"),
    [
        ({"total": 4}, {"total": 6}, "not_fired", "none"),
        ({"total": 4}, {"total": 7}, "fired", "mild_moderate"),
        ({"total": 4}, {"total": 12}, "fired", "mild_moderate"),
        ({"total": 11}, {"total": 13}, "fired", "severe"),
        ({"total": 4}, {"total": 8, "high": 20}, "fired", "mild_moderate"),
        ({"total": 4}, {"total": 4, "high": 6}, "not_fired", "none"),
        ({"total": 4}, {"total": 4, "high": 7}, "not_judged", "none"),
        ({"total": 2, "high": 8}, {"total": 10}, "not_judged", "none"),
        ({"total": None}, {"total": 10}, "not_judged", "none"),
        ({"total": None}, {"total": 3}, "not_judged", "none"),
        ({"total": None}, {"total": 2}, "not_fired", "none"),
        ({"total": 103}, {"total": None}, "not_fired", "none"),
        ({"total": None}, {"total": None}, "not_judged", "none"),
    ],
)
def test_an_incomplete_score_decides_where_its_bounds_agree(before, now, state, at_least):
    found = limb("sledai", judge(seen(**now), earlier(**before), CALM))
    assert (found.state, found.at_least) == (state, at_least)


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("1", "1.9", "not_fired"),
        ("1", "2", "fired"),
        ("2.4", "2.6", "fired"),
        (None, "3", "open"),
        (None, "1", "open"),
        (None, "0.9", "not_fired"),
        ("1", None, "open"),
        ("2.6", None, "not_fired"),
        (None, None, "open"),
    ],
)
def test_a_global_assessment_decides_where_the_other_cannot_matter(before, now, state):
    found = limb("pga", judge(seen(pga=now), earlier(pga=before), CALM))
    assert found.state == ("not_judged" if state == "open" else state)


@pytest.mark.parametrize(
    ("before", "now", "state", "words"),
    [
        ({}, {"arthritis": 1}, "fired", "newly present: arthritis"),
        ({"arthritis": 1}, {"arthritis": 1}, "not_judged", "perhaps new or worse: arthritis"),
        ({"arthritis": 1}, {}, "not_fired", "no item newly present"),
        ({"arthritis": None}, {"arthritis": 1}, "not_judged", "perhaps new or worse: arthritis"),
        ({}, {"arthritis": None}, "not_judged", "perhaps new or worse: arthritis"),
        ({}, {"rash": 1}, "not_judged", "which organ is not said: rash"),
        ({}, {"alopecia": 1, "low_complement": 1}, "not_fired", "no item newly present"),
        # A severe organ counts with prednisone stepped up or an admission, and only then.
        ({}, {"proteinuria": 1}, "not_fired", "newly present: proteinuria"),
    ],
)
def test_an_organ_is_new_where_its_item_is(before, now, state, words):
    found = limb("organs", judge(seen(**now), earlier(**before), CALM))
    assert (found.state, words in found.why) == (state, True), found


def test_a_severe_organ_with_an_admission_is_severe():
    stay = Admission(on("2026-05-01"), True)
    change = judge(seen(proteinuria=1), earlier(), with_(admissions=(stay,)))
    assert limb("organs", change).at_least == "severe"


def test_no_items_leave_the_organs_open():
    change = judge(Seen(NOW, Decimal(4), Decimal(4)), earlier(), CALM)
    assert limb("organs", change).state == "not_judged"


@pytest.mark.parametrize(
    ("doses", "state", "at_least"),
    [
        ((steroid("10", "2025"),), "not_fired", "none"),
        ((steroid("10", "2025", "2026-03-31"), steroid("5", "2026-04-01")), "not_fired", "none"),
        ((steroid("10", "2025", "2026-03-31"), steroid("15", "2026-04-01")), "fired",
         "mild_moderate"),
        ((steroid("30", "2026-04-01"),), "fired", "mild_moderate"),  # 0.5 mg/kg of 60 kg exactly
        ((steroid("30.1", "2026-04-01"),), "fired", "severe"),
        ((steroid("10", "2025"), steroid("500", "2026-05-20", "2026-05-22", route="iv")),
         "not_judged", "none"),
        ((steroid("10", "2025", as_needed=True),), "not_judged", "none"),
    ],
)  # fmt: skip
def test_the_dose_is_compared_as_a_mean_of_28_days(doses, state, at_least):
    found = limb("prednisone", judge(seen(), earlier(), with_(medicines=doses)))
    assert (found.state, found.at_least) == (state, at_least), found


def test_without_a_weight_a_raised_dose_is_at_least_mild():
    doses = (steroid("40", "2026-04-01"),)
    found = limb("prednisone", judge(seen(), earlier(), with_(medicines=doses, weights=())))
    assert (found.state, found.at_least, found.open) == ("fired", "mild_moderate", True)
    assert "no weight" in found.why
    old = ((PartialDate.parse("2025-01-01"), Decimal(60)),)
    again = limb("prednisone", judge(seen(), earlier(), with_(medicines=doses, weights=old)))
    assert again.open


def test_no_medicine_at_all_is_not_no_steroid():
    change = judge(seen(), earlier(), with_(medicines=()))
    assert limb("prednisone", change).state == limb("new_drug", change).state == "not_judged"


def medicine(drug, start, end=None):
    return MedicineFact(drug, on(start), on(end) if end else None)


@pytest.mark.parametrize(
    ("given", "state", "at_least"),
    [
        ((medicine("Methotrexate", "2026-04-01"),), "fired", "severe"),
        ((medicine("ibuprofen 400", "2026-04-01"),), "fired", "mild_moderate"),
        ((medicine("Imuran", "2026-04-01"),), "fired", "severe"),
        ((medicine("belimumab", "2026-04-01"),), "not_fired", "none"),
        ((medicine("methotrexate", "2026-03-01"),), "not_fired", "none"),
        ((medicine("methotrexate", "2026-06-02"),), "not_fired", "none"),
        ((medicine("methotrexate", "2026-03"),), "not_judged", "none"),
        ((medicine("methotrexate", "2025", "2026-04-01"), medicine("methotrexate", "2026-04-01")),
         "not_fired", "none"),
        ((medicine("methotrexate", "2024", "2025"), medicine("methotrexate", "2026-04-01")),
         "fired", "severe"),
    ],
)  # fmt: skip
def test_a_medicine_of_the_index_begun_in_between_is_new(given, state, at_least):
    found = limb("new_drug", judge(seen(), earlier(), with_(medicines=given)))
    assert (found.state, found.at_least) == (state, at_least), found


def test_planned_conditioning_is_no_limb():
    given = (medicine("cyclophosphamide", "2026-04-02"), steroid("40", "2026-04-02"))
    treated = with_(medicines=given, courses=(course("2026-04-01", "2026-04-05"),))
    change = judge(seen(), earlier(), treated)
    assert limb("new_drug", change).state == "not_fired"
    assert limb("prednisone", change).state == "not_judged"
    assert "no limb" in limb("new_drug", change).why
    later = with_(medicines=given, courses=(course("2026-04-01", "2026-04-01"),))
    assert limb("new_drug", judge(seen(), earlier(), later)).at_least == "severe"


@pytest.mark.parametrize(
    ("admissions", "state"),
    [
        ((), "not_judged"),  # no record is not a no
        ((Admission(on("2026-05-01"), True),), "fired"),
        ((Admission(on("2026-05-01"), None),), "not_judged"),
        ((Admission(on("2026-05-01"), False),), "not_judged"),
        ((Admission(on("2026-03"), True),), "not_judged"),
        ((Admission(None, True),), "not_judged"),
        ((Admission(on("2026-02-01"), True),), "not_judged"),
        ((Admission(on("2026-05-01"), False), Admission(on("2026-05-02"), True)), "fired"),
        ((Admission(on("2026-05-01"), True, stayed=False),), "not_fired"),
        ((Admission(on("2026-03"), True, stayed=False),), "not_judged"),
        (
            (Admission(on("2026-05-01"), True, stayed=False), Admission(on("2026-05-09"), None)),
            "not_judged",
        ),
    ],
)
def test_an_admission_counts_where_it_was_for_lupus(admissions, state):
    evidence = with_(admissions=admissions)
    assert limb("admission", judge(seen(), earlier(), evidence)).state == state


def test_a_fired_severe_limb_decides_whatever_is_open():
    change = judge(seen(total=20, pga=None), earlier(pga=None), Evidence())
    assert (change.flare, change.at_least) == ("severe", "severe")


def test_an_open_limb_leaves_the_grade_at_least():
    change = judge(seen(total=8), earlier(), Evidence())
    assert (change.flare, change.at_least) == ("indeterminate", "mild_moderate")


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [(4, 0, "remission"), (4, 8, "flare"), (4, 7, "persistently_active"), (8, 4, "improvement"),
     (None, 4, "indeterminate")],
)  # fmt: skip
def test_the_toronto_rule_stands_beside_it(before, now, state):
    assert judge(seen(total=now), earlier(total=before), CALM).toronto == state


answers = st.fixed_dictionaries({item.code: st.sampled_from([0, 1, None]) for item in ITEMS})


@given(answers, answers, st.sampled_from([item.code for item in ITEMS]), st.sampled_from([0, 1]))
def test_an_answer_more_never_widens_a_limb(before, now, item, answer):
    """What is not assessed leaves open at least everything that an answer could decide."""
    open_ = judge(Seen(NOW, answers=now | {item: None}), Seen(BEFORE, answers=before), CALM)
    known = judge(Seen(NOW, answers=now | {item: answer}), Seen(BEFORE, answers=before), CALM)
    wide, narrow = (limb("organs", one).grades for one in (open_, known))
    assert wide.low <= narrow.low <= narrow.high <= wide.high
