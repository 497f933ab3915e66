"""Read the ``present`` / ``not_assessed`` lists of a yes-no instrument and score them."""

from collections.abc import Mapping
from typing import Any

from registry.instruments._reading import InvalidAnswerError, shown
from registry.instruments.base import NOT_ASSESSED, Answers, Calculator, Instrument, Item, Score

INPUTS = ("present", "not_assessed", "all_other_items")


def answers_from_lists(
    items: tuple[Item, ...], inputs: Mapping[str, Any], *, others: str = "absent"
) -> Answers:
    """Return an answer for every item; those in neither list take ``all_other_items``."""
    if inputs.get("present") is None:
        raise InvalidAnswerError("missing_input", "present is missing: a list of item codes")
    known = {item.code for item in items}
    present = _codes(inputs, "present", known)
    unknown = _codes(inputs, NOT_ASSESSED, known)
    if both := sorted(present & unknown):
        raise InvalidAnswerError(
            "item_both_present_and_not_assessed",
            f"{', '.join(both)}: an item is either present or not assessed",
        )
    rest = _others(inputs.get("all_other_items", others))
    return {
        item.code: 1 if item.code in present else None if item.code in unknown else rest
        for item in items
    }


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


def _codes(inputs: Mapping[str, Any], name: str, known: set[str]) -> set[str]:
    given = inputs.get(name)
    if given is None:
        return set()
    if not isinstance(given, list):
        raise InvalidAnswerError("bad_json", f"{name} is a list of item codes, not {shown(given)}")
    for code in given:
        if not isinstance(code, str) or code not in known:
            raise InvalidAnswerError("unknown_item", f"{name}: no item is called {shown(code)}")
    return set(given)


def _others(given: object) -> int | None:
    if given not in ("absent", NOT_ASSESSED):
        raise InvalidAnswerError(
            "out_of_range", f"all_other_items is absent or not_assessed, not {shown(given)}"
        )
    return 0 if given == "absent" else None
