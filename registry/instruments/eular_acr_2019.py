"""EULAR/ACR 2019 classification of lupus: an entry antibody, then points by domain.

Unit: points, 0 to 51 (39 clinical, 12 immunological); classified from 10 with a clinical item.
Window: ever; items need not be simultaneous.  Classification, not diagnosis.
Rules: ANA of 1:80 or more is required; only the highest item of a domain counts; an item counts
only where nothing else explains it better, which a person decides.  A value of the laboratory
makes an item a candidate.  A class III or IV biopsy with ANA classifies by itself.
"""

from collections.abc import Mapping
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
from registry.instruments._reading import InvalidAnswerError
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

VERSION = "EULAR-ACR-2019/1"
FROM_POINTS = 10  # included
ANA = "ana_1_80"
CLINICAL = MappingProxyType(
    {
        "constitutional": {"fever": 2},
        "haematological": {"leukopenia": 3, "thrombocytopenia": 4, "autoimmune_haemolysis": 4},
        "neuropsychiatric": {"delirium": 2, "psychosis": 3, "seizure": 5},
        "mucocutaneous": {
            "alopecia": 2,  # not scarring
            "oral_ulcers": 2,
            "subacute_or_discoid": 4,
            "acute_cutaneous": 6,
        },
        "serosal": {"effusion": 5, "acute_pericarditis": 6},
        "musculoskeletal": {"joint": 6},
        "renal": {"proteinuria": 4, "class_II_V": 8, "class_III_IV": 10},
    }
)
IMMUNOLOGICAL = MappingProxyType(
    {
        "antiphospholipid": {"antiphospholipid": 2},
        "complement": {"low_c3_or_c4": 3, "low_c3_and_c4": 4},
        "specific_antibodies": {"dsdna_or_sm": 6},
    }
)
DOMAINS: Mapping[str, Mapping[str, int]] = MappingProxyType({**CLINICAL, **IMMUNOLOGICAL})
WEIGHTS: Mapping[str, int] = MappingProxyType(
    {code: weight for items in DOMAINS.values() for code, weight in items.items()}
)
CLINICAL_ITEMS = frozenset(code for items in CLINICAL.values() for code in items)
# A biopsy that needs no further item, because it is clinical and has ten points by itself.
ENOUGH_WITH_ANA = frozenset({"class_III_IV"})
MAXIMUM = sum(max(items.values()) for items in DOMAINS.values())
ENTRY = "entry"
TITLES: Mapping[str, str] = MappingProxyType(
    {
        ENTRY: "Entry criterion",
        "constitutional": "Constitutional",
        "haematological": "Haematological",
        "neuropsychiatric": "Neuropsychiatric",
        "mucocutaneous": "Skin and mucosa",
        "serosal": "Serosal",
        "musculoskeletal": "Musculoskeletal",
        "renal": "Renal",
        "antiphospholipid": "Antiphospholipid antibodies",
        "complement": "Complement",
        "specific_antibodies": "Antibodies of lupus",
        ANA: "ANA of 1:80 or more, ever",
        "fever": "Fever above 38.3 °C",
        "leukopenia": "Leukocytes below 4.0 × 10⁹/L",
        "thrombocytopenia": "Platelets below 100 × 10⁹/L",
        "autoimmune_haemolysis": "Autoimmune haemolysis",
        "delirium": "Delirium",
        "psychosis": "Psychosis",
        "seizure": "Seizure",
        "alopecia": "Alopecia without scars",
        "oral_ulcers": "Oral ulcers",
        "subacute_or_discoid": "Subacute cutaneous or discoid lupus",
        "acute_cutaneous": "Acute cutaneous lupus",
        "effusion": "Pleural or pericardial effusion",
        "acute_pericarditis": "Acute pericarditis",
        "joint": "Synovitis of 2 joints, or tenderness of 2 and stiffness of 30 minutes",
        "proteinuria": "Protein above 0.5 g in 24 hours",
        "class_II_V": "Biopsy of class II or V",
        "class_III_IV": "Biopsy of class III or IV",
        "low_c3_or_c4": "C3 or C4 low",
        "low_c3_and_c4": "C3 and C4 low",
        "dsdna_or_sm": "Anti-dsDNA or anti-Sm",
    }
)


@dataclass(frozen=True, slots=True)
class Classification:
    """The points of what is recorded, the most that they may become, and the answer."""

    total: int
    max_possible: int
    classified: bool | None
    domains: Mapping[str, int]


def classify(ana: bool | None, items: Criteria) -> Classification:
    """Classify in three values; ``None`` where what was not tested decides."""
    sure, maybe = met(items), possible(items)
    outcomes = (_classified(ana is True, sure), _classified(ana is not False, maybe))
    domains = domain_points(sure)
    most = sum(domain_points(maybe).values())
    return Classification(sum(domains.values()), most, decided(outcomes), domains)


def domain_points(found: frozenset[str]) -> dict[str, int]:
    """Return the highest item of each domain, never their sum."""
    return {
        domain: max((weight for code, weight in items.items() if code in found), default=0)
        for domain, items in DOMAINS.items()
    }


def _classified(ana: bool, found: frozenset[str]) -> bool:
    if not ana:
        return False
    enough = sum(domain_points(found).values()) >= FROM_POINTS
    return enough and bool(found & CLINICAL_ITEMS)


def _outputs(ana: Known, items: Criteria) -> dict[str, Any]:
    result = classify(ana, items)
    missing = [*([ANA] if ana is None else []), *not_assessed(items)]
    return {
        "total": result.total,
        "known_points": result.total,
        "max_possible": result.max_possible,
        "complete": not missing,
        "classified": result.classified,
        "by_biopsy": bool(ana and met(items) & ENOUGH_WITH_ANA),
        "entry_criterion": ana,
        "domains": result.domains,
        "missing": missing,
    }


def _classify(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    if ANA not in inputs:
        raise InvalidAnswerError("missing_input", f"{ANA} is missing: true, false or null")
    return _outputs(known_flag(inputs, ANA), criteria(inputs, {"items": WEIGHTS}))


def score(answers: Answers) -> Score:
    """Classify by what was recorded; what was not tested leaves points and answer open."""
    found = answered(answers, (ANA, *WEIGHTS))
    items = {code: found[code] for code in WEIGHTS}
    return as_score(
        _outputs(found[ANA], items), "classified", "by_biopsy", "entry_criterion", "domains"
    )


RULE = Rule(
    title="EULAR/ACR 2019 classification",
    version=VERSION,
    subject="classification",
    source="Aringer M et al. Arthritis Rheumatol 2019;71:1400-12, doi 10.1002/art.40930",
    licence="Published criteria, free to implement.",
    settings={
        "answer": f"points, 0 to {MAXIMUM}; classified from {FROM_POINTS} with a clinical item",
        "window": "ever; items need not be simultaneous",
        "entry": "ANA of 1:80 or more; the points are shown without it too (policy)",
        "domain": "only its highest item counts",
        "biopsy": "class III or IV with ANA classifies by itself",
        "not tested": "listed, and leaves the answer open unless the others decide (policy)",
    },
    disagreements=(
        "An item counts only where nothing else explains it better; that is a judgement and is "
        "left to a person.",
    ),
    note="Classification, not diagnosis.",
)
INSTRUMENT = Instrument(
    code="eular_acr_2019",
    key="EULAR-ACR-2019",
    version=VERSION,
    title=RULE.title,
    items=(
        Item(ANA, TITLES[ANA], Decimal(0), "Without it nobody is classified.", ENTRY),
        *(
            Item(code, TITLES[code], Decimal(weight), group=domain)
            for domain, items in DOMAINS.items()
            for code, weight in items.items()
        ),
    ),
    maximum=Decimal(MAXIMUM),
    score=score,
    source=RULE.source,
    licence=RULE.licence,
    window="ever; only what nothing else explains better",
    groups=tuple(Group(code, TITLES[code]) for code in (ENTRY, *DOMAINS)),
    settings=RULE.settings,
    note=RULE.note,
    disagreements=RULE.disagreements,
    due_at=("baseline",),
    subject="classification",
    direction="none",
)
CALCULATORS = (
    Calculator(
        "EULAR-ACR-2019",
        ("ana_1_80", "items", NOT_ASSESSED, OTHERS),
        ("total", "classified", "known_points", "max_possible", "complete", "missing"),
        _classify,
        RULE,
    ),
)
