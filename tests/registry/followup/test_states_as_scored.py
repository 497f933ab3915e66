"""A state judged from stored facts says what ``registry score`` says of the same facts."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.cli.score import answer
from registry.followup.facts import AssessmentFact, IntercurrentFact
from registry.followup.states import STATES, AtVisit
from registry.instruments import CALCULATORS, sledai_2k
from registry.instruments.bilag_2004 import SYSTEMS, VERSION
from registry.partial_date import PartialDate

DAY = 91
POINTS = {item.code: int(item.weight) for item in sledai_2k.ITEMS}
SEROLOGY = {"low_complement", "increased_dna_binding"}
AS_STATE = {True: "met", False: "not_met", None: "indeterminate"}


class Facts(NamedTuple):
    """What both ways of asking are told: answers to items, and values as text, None not known."""

    items: Mapping[str, bool | None]
    pga: str | None
    mg: str | None
    pulse_day: int | None  # days before the visit; None for no pulse


# At the cut-offs of the states, just below and just above them.
PGAS = (None, "0", "0.49", "0.5", "0.51", "1", "1.01")
DOSES = (None, "0", "0.01", "4.99", "5", "5.01", "7.5", "7.51")
PULSE_DAYS = (None, 1, 27, 28, 29)
QUIET = Facts({}, "0", "0", None)
AT_THE_LIMITS = [
    *(QUIET._replace(pga=pga) for pga in PGAS),
    *(QUIET._replace(mg=mg) for mg in DOSES),
    *(QUIET._replace(pulse_day=day) for day in PULSE_DAYS),
    *(QUIET._replace(items={code: found}) for code in POINTS for found in (True, None)),
]
known = st.sampled_from([False, True, None])
item_answers = st.dictionaries(st.sampled_from(sorted(POINTS)), known, max_size=4)
facts_of = st.sampled_from(AT_THE_LIMITS) | st.builds(
    Facts,
    item_answers,
    st.sampled_from(PGAS),
    st.sampled_from(DOSES),
    st.sampled_from(PULSE_DAYS),
)


def scored(key, **inputs):
    return answer(CALCULATORS[key], json.dumps(inputs).encode())


def codes_of(answers, wanted):
    return [code for code, found in answers.items() if found is wanted]


def as_answer(flag):
    return None if flag is None else int(flag)


@pytest.fixture(scope="session")
def at(a_patient, a_visit, a_medicine, an_activity, said):
    """Build a visit like the one before it; a dose that is not known is one without milligrams."""

    def build(told, *others, **asked):
        present, unknown = codes_of(told.items, True), codes_of(told.items, None)
        now = a_visit(
            DAY,
            assessments=an_activity(present, unknown, told.pga),
            questions=said(**{name: as_answer(flag) for name, flag in asked.items()}),
        )
        before = a_visit(30, assessments=an_activity([*present, *unknown]))
        dose = {} if told.mg is None else {"daily_dose": told.mg}
        rows = [*others, a_medicine(**dose)]
        if told.pulse_day is not None:
            on = (now.visited_on - timedelta(days=told.pulse_day)).isoformat()
            rows.append(a_medicine("methylprednisolone", on, on, dose=500, route="iv"))
        patient = a_patient(before, now, medicines=tuple(rows))
        return AtVisit(patient, now)

    return build


def pulsed(days_before):
    """Say what the command says of a pulse so many days before."""
    pulse = {"drug": "methylprednisolone", "mg": 500, "days_ago": days_before}
    pulses = [] if days_before is None else [pulse]
    return scored("GC.daily_dose", oral=[], iv_pulse=pulses)["pulse_in_window"]


def remission_of(told):
    """Return the inputs of remission for the same facts."""
    clinical = {code: found for code, found in told.items.items() if code not in SEROLOGY}
    return {
        "clinical_sledai": sum(POINTS[code] for code in codes_of(clinical, True)),
        "clinical_complete": None not in clinical.values(),
        "pga": told.pga,
        "pred_mg": told.mg,
        "recent_pulse": pulsed(told.pulse_day),
    }


# --- LLDAS --------------------------------------------------------------------------------

QUESTIONS = {
    "haemolytic_anaemia": "haemolytic_anaemia",
    "gi_activity": "gi_activity",
    "new_activity": "new_activity_since_last",
    "maintenance_tolerated": "maintenance_ok",
    "investigational_drug": "investigational_drug",
}
GOOD = dict.fromkeys(QUESTIONS, False) | {"maintenance_tolerated": True}
asked_of = st.just(GOOD) | st.fixed_dictionaries(dict.fromkeys(QUESTIONS, known))


def lldas(told, asked):
    present, unknown = codes_of(told.items, True), codes_of(told.items, None)
    low = sum(POINTS[code] for code in present)
    return scored(
        "LLDAS",
        sledai_items=present,
        sledai_not_assessed=unknown,
        sledai_known_points=low,
        sledai_max_possible=low + sum(POINTS[code] for code in unknown),
        pga=told.pga,
        pred_mg=told.mg,
        recent_pulse=pulsed(told.pulse_day),
        **{QUESTIONS[name]: flag for name, flag in asked.items()},
    )


def assert_the_same_lldas(at, told, asked):
    found, facts = lldas(told, asked), at(told, **asked)
    barred, passed = (STATES[name].judge(facts) for name in ("lldas", "lldas_without_bar"))
    assert [limb.verdict.state for limb in barred.limbs] == list(found["criteria"].values())
    assert (barred.state, passed.state) == (found["state"], found["state_without_bar"])


@pytest.mark.parametrize("told", AT_THE_LIMITS, ids=str)
def test_lldas_is_the_same_at_every_limit(at, told):
    assert_the_same_lldas(at, told, GOOD)


@given(facts_of, asked_of)
def test_lldas_is_the_same_criterion_by_criterion(at, told, asked):
    assert_the_same_lldas(at, told, asked)


# --- DORIS --------------------------------------------------------------------------------

# Of a month alone, only some days lie before the visit; None: it was not taken at all.
AZATHIOPRINE = {"2020": True, "2024-08-01": False, "2024-08": None, None: True}


def assert_the_same_remission(at, told, others, stable, suppressed):
    facts, inputs = at(told, *others), remission_of(told)
    found = scored("DORIS-2021", stable_maintenance=stable, **inputs)
    serology = {code: told.items.get(code, False) for code in SEROLOGY}
    points = sum(POINTS[code] for code in codes_of(serology, True))
    forms = scored(
        "DORIS-2017-framework",
        serology_points=points if points or None not in serology.values() else None,
        immunosuppressant_or_biologic=suppressed,
        **inputs,
    )
    expected = {
        "doris_2021": found["remission"],
        "doris_2021_strict": found["remission_strict_lt5"],
        "doris_2021_drug_free": forms["clinical_off"],
        "doris_2017_clinical_off": forms["clinical_off"],
        "doris_2017_complete_off": forms["complete_off"],
    }
    if stable:  # the framework of the command does not ask for it
        expected["doris_2017_clinical_on"] = forms["clinical_on"]
        expected["doris_2017_complete_on"] = forms["complete_on"]
    judged = {name: STATES[name].judge(facts).state for name in expected}
    assert judged == {name: AS_STATE[holds] for name, holds in expected.items()}


@pytest.mark.parametrize("told", AT_THE_LIMITS, ids=str)
def test_remission_is_the_same_at_every_limit(at, told):
    assert_the_same_remission(at, told, (), stable=True, suppressed=False)


@given(facts_of, st.sampled_from(list(AZATHIOPRINE)))
def test_remission_is_the_same_in_every_reading_and_form(at, a_medicine, told, started):
    others = [a_medicine("azathioprine", started)] if started else []
    suppressed = {None: False, "2024-08": None}.get(started, True)
    assert_the_same_remission(at, told, others, AZATHIOPRINE[started], suppressed)


# --- Responders ---------------------------------------------------------------------------

counts = st.sampled_from([None, 0, 3, 4, 5, 6, 7, 8, 9, 12])
assessed = st.sampled_from([None, "0.9", "1", "1.19", "1.2", "1.29", "1.3", "1.31"])
grades = st.fixed_dictionaries(
    dict.fromkeys(SYSTEMS, st.just("E")) | dict.fromkeys(SYSTEMS[:3], st.sampled_from("ABCDE-"))
).map(lambda given_: {system: None if g == "-" else g for system, g in given_.items()})
ends = st.tuples(counts, assessed, grades)
# Without a SLEDAI before, the stored facts have no baseline visit to date a failure from.
starts = ends.filter(lambda end: end[0] is not None)


def results(visit):
    """Return what a visit stores of a SLEDAI-2K total, a PGA and the BILAG grades."""
    found = []
    for code, number in (("sledai_2k", visit[0]), ("pga", visit[1])):
        if number is not None:
            value = Decimal(number)
            found.append(AssessmentFact(code, "1", value, value, value, complete=True))
    row = [visit[2][system] for system in SYSTEMS]
    full = None not in row
    return (*found, AssessmentFact("bilag_2004", VERSION, None, None, None, full, answers=row))


@pytest.fixture(scope="session")
def responding(a_patient, a_visit):
    def build(before, now, failure):
        # In the month of the visit, an event may have come before it or after.
        on = PartialDate.parse("2024-08-01" if failure else "2024-08")
        events = () if failure is False else (IntercurrentFact("treatment_failure", on),)
        first = replace(a_visit(-7), assessments=results(before))
        visit = replace(a_visit(DAY), assessments=results(now))
        baseline = {result.instrument: first for result in first.assessments}
        return AtVisit(a_patient(intercurrent=events), visit, baseline)

    return build


def composite(before, now, failure):
    return {
        name: value
        for end, (sledai, pga, bilag) in (("baseline", before), ("now", now))
        for name, value in (
            (f"sledai_{end}", sledai),
            (f"pga_{end}", pga),
            (f"bilag_{end}", bilag),
        )
    } | {"treatment_failure": failure}


@given(starts, ends, known)
def test_the_responders_are_the_same(responding, before, now, failure):
    facts, inputs = responding(before, now, failure), composite(before, now, failure)
    for threshold in range(4, 9):
        found = scored("SRI", threshold=threshold, **inputs)
        assert STATES[f"sri_{threshold}"].judge(facts).state == found["state"]
    assert STATES["bicla"].judge(facts).state == scored("BICLA", **inputs)["state"]


@given(counts, counts)
def test_clasi_responses_are_the_same(a_patient, a_visit, before, now):
    def stored(activity):
        row = [None if activity is None else str(activity), "0"]
        return (AssessmentFact("clasi", "CLASI-totals/1", None, Decimal(0), Decimal(0),
                               activity is not None, answers=row),)  # fmt: skip

    first = a_visit(-7, assessments=stored(before))
    visit = a_visit(DAY, assessments=stored(now))
    facts = AtVisit(a_patient(), visit, {"clasi": first})
    found = scored("CLASI-A.response", baseline=before, now=now)
    for name, output in (("clasi_50", "clasi_50"), ("clasi_improvement", "improved")):
        verdict = STATES[name].judge(facts).state
        assert {"not_evaluable": "indeterminate"}.get(verdict, verdict) == AS_STATE[found[output]]
