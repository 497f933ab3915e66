"""ACR 1982 criteria of lupus as revised in 1997: any four of eleven.

Unit: criteria, 0 to 11.  Window: ever, serially or simultaneously.  Not a diagnosis.
"""

from collections.abc import Mapping
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
from registry.instruments._three_valued import decided
from registry.instruments.base import (
    NOT_ASSESSED,
    Answers,
    Calculator,
    Instrument,
    Item,
    Rule,
    Score,
)

VERSION = "ACR-1997/1"
NEEDED = 4
CRITERIA: Mapping[str, str] = MappingProxyType(
    {
        "malar": "Malar rash",
        "discoid": "Discoid rash",
        "photosensitivity": "Photosensitivity",
        "oral_ulcers": "Oral ulcers",
        "arthritis": "Arthritis of 2 joints or more, not erosive",
        "serositis": "Serositis",
        "renal": "Protein above 0.5 g/day or 3+ or more, or cellular casts",
        "neurologic": "Seizures or psychosis",
        "haematologic": "Haemolytic anaemia; leukocytes below 4.0 twice; lymphocytes below 1.5 "
        "twice; or platelets below 100 × 10⁹/L",
        "immunologic": "Anti-dsDNA, anti-Sm or antiphospholipid antibodies",
        "ana": "ANA",
    }
)


def classify(answers: Criteria) -> bool | None:
    """Whether four or more are met; None where what was not assessed decides."""
    return decided(len(found) >= NEEDED for found in (met(answers), possible(answers)))


def _outputs(answers: Criteria) -> dict[str, Any]:
    missing = not_assessed(answers)
    return {
        "count": len(met(answers)),
        "known_points": len(met(answers)),
        "max_possible": len(possible(answers)),
        "classified": classify(answers),
        "complete": not missing,
        "missing": missing,
    }


def _classify(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    return _outputs(criteria(inputs, {"criteria": CRITERIA}))


def score(answers: Answers) -> Score:
    """Classify by what was recorded; what was not tested leaves count and answer open."""
    return as_score(_outputs(answered(answers, CRITERIA)), "classified")


RULE = Rule(
    title="ACR 1997 classification",
    version=VERSION,
    subject="classification",
    source="Tan EM et al. Arthritis Rheum 1982;25:1271-7; Hochberg MC. Arthritis Rheum "
    "1997;40:1725, doi 10.1002/art.1780400928",
    licence="Published criteria, free to implement.",
    settings={
        "answer": f"criteria met, 0 to {len(CRITERIA)}; classified from {NEEDED} on",
        "window": "ever, serially or simultaneously",
        "not tested": "listed, and leaves the answer open unless the others decide",
    },
    disagreements=(
        "Leukopenia and lymphopenia are asked twice here; SLICC 2012 takes them once, and "
        "lymphocytes below 1.0 instead of 1.5.",
    ),
    uncertain=(
        "The wording of the haematologic and the immunologic criterion is from secondary sources.",
    ),
    note="Classification, not diagnosis.",
)
INSTRUMENT = Instrument(
    code="acr_1997",
    key="ACR-1997",
    version=VERSION,
    title=RULE.title,
    items=tuple(Item(code, title, Decimal(1)) for code, title in CRITERIA.items()),
    maximum=Decimal(len(CRITERIA)),
    score=score,
    source=RULE.source,
    licence=RULE.licence,
    window="ever; only what is due to lupus",
    unit="criteria",
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
        "ACR-1997",
        ("criteria", NOT_ASSESSED, OTHERS),
        ("count", "classified", "max_possible", "complete", "missing"),
        _classify,
        RULE,
    ),
)
