"""Results of an invented visit that agree with its SLEDAI-2K answers, in the units of the site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from types import MappingProxyType

from registry.synthetic.case import Case
from registry.synthetic.disease import SEROLOGY
from registry.synthetic.rows import Row, Rows, chance

# What a site's laboratory reports each analyte in: unit, how many make one canonical unit,
# decimals, and its normal range as printed.
Reported = tuple[str, float, int, str, str]
HABITS: Mapping[str, Mapping[str, Reported]] = MappingProxyType(
    {
        "EAST": {
            "anti_dsdna_elisa": ("IU/mL", 1, 0, "", "100"),
            "c3": ("mg/dL", 100, 0, "90", "180"),
            "c4": ("mg/dL", 100, 0, "10", "40"),
            "leukocytes": ("10^3/uL", 1, 1, "4.0", "11.0"),
            "platelets": ("10^3/uL", 1, 0, "150", "410"),
            "upcr": ("mg/g", 1000, 0, "", "150"),
        },
        "NORTH": {
            "anti_dsdna_elisa": ("IU/mL", 0.3, 1, "", "30"),
            "c3": ("g/L", 1, 2, "0.90", "1.80"),
            "c4": ("g/L", 1, 2, "0.10", "0.40"),
            "leukocytes": ("10^9/L", 1, 1, "4.0", "10.0"),
            "platelets": ("10^9/L", 1, 0, "150", "400"),
            "upcr": ("mg/mmol", 113.1, 0, "", "15"),
        },
        "WEST": {
            "anti_dsdna_elisa": ("IU/mL", 1, 0, "", "100"),
            "c3": ("mg/dL", 100, 0, "88", "201"),
            "c4": ("mg/dL", 100, 0, "15", "45"),
            "leukocytes": ("/uL", 1000, 0, "4500", "11000"),
            "platelets": ("10^3/uL", 1, 0, "150", "450"),
            "upcr": ("g/g", 1, 2, "", "0.15"),
        },
    }
)


@dataclass(frozen=True, slots=True)
class Range:
    """What is drawn while a descriptor is absent, and while it is present; canonical units."""

    descriptor: str
    absent: tuple[float, float]
    present: tuple[float, float]


RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "anti_dsdna_elisa": Range("increased_dna_binding", (12, 90), (130, 600)),
        "c3": Range("low_complement", (0.95, 1.6), (0.45, 0.85)),
        "c4": Range("low_complement", (0.16, 0.36), (0.03, 0.09)),
        "leukocytes": Range("leukopenia", (3.4, 9.0), (1.6, 2.9)),
        "platelets": Range("thrombocytopenia", (130, 380), (35, 95)),
        "upcr": Range("proteinuria", (0.05, 0.4), (0.6, 3.5)),
    }
)
SEROLOGICAL = frozenset(code for code, found in RANGES.items() if found.descriptor in SEROLOGY)
# After conditioning counts fall without the lupus.
UNATTRIBUTED: Mapping[str, tuple[float, float]] = {
    "leukocytes": (0.6, 2.4),
    "platelets": (25, 80),
}
BELOW_DETECTION = 15
BELOW_DETECTION_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at one visit: descriptors present, and those not answered with a reason."""

    present: frozenset[str]
    gaps: Mapping[str, str]


def laboratory_rows(case: Case, visit_id: str, day: date, found: Found) -> Rows:
    """Yield six results, in the order of the file."""
    place = case.site_on(day)
    for analyte, reported in HABITS[place.code].items():
        reason = found.gaps.get(RANGES[analyte].descriptor, "")
        if reason == "not_done":
            continue
        row = {
            "patient_id": case.code,
            "collected_on": day.isoformat(),
            "analyte": analyte,
            "lab_id": f"{visit_id}-{analyte}",
            "visit_id": visit_id,
            "laboratory": f"{place.name} laboratory",
        }
        yield "labs.csv", row | _result(case.more, analyte, reported, found)


def _result(rng: Random, analyte: str, reported: Reported, found: Found) -> Row:
    unit, times, places, low, high = reported
    if found.gaps.get(RANGES[analyte].descriptor) == "result_pending":
        return {"state": "pending"}
    value = _value(rng, analyte, found)
    row = {"unit": unit, "lower_limit": low, "upper_limit": high}
    hidden = analyte == "anti_dsdna_elisa" and value < 2 * BELOW_DETECTION
    if hidden and chance(rng, BELOW_DETECTION_SHARE):
        return row | {"value": f"{BELOW_DETECTION * times:.{places}f}", "comparator": "<"}
    return row | {"value": f"{value * times:.{places}f}"}


def _value(rng: Random, analyte: str, found: Found) -> float:
    known = RANGES[analyte]
    if found.gaps.get(known.descriptor) == "not_attributed":
        return rng.uniform(*UNATTRIBUTED[analyte])
    return rng.uniform(*(known.present if known.descriptor in found.present else known.absent))
