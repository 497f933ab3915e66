"""What a stored condition says: present, asked and absent, or unknown with a reason.

``prior_cell_therapy`` is an event, ``no_prior_cell_therapy`` says that it was asked and there was
none, ``unknown_prior_cell_therapy`` that nobody can say; the reason stands in the detail. So
"none" is a record of its own, and no count of a condition ever takes it for the condition.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

PRESENT: Final = "present"
ABSENT: Final = "absent"
UNKNOWN: Final = "unknown"
_PREFIXES = {ABSENT: "no_", UNKNOWN: "unknown_"}

ORGANS = (
    *("mucocutaneous_lupus", "musculoskeletal_lupus", "lupus_nephritis", "neuropsychiatric_lupus"),
    *("haematological_lupus", "serositis", "cardiac_lupus", "pulmonary_lupus"),
    *("gastrointestinal_lupus", "vasculitis", "ocular_lupus", "constitutional_lupus"),
)
EARLIER_CELLS = ("prior_cell_therapy", "prior_stem_cell_transplant")
EARLIER_MEDICINES = ("prior_immunosuppression", "prior_cyclophosphamide")
# Each has a form of its own; here only their absence is recorded.
ELSEWHERE = ("kidney_biopsy", "pregnancy")
THROMBOSES = (
    *("thrombosis", "venous_thrombosis", "arterial_thrombosis", "antiphospholipid_syndrome"),
)
CANCERS = ("cancer",)
INFECTIONS = (
    *("serious_infection", "opportunistic_infection", "tuberculosis", "hepatitis_b"),
    *("hepatitis_c", "hiv", "herpes_zoster"),
)
COMORBIDITIES = (
    *("chronic_kidney_disease", "cardiovascular_disease", "heart_failure", "hypertension"),
    *("diabetes", "interstitial_lung_disease", "pulmonary_hypertension", "osteoporosis"),
    *("avascular_necrosis", "sjogren_disease", "thyroid_disease", "liver_disease", "allergy"),
)
VACCINES = (
    *("vaccine_influenza", "vaccine_pneumococcal", "vaccine_covid_19", "vaccine_hepatitis_b"),
    *("vaccine_zoster", "vaccine_other"),
)
LISTED = frozenset(
    (
        *ORGANS, *EARLIER_CELLS, *EARLIER_MEDICINES, *ELSEWHERE, *THROMBOSES, *CANCERS,
        *INFECTIONS, *COMORBIDITIES, *VACCINES,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A stored condition, taken apart; ``condition`` is a listed code, or words as typed."""

    condition: str
    answer: str


@lru_cache(maxsize=1024)  # few are in use, asked again for every patient
def read(stored: str) -> Said:
    """Take a stored condition apart; words that only begin alike stay words."""
    for answer, prefix in _PREFIXES.items():
        code = stored.removeprefix(prefix)
        if code != stored and code in LISTED:
            return Said(code, answer)
    return Said(stored, PRESENT)


def stored_as(condition: str, answer: str) -> str:
    """Return what is stored for an answer; only listed conditions can be absent or unknown."""
    if answer != PRESENT and condition not in LISTED:
        raise ValueError(f"{condition} is not a listed condition")
    return _PREFIXES.get(answer, "") + condition


def answers(stored: Iterable[str]) -> dict[str, str]:
    """Return condition → answer; where rows contradict each other the presence holds."""
    found: dict[str, str] = {}
    for said in map(read, stored):
        if found.get(said.condition) != PRESENT:
            found[said.condition] = said.answer
    return found
