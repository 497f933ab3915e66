"""Stored answers as the text a person would type: what a visit form shows when it is opened again.

The counterpart of ``registry.forms.visit_answers``: what this writes, that reads back unchanged.
"""

from collections.abc import Mapping

from registry.forms.visit_answers import ENTERED_AS, NOT_RECORDED, from_label
from registry.instruments.base import NOT_ASSESSED, Answer, Instrument, InvalidAnswerError, Item


def typed_answers(
    instrument: Instrument, answers: Mapping[str, Answer], reasons: Mapping[str, str]
) -> dict[str, str]:
    """Return field → text for every answer and every reason."""
    values: dict[str, str] = {}
    open_items = {item.code for item in instrument.items if answers[item.code] is None}
    shared = _shared_reason(instrument, open_items, reasons)
    if shared:
        values[f"{instrument.code}.reason"] = shared
    for item in instrument.items:
        name, reason = f"{instrument.code}.{item.code}", reasons.get(item.code, "")
        if item.code in open_items:
            values |= _unassessed(name, item, "" if shared else reason, marked=bool(reason))
        else:
            values |= _answered(name, item, answers[item.code], reason)
    return values


def _shared_reason(instrument: Instrument, open_items: set[str], reasons: Mapping[str, str]) -> str:
    """Return the one reason of everything left open; empty where there are several or none."""
    found = {reasons.get(code, NOT_RECORDED) for code in open_items}
    one = found.pop() if len(found) == 1 else NOT_RECORDED
    return "" if one == NOT_RECORDED or instrument.asked != "optional" else one


def _unassessed(name: str, item: Item, reason: str, *, marked: bool) -> dict[str, str]:
    """Return the mark of an item that was not assessed; one that was only left open has none."""
    given = {f"{name}.reason": reason} if reason not in {"", NOT_RECORDED} else {}
    if item.kind in {"yes_no", "dates"} and marked and (given or not reason):
        return {name: NOT_ASSESSED} | given
    return given


def _answered(name: str, item: Item, answer: Answer, reason: str) -> dict[str, str]:
    why = {f"{name}.override": reason} if reason else {}
    if item.kind == "dates" and answer not in (0, 1):
        return {name: "present", f"{name}.on": str(answer).replace(";", "; ")} | why
    typed = reason.removeprefix(ENTERED_AS)
    if item.other_scales and typed != reason and _means(item, typed, answer):
        return {name: typed}
    return {name: item.text(answer)} | why


def _means(item: Item, typed: str, answer: Answer) -> bool:
    """Whether what was entered still comes to the stored answer."""
    try:
        return from_label(item, typed) == answer
    except InvalidAnswerError:
        return False
