"""SLICC 2012 classification of lupus: four of seventeen criteria, or a biopsy with an antibody.

Unit: criteria, 0 to 17.  Window: ever; not necessarily simultaneous.  Not a diagnosis.
Rules: at least four criteria with one clinical and one immunological among them; or nephritis
proven by biopsy with ANA or anti-dsDNA.  A direct Coombs test counts only without haemolytic
anaemia.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments._criteria import (
    OTHERS,
    Criteria,
    answered,
    as_score,
    criteria,
    met,
    not_assessed,
    possible,
)
from registry.instruments._three_valued import Known, decided, known_flag
from registry.instruments.base import (
    NOT_ASSESSED,
    Answers,
    Calculator,
    Group,
    Instrument,
    Item,
    Rule,
    Score,
)

VERSION = "SLICC-2012/1"
NEEDED = 4
CLINICAL: Mapping[str, str] = MappingProxyType(
    {
        "acute_cutaneous": "Acute or subacute cutaneous lupus",
        "chronic_cutaneous": "Chronic cutaneous lupus",
        "oral_ulcers": "Oral or nasal ulcers",
        "alopecia": "Alopecia without scars",
        "synovitis": "Synovitis",
        "serositis": "Serositis",
        "renal": "Protein of 500 mg/24 h or more, or red-cell casts",
        "neurologic": "Neurologic",
        "haemolytic_anaemia": "Haemolytic anaemia",
        "leukopenia": "Leukocytes below 4.0, or lymphocytes below 1.0 × 10⁹/L, once",
        "thrombocytopenia": "Platelets below 100 × 10⁹/L, once",
    }
)
IMMUNOLOGIC: Mapping[str, str] = MappingProxyType(
    {
        "ana": "ANA",
        "anti_dsdna": "Anti-dsDNA; by ELISA above twice the limit",
        "anti_sm": "Anti-Sm",
        "antiphospholipid": "Antiphospholipid antibodies",
        "low_complement": "Low complement",
        "direct_coombs": "Direct Coombs test, without haemolytic anaemia",
    }
)
HAEMOLYSIS, COOMBS = "haemolytic_anaemia", "direct_coombs"
BIOPSY = "biopsy_nephritis"
WITH_BIOPSY = frozenset({"ana", "anti_dsdna"})  # one of them is needed


@dataclass(frozen=True, slots=True)
class Classification:
    """How many criteria of each kind count, and whether they are enough."""

    clinical: int
    immunologic: int
    by_criteria: bool
    by_biopsy: bool

    @property
    def count(self) -> int:
        return self.clinical + self.immunologic

    @property
    def classified(self) -> bool:
        return self.by_criteria or self.by_biopsy


def classify(found: frozenset[str], biopsy: bool) -> Classification:
    """Classify by what is met, everything else being absent."""
    counted = found - {COOMBS} if HAEMOLYSIS in found else found
    clinical, immunologic = len(counted & CLINICAL.keys()), len(counted & IMMUNOLOGIC.keys())
    enough = clinical + immunologic >= NEEDED and clinical > 0 and immunologic > 0
    return Classification(clinical, immunologic, enough, biopsy and bool(found & WITH_BIOPSY))


def completions(answers: Criteria, biopsy: bool | None) -> Iterator[Classification]:
    """Yield the extremes of every way to fill the gaps.

    More criteria never classify less, save haemolytic anaemia: it takes the Coombs test away,
    which may be the only immunological one. So both of its answers are tried with the fewest
    and with the most of the others.
    """
    for haemolysis in {True, False} if answers[HAEMOLYSIS] is None else {answers[HAEMOLYSIS]}:
        settled = {**answers, HAEMOLYSIS: haemolysis}
        yield classify(met(settled), biopsy is True)
        yield classify(possible(settled), biopsy is not False)


def _outputs(answers: Criteria, biopsy: Known, untested: bool) -> dict[str, Any]:
    every = list(completions(answers, biopsy))
    missing = [*not_assessed(answers), *([BIOPSY] if untested else [])]
    count = min(result.count for result in every)
    return {
        "classified": decided(result.classified for result in every),
        "count": count,
        "known_points": count,
        "max_possible": max(result.count for result in every),
        "clinical_count": min(result.clinical for result in every),
        "immunologic_count": min(result.immunologic for result in every),
        "by_criteria": decided(result.by_criteria for result in every),
        "by_biopsy": decided(result.by_biopsy for result in every),
        "complete": not missing,
        "missing": missing,
    }


def _classify(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    answers = criteria(inputs, {"clinical": CLINICAL, "immunologic": IMMUNOLOGIC})
    biopsy = known_flag(inputs, BIOPSY)
    untested = biopsy is None and BIOPSY in inputs
    return _outputs(answers, None if untested else bool(biopsy), untested)


def score(answers: Answers) -> Score:
    """Classify by what was recorded; what was not tested leaves count and answer open."""
    found = answered(answers, (*CLINICAL, *IMMUNOLOGIC))
    biopsy = answered(answers, (BIOPSY,))[BIOPSY]
    return as_score(
        _outputs(found, biopsy, biopsy is None),
        *("classified", "by_criteria", "by_biopsy", "clinical_count", "immunologic_count"),
    )


RULE = Rule(
    title="SLICC 2012 classification",
    version=VERSION,
    subject="classification",
    source="Petri M et al. Arthritis Rheum 2012;64:2677-86, doi 10.1002/art.34473",
    licence="Published criteria, free to implement.",
    settings={
        "answer": f"criteria met, of {len(CLINICAL) + len(IMMUNOLOGIC)}; classified from {NEEDED} "
        "with a clinical and an immunological one",
        "window": "ever; not necessarily simultaneous",
        "biopsy": "nephritis with ANA or anti-dsDNA classifies by itself",
        "not tested": "listed, and leaves the answer open unless the others decide",
    },
    disagreements=(
        "The direct Coombs test counts only without haemolytic anaemia; some programs count it "
        "always.",
        "Protein of exactly 500 mg in 24 hours counts here and not in EULAR/ACR 2019.",
    ),
    uncertain=(
        "The rule of the Coombs test.",
        "Anti-dsDNA above twice the limit when measured by ELISA.",
    ),
    note="Classification, not diagnosis.",
)
ONE = Decimal(1)
INSTRUMENT = Instrument(
    code="slicc_2012",
    key="SLICC-2012",
    version=VERSION,
    title=RULE.title,
    items=(
        *(Item(code, title, ONE, group="clinical") for code, title in CLINICAL.items()),
        *(Item(code, title, ONE, group="immunologic") for code, title in IMMUNOLOGIC.items()),
        Item(
            BIOPSY,
            "Lupus nephritis proven by biopsy",
            Decimal(0),
            "It is no criterion to count: with ANA or anti-dsDNA it classifies by itself.",
            "biopsy",
        ),
    ),
    # Sixteen of the seventeen: a Coombs test counts only without haemolytic anaemia.
    maximum=Decimal(len(CLINICAL) + len(IMMUNOLOGIC) - 1),
    score=score,
    source=RULE.source,
    licence=RULE.licence,
    window="ever; only what is due to lupus",
    unit="criteria",
    groups=(
        Group("clinical", "Clinical"),
        Group("immunologic", "Immunological"),
        Group("biopsy", "Biopsy"),
    ),
    settings=RULE.settings,
    note=RULE.note,
    disagreements=RULE.disagreements,
    uncertain=RULE.uncertain,
    due_at=("baseline",),
    subject="classification",
    direction="none",
)
CALCULATORS = (
    Calculator(
        "SLICC-2012",
        ("clinical", "immunologic", "biopsy_nephritis", NOT_ASSESSED, OTHERS),
        ("classified", "count", "max_possible", "complete", "missing"),
        _classify,
        RULE,
    ),
)
