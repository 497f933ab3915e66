"""Read the ``present`` / ``not_assessed`` lists of a yes-no instrument and score them."""

from collections.abc import Mapping
from typing import Any

from registry.instruments._criteria import OTHERS, criteria
from registry.instruments.base import NOT_ASSESSED, Answers, Calculator, Instrument, Item, Score

INPUTS = ("present", NOT_ASSESSED, OTHERS)


def answers_from_lists(items: tuple[Item, ...], inputs: Mapping[str, Any]) -> Answers:
    """Return an answer for every item; those in neither list take ``all_other_items``."""
    found = criteria(inputs, {"present": [item.code for item in items]})
    return {code: None if met is None else int(met) for code, met in found.items()}


def checklist(instrument: Instrument, items: tuple[Item, ...], *outputs: str) -> Calculator:
    """Return the calculator of a yes-no instrument; ``items`` are those it may be asked about."""

    def answer(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        return as_outputs(instrument.score(answers_from_lists(items, inputs)))

    return Calculator(
        instrument.key, INPUTS, outputs, answer, instrument.rule, aliases=(instrument.code,)
    )


def as_outputs(score: Score) -> dict[str, Any]:
    """Flatten a score into named outputs; whole points become whole numbers."""
    points = {
        "total": score.total,
        "known_points": score.known_points,
        "max_possible": score.max_possible,
    }
    whole = {name: None if value is None else int(value) for name, value in points.items()}
    return whole | {"complete": score.complete, **score.parts, "missing": list(score.missing)}
