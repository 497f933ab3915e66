"""Which stored facts propose which criterion of the three classification sets.

Cut-offs: those of the sets (registry/instruments/eular_acr_2019.py, slicc_2012.py, acr_1997.py):
EULAR/ACR 2019 has ANA of 1:80 or more, leukocytes below 4.0, platelets below 100, temperature
above 38.3 °C, protein above 0.5 g; SLICC 2012 has protein of 0.5 g or more and lymphocytes below
1.0; ACR 1997 asks leukocytes below 4.0 or lymphocytes below 1.5 on two days.  EULAR/ACR 2019 and
SLICC 2012 ask anticardiolipin of medium titre, above 40 GPL or MPL; ACR 1997 takes any abnormal
one and has no anti-β2 glycoprotein I (Aringer 2019, Petri 2012, Hochberg 1997).  Of casts SLICC
2012 asks red cells, ACR 1997 red cells, haemoglobin, granular, tubular or mixed (Tan 1982).
Policies of this registry: an antibody counts above the laboratory's own limit, or by its words;
ANA without a limit counts from 1:80 in the older sets too; C3 and C4 are both low only in one
sample; a spot ratio is compared in the laboratory's own unit.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal

from registry.followup.classification import (
    NOT_TESTED,
    Evidence,
    Found,
    Rule,
    at_visit,
    biopsy,
    condition,
    either,
    lab,
    one_of,
    or_seen,
    unknown,
)
from registry.instruments import lab_items
from registry.instruments._three_valued import Known, opposite
from registry.instruments.eular_acr_2019 import ANA
from registry.instruments.eular_acr_2019_items import (
    FEVER_ABOVE,
    LEUKOCYTES_BELOW,
    PLATELETS_BELOW,
    PROTEIN_ABOVE,
)
from registry.laboratory.analytes import ANALYTES
from registry.laboratory.proposals import (
    DNA_ASSAYS,
    Result,
    binds,
    counted,
    has_casts,
    is_low,
    spot_above,
)
from registry.laboratory.reading import as_number, unit_of

ANA_TITRE = Decimal(80)  # 1:80, included
SLICC_LYMPHOCYTES_BELOW, ACR_LYMPHOCYTES_BELOW = Decimal("1.0"), Decimal("1.5")
ELISA_TIMES = 2  # the limit, in SLICC 2012
ACR_DAYS = 2  # "on two or more occasions"
STRONG_DIPSTICK = frozenset({"3+", "4+", "+++", "++++"})
MEDIUM_TITRE = Decimal(40)  # GPL or MPL, and more
ANTICARDIOLIPIN = ("anticardiolipin_igg", "anticardiolipin_igm")
ANTI_BETA2GP1 = ("anti_beta2gp1_igg", "anti_beta2gp1_igm")
RED_CELLS = ("red cell", "rbc", "erythrocyte")  # as reports of the sediment name them
CELLULAR = (*RED_CELLS, "haem", "heme", "granular", "tubular", "mixed", "cellular")
PHOSPHOLIPIDS = ("lupus_anticoagulant", *ANTICARDIOLIPIN, *ANTI_BETA2GP1)
_SLEDAI = "sledai_2k"


def _titre_from_80(result: Result) -> Known:
    """Whether an ANA is 1:80 or more; "positive" alone does not say, nor does 120 U/mL."""
    number = as_number(ANALYTES["ana"], result.value or "")
    if number is None or unit_of(ANALYTES["ana"], result.unit) is None:
        return False if binds(result) is False else None
    return opposite(lab_items.is_below(number, result.comparator, ANA_TITRE))


def _ana_positive(result: Result) -> Known:
    """Whether an ANA is above the laboratory's limit; without one, from 1:80 on."""
    said = binds(result)
    return said if said is not None else _titre_from_80(result) or None


def _above_twice(result: Result) -> Known:
    """Whether an ELISA is above twice its limit; "positive" alone does not say."""
    number = as_number(ANALYTES[result.analyte], result.value or "")
    if number is None or result.upper_limit is None:
        return False if lab_items.in_words(result.value or "") is False else None
    return lab_items.is_above(number, result.comparator, ELISA_TIMES * result.upper_limit)


def _of_medium_titre(result: Result) -> Known:
    """Whether anticardiolipin is above 40; between its limit and 40 the percentile would decide."""
    if counted(MEDIUM_TITRE, lab_items.is_above)(result):
        return True
    return False if binds(result) is False else None


def _from(value: Decimal, comparator: str | None, limit: Decimal) -> Known:
    """Whether the value is the limit or more."""
    return opposite(lab_items.is_below(value, comparator, limit))


def _spot_from(ratio: str) -> Callable[[Result], Known]:
    """Return a judge of spot ratios: 50 mg/mmol, or 500 mg/g, or more."""

    def judge(result: Result) -> Known:
        analyte = ANALYTES[result.analyte]
        number, unit = as_number(analyte, result.value or ""), unit_of(analyte, result.unit)
        if number is None or unit is None:
            return None
        found, limit = lab_items.upcr_in(number, unit, ratio)
        return opposite(lab_items.is_below(found, result.comparator, limit))

    return judge


def _spot(judge: Callable[[str], Callable[[Result], Known]]) -> Rule:
    """Return the rule of spot ratios, in the one unit of the patient."""
    return lambda known: lab("upcr", judge(known.ratio))(known)


def _casts(kinds: tuple[str, ...]) -> Callable[[Result], Known]:
    """Return a judge of the casts in a sediment; those of another kind leave it open."""

    def judge(result: Result) -> Known:
        named = lab_items.names_casts(result.value or "", kinds)
        if named is not False:
            return named
        return False if has_casts(result) is False else None

    return judge


def _dipstick(result: Result) -> Known:
    """Whether a dipstick is 3+ or more; it never says that there is no protein."""
    return "".join((result.value or "").split()) in STRONG_DIPSTICK or None


def _both_low(known: Evidence) -> Found:
    """C3 and C4 low in one sample; never both where one of them was never low."""
    low = {
        code: {r.collected_on.text: r for r in known.results.get(code, ()) if is_low(r)}
        for code in ("c3", "c4")
    }
    for day, c3 in low["c3"].items():
        if day in low["c4"]:
            words = f"{c3.words}, and {low['c4'][day].words}"
            return Found(True, (known.told(words, c3.collected_on),))
    found = [_LOW_C3(known), _LOW_C4(known)]
    sources = tuple(source for one in found for source in one.sources)
    if any(one.present is False for one in found):
        return Found(False, sources)
    return Found(None, sources) if any(one.tested for one in found) else NOT_TESTED


def _below(analyte: str, limit: Decimal, days: int = 1) -> Rule:
    return lab(analyte, counted(limit, lab_items.is_below), days)


_LOW_C3, _LOW_C4 = lab("c3", is_low), lab("c4", is_low)
_PLATELETS = or_seen(_below("platelets", PLATELETS_BELOW), at_visit(_SLEDAI, "thrombocytopenia"))
_LEUKOCYTES = or_seen(_below("leukocytes", LEUKOCYTES_BELOW), at_visit(_SLEDAI, "leukopenia"))
_PROTEIN = or_seen(
    one_of(lab("protein_24h", counted(PROTEIN_ABOVE, lab_items.is_above)), _spot(spot_above)),
    at_visit(_SLEDAI, "proteinuria"),
)
_PROTEIN_FROM = or_seen(
    one_of(lab("protein_24h", counted(PROTEIN_ABOVE, _from)), _spot(_spot_from)),
    at_visit(_SLEDAI, "proteinuria"),
)
_RED_CASTS = one_of(
    lab("urine_casts", _casts(RED_CELLS)),
    at_visit(_SLEDAI, "urinary_casts", "haem-granular ones are not told apart"),
)
_CELLULAR_CASTS = or_seen(lab("urine_casts", _casts(CELLULAR)), at_visit(_SLEDAI, "urinary_casts"))
_DNA = one_of(*(lab(assay, binds) for assay in DNA_ASSAYS))
_SM = lab("anti_sm", binds)
_ANTICOAGULANT = lab("lupus_anticoagulant", binds)
_SYNDROME = condition("antiphospholipid_syndrome", "antiphospholipid syndrome")
_PHOSPHOLIPID = or_seen(
    either(
        _ANTICOAGULANT,
        *(lab(code, _of_medium_titre) for code in ANTICARDIOLIPIN),
        *(lab(code, binds) for code in ANTI_BETA2GP1),
    ),
    _SYNDROME,
)
_ACR_PHOSPHOLIPID = or_seen(
    either(_ANTICOAGULANT, *(lab(code, binds) for code in ANTICARDIOLIPIN)), _SYNDROME
)
_HAEMOLYSIS = at_visit("lldas_questions", "haemolytic_anaemia")
_ULCERS = at_visit(_SLEDAI, "mucosal_ulcers")
_ALOPECIA = at_visit(_SLEDAI, "alopecia")
_ARTHRITIS = at_visit(_SLEDAI, "arthritis")
_RASH = at_visit(_SLEDAI, "rash", "its kind is not recorded")
_SEROSITIS = either(
    at_visit(_SLEDAI, "pleurisy"),
    at_visit(_SLEDAI, "pericarditis"),
    condition("serositis", "serositis"),
)
_SEIZURE, _PSYCHOSIS = at_visit(_SLEDAI, "seizure"), at_visit(_SLEDAI, "psychosis")
_CONFUSION = at_visit(_SLEDAI, "organic_brain_syndrome")
_ANA = lab("ana", _ana_positive)

RULES: Mapping[str, Mapping[str, Rule]] = {
    "eular_acr_2019": {
        ANA: lab("ana", _titre_from_80),
        "fever": lab("temperature", counted(FEVER_ABOVE, lab_items.is_above)),
        "leukopenia": _LEUKOCYTES,
        "thrombocytopenia": _PLATELETS,
        "autoimmune_haemolysis": _HAEMOLYSIS,
        "delirium": _CONFUSION,
        "psychosis": _PSYCHOSIS,
        "seizure": _SEIZURE,
        "alopecia": _ALOPECIA,
        "oral_ulcers": _ULCERS,
        "subacute_or_discoid": _RASH,
        "acute_cutaneous": _RASH,
        "effusion": at_visit(_SLEDAI, "pleurisy", "an effusion is not told apart"),
        "acute_pericarditis": at_visit(_SLEDAI, "pericarditis"),
        "joint": _ARTHRITIS,
        "proteinuria": _PROTEIN,
        "class_II_V": biopsy(frozenset({"II", "V"})),
        "class_III_IV": biopsy(frozenset({"III", "IV"})),
        "antiphospholipid": _PHOSPHOLIPID,
        "low_c3_or_c4": either(_LOW_C3, _LOW_C4),
        "low_c3_and_c4": _both_low,
        "dsdna_or_sm": either(_DNA, _SM),
    },
    "slicc_2012": {
        "acute_cutaneous": _RASH,
        "chronic_cutaneous": _RASH,
        "oral_ulcers": _ULCERS,
        "alopecia": _ALOPECIA,
        "synovitis": _ARTHRITIS,
        "serositis": _SEROSITIS,
        "renal": either(_PROTEIN_FROM, _RED_CASTS),
        "neurologic": either(_SEIZURE, _PSYCHOSIS, _CONFUSION, at_visit(_SLEDAI, "cranial_nerve")),
        "haemolytic_anaemia": _HAEMOLYSIS,
        "leukopenia": either(_LEUKOCYTES, _below("lymphocytes", SLICC_LYMPHOCYTES_BELOW)),
        "thrombocytopenia": _PLATELETS,
        "ana": _ANA,
        "anti_dsdna": one_of(
            lab("anti_dsdna_farr", binds),
            lab("anti_dsdna_clift", binds),
            lab("anti_dsdna_elisa", _above_twice),
        ),
        "anti_sm": _SM,
        "antiphospholipid": _PHOSPHOLIPID,
        "low_complement": or_seen(either(_LOW_C3, _LOW_C4), lab("ch50", is_low)),
        "direct_coombs": lab("direct_coombs", binds),
        "biopsy_nephritis": biopsy(frozenset({"II", "III", "IV", "V", "VI"}), frozenset({"I"})),
    },
    "acr_1997": {
        "malar": _RASH,
        "discoid": _RASH,
        "photosensitivity": unknown,
        "oral_ulcers": _ULCERS,
        "arthritis": _ARTHRITIS,
        "serositis": _SEROSITIS,
        "renal": either(_PROTEIN, or_seen(_CELLULAR_CASTS, lab("dipstick_protein", _dipstick))),
        "neurologic": either(_SEIZURE, _PSYCHOSIS),
        "haematologic": either(
            _HAEMOLYSIS,
            _below("leukocytes", LEUKOCYTES_BELOW, ACR_DAYS),
            _below("lymphocytes", ACR_LYMPHOCYTES_BELOW, ACR_DAYS),
            _PLATELETS,
        ),
        "immunologic": either(_DNA, _SM, _ACR_PHOSPHOLIPID),
        "ana": _ANA,
    },
}
READ_FROM = (
    *("ana", "temperature", "leukocytes", "lymphocytes", "platelets", "protein_24h", "upcr"),
    *("urine_casts", "dipstick_protein", "c3", "c4", "ch50", *DNA_ASSAYS, "anti_sm"),
    *(*PHOSPHOLIPIDS, "direct_coombs"),
)


def proposals(instrument: str, known: Evidence) -> dict[str, Found]:
    """Return what the facts say of each item of a set, in the order of the set."""
    return {item: rule(known) for item, rule in RULES[instrument].items()}
