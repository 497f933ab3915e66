"""What results, biopsies and visits propose for the criteria of classification, ever."""

from datetime import date
from decimal import Decimal

import pytest

from registry.followup.classification import evidence
from registry.followup.classification_rules import READ_FROM, RULES, proposals
from registry.followup.facts import AssessmentFact, BiopsyFact, ConditionFact, VisitFact
from registry.instruments import CLASSIFICATIONS, INSTRUMENTS, sledai_2k
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.proposals import Result
from tests.registry.followup.conftest import DAY_0, partial

UNITS = {
    "leukocytes": "10^9/L",
    "lymphocytes": "10^9/L",
    "platelets": "10^9/L",
    "protein_24h": "g/24h",
    "temperature": "Cel",
    "c3": "g/L",
    "c4": "g/L",
}


def result(analyte, value, on="2021-03-02", *, low=None, high=None, unit=None):
    comparator = value[0] if value[0] in "<>" else None
    limits = [None if limit is None else Decimal(limit) for limit in (low, high)]
    return Result(
        analyte,
        partial(on),
        value.lstrip("<>"),
        unit or UNITS.get(analyte),
        comparator,
        None,
        *limits,
    )


def found(*results, biopsies=(), conditions=(), visits=(), course=None):
    known = evidence(
        results,
        [BiopsyFact(partial(on), classes) for classes, on in biopsies],
        [ConditionFact(code) for code in conditions],
        visits,
        course,
    )
    return {code: proposals(code, known) for code in RULES}


def a_visit(*present, on=date(2022, 5, 1), final=True):
    answers = dict.fromkeys((i.code for i in sledai_2k.ITEMS), 0) | dict.fromkeys(present, 1)
    fact = AssessmentFact(
        *("sledai_2k", sledai_2k.VERSION, None, None, None, True),
        answers=sledai_2k.INSTRUMENT.to_row(answers),
    )
    return VisitFact("V1", on, None, "done", final=final, assessments=(fact,))


def test_every_criterion_of_every_set_has_a_rule():
    assert set(RULES) == CLASSIFICATIONS
    for code, rules in RULES.items():
        assert list(rules) == [item.code for item in INSTRUMENTS[code].items]
    assert set(READ_FROM) <= set(ANALYTES)


def test_without_any_fact_nothing_is_proposed_and_nothing_is_absent():
    states = {one.state for criteria in found().values() for one in criteria.values()}
    assert states == {"not_tested"}


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("1:40", "absent"), ("1:80", "present"), ("1:160", "present"), (">1:80", "present"),
        ("<1:80", "absent"), ("negative", "absent"), ("positive", "undecided"),
    ],
)  # fmt: skip
def test_an_ana_counts_from_1_to_80(value, state):
    assert found(result("ana", value))["eular_acr_2019"]["ana_1_80"].state == state


@pytest.mark.parametrize(
    ("analyte", "value", "item", "state"),
    [
        ("leukocytes", "3.9", "leukopenia", "present"),
        ("leukocytes", "4.0", "leukopenia", "absent"),
        ("platelets", "99", "thrombocytopenia", "present"),
        ("platelets", "100", "thrombocytopenia", "absent"),
        ("temperature", "38.3", "fever", "absent"),
        ("temperature", "38.4", "fever", "present"),
        ("protein_24h", "0.5", "proteinuria", "absent"),
        ("protein_24h", "0.51", "proteinuria", "present"),
    ],
)
def test_the_cut_offs_of_2019_are_strict(analyte, value, item, state):
    assert found(result(analyte, value))["eular_acr_2019"][item].state == state


@pytest.mark.parametrize(
    ("value", "limit", "newer", "older"),
    [("120", None, "undecided", "undecided"), ("120", "100", "undecided", "present"),
     ("60", "100", "absent", "absent")],
)  # fmt: skip
def test_an_ana_in_units_of_an_assay_is_no_titre(value, limit, newer, older):
    said = found(result("ana", value, unit="U/mL", high=limit))
    assert said["eular_acr_2019"]["ana_1_80"].state == newer
    assert (said["slicc_2012"]["ana"].state, said["acr_1997"]["ana"].state) == (older, older)


def test_the_source_is_the_result_with_its_day():
    platelets = found(result("platelets", "84"), result("platelets", "210", "2023-01-01"))
    one = platelets["eular_acr_2019"]["thrombocytopenia"]
    assert one.sources == ("Platelets 84 × 10⁹/L, 2 Mar 2021",)
    normal = found(result("platelets", "210"))["eular_acr_2019"]["thrombocytopenia"]
    assert normal.sources == ("Platelets: never in 1 result to 2 Mar 2021",)


def test_half_a_gram_of_protein_counts_in_slicc_alone():
    half = found(result("protein_24h", "0.5"), result("urine_casts", "none"))
    assert half["slicc_2012"]["renal"].state == "present"
    assert half["acr_1997"]["renal"].state == "absent"
    less = found(result("protein_24h", "0.49"), result("urine_casts", "none"))
    assert less["slicc_2012"]["renal"].state == "absent"


@pytest.mark.parametrize(
    ("value", "unit", "eular", "slicc"),
    [
        ("50", "mg/mmol", "absent", "present"), ("500", "mg/g", "absent", "present"),
        ("499", "mg/g", "absent", "undecided"), ("501", "mg/g", "present", "present"),
    ],
)  # fmt: skip
def test_a_spot_ratio_is_compared_in_its_own_unit(value, unit, eular, slicc):
    said = found(result("upcr", value, unit=unit))
    assert said["eular_acr_2019"]["proteinuria"].state == eular
    assert said["slicc_2012"]["renal"].state == slicc  # casts are not tested


@pytest.mark.parametrize(("c3", "state"), [("0.89", "present"), ("0.90", "absent")])
def test_complement_at_the_limit_is_normal(c3, state):
    said = found(result("c3", c3, low="0.90"), result("c4", "0.2", low="0.1"))
    assert said["eular_acr_2019"]["low_c3_or_c4"].state == state
    assert said["eular_acr_2019"]["low_c3_and_c4"].state == "absent"


def test_complement_without_a_limit_or_with_one_of_the_two_decides_no_absence():
    assert found(result("c3", "0.5"))["eular_acr_2019"]["low_c3_or_c4"].state == "undecided"
    normal = found(result("c3", "1.2", low="0.9"))["eular_acr_2019"]
    assert normal["low_c3_or_c4"].state == "undecided"


def test_c3_and_c4_are_both_low_in_one_sample_only():
    c3 = result("c3", "0.5", "2021-03-02", low="0.9")
    together = found(c3, result("c4", "0.05", "2021-03-02", low="0.1"))
    apart = found(c3, result("c4", "0.05", "2021-09-02", low="0.1"))
    assert together["eular_acr_2019"]["low_c3_and_c4"].state == "present"
    assert apart["eular_acr_2019"]["low_c3_and_c4"].state == "undecided"


def test_acr_asks_low_counts_on_two_days_and_slicc_once():
    once = found(result("leukocytes", "3.5"))
    same_day = found(result("leukocytes", "3.5"), result("leukocytes", "3.4"))
    twice = found(result("leukocytes", "3.5"), result("leukocytes", "3.4", "2021-03-03"))
    assert once["slicc_2012"]["leukopenia"].state == "present"
    assert once["acr_1997"]["haematologic"].state == "undecided"
    assert same_day["acr_1997"]["haematologic"].state == "undecided"
    assert twice["acr_1997"]["haematologic"].state == "present"


@pytest.mark.parametrize(
    ("second", "state"), [("2021-03", "undecided"), ("2021", "undecided"), ("2021-04", "present")]
)
def test_a_date_in_part_is_another_day_only_where_it_cannot_be_the_same(second, state):
    said = found(result("leukocytes", "3.5"), result("leukocytes", "3.4", second))
    assert said["acr_1997"]["haematologic"].state == state


@pytest.mark.parametrize(
    ("value", "slicc", "acr"),
    [
        ("0.9", "present", "present"),
        ("1.0", "undecided", "present"),
        ("1.5", "undecided", "undecided"),
    ],
)
def test_lymphocytes_have_another_cut_off_in_each_set(value, slicc, acr):
    said = found(result("lymphocytes", value), result("lymphocytes", value, "2022-01-01"))
    assert said["slicc_2012"]["leukopenia"].state == slicc  # leukocytes are not tested
    assert said["acr_1997"]["haematologic"].state == acr


@pytest.mark.parametrize(
    ("value", "slicc", "eular"), [("60", "absent", "present"), ("60.1", "present", "present")]
)
def test_an_elisa_counts_above_twice_the_limit_in_slicc(value, slicc, eular):
    said = found(result("anti_dsdna_elisa", value, high="30", unit="IU/mL"))
    assert said["slicc_2012"]["anti_dsdna"].state == slicc
    assert said["eular_acr_2019"]["dsdna_or_sm"].state == eular


@pytest.mark.parametrize(
    ("casts", "slicc", "acr"),
    [
        ("red-cell casts", "present", "present"), ("RBC", "present", "present"),
        ("haem-granular", "undecided", "present"), ("granular", "absent", "present"),
        ("hyaline", "absent", "absent"), ("none", "absent", "absent"),
        ("no red cell casts", "undecided", "undecided"),
        ("RBC casts: none", "undecided", "undecided"),
        ("hyaline casts, no red cell casts", "undecided", "undecided"),
        ("granular casts 0", "undecided", "undecided"),
        ("acellular casts", "undecided", "undecided"),
    ],
)  # fmt: skip
def test_each_set_asks_its_own_kind_of_casts(casts, slicc, acr):
    little = result("protein_24h", "0.1")
    said = found(little, result("urine_casts", casts))
    assert (said["slicc_2012"]["renal"].state, said["acr_1997"]["renal"].state) == (slicc, acr)


def test_casts_at_a_visit_may_be_haem_granular():
    said = found(visits=[a_visit("urinary_casts")])
    assert said["acr_1997"]["renal"].state == "present"
    hint = said["slicc_2012"]["renal"]
    assert (hint.state, "not told apart" in hint.sources[0]) == ("undecided", True)


@pytest.mark.parametrize(
    ("value", "unit", "newer", "acr"),
    [
        ("19", "GPL", "undecided", "undecided"),
        ("25", "GPL", "undecided", "present"),
        ("40", "GPL", "undecided", "present"),
        ("40.1", "GPL", "present", "present"),
        ("45", "U/mL", "undecided", "present"),  # forty of another unit is another titre
        ("positive", None, "undecided", "present"),
    ],
)
def test_anticardiolipin_counts_from_a_medium_titre_and_in_acr_when_abnormal(
    value, unit, newer, acr
):
    said = found(result("anticardiolipin_igg", value, high="20", unit=unit))
    states = {said[code]["antiphospholipid"].state for code in ("eular_acr_2019", "slicc_2012")}
    assert states == {newer}
    assert said["acr_1997"]["immunologic"].state == acr


def test_anti_beta2_glycoprotein_is_no_criterion_of_acr_1997():
    said = found(result("anti_beta2gp1_igg", "60", high="20", unit="U/mL"))
    assert said["eular_acr_2019"]["antiphospholipid"].state == "present"
    assert said["acr_1997"]["immunologic"].state == "not_tested"


def test_anti_sm_that_was_not_tested_leaves_the_antibodies_open():
    said = found(result("anti_dsdna_farr", "negative"))
    assert said["eular_acr_2019"]["dsdna_or_sm"].state == "undecided"
    both = found(result("anti_dsdna_farr", "negative"), result("anti_sm", "negative"))
    assert both["eular_acr_2019"]["dsdna_or_sm"].state == "absent"


@pytest.mark.parametrize(
    ("classes", "ii_v", "iii_iv"),
    [
        ("III (A/C) + V", "present", "present"), ("IV-S (A)", "absent", "present"),
        ("Class 2", "present", "absent"), ("V", "present", "absent"), ("VI", "absent", "absent"),
        ("IVa", "absent", "present"), ("vasculitis only", "undecided", "undecided"),
        ("III (A), AI 5, CI 2", "absent", "present"),
        ("IV-G (A/C), activity index: 5/24, chronicity index 2/12", "absent", "present"),
    ],
)  # fmt: skip
def test_biopsies_are_read_by_class(classes, ii_v, iii_iv):
    said = found(biopsies=[(classes, "2020-01")])["eular_acr_2019"]
    assert (said["class_II_V"].state, said["class_III_IV"].state) == (ii_v, iii_iv)


def test_class_one_does_not_decide_nephritis():
    assert found(biopsies=[("I", "2020")])["slicc_2012"]["biopsy_nephritis"].state == "undecided"
    assert found(biopsies=[("II", "2020")])["slicc_2012"]["biopsy_nephritis"].state == "present"


def test_an_item_present_at_a_visit_proposes_and_its_absence_says_nothing():
    said = found(visits=[a_visit("arthritis", "seizure", "rash")])
    assert said["eular_acr_2019"]["joint"].sources == ("SLEDAI-2K, arthritis: present 1 May 2022",)
    assert said["slicc_2012"]["neurologic"].present
    assert said["acr_1997"]["oral_ulcers"].state == "not_tested"
    rash = said["acr_1997"]["malar"]
    assert (rash.state, "its kind is not recorded" in rash.sources[0]) == ("undecided", True)
    assert (
        found(visits=[a_visit("arthritis", final=False)])["acr_1997"]["arthritis"].present is None
    )


def test_a_finding_since_the_treatment_says_so_and_an_earlier_one_comes_first(a_course):
    late = result("leukocytes", "1.2", DAY_0.isoformat())
    said = found(late, course=a_course())["eular_acr_2019"]["leukopenia"]
    assert said.sources[0].endswith("(since the treatment began)")
    biopsy = found(biopsies=[("IV", DAY_0.isoformat())], course=a_course())["eular_acr_2019"]
    assert biopsy["class_III_IV"].sources[0].endswith("(since the treatment began)")
    both = found(late, result("leukocytes", "3.2"), course=a_course())
    assert both["eular_acr_2019"]["leukopenia"].sources == ("Leukocytes 3.2 × 10⁹/L, 2 Mar 2021",)


def test_the_history_may_show_antibodies_and_never_their_absence():
    yes = found(conditions=["antiphospholipid_syndrome"])["eular_acr_2019"]["antiphospholipid"]
    no = found(conditions=["no_antiphospholipid_syndrome"])["eular_acr_2019"]["antiphospholipid"]
    assert (yes.state, no.state) == ("present", "not_tested")
