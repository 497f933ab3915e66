"""Results of an invented visit that agree with its SLEDAI-2K answers, in the units of the site.

A kidney that the lupus has reached has its creatinine at every visit, and now and then the protein
of 24 hours beside the spot ratio.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from types import MappingProxyType

from registry.synthetic.case import DAYS_PER_MONTH, Case
from registry.synthetic.rows import Row, Rows, chance
from registry.synthetic.stories import level

# What a site's laboratory reports each analyte in: unit, how many make one canonical unit,
# decimals, and its normal range as printed.
Reported = tuple[str, float, int, str, str]
HABITS: Mapping[str, Mapping[str, Reported]] = MappingProxyType(
    {
        "EAST": {
            "anti_dsdna_elisa": ("IU/mL", 1, 0, "", "100"),
            "c3": ("mg/dL", 100, 0, "90", "180"),
            "c4": ("mg/dL", 100, 0, "10", "40"),
            "creatinine": ("mg/dL", 1 / 88.4, 2, "0.50", "1.10"),
            "haemoglobin": ("g/dL", 0.1, 1, "12.0", "15.5"),
            "leukocytes": ("10^3/uL", 1, 1, "4.0", "11.0"),
            "platelets": ("10^3/uL", 1, 0, "150", "410"),
            "upcr": ("mg/g", 1000, 0, "", "150"),
        },
        "NORTH": {
            "anti_dsdna_elisa": ("IU/mL", 0.3, 1, "", "30"),
            "c3": ("g/L", 1, 2, "0.90", "1.80"),
            "c4": ("g/L", 1, 2, "0.10", "0.40"),
            "creatinine": ("umol/L", 1, 0, "45", "90"),
            "haemoglobin": ("g/L", 1, 0, "120", "155"),
            "leukocytes": ("10^9/L", 1, 1, "4.0", "10.0"),
            "platelets": ("10^9/L", 1, 0, "150", "400"),
            "upcr": ("mg/mmol", 113.1, 0, "", "15"),
        },
        "WEST": {
            "anti_dsdna_elisa": ("IU/mL", 1, 0, "", "100"),
            "c3": ("mg/dL", 100, 0, "88", "201"),
            "c4": ("mg/dL", 100, 0, "15", "45"),
            "creatinine": ("mg/dL", 1 / 88.4, 2, "0.50", "1.20"),
            "haemoglobin": ("g/dL", 0.1, 1, "11.5", "15.5"),
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
        "creatinine": Range("", (50, 130), (50, 130)),
        "haemoglobin": Range("", (88, 140), (88, 140)),
        "leukocytes": Range("leukopenia", (3.4, 9.0), (1.6, 2.9)),
        "platelets": Range("thrombocytopenia", (130, 380), (35, 95)),
        "upcr": Range("proteinuria", (0.05, 0.4), (0.6, 3.5)),
    }
)
# After conditioning counts fall without the lupus.
UNATTRIBUTED: Mapping[str, tuple[float, float]] = {
    "leukocytes": (0.6, 2.4),
    "platelets": (25, 80),
}
AT_BASELINE = frozenset({"creatinine", "haemoglobin"})
NEPHRITIS_SIGN = "proteinuria"
COLLECTED_SHARE = 0.2  # of visits with nephritis
GRAMS_PER_RATIO = (0.9, 1.3)  # protein of a day against the ratio, which estimates it
RISES_WITH_ACTIVITY = frozenset({"anti_dsdna_elisa", "creatinine", "upcr"})
OWN_SHARE, ACTIVITY_SHARE, NOISE = 0.45, 0.4, 0.08
BELOW_DETECTION = 25
BELOW_DETECTION_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """What was found at one visit: descriptors present, and those not answered with a reason."""

    present: frozenset[str]
    gaps: Mapping[str, str]


def laboratory_rows(case: Case, visit_id: str, day: date, found: Found) -> Rows:
    """Yield six results, eight at the baseline, some more with nephritis, in file order."""
    rows = [*_usual(case, visit_id, day, found), *_of_nephritis(case, visit_id, day, found)]
    yield from (("labs.csv", row) for row in sorted(rows, key=lambda row: row["analyte"]))


def _usual(case: Case, visit_id: str, day: date, found: Found) -> Iterator[Row]:
    for analyte, reported in HABITS[case.site_on(day).code].items():
        reason = found.gaps.get(RANGES[analyte].descriptor, "")
        if reason == "not_done" or (analyte in AT_BASELINE and day != case.baseline_on):
            continue
        worse = _how_bad(case, analyte, day, case.more)
        result = _result(case.more, analyte, reported, found, worse)
        yield _taken(case, visit_id, analyte, day) | result


def _of_nephritis(case: Case, visit_id: str, day: date, found: Found) -> Iterator[Row]:
    """Yield what is measured of a kidney with nephritis, drawn apart from all the rest."""
    if NEPHRITIS_SIGN not in case.disease.prevalence:
        return
    habits = HABITS[case.site_on(day).code]
    rng = Random(f"{visit_id} nephritis")  # noqa: S311 - no secrets
    if day != case.baseline_on:
        worse = _how_bad(case, "creatinine", day, rng)
        result = _result(rng, "creatinine", habits["creatinine"], found, worse)
        yield _taken(case, visit_id, "creatinine", day) | result
    if chance(rng, COLLECTED_SHARE):
        ratio = _value("upcr", found, _how_bad(case, "upcr", day, rng))
        grams = ratio * rng.uniform(*GRAMS_PER_RATIO)
        result = {"value": f"{grams:.2f}", "unit": "g/24h", "upper_limit": "0.15"}
        yield _taken(case, visit_id, "protein_24h", day) | result


def _taken(case: Case, visit_id: str, analyte: str, day: date) -> Row:
    return {
        "patient_id": case.code,
        "collected_on": day.isoformat(),
        "analyte": analyte,
        "lab_id": f"{visit_id}-{analyte}",
        "visit_id": visit_id,
        "laboratory": f"{case.site_on(day).name} laboratory",
    }


def _how_bad(case: Case, analyte: str, day: date, rng: Random) -> float:
    """Return where in its range a result lies, 0 to 1: a level of one's own, activity, noise."""
    own = Random(f"{case.code} {analyte}").random()  # noqa: S311 - no secrets
    active = level(case.story.curve, (day - case.day_0).days / DAYS_PER_MONTH)
    place = OWN_SHARE * own + ACTIVITY_SHARE * active + rng.uniform(-NOISE, NOISE)
    return min(max(place, 0.0), 1.0)


def _result(rng: Random, analyte: str, reported: Reported, found: Found, worse: float) -> Row:
    unit, times, places, low, high = reported
    if found.gaps.get(RANGES[analyte].descriptor) == "result_pending":
        return {"state": "pending"}
    value = _value(analyte, found, worse)
    row = {"unit": unit, "lower_limit": low, "upper_limit": high}
    hidden = analyte == "anti_dsdna_elisa" and value < BELOW_DETECTION
    if hidden and chance(rng, BELOW_DETECTION_SHARE):
        return row | {"value": f"{BELOW_DETECTION * times:.{places}f}", "comparator": "<"}
    return row | {"value": f"{value * times:.{places}f}"}


def _value(analyte: str, found: Found, worse: float) -> float:
    known = RANGES[analyte]
    low, high = known.present if known.descriptor in found.present else known.absent
    if found.gaps.get(known.descriptor) == "not_attributed":
        low, high = UNATTRIBUTED[analyte]
    rises = analyte in RISES_WITH_ACTIVITY
    return low + (high - low) * (worse if rises else 1 - worse)
