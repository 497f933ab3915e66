"""Score an instrument for ``registry score`` from one input per item, of whatever kind."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from registry.instruments._reading import InvalidAnswerError, read_number, shown
from registry.instruments._three_valued import needs_any
from registry.instruments.base import NOT_ASSESSED, Answer, Calculator, Instrument, Item

OUTPUTS = ("total", "known_points", "max_possible", "complete", "missing")


def by_item(instrument: Instrument) -> Calculator:
    """Return a calculator whose inputs are the item codes; what is left out is not assessed.

    A line that names none of them asks about nothing, and is refused.  Answers are written as in
    the exchange format; a number may be a JSON number.
    """
    codes = tuple(item.code for item in instrument.items)

    def answer(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        needs_any(inputs, codes)
        answers = {item.code: _answer(item, inputs.get(item.code)) for item in instrument.items}
        for sentence in instrument.refused(answers).values():
            raise InvalidAnswerError("out_of_range", sentence)
        score = instrument.score(answers)
        return {
            "total": _plain(score.total),
            "known_points": _plain(score.known_points),
            "max_possible": _plain(score.max_possible),
            "complete": score.complete,
            "missing": list(score.missing),
            **{scale.code: score.parts.get(scale.code) for scale in instrument.scales},
        }

    scales = tuple(scale.code for scale in instrument.scales)
    outputs = OUTPUTS + scales
    return Calculator(
        instrument.key, codes, outputs, answer, instrument.rule, aliases=(instrument.code,)
    )


def _answer(item: Item, given: object) -> Answer:
    if given is None or given == NOT_ASSESSED:
        return None
    if item.kind == "number":
        return item.check(read_number(given, item.label))
    if isinstance(given, bool) or not isinstance(given, str | int | Decimal):
        raise InvalidAnswerError("out_of_range", f"{item.label}: {shown(given)} is no answer")
    return item.parse(str(given))


def _plain(points: Decimal | None) -> int | str | None:
    """Write whole points as a number and others as text, which keeps their decimals."""
    if points is None:
        return None
    return int(points) if points == points.to_integral_value() else str(points)
