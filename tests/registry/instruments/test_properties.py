"""What holds for every measure that counts what is present, and for every verdict of several parts.

Counting: the count stays in its range, one finding more never lowers it, what was not assessed is
never the same as absent, the order does not matter, and every way to fill the gaps lies between
the two bounds. Verdicts: one definite failure decides, and nothing is met by being unknown.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.instruments import CALCULATORS, INSTRUMENTS, MEASURES
from registry.instruments._damage_items import ITEMS as DAMAGE
from registry.instruments.acr_1997 import CRITERIA
from registry.instruments.base import Instrument
from registry.instruments.bilag_2004 import SYSTEMS
from registry.instruments.eular_acr_2019 import WEIGHTS
from registry.instruments.joint_count import JOINTS
from registry.instruments.sledai_2k import CLINICAL_ITEMS, ITEMS
from registry.instruments.slicc_2012 import CLINICAL, IMMUNOLOGIC

QUIET_BILAG = dict.fromkeys(SYSTEMS, "E")


def ask(key: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    reply = dict(answer(CALCULATORS[key], json.dumps(inputs).encode()))
    assert "error" not in reply, reply
    return reply


@dataclass(frozen=True)
class Checklist:
    """How one calculator is asked what is present and what nobody looked at."""

    codes: tuple[str, ...]
    maximum: int
    inputs: Callable[[list[str], list[str]], dict[str, Any]]
    count: str = "known_points"
    # One more of these may lower the count: it takes another finding away.
    odd: frozenset[str] = frozenset()


def _one_list(name: str, **more: Any) -> Callable[[list[str], list[str]], dict[str, Any]]:
    return lambda present, unknown: {name: present, "not_assessed": unknown, **more}


def _slicc(present: list[str], unknown: list[str]) -> dict[str, Any]:
    return {
        "clinical": [code for code in present if code in CLINICAL],
        "immunologic": [code for code in present if code in IMMUNOLOGIC],
        "not_assessed": unknown,
    }


def _damage(present: list[str], unknown: list[str]) -> dict[str, Any]:
    most = {item.code: item.maximum for item in DAMAGE}
    return {"items": {code: most[code] for code in present}, "not_assessed": unknown}


def _bilag(present: list[str], unknown: list[str]) -> dict[str, Any]:
    found = {**dict.fromkeys(present, "A"), **dict.fromkeys(unknown)}
    return {"grades": {**found, **{s: "E" for s in SYSTEMS if s not in found}}}


CHECKLISTS = {
    "SLEDAI-2K": Checklist(tuple(i.code for i in ITEMS), 105, _one_list("present")),
    "cSLEDAI-2K": Checklist(tuple(i.code for i in CLINICAL_ITEMS), 101, _one_list("present")),
    "SLEDAI-1992": Checklist(tuple(i.code for i in ITEMS), 105, _one_list("present")),
    "SELENA-SLEDAI": Checklist(tuple(i.code for i in ITEMS), 105, _one_list("present")),
    "ACR-1997": Checklist(tuple(CRITERIA), 11, _one_list("criteria"), "count"),
    "SLICC-2012": Checklist(
        (*CLINICAL, *IMMUNOLOGIC), 16, _slicc, "count", frozenset({"haemolytic_anaemia"})
    ),
    "EULAR-ACR-2019": Checklist(tuple(WEIGHTS), 51, _one_list("items", ana_1_80=True)),
    "SDI": Checklist(tuple(item.code for item in DAMAGE), 47, _damage),
    "BILAG-2004.numeric": Checklist(SYSTEMS, 108, _bilag),
    "joint_count_28": Checklist(JOINTS, 28, _one_list("swollen"), "known_count"),
}
ITEM_NAMES = {i.code for found in INSTRUMENTS.values() for i in found.items}
each_checklist = pytest.mark.parametrize("key", sorted(CHECKLISTS))
MOST_GAPS = 4


def found_in(key: str, present: list[str], unknown: list[str]) -> dict[str, Any]:
    return ask(key, CHECKLISTS[key].inputs(present, unknown))


def bounds(key: str, present: list[str], unknown: list[str]) -> tuple[int, int]:
    reply = found_in(key, present, unknown)
    return reply[CHECKLISTS[key].count], reply["max_possible"]


def findings(data: st.DataObject, key: str) -> tuple[list[str], list[str]]:
    """Draw what is present and a few things that nobody looked at, in any order."""
    codes = data.draw(st.permutations(CHECKLISTS[key].codes))
    gaps = data.draw(st.integers(0, MOST_GAPS))
    return codes[gaps : data.draw(st.integers(gaps, len(codes)))], codes[:gaps]


def test_every_calculator_that_gives_bounds_is_tested_here():
    # Those that read lists of codes; a measure of one input per item stores numbers or grades.
    listed = [c for c in CALCULATORS.values() if c.inputs[0] not in {"value", *ITEM_NAMES}]
    assert {c.key for c in listed if "max_possible" in c.outputs} <= set(CHECKLISTS)
    assert {"SLEDAI-2K", "cSLEDAI-2K", "SDI"} <= set(CHECKLISTS)


@each_checklist
@given(st.data())
def test_the_count_stays_in_its_range(key, data):
    low, high = bounds(key, *findings(data, key))
    assert 0 <= low <= high <= CHECKLISTS[key].maximum


@each_checklist
def test_nothing_and_everything_are_the_ends_of_the_range(key):
    this = CHECKLISTS[key]
    assert bounds(key, [], []) == (0, 0)
    assert bounds(key, [], list(this.codes)) == (0, this.maximum)
    everything = [code for code in this.codes if code not in this.odd]
    assert bounds(key, everything, []) == (this.maximum, this.maximum)


@each_checklist
@given(st.data())
def test_one_finding_more_never_lowers_the_count(key, data):
    present, unknown = findings(data, key)
    this = CHECKLISTS[key]
    more = data.draw(st.sampled_from(sorted(set(this.codes) - {*unknown} - this.odd)))
    without = bounds(key, [code for code in present if code != more], unknown)
    with_it = bounds(key, [*{*present, more}], unknown)
    assert without[0] <= with_it[0]
    assert without[1] <= with_it[1]


@each_checklist
@given(st.data())
def test_what_nobody_looked_at_is_never_absent(key, data):
    code = data.draw(st.sampled_from(CHECKLISTS[key].codes))
    absent, gap = found_in(key, [], []), found_in(key, [], [code])
    assert (absent["complete"], absent["missing"]) == (True, [])
    assert (gap["complete"], gap["missing"]) == (False, [code])
    assert gap["max_possible"] > absent["max_possible"]


@each_checklist
@given(st.data())
def test_the_order_and_a_repetition_do_not_matter(key, data):
    present, unknown = findings(data, key)
    shuffled = data.draw(st.permutations(present)), data.draw(st.permutations(unknown))
    plain = found_in(key, present, unknown)
    assert found_in(key, *shuffled) == plain
    assert found_in(key, [*present, *shuffled[0]], [*unknown, *shuffled[1]]) == plain


@each_checklist
@given(st.data())
def test_every_way_to_fill_the_gaps_lies_between_the_bounds(key, data):
    present, unknown = findings(data, key)
    low, high = bounds(key, present, unknown)
    filled = [
        bounds(key, [*present, *(c for c, yes in zip(unknown, way, strict=True) if yes)], [])
        for way in product([True, False], repeat=len(unknown))
    ]
    assert all(ends[0] == ends[1] for ends in filled)
    assert (min(filled)[0], max(filled)[1]) == (low, high)


# --- instruments that add up what is present ----------------------------------------------------
def adds_up(found: Instrument) -> bool:
    """Whether all items are present or absent and together weigh the maximum."""
    plain = all(item.yes_no and not item.optional for item in found.items)
    return plain and sum(item.weight for item in found.items) == found.maximum > 0


YES_NO = {code: found for code, found in INSTRUMENTS.items() if adds_up(found)}
each_instrument = pytest.mark.parametrize("code", sorted(YES_NO))


def answers_to(code: str) -> st.SearchStrategy[dict[str, int | None]]:
    return st.fixed_dictionaries(
        {item.code: st.sampled_from([0, 1, None]) for item in YES_NO[code].items}
    )


def test_the_instruments_that_add_up_are_found():
    assert {"sledai_2k", "csledai_2k", "side_effects"} <= set(YES_NO)


@each_instrument
@given(st.data())
def test_an_instrument_keeps_its_bounds_however_the_gaps_are_filled(code, data):
    instrument, given_ = YES_NO[code], data.draw(answers_to(code))
    whole = {name: data.draw(st.sampled_from([0, 1])) for name in given_}
    filled = {name: whole[name] if value is None else value for name, value in given_.items()}
    partial, full = instrument.score(given_), instrument.score(filled)
    assert 0 <= partial.known_points <= full.known_points == full.max_possible
    assert full.max_possible <= partial.max_possible <= instrument.maximum
    assert full.complete
    assert full.missing == ()
    if None in given_.values():
        assert (partial.total, partial.complete) == (None, False)
        assert set(partial.missing) == {name for name, value in given_.items() if value is None}


@each_instrument
@given(st.data())
def test_an_instrument_counts_what_is_present_in_any_order(code, data):
    instrument, given_ = YES_NO[code], data.draw(answers_to(code))
    name = data.draw(st.sampled_from(sorted(given_)))
    less, more = (instrument.score(given_ | {name: value}) for value in (0, 1))
    assert less.known_points < more.known_points
    assert less.max_possible < more.max_possible
    shuffled = dict(data.draw(st.permutations(list(given_.items()))))
    assert instrument.score(shuffled) == instrument.score(given_)


# --- verdicts of several parts ------------------------------------------------------------------
@dataclass(frozen=True)
class Verdict:
    """Inputs by which everything passes, and for each part what makes it fail."""

    key: str
    output: str
    passes: Mapping[str, Any]
    fails: tuple[Mapping[str, Any], ...]
    words: Mapping[str, bool | None] | None = None  # where the output is not true or false

    def of(self, inputs: Mapping[str, Any]) -> bool | None:
        found = ask(self.key, inputs)[self.output]
        return found if self.words is None else self.words[found]


_STATE = {"met": True, "not_met": False, "indeterminate": None}
_ALL_OF_DORIS = {"pga": "0.4", "recent_pulse": False, "clinical_sledai": 0}
_LLDAS = {
    **{"sledai2k": 2, "sledai_items": ["rash"], "haemolytic_anaemia": False, "gi_activity": False},
    **{"new_activity_since_last": False, "pga": "1", "pred_mg": "7.5", "recent_pulse": False},
    **{"maintenance_ok": True, "investigational_drug": False},
}
_LLDAS_FAILS = (
    *({"sledai2k": 5}, {"sledai_items": ["fever"]}, {"haemolytic_anaemia": True}),
    *({"gi_activity": True}, {"new_activity_since_last": True}, {"pga": "1.01"}),
    *({"pred_mg": "7.51"}, {"recent_pulse": True}, {"maintenance_ok": False}),
)
_BLISS = {"egfr": 80, "egfr_preflare": 80, "rescue": False, "pred_mg": "10"}
_BLISS_FAILS = ({"rescue": True}, {"pred_mg": "10.1"})
_COURSE = {"sledai_baseline": 10, "pga_baseline": "1.5", "treatment_failure": False}
_COURSE_FAILS = ({"sledai_now": 11}, {"pga_now": "1.81"}, {"treatment_failure": True})
VERDICTS = (
    Verdict(
        "LLDAS", "state", _LLDAS, (*_LLDAS_FAILS, {"investigational_drug": True}), words=_STATE
    ),
    Verdict("LLDAS", "state_without_bar", _LLDAS, _LLDAS_FAILS, words=_STATE),
    *(
        Verdict(
            "DORIS-2021",
            output,
            {**_ALL_OF_DORIS, "clinical_complete": True, "pred_mg": mg, "stable_maintenance": True},
            (
                *({"clinical_sledai": 1}, {"pga": "0.5"}, {"pred_mg": above}),
                *({"recent_pulse": True}, {"stable_maintenance": False}),
            ),
        )
        for output, mg, above in (("remission", "5", "5.1"), ("remission_strict_lt5", "4.9", "5"))
    ),
    Verdict(
        "DORIS-2017-framework",
        "complete_drug_free",
        {
            **{**_ALL_OF_DORIS, "serology_points": 0, "pred_mg": 0},
            **{"immunosuppressant_or_biologic": False, "antimalarial": False},
        },
        (
            *({"clinical_sledai": 1}, {"pga": "0.5"}, {"serology_points": 2}, {"pred_mg": "0.5"}),
            *({"recent_pulse": True}, {"immunosuppressant_or_biologic": True}),
            {"antimalarial": True},
        ),
    ),
    Verdict(
        "SRI",
        "responder",
        {
            **{**_COURSE, "threshold": 4, "sledai_now": 6, "pga_now": "1.5"},
            **{"new_bilag_A": 0, "new_bilag_B": 1},
        },
        (*_COURSE_FAILS, {"new_bilag_A": 1}, {"new_bilag_B": 2}),
    ),
    Verdict(
        "BICLA",
        "responder",
        {
            **{**_COURSE, "sledai_now": 10, "pga_now": "1.8"},
            "bilag_baseline": {**QUIET_BILAG, "renal": "B"},
            "bilag_now": {**QUIET_BILAG, "renal": "C"},
        },
        (*_COURSE_FAILS, {"bilag_now": {**QUIET_BILAG, "renal": "B"}}),
    ),
    Verdict(
        "renal.BLISS-LN",
        "PERR",
        {**_BLISS, "upcr": "0.7"},
        (*_BLISS_FAILS, {"upcr": "0.71"}, {"egfr": 59}),
    ),
    Verdict(
        "renal.BLISS-LN",
        "CRR",
        {**_BLISS, "upcr": "0.49"},
        (*_BLISS_FAILS, {"upcr": "0.5"}, {"egfr": 71}),
    ),
    Verdict(
        "renal.KDIGO-2024",
        "response",
        {
            **{"upcr_baseline_g_g": "4", "upcr_now_g_g": "0.4"},
            **{"egfr_baseline": 100, "egfr_now": 85},
        },
        ({"upcr_now_g_g": "3"}, {"egfr_now": 84}),
        words={"complete": True, "none": False, "indeterminate": None},
    ),
)
each_verdict = pytest.mark.parametrize("verdict", VERDICTS, ids=lambda v: f"{v.key} {v.output}")


def test_every_target_state_and_responder_is_tested_here():
    measures = [found for found in MEASURES if found.rule.subject in ("target_state", "response")]
    assert {key for found in measures for key in found.keys} <= {v.key for v in VERDICTS}


@each_verdict
@given(st.data())
def test_one_failure_decides_and_nothing_is_met_by_being_unknown(verdict, data):
    parts = st.sampled_from(range(len(verdict.fails)))
    fates = data.draw(st.dictionaries(parts, st.sampled_from(["fails", "unknown"]), max_size=3))
    inputs = dict(verdict.passes)
    for part, fate in fates.items():
        fails = verdict.fails[part]
        inputs |= fails if fate == "fails" else dict.fromkeys(fails)
    everything = set(fates.values())
    expected = False if "fails" in everything else None if everything else True
    assert verdict.of(inputs) is expected


@each_verdict
def test_each_part_decides_alone_and_leaves_it_open_when_unknown(verdict):
    for part in verdict.fails:
        assert verdict.of(verdict.passes | part) is False, part
        assert verdict.of({**verdict.passes, **dict.fromkeys(part)}) is None, part


@each_verdict
@given(st.data())
def test_the_order_of_the_inputs_does_not_matter(verdict, data):
    inputs = verdict.passes | data.draw(st.sampled_from(verdict.fails))
    shuffled = dict(data.draw(st.permutations(list(inputs.items()))))
    assert ask(verdict.key, shuffled) == ask(verdict.key, inputs)
