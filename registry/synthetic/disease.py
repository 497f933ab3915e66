"""Which SLEDAI-2K descriptors an invented patient has, so that totals follow from the items.

Descriptors come in clusters; each has a threshold of the patient's own, so the same ones come
and go with activity instead of flickering at random.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType

from registry.instruments.sledai_2k import ITEMS
from registry.synthetic.rows import chance

# cluster: how many patients have it, then how often each descriptor is present at level 1
CLUSTERS: Mapping[str, tuple[float, Mapping[str, float]]] = MappingProxyType(
    {
        "renal": (
            0.5,
            {
                "proteinuria": 0.85,
                "haematuria": 0.35,
                "pyuria": 0.25,
                "urinary_casts": 0.2,
                "low_complement": 0.6,
                "increased_dna_binding": 0.6,
            },
        ),
        "mucocutaneous": (
            0.6,
            {
                "rash": 0.8,
                "alopecia": 0.5,
                "mucosal_ulcers": 0.45,
                "low_complement": 0.4,
                "increased_dna_binding": 0.45,
                "fever": 0.1,
            },
        ),
        "musculoskeletal": (
            0.6,
            {
                "arthritis": 0.85,
                "myositis": 0.08,
                "rash": 0.3,
                "low_complement": 0.4,
                "increased_dna_binding": 0.5,
            },
        ),
        "haematological": (
            0.35,
            {
                "leukopenia": 0.7,
                "thrombocytopenia": 0.4,
                "low_complement": 0.6,
                "increased_dna_binding": 0.6,
                "fever": 0.15,
            },
        ),
        "serositis": (0.12, {"pleurisy": 0.6, "pericarditis": 0.3, "fever": 0.2}),
        "neurological": (0.06, {"lupus_headache": 0.35, "vasculitis": 0.3, "seizure": 0.06}),
    }
)
WEIGHTS = {item.code: int(item.weight) for item in ITEMS}
CODES = tuple(WEIGHTS)
LOWEST_AT_ENTRY = 6  # a usual inclusion criterion, and why everybody regresses to the mean
NOISE = 0.14
# A telephone shows neither urine nor joints; these can be asked.
ASKED_BY_PHONE = frozenset(
    {"seizure", "psychosis", "lupus_headache", "cva", "alopecia", "mucosal_ulcers", "fever"}
)
SEROLOGY = ("low_complement", "increased_dna_binding")
BLOOD_AND_FEVER = ("fever", "thrombocytopenia", "leukopenia")


@dataclass(frozen=True, slots=True)
class Disease:
    """How often each descriptor is present at level 1, and the patient's own thresholds."""

    prevalence: Mapping[str, float]
    threshold: Mapping[str, float]

    def present(self, rng: Random, level: float) -> frozenset[str]:
        """Draw the descriptors present at this level of activity."""
        return frozenset(
            code
            for code, often in self.prevalence.items()
            if self.threshold[code] + rng.uniform(-NOISE, NOISE) < often * level
        )


def draw_disease(rng: Random) -> Disease:
    """Draw a disease that is active enough to be enrolled; after five tries take what comes."""
    for _ in range(5):
        disease = _draw(rng)
        if points(disease.present(rng, 1.0)) >= LOWEST_AT_ENTRY:
            break
    return disease


def _draw(rng: Random) -> Disease:
    prevalence: dict[str, float] = {}
    for share, items in CLUSTERS.values():
        if chance(rng, share):
            for code, often in items.items():
                prevalence[code] = max(often, prevalence.get(code, 0.0))
    return Disease(prevalence, {code: rng.random() for code in prevalence})


def points(present: frozenset[str]) -> int:
    """Return the SLEDAI-2K points of the descriptors present."""
    return sum(WEIGHTS[code] for code in present)


def pga_value(rng: Random, present: frozenset[str]) -> str:
    """Draw a physician's global assessment, 0.0 to 3.0, that goes with the descriptors."""
    return f"{min(max(points(present) / 8 + rng.uniform(-0.3, 0.3), 0.0), 3.0):.1f}"
