"""Read the answers to one instrument as a visit form sends them, whatever their kind.

Each field is named ``instrument.item``.  Beside it may stand ``.reason`` (why it was not assessed),
``.override`` (why it differs from the results) and ``.on`` (when a finding came); one
``instrument.reason`` speaks for everything of the instrument that was left open.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from registry import clock, codes, rules
from registry.forms.dates import read_date
from registry.forms.fields import LONGEST_LINE, storable
from registry.instruments.base import (
    NOT_ASSESSED,
    YES_NO,
    Answer,
    Instrument,
    InvalidAnswerError,
    Item,
    Occasion,
    Score,
)
from registry.partial_date import InvalidDateError

NONE = "none"  # the tick box “None of these”
NOT_RECORDED = "not_recorded"
ENTERED_AS = "entered as "  # stands before a mark of another scale, kept beside its answer
_LABELLED = re.compile(r"(\d{1,4}(?:[.,]\d{1,3})?)\s*(mm|cm|/\s*\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered to one instrument, and the score that follows."""

    instrument: Instrument
    answers: Mapping[str, Answer]
    reasons: Mapping[str, str]
    score: Score


@dataclass(slots=True)
class _Reading:
    """One instrument while it is read: what was typed, and what came of it so far."""

    instrument: Instrument
    form: Mapping[str, str]
    errors: dict[str, str]
    kept: Set[str]
    answers: dict[str, Answer] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def typed(self, name: str) -> str:
        return self.form.get(name, "").strip()

    @property
    def shared(self) -> str:
        """The name of the field that speaks for everything left open."""
        return f"{self.instrument.code}.reason"

    def may_say(self, reason: str) -> bool:
        """Whether a reason is one of the list, or stands with the stored answers already."""
        return reason in codes.NOT_ASSESSED_REASON or reason in self.kept

    def touched(self) -> bool:
        names = [f"{self.instrument.code}.{item.code}" for item in self.instrument.items]
        also = [f"{name}{part}" for name in names for part in (".on", ".reason")]
        return any(self.typed(name) for name in (*names, *also, self.shared))

    def wrong(self) -> bool:
        return any(name.startswith(f"{self.instrument.code}.") for name in self.errors)


def read_answers(
    instrument: Instrument,
    form: Mapping[str, str],
    occasion: Occasion,
    errors: dict[str, str],
    kept: Set[str] = frozenset(),
) -> Answered | None:
    """Return the answers with their score; None where nothing was said or something is wrong.

    What is wrong stands in ``errors``, field → sentence. ``kept`` are the reasons that are stored
    already: a file may give one in its own words, and saving the form again must not lose it.
    """
    reading = _Reading(instrument, _none_of_these(instrument, form, errors), errors, kept)
    if reading.touched():
        for item in instrument.items:
            _read_item(reading, item)
        _check_shared_reason(reading)
        if not reading.wrong():
            for code, sentence in instrument.refused(reading.answers).items():
                errors[f"{instrument.code}.{code}"] = sentence
    if not reading.touched() or reading.wrong():
        return None
    score = instrument.scored(reading.answers, occasion)
    return Answered(instrument, reading.answers, reading.reasons, score)


def _none_of_these(
    instrument: Instrument, form: Mapping[str, str], errors: dict[str, str]
) -> Mapping[str, str]:
    """Return the form with every question of an inquiry absent where “none” was ticked.

    Only the tick does that: what is left empty was not asked.
    """
    name = f"{instrument.code}.{NONE}"
    if instrument.kind != "inquiry" or not form.get(name, "").strip():
        return form
    found = [
        item.label
        for item in instrument.items
        if form.get(f"{instrument.code}.{item.code}", "").strip() not in {"", "absent"}
    ]
    if found:
        errors[name] = f"None of these: it is ticked, but something else is said of {found[0]}"
        return form
    absent = {f"{instrument.code}.{item.code}": "absent" for item in instrument.items}
    return dict(form.items()) | absent


def _read_item(reading: _Reading, item: Item) -> None:
    name = f"{reading.instrument.code}.{item.code}"
    typed = reading.typed(name)
    try:
        answer = _answer(item, typed, reading.typed(f"{name}.on"))
    except InvalidAnswerError as error:
        reading.errors[name] = error.message + _hint(item, error)
        return
    except ValueError as error:
        reading.errors[name] = f"{item.label}: {error}"
        return
    reading.answers[item.code] = answer
    if answer is None:
        reading.reasons[item.code] = _reason(reading, name, item, typed)
    elif item.other_scales and _LABELLED.fullmatch(typed):
        reading.reasons[item.code] = ENTERED_AS + typed
    elif override := _override(reading, name, item):
        reading.reasons[item.code] = override


def _answer(item: Item, typed: str, on: str) -> Answer:
    if item.kind == "dates":
        return _dates(item, typed, storable(on, LONGEST_LINE))
    if not typed:
        return None
    if item.kind == "number":
        number = from_label(item, typed)
        return item.parse(storable(typed, 40).replace(",", ".")) if number is None else number
    return item.parse(storable(typed, LONGEST_LINE))


def _dates(item: Item, typed: str, on: str) -> Answer:
    """Return when a finding came, or only that it is there or not."""
    if typed not in {"", NOT_ASSESSED, *YES_NO}:
        typed, on = "", typed
    if not on:
        return item.parse(typed) if typed else None
    if typed in {"absent", NOT_ASSESSED}:
        raise ValueError("a date is given, so it is present; or take the date away")
    try:
        days = [read_date(part, clock.today()) for part in on.split(";") if part.strip()]
    except InvalidDateError as error:
        raise ValueError(str(error)) from error
    for day in days:
        if future := rules.in_the_future(day, clock.today()):
            raise ValueError(future)
    return item.check(";".join(day.text for day in days))


def from_label(item: Item, typed: str) -> Decimal | None:
    """Convert a mark that carries its scale, as 35 mm or 3.5/10; None where it carries none.

    Raises InvalidAnswerError for a scale that is not known, or a mark beyond its end.
    """
    found = _LABELLED.fullmatch(typed)
    if found is None or not item.other_scales:
        return None
    label = found[2].replace(" ", "")
    length = item.other_scales.get(label)
    if length is None:
        known = ", ".join(item.other_scales)
        raise InvalidAnswerError("out_of_range", f"{item.label}: the scale is one of {known}")
    mark = Decimal(found[1].replace(",", "."))
    if mark > length:
        raise InvalidAnswerError("out_of_range", f"{item.label}: “{typed}” is beyond {length:f}")
    step = Decimal(1).scaleb(-item.places)
    return (mark * item.high / length).quantize(step, ROUND_HALF_UP)


def _hint(item: Item, error: InvalidAnswerError) -> str:
    if not item.other_scales or error.code != "out_of_range":
        return ""
    return ". A mark on another scale needs its label, as 35 mm, 35/100 or 3.5/10"


def _reason(reading: _Reading, name: str, item: Item, typed: str) -> str:
    """Return why an item has no answer; one marked not assessed must say so."""
    own, errors = reading.typed(f"{name}.reason"), reading.errors
    if own and not reading.may_say(own):
        errors[f"{name}.reason"] = f"{item.label}: choose a reason from the list"
    elif own and not typed and item.yes_no:
        errors[name] = f"{item.label}: mark it not assessed, or take the reason away"
    elif typed and not own and not reading.typed(reading.shared) and _marked(item):
        optional = reading.instrument.asked == "optional"
        field_name = reading.shared if optional else f"{name}.reason"
        errors[field_name] = f"{item.label}: say why it was not assessed"
    return own or reading.typed(reading.shared) or NOT_RECORDED


def _marked(item: Item) -> bool:
    """Whether the form marks an item of this kind as not assessed; other kinds are left empty."""
    return item.kind in {"yes_no", "dates"}


def _check_shared_reason(reading: _Reading) -> None:
    reason = reading.typed(reading.shared)
    title = reading.instrument.title
    if reason and not reading.may_say(reason):
        reading.errors[reading.shared] = f"{title}: choose a reason from the list"
    elif (
        reason
        and not reading.wrong()
        and not any(answer is None for answer in reading.answers.values())
    ):
        reading.errors[reading.shared] = f"{title}: everything is answered, take the reason away"


def _override(reading: _Reading, name: str, item: Item) -> str | None:
    """Return why an answer differs from what the results say: a code, or the words of a file."""
    try:
        return storable(reading.typed(f"{name}.override"), LONGEST_LINE) or None
    except ValueError as error:
        reading.errors[f"{name}.override"] = f"{item.label}: {error}"
        return None
