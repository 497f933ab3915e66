"""ACR 1982 criteria of lupus as revised in 1997: any four of eleven.

Unit: criteria, 0 to 11.  Window: ever, serially or simultaneously.  Not a diagnosis.
Source: Tan EM et al. Arthritis Rheum 1982;25:1271-7; Hochberg MC. Arthritis Rheum 1997;40:1725,
doi 10.1002/art.1780400928.
Uncertain: the wording of the haematologic and immunologic criteria is from secondary sources
(provisional).
Licence: published criteria, free to implement.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from registry.instruments._criteria import (
    OTHERS,
    Criteria,
    criteria,
    decided,
    met,
    not_assessed,
    possible,
)
from registry.instruments.base import NOT_ASSESSED, Calculator

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


def _classify(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    answers = criteria(inputs, {"criteria": CRITERIA})
    missing = not_assessed(answers)
    return {
        "count": len(met(answers)),
        "max_possible": len(possible(answers)),
        "classified": classify(answers),
        "complete": not missing,
        "missing": missing,
    }


CALCULATORS = (
    Calculator(
        "ACR-1997",
        ("criteria", NOT_ASSESSED, OTHERS),
        ("count", "classified", "max_possible", "complete", "missing"),
        _classify,
    ),
)
