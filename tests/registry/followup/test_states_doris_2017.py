"""The four forms of DORIS 2017, and drug-free DORIS 2021."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.followup.facts import AssessmentFact
from registry.followup.states import STATES, AtVisit
from registry.instruments import sledai_2k

FORMS = ("clinical_on", "complete_on", "clinical_off", "complete_off")
HYDROXYCHLOROQUINE = {"drug": "hydroxychloroquine", "started": "2020", "daily_dose": 400}


@pytest.fixture(scope="session")
def judged(a_patient, a_visit, a_medicine, an_activity):
    """Judge a visit of 2024-08-16 by every form, with hydroxychloroquine beside the medicines."""

    def build(*items, unknown=(), pga="0.4", medicines=(), none=False):
        visit = a_visit(91, assessments=an_activity(items, unknown, pga))
        rows = () if none else tuple(a_medicine(**row) for row in (HYDROXYCHLOROQUINE, *medicines))
        at = AtVisit(a_patient(visit, medicines=rows), visit)
        verdicts = {form: STATES[f"doris_2017_{form}"].judge(at) for form in FORMS}
        return verdicts | {
            name: STATES[name].judge(at) for name in ("doris_2021", "doris_2021_drug_free")
        }

    return build


def states_of(verdicts):
    return tuple(verdicts[form].state for form in FORMS)


def prednisone(mg):
    return {"drug": "prednisone", "started": "2020", "daily_dose": mg}


def test_an_antimalarial_alone_is_no_therapy(judged):
    assert states_of(judged()) == ("met",) * 4


@pytest.mark.parametrize(
    ("mg", "expected"),
    [
        ("5", ("met", "met", "not_met", "not_met")),
        ("5.01", ("not_met",) * 4),
        ("0.01", ("met", "met", "not_met", "not_met")),
        ("0", ("met",) * 4),
    ],
)
def test_5_mg_is_on_therapy_and_any_dose_is_not_off(judged, mg, expected):
    assert states_of(judged(medicines=(prednisone(mg),))) == expected


def test_an_immunosuppressant_is_on_therapy(judged):
    azathioprine = {"drug": "azathioprine", "started": "2020"}
    verdicts = judged(medicines=(azathioprine,))
    assert states_of(verdicts) == ("met", "met", "not_met", "not_met")
    assert verdicts["clinical_off"].reason == "immunosuppressant"


@pytest.mark.parametrize(
    ("items", "unknown", "expected"),
    [
        (("low_complement",), (), ("met", "not_met", "met", "not_met")),
        ((), ("increased_dna_binding",), ("met", "indeterminate", "met", "indeterminate")),
        (("rash",), ("increased_dna_binding",), ("not_met",) * 4),
        ((), ("rash",), ("indeterminate",) * 4),
    ],
)
def test_only_the_complete_forms_look_at_serology(judged, items, unknown, expected):
    assert states_of(judged(*items, unknown=unknown)) == expected


@pytest.mark.parametrize(("pga", "state"), [("0.49", "met"), ("0.5", "not_met")])
def test_a_pga_of_a_half_fails_every_form(judged, pga, state):
    assert states_of(judged(pga=pga)) == (state,) * 4


def test_a_pulse_or_an_unknown_history_is_no_remission(judged):
    pulse = {"started": "2024-08-01", "ended": "2024-08-01", "route": "iv", "dose": 125}
    assert states_of(judged(medicines=(pulse,))) == ("not_met",) * 4
    assert states_of(judged(none=True)) == ("indeterminate",) * 4


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (0, ("met",) * 4),
        (2, ("indeterminate",) * 4),
        (5, ("not_met",) * 4),
    ],
)
def test_of_a_historic_total_serology_may_be_all(a_patient, a_visit, a_medicine, total, expected):
    value, none = Decimal(total), Decimal(0)
    old = AssessmentFact("sledai_2k", "1", value, None, None, complete=False, total_only=True)
    pga = AssessmentFact("pga", "1", none, none, none, complete=True)
    visit = a_visit(91, assessments=(old, pga))
    at = AtVisit(a_patient(visit, medicines=(a_medicine("hydroxychloroquine"),)), visit)
    assert tuple(STATES[f"doris_2017_{form}"].judge(at).state for form in FORMS) == expected


def test_a_visit_without_activity_has_no_form(a_patient, a_visit):
    visit = a_visit(91, assessments=())
    assert all(
        s.judge(AtVisit(a_patient(visit), visit)) is None for n, s in STATES.items() if "doris" in n
    )


present = st.sets(st.sampled_from([item.code for item in sledai_2k.ITEMS]), max_size=2)
medicines = st.lists(
    st.sampled_from(
        [
            *(prednisone("5"), prednisone("4"), prednisone("20")),
            {"drug": "azathioprine", "started": "2020"},
            {"drug": "belimumab", "started": "2024-07"},
        ]
    ),
    max_size=2,
    unique_by=lambda row: row["drug"],
)


@given(present, present, medicines, st.sampled_from([None, "0.4", "0.5"]))
def test_the_forms_are_nested_and_agree_with_2021(judged, items, gaps, rows, pga):
    found = judged(*items, unknown=gaps - items, medicines=rows, pga=pga)
    for therapy in ("on", "off"):
        if found[f"complete_{therapy}"].state == "met":
            assert found[f"clinical_{therapy}"].state == "met"
    for extent in ("clinical", "complete"):
        assert found[f"{extent}_off"].state != "met" or found[f"{extent}_on"].state != "not_met"
    assert found["clinical_on"] == found["doris_2021"]
    assert found["clinical_off"] == found["doris_2021_drug_free"]
