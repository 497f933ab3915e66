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

from registry.instruments._rand_36_questions import GROUPS, QUESTIONNAIRE, group_of
from registry.instruments._reading import (
    InvalidAnswerError,
    fits,
    in_range,
    json_number,
    read_number,
    required,
    shown,
)
from registry.instruments._values import YEARLY, missing_of, rounded
from registry.instruments.base import Answers, Calculator, Instrument, Item, Scale, Score

VERSION = "RAND-36/1.0"
BEST = Decimal(100)


@dataclass(frozen=True, slots=True)
class Question:
    """One question by its number, with its choices counted from 1."""

    number: int
    label: str
    choices: tuple[str, ...]
    best_first: bool  # whether answer 1 is the healthiest

    @property
    def options(self) -> int:
        """How many choices there are."""
        return len(self.choices)

    def recode(self, answer: int) -> Decimal:
        """Return the answer on 0 to 100, the healthiest at 100."""
        steps = self.options - answer if self.best_first else answer - 1
        return BEST * steps / (self.options - 1)


QUESTIONS: Mapping[int, Question] = MappingProxyType(
    {row[0]: Question(*row) for row in QUESTIONNAIRE}
)
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


def score(answers: Answers) -> Score:
    """Score the eight scales side by side; there is no total."""
    given = {
        question.number: int(str(answer))
        for question in QUESTIONS.values()
        if (answer := answers.get(f"q{question.number}")) is not None
    }
    found = {scale: rounded(value) for scale, value in scores(given).items()}
    parts = {scale: value for scale, value in found.items() if value is not None}
    missing = missing_of(ITEMS, answers)
    return Score(None, Decimal(0), Decimal(0), complete=not missing, parts=parts, missing=missing)


ITEMS = tuple(
    Item(
        f"q{question.number}",
        f"{question.number}. {question.label}",
        Decimal(1),
        group=group_of(question.number),
        choices={str(place): words for place, words in enumerate(question.choices, 1)},
    )
    for question in QUESTIONS.values()
)

INSTRUMENT = Instrument(
    code="rand_36",
    key="RAND-36",
    version=VERSION,
    title="RAND-36",
    items=ITEMS,
    maximum=BEST,
    score=score,
    source=(
        "Hays RD, Sherbourne CD, Mazel RM. Health Econ 1993;2:217-27, doi 10.1002/hec.4730020305"
    ),
    licence=(
        "RAND 36-Item Health Survey 1.0, developed at RAND as part of the Medical Outcomes Study; "
        "RAND grants its use with conditions: name it RAND-36 and mark what was changed. The "
        "wording is unchanged."
    ),
    window="the last 4 weeks; question 2 compares with a year ago",
    groups=GROUPS,
    due_at=YEARLY,
    subject="patient_reported",
    direction="high_good",
    note="The patient answers; eight scales, no total. Half of a scale's questions are needed.",
    totalled=False,
    scales=tuple(
        Scale(code, code.replace("_", " ").capitalize(), BEST, direction="high_good")
        for code in SCALES
    ),
    settings={"answered_at_least": "half of the questions of a scale"},
    disagreements=(
        "SF-36 has the same questions, another scoring of pain and general health and a protected "
        "name; it is another measure.",
        "There is no total and no physical or mental summary (PCS, MCS): they need norms that RAND "
        "does not give.",
        "RAND’s own instructions average whatever is answered; here half is needed.",
    ),
)

CALCULATORS = (
    Calculator(
        "RAND-36", ("scale", "answers"), ("score", "answered", "of"), _calculate, INSTRUMENT.rule
    ),
)
