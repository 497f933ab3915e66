"""Toronto change rule: flare, improvement, persistent activity or remission between two SLEDAI.

Unit: category; the change in points.  Window: visit to visit.
Rule: 0 now is remission, whatever it was before; else a rise of more than 3 is a flare, a fall
of more than 3 improvement, the rest persistently active.
Missing: null says that a score is not complete, and the change is then indeterminate.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._three_valued import HIGHEST_SLEDAI, known_count, named
from registry.instruments.base import Calculator, Rule

VERSION = "toronto-change/1"
MORE_THAN = Decimal(3)


def state_of(previous: Decimal, current: Decimal) -> str:
    """Name the change from one complete score to the next."""
    if current == 0:
        return "remission"
    if current - previous > MORE_THAN:
        return "flare"
    return "improvement" if previous - current > MORE_THAN else "persistently_active"


def _change(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    names = [named(inputs, name) for name in ("previous", "current")]
    previous, current = (known_count(inputs, name, HIGHEST_SLEDAI) for name in names)
    if previous is None or current is None:
        return {"state": "indeterminate"}
    return {"delta": int(current - previous), "state": state_of(previous, current)}


RULE = Rule(
    title="Toronto change of SLEDAI",
    version=VERSION,
    subject="change",
    source="Gladman DD et al. J Rheumatol 2000;27:377-9, the values as a review of the Annals of "
    "the Rheumatic Diseases tabulates them",
    licence="Free to use.",
    settings={
        "answer": "remission, flare, improvement, persistently active or indeterminate",
        "window": "visit to visit",
        "remission": "0 now, whatever it was before",
        "flare": f"a rise of more than {MORE_THAN}",
        "improvement": f"a fall of more than {MORE_THAN}",
    },
    disagreements=("Another table of that journal misprints improvement as a decrease below 3.",),
    uncertain=("The citation of 2000.",),
)
CALCULATORS = (
    Calculator(
        "SLEDAI-2K.change_Toronto",
        ("previous", "current"),
        ("delta", "state"),
        _change,
        RULE,
        aliases=("sledai_2k.change_toronto",),
    ),
)
