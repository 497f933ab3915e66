"""Questions that a rule reads: answers without weight, at the visits that judge activity."""

from collections.abc import Callable, Iterable
from decimal import Decimal

from registry.instruments.base import Answers, Item, Score

NOTHING = Decimal(0)  # an answer has no weight
EFFICACY_VISITS = (
    *("baseline", "month_1", "month_3", "month_6", "month_9", "month_12", "month_18", "month_24"),
    *(f"year_{year}" for year in range(3, 16)),
)


def question(code: str, label: str, definition: str, *, exclude: str = "", group: str = "") -> Item:
    """Declare a question that is answered by yes or no."""
    return Item(code, label, NOTHING, definition, group, exclude, words=("yes", "no"))


def open_questions(items: Iterable[Item]) -> Callable[[Answers], Score]:
    """Return the rule that says which questions are open; nothing is added up."""
    codes = tuple(item.code for item in items)

    def score(answers: Answers) -> Score:
        missing = tuple(code for code in codes if answers.get(code) is None)
        return Score(None, NOTHING, NOTHING, complete=not missing, missing=missing)

    return score
