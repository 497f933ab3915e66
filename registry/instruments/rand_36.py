"""RAND-36 health survey, version 1.0: 36 questions, eight scales.

Unit: 0 to 100 on each scale, high is good on all of them, pain included.  Window: the last four
weeks, question 2 compares with a year ago.  Each answer is recoded to 0 to 100, and a scale is
the mean of its answered questions.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from registry.instruments._reading import (
    InvalidAnswerError,
    fits,
    in_range,
    json_number,
    read_number,
    required,
    shown,
)
from registry.instruments.base import Calculator, Rule

VERSION = "RAND-36/1.0"
BEST = Decimal(100)


@dataclass(frozen=True, slots=True)
class Question:
    """One question by its number; ``options`` answers counted from 1."""

    number: int
    label: str
    options: int
    best_first: bool  # whether answer 1 is the healthiest

    def recode(self, answer: int) -> Decimal:
        """Return the answer on 0 to 100, the healthiest at 100."""
        steps = self.options - answer if self.best_first else answer - 1
        return BEST * steps / (self.options - 1)


# Number, what is asked, options, whether answer 1 is the healthiest.
_TABLE = (
    (1, "General health", 5, True),
    (2, "Health compared with one year ago", 5, True),
    (3, "Limited in vigorous activities", 3, False),
    (4, "Limited in moderate activities", 3, False),
    (5, "Limited in lifting or carrying groceries", 3, False),
    (6, "Limited in climbing several flights of stairs", 3, False),
    (7, "Limited in climbing one flight of stairs", 3, False),
    (8, "Limited in bending, kneeling or stooping", 3, False),
    (9, "Limited in walking more than a mile", 3, False),
    (10, "Limited in walking several blocks", 3, False),
    (11, "Limited in walking one block", 3, False),
    (12, "Limited in bathing or dressing", 3, False),
    (13, "Physical health: cut down the time at work or other activities", 2, False),
    (14, "Physical health: accomplished less", 2, False),
    (15, "Physical health: limited in the kind of work or other activities", 2, False),
    (16, "Physical health: difficulty in work or other activities", 2, False),
    (17, "Emotional problems: cut down the time at work or other activities", 2, False),
    (18, "Emotional problems: accomplished less", 2, False),
    (19, "Emotional problems: did not work as carefully as usual", 2, False),
    (20, "Extent of interference with social activities", 5, True),
    (21, "Bodily pain", 6, True),
    (22, "Pain interfered with normal work", 5, True),
    (23, "Full of pep", 6, True),
    (24, "Very nervous", 6, False),
    (25, "Down in the dumps", 6, False),
    (26, "Calm and peaceful", 6, True),
    (27, "A lot of energy", 6, True),
    (28, "Downhearted and blue", 6, False),
    (29, "Worn out", 6, False),
    (30, "A happy person", 6, True),
    (31, "Tired", 6, False),
    (32, "Time of interference with social activities", 5, False),
    (33, "Gets sick a little easier than others", 5, False),
    (34, "As healthy as anybody known", 5, True),
    (35, "Expects health to get worse", 5, False),
    (36, "Health is excellent", 5, True),
)
QUESTIONS: Mapping[int, Question] = MappingProxyType({row[0]: Question(*row) for row in _TABLE})
SCALES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "physical_functioning": (3, 4, 5, 6, 7, 8, 9, 10, 11, 12),
        "role_physical": (13, 14, 15, 16),
        "role_emotional": (17, 18, 19),
        "energy": (23, 27, 29, 31),
        "emotional": (24, 25, 26, 28, 30),
        "social": (20, 32),
        "pain": (21, 22),
        "general_health": (1, 33, 34, 35, 36),
    }
)
_BY_TEXT: Mapping[str, Question] = MappingProxyType(
    {str(number): question for number, question in QUESTIONS.items()}
)


def scale_score(scale: str, answers: Mapping[int, int]) -> Decimal | None:
    """Return the mean of the answered questions; None below half of them."""
    numbers = SCALES[scale]
    points = [QUESTIONS[number].recode(answers[number]) for number in numbers if number in answers]
    if 2 * len(points) < len(numbers):
        return None
    return sum(points, Decimal(0)) / len(points)


def scores(answers: Mapping[int, int]) -> dict[str, Decimal | None]:
    """Return all eight scales by name."""
    return {scale: scale_score(scale, answers) for scale in SCALES}


def read_answers(given: object) -> dict[int, int]:
    """Read answers by the number of their question; null is not answered.

    Raises InvalidAnswerError for a question that is not one of the 36 or an answer it has not.
    """
    if not isinstance(given, Mapping):
        raise InvalidAnswerError("bad_json", f"answers is an object, not {shown(given)}")
    found = {}
    for text, answer in given.items():
        question = _BY_TEXT.get(text)
        if question is None:
            raise InvalidAnswerError(
                "unknown_item", f"answers: no question has number {shown(text)}"
            )
        if answer is not None:
            found[question.number] = _answer(question, answer)
    return found


def _answer(question: Question, given: object) -> int:
    name = f"question {question.number}"
    number = in_range(read_number(given, name), Decimal(1), Decimal(question.options), name)
    return int(fits(number, 0, name))


def _calculate(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    scale = required(inputs, "scale")
    if not isinstance(scale, str) or scale not in SCALES:
        raise InvalidAnswerError(
            "out_of_range", f"scale is one of {', '.join(SCALES)}, not {shown(scale)}"
        )
    answers = read_answers(required(inputs, "answers"))
    score = scale_score(scale, answers)
    answered = sum(number in answers for number in SCALES[scale])
    return {
        "score": None
        if score is None
        else json_number(score.quantize(Decimal("0.01"), ROUND_HALF_UP)),
        "answered": answered,
        "of": len(SCALES[scale]),
    }


RULE = Rule(
    title="RAND-36 health survey",
    version=VERSION,
    subject="patient_reported",
    source="Hays RD, Sherbourne CD, Mazel RM. Health Econ 1993;2:217-27, doi "
    "10.1002/hec.4730020305; scoring instructions of RAND for the Medical Outcomes Study 36-item "
    "survey",
    licence="RAND grants its use with conditions: say RAND-36, mark what was changed.",
    settings={
        "answer": f"eight scales, 0 to {BEST} each, high is good, pain included",
        "window": "the last four weeks; question 2 compares with a year ago and is in no scale",
        "missing": "a scale needs at least half of its questions answered (policy)",
    },
    disagreements=(
        "SF-36 has the same questions, another scoring of pain and general health and a protected "
        "name; it is another measure.",
        "There is no total and no physical or mental summary (PCS, MCS): they need norms that RAND "
        "does not give.",
        "RAND’s own instructions average whatever is answered; here half is needed.",
    ),
)
CALCULATORS = (
    Calculator("RAND-36", ("scale", "answers"), ("score", "answered", "of"), _calculate, RULE),
)
