"""Further measures of an invented visit: skin, joints, BILAG grades and what the patient reports.

At baseline, months 3 and 6 and once a year, in person, of every other patient. They follow the same
descriptors as the SLEDAI-2K, so that no two instruments of a visit contradict each other.
"""

from collections.abc import Mapping
from datetime import date
from random import Random
from types import MappingProxyType

from registry.instruments import INSTRUMENTS, bilag_2004, rand_36
from registry.synthetic.case import Case
from registry.synthetic.disease import points
from registry.synthetic.rows import Row, Rows, chance

WHEN = frozenset(
    {
        *("baseline", "month_3", "month_6", "month_12", "month_24"),
        *("year_3", "year_4", "year_5"),
    }
)
QUESTIONNAIRE_SHARE = 0.7
LEFT_EMPTY_SHARE = 0.03  # of the questions on paper
SKIN = frozenset({"rash", "alopecia", "mucosal_ulcers"})
DESCRIPTORS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "constitutional": frozenset({"fever"}),
        "mucocutaneous": SKIN | {"vasculitis"},
        "neuropsychiatric": frozenset({"seizure", "psychosis", "lupus_headache", "cva"}),
        "musculoskeletal": frozenset({"arthritis", "myositis"}),
        "cardiorespiratory": frozenset({"pleurisy", "pericarditis"}),
        "renal": frozenset({"proteinuria", "haematuria", "pyuria", "urinary_casts"}),
        "haematological": frozenset({"leukopenia", "thrombocytopenia"}),
    }
)


def measure_rows(case: Case, visit_id: str, timepoint: str, day: date, present: set[str]) -> Rows:
    """Yield the answers of the further instruments; none where nobody filled them in."""
    if case.number % 2 or timepoint not in WHEN:
        return
    rng = Random(f"{visit_id} {day}")  # noqa: S311 - no secrets
    level = min(points(frozenset(present)) / 20, 1.0)
    found: dict[str, Mapping[str, str]] = {
        "bilag_2004": _grades(rng, present),
        "clasi": _skin(rng, present),
        "joint_count_28": _joints(rng, present),
        "pain_nrs": {"value": str(_around(rng, level, 10))},
        "fatigue_vas": {"value": str(_around(rng, 0.2 + level, 100))},
        "global_vas": {"value": str(_around(rng, level, 100))},
    }
    if chance(rng, QUESTIONNAIRE_SHARE):
        found["rand_36"] = _questionnaire(rng, level)
    for code, answers in sorted(found.items()):
        for item, value in sorted(answers.items()):
            yield "assessments.csv", _row(visit_id, code, item, value)


def _grades(rng: Random, present: set[str]) -> Mapping[str, str]:
    """Grade each system by how many of its descriptors are there."""
    grades = {}
    for system in bilag_2004.SYSTEMS:
        descriptors = DESCRIPTORS.get(system, frozenset())
        count = len(descriptors & present)
        quiet = "D" if descriptors and chance(rng, 0.3) else "E"
        grades[system] = quiet if not count else "A" if count > 2 else rng.choice("BC")  # noqa: PLR2004
    return grades


def _skin(rng: Random, present: set[str]) -> Mapping[str, str]:
    activity = 4 * len(SKIN & present) + (rng.randint(0, 6) if SKIN & present else 0)
    return {"activity": str(activity), "damage": str(rng.choice((0, 0, 0, 1, 2, 4)))}


def _joints(rng: Random, present: set[str]) -> Mapping[str, str]:
    swollen = rng.randint(2, 9) if "arthritis" in present else 0
    return {"tender": str(min(swollen + rng.randint(0, 4), 28)), "swollen": str(swollen)}


def _questionnaire(rng: Random, level: float) -> Mapping[str, str]:
    """Answer the RAND-36, worse with more activity; now and then a question is left empty."""
    answers = {}
    for number, question in rand_36.QUESTIONS.items():
        worse = min(max(level + rng.uniform(-0.3, 0.3), 0.0), 1.0)
        share = worse if question.best_first else 1 - worse
        chosen = 1 + round(share * (question.options - 1))
        answers[f"q{number}"] = "not_assessed" if chance(rng, LEFT_EMPTY_SHARE) else str(chosen)
    return answers


def _around(rng: Random, level: float, high: int) -> int:
    return round(high * min(max(level + rng.uniform(-0.15, 0.15), 0.0), 1.0))


def _row(visit_id: str, code: str, item: str, value: str) -> Row:
    row = {
        "visit_id": visit_id,
        "instrument": code,
        "item": item,
        "value": value,
        "version": INSTRUMENTS[code].version,
    }
    return row | ({"reason": "not_recorded"} if value == "not_assessed" else {})
