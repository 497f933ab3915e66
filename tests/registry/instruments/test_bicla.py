"""BICLA: every active system better, at most one new B, and the edges of SLEDAI and PGA."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS
from registry.instruments.bilag_2004 import SYSTEMS

BICLA = CALCULATORS["BICLA"]
QUIET = dict.fromkeys(SYSTEMS, "E")
RESPONSE = {
    "bilag_baseline": QUIET | {"musculoskeletal": "B"},
    "bilag_now": QUIET | {"musculoskeletal": "C"},
    "sledai_baseline": 10,
    "sledai_now": 8,
    "pga_baseline": "1.0",
    "pga_now": "1.0",
    "treatment_failure": False,
}
grades = st.fixed_dictionaries(dict.fromkeys(SYSTEMS, st.sampled_from("ABCDE")))
calm = st.fixed_dictionaries(dict.fromkeys(SYSTEMS, st.sampled_from("EDCB")))
visits = st.fixed_dictionaries(
    {
        "bilag_baseline": grades,
        "bilag_now": st.one_of(grades, calm, st.just(QUIET)),
        "sledai_baseline": st.sampled_from([0, 4, 10, 105]),
        "sledai_now": st.sampled_from([0, 4, 5, 105]),
        "pga_baseline": st.sampled_from(["0", "1", "2.7", "3"]),
        "pga_now": st.sampled_from(["0", "0.3", "1.3", "1.31", "3"]),
        "treatment_failure": st.booleans(),
    }
)


def ask(**changes):
    return answer(BICLA, json.dumps(RESPONSE | changes).encode())


def renal(before, now, **others):
    return ask(
        bilag_baseline=RESPONSE["bilag_baseline"] | {"renal": before},
        bilag_now=RESPONSE["bilag_now"] | {"renal": now},
        **others,
    )


@pytest.mark.parametrize(
    ("before", "now", "responder"),
    [
        ("A", "A", False),
        ("A", "B", True),
        ("A", "E", True),
        ("B", "A", False),
        ("B", "B", False),
        ("B", "C", True),
        ("B", "D", True),
        ("C", "B", True),
        ("C", "C", True),
        ("E", "A", False),
        ("E", "B", True),
    ],
)
def test_an_active_system_falls_and_a_quiet_one_may_become_one_b(before, now, responder):
    assert renal(before, now)["responder"] is responder


def test_two_new_b_fail():
    given = ask(bilag_now=RESPONSE["bilag_now"] | {"renal": "B", "ophthalmic": "B"})
    assert (given["responder"], given["failed"]) == (False, ["bilag"])
    assert given["bilag_systems"] == {"ophthalmic": "new_b", "renal": "new_b"}


@pytest.mark.parametrize("grade", ["C", "D", "E"])
def test_without_a_or_b_at_baseline_it_is_not_evaluable(grade):
    given = ask(bilag_baseline=QUIET | {"renal": grade}, treatment_failure=True)
    assert (given["responder"], given["state"]) == (None, "not_evaluable")


def test_an_unassessed_baseline_may_have_been_active():
    given = ask(bilag_baseline=QUIET | {"renal": None})
    assert (given["responder"], given["state"]) == (None, "indeterminate")


@pytest.mark.parametrize(
    ("before", "now", "responder"),
    [
        (None, "A", False),  # either it did not improve or it is new
        (None, "B", None),
        (None, "C", True),
        ("A", None, None),
        ("E", None, None),
    ],
)
def test_a_gap_is_decided_only_where_every_grade_agrees(before, now, responder):
    assert renal(before, now)["responder"] is responder


@pytest.mark.parametrize(("now", "responder"), [(9, True), (10, True), (11, False)])
def test_sledai_may_stay_and_not_rise(now, responder):
    assert ask(sledai_now=now)["responder"] is responder


@pytest.mark.parametrize(
    ("before", "now", "responder"),
    [
        ("1.0", "1.3", True),
        ("1.0", "1.31", False),
        ("0.9", "1.2", True),
        (0.9, 1.2, True),
        ("2", "1", True),
    ],
)
def test_a_rise_of_the_pga_by_exactly_three_tenths_passes(before, now, responder):
    assert ask(pga_baseline=before, pga_now=now)["responder"] is responder


@pytest.mark.parametrize("name", sorted(RESPONSE))
def test_what_is_missing_is_never_taken_for_good(name):
    left_out = {key: value for key, value in RESPONSE.items() if key != name}
    for reply in (ask(**{name: None}), answer(BICLA, json.dumps(left_out).encode())):
        assert (reply["responder"], reply["state"]) == (None, "indeterminate")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bilag_now": []}, "bad_json"),
        ({"bilag_now": "E"}, "bad_json"),
        ({"bilag_now": {"liver": "A"}}, "unknown_item"),
        ({"bilag_now": {"renal": "X"}}, "out_of_range"),
        ({"sledai_now": -1}, "out_of_range"),
        ({"pga_now": "much"}, "not_a_number"),
        ({"treatment_failure": "no"}, "not_a_number"),
        ({"new_bilag_A": 0}, "unknown_input"),
    ],
)
def test_bad_input_has_its_code(changes, code):
    assert ask(**changes)["error"] == code


def test_a_question_about_nothing_is_refused():
    assert answer(BICLA, b"{}")["error"] == "missing_input"


@given(visits, st.sets(st.sampled_from(SYSTEMS)), st.sets(st.sampled_from(sorted(RESPONSE))))
def test_what_is_decided_with_gaps_holds_however_they_are_filled(full, systems, unknown):
    holes = dict.fromkeys(systems)
    gaps = {name: full[name] | holes for name in ("bilag_baseline", "bilag_now")}
    whole = ask(**full)
    for partial in (ask(**full | gaps), ask(**full | dict.fromkeys(unknown))):
        for name, word in partial["criteria"].items():
            assert word in ("indeterminate", whole["criteria"][name])
        if partial["responder"] is not None:
            assert partial["responder"] is (whole["responder"] or False)


@given(visits)
def test_one_definite_failure_decides(full):
    given = ask(**full)
    if given["state"] != "not_evaluable":
        assert given["responder"] is (given["failed"] == [])


@given(visits)
def test_the_order_of_the_systems_does_not_matter(full):
    turned = {name: dict(reversed(full[name].items())) for name in ("bilag_baseline", "bilag_now")}
    assert ask(**full | turned) == ask(**full)
