"""What measurements of an organ's function share: one number, how it was measured, when it is due.

The device, and for the lung the reference equation, are part of the result: a change between two
devices or equations may be the devices'.  They are kept in the parts, and a change where they
differ is left out of a mean.
"""

from collections.abc import Callable
from decimal import Decimal

from registry.instruments._values import YEARLY
from registry.instruments.base import Answers, Item, Score, Subject

METHOD = ("device", "reference")
SUBJECT: Subject = "function"
BASELINE_DAYS = 180
DUE_AT = YEARLY
REFERENCE = Item(
    "reference",
    "Reference equation",
    Decimal(0),
    "As the report names it, such as GLI 2012: per cent predicted by two equations do not compare.",
    form="text",
    optional=True,
)
DIFFERENCE = (
    "Another device or reference equation than at baseline: the change is left out of the mean and "
    "counted (policy). Where either is not recorded the change is kept, with a warning."
)


def device(label: str, definition: str) -> Item:
    """Return the item that says how it was measured."""
    return Item("device", label, Decimal(0), definition, form="text", optional=True)


def one_value(item: Item) -> Callable[[Answers], Score]:
    """Return the rule: the total is the number itself, and its parts say how it was measured."""

    def score(answers: Answers) -> Score:
        value = answers.get(item.code)
        how = {name: str(answers[name]) for name in METHOD if answers.get(name) is not None}
        if value is None:
            low, high = item.low, item.high
            return Score(None, low, high, complete=False, parts=how, missing=(item.code,))
        number = Decimal(value)
        return Score(number, number, number, complete=True, parts=how)

    return score
