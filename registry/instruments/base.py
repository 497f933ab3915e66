"""The vocabulary of instruments: what an item, a score, an instrument and a calculator are.

An instrument file declares data and one pure function; form, page, figure, export and
dictionary read the declaration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from registry.instruments._reading import InvalidAnswerError, fits, in_range, read_number, shown
from registry.partial_date import InvalidDateError, PartialDate

__all__ = [
    "SUBJECTS",
    "Answer",
    "Answers",
    "Calculator",
    "Group",
    "Instrument",
    "InvalidAnswerError",
    "Item",
    "Occasion",
    "Rule",
    "Scale",
    "Score",
    "Subject",
]

# 1 present, 0 absent, None not assessed; else the number, the code, the text or the dates.
Answer = int | Decimal | str | None
Answers = Mapping[str, Answer]

Subject = Literal[
    "activity",
    "change",
    "target_state",
    "response",
    "damage",
    "kidney",
    "function",
    "classification",
    "patient_reported",
    "laboratory",
    "side_effects",
    "other",
]
# What a measure is about, in the order of the definitions page.
SUBJECTS: Mapping[Subject, str] = {
    "activity": "Activity",
    "change": "Change and flare",
    "target_state": "Target states",
    "response": "Responders",
    "damage": "Damage",
    "kidney": "Kidney",
    "function": "Organ function",
    "classification": "Classification",
    "patient_reported": "Reported by patients",
    "laboratory": "Laboratory and doses",
    "side_effects": "Side effects",
    "other": "Other measures",
}

NOT_ASSESSED = "not_assessed"
YES_NO: Mapping[str, int] = {"present": 1, "absent": 0}
ANSWERS = (*YES_NO, NOT_ASSESSED)  # as the exchange has them, whatever an item calls them
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Group:
    """A part of an instrument that is shown, drawn and summed together, such as an organ."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question: present or absent, unless the fields below make it something else.

    ``high`` and ``places`` make it a number, ``choices`` one code of a list, ``form`` free words
    (as the name of a device) or the dates of a finding, joined by ``;`` where it came twice.
    """

    code: str
    label: str
    weight: Decimal
    definition: str = ""
    group: str = ""
    exclude: str = ""  # what looks like it and does not count
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)
    places: int = 0  # decimals that an answer may have
    unit: str = ""  # of a number
    choices: Mapping[str, str] = field(default_factory=dict)  # code → what it says
    form: Literal["", "text", "dates"] = ""
    optional: bool = False  # the result is complete without it, as the name of a device
    words: tuple[str, str] = ("present", "absent")  # what 1 and 0 are called where people read
    # Label → length of another line for the same thing: a form converts what carries its label.
    other_scales: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def kind(self) -> Literal["yes_no", "number", "choice", "text", "dates"]:
        """What an answer looks like."""
        if self.form:
            return self.form
        if self.choices:
            return "choice"
        return "yes_no" if self.yes_no else "number"

    @property
    def yes_no(self) -> bool:
        """Whether the answer is present or absent and nothing else."""
        plain = self.low == 0 and self.high == 1 and self.places == 0
        return plain and not self.choices and not self.form

    @property
    def titles(self) -> Mapping[str, str]:
        """What the answers to a finding are called on a page, by their code."""
        named = (word.capitalize() for word in (*self.words, "not assessed"))
        return dict(zip(ANSWERS, named, strict=True))

    def check(self, answer: Answer) -> Answer:
        """Return an answer that this item can have; raises InvalidAnswerError."""
        if answer is None:
            return None
        if self.kind in {"choice", "text"}:
            return self._words(str(answer))
        if self.kind == "dates" and answer not in (0, 1):
            return self._dates(str(answer))
        number = in_range(read_number(answer, self.label), self.low, self.high, self.label)
        fits(number, self.places, self.label)
        return number if self.kind == "number" else int(number)

    def _words(self, text: str) -> str:
        text = text.strip()
        if self.choices and text not in self.choices:
            allowed = ", ".join(self.choices)
            raise InvalidAnswerError(
                "unknown_answer", f"{self.label}: {shown(text)} is not one of {allowed}"
            )
        if not text or len(text) > LONGEST_TEXT or not text.isprintable():
            raise InvalidAnswerError(
                "unknown_answer", f"{self.label}: give 1 to {LONGEST_TEXT} characters on one line"
            )
        return text

    def _dates(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise InvalidAnswerError(
                "unknown_answer", f"{self.label}: give {LONGEST_TEXT} characters of dates at most"
            )
        try:
            days = [PartialDate.parse(part.strip()) for part in text.split(";")]
        except InvalidDateError as error:
            raise InvalidAnswerError("unknown_answer", f"{self.label}: {error}") from error
        return ";".join(day.text for day in sorted(days, key=lambda day: day.earliest))

    def days(self, answer: Answer) -> tuple[PartialDate, ...]:
        """Return the dates that an answer to this item gives; none where it gives none."""
        if self.form != "dates" or answer in (0, 1, None):
            return ()
        return tuple(PartialDate.parse(part) for part in str(answer).split(";"))

    def parse(self, text: str) -> Answer:
        """Read ``present``, ``absent``, ``not_assessed`` or the number, as the exchange has it."""
        text = text.strip()
        if text == NOT_ASSESSED:
            return None
        if self.kind == "number":
            return self.check(read_number(text, self.label))
        if self.kind in {"choice", "text"} or (self.kind == "dates" and text not in YES_NO):
            return self.check(text)
        if text not in YES_NO:
            raise InvalidAnswerError(
                "unknown_answer",
                f"{self.label}: “{text[:40]}” is not present, absent or not_assessed",
            )
        return YES_NO[text]

    def text(self, answer: Answer) -> str:
        """Write an answer the way ``parse`` reads it."""
        if answer is None:
            return NOT_ASSESSED
        if self.kind in {"yes_no", "dates"} and answer in (0, 1):
            return "present" if answer == 1 else "absent"
        return str(answer)


@dataclass(frozen=True, slots=True)
class Scale:
    """One of several results of an instrument, never added to the others: a number in ``parts``."""

    code: str
    title: str
    maximum: Decimal
    minimum: Decimal = Decimal(0)
    unit: str = ""
    direction: Literal["high_bad", "high_good", "none"] = "high_bad"


@dataclass(frozen=True, slots=True)
class Score:
    """What the answers add up to; with a gap there is no total, only the two bounds.

    An instrument without a total leaves it None and both bounds 0: its results are in ``parts``.
    """

    total: Decimal | None
    known_points: Decimal
    max_possible: Decimal
    complete: bool
    parts: Mapping[str, Any] = field(default_factory=dict)  # plain JSON values
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a rule may need to know of the visit beside its answers."""

    on: date | None = None  # None where the visit has no exact day


@dataclass(frozen=True, slots=True)
class Rule:
    """What a number is computed by and where that comes from, as the definitions page prints it."""

    title: str
    version: str
    subject: Subject
    source: str
    licence: str
    settings: Mapping[str, str] = field(default_factory=dict)  # cut-offs, windows, policies
    disagreements: tuple[str, ...] = ()  # where sources differ, and what is done here
    uncertain: tuple[str, ...] = ()  # not confirmed against the paper
    provisional: bool = False  # not to be relied on until it has been checked
    note: str = ""


@dataclass(frozen=True, slots=True)
class Calculator:
    """One key of ``registry score``: named inputs in, named outputs out, and the rule it is."""

    key: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    function: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    rule: Rule
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Instrument:
    """A published measure: its items in stored order, its rule and where the rule comes from."""

    code: str
    key: str  # the name that registry score answers to
    version: str
    title: str
    items: tuple[Item, ...]
    maximum: Decimal
    score: Callable[[Answers], Score]
    source: str
    licence: str = ""
    window: str = ""
    # An inquiry asks what happened, and what is present opens an adverse event; questions are
    # asked for a rule that reads them. Both are stored like the others, never scored or summarised.
    kind: Literal["items", "value", "derived", "inquiry", "questions"] = "items"
    unit: str = "points"
    minimum: Decimal = Decimal(0)
    groups: tuple[Group, ...] = ()
    disagreements: tuple[str, ...] = ()  # where sources differ, and what is done here
    aliases: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)  # printed with every result
    derived_from: str | None = None  # the instrument whose answers it is computed from
    from_parts: Callable[[Mapping[str, Any]], Score | None] | None = None  # for stored results
    # For the few whose rule asks for the day of the visit; ``score`` then stands without it.
    score_on: Callable[[Answers, Occasion], Score] | None = None
    # Always asked on the visit form, or in a part of it that opens when it is wanted.
    asked: Literal["always", "optional"] = "optional"
    due_at: tuple[str, ...] = ()  # timepoints of the schedule at which it is expected
    direction: Literal["high_bad", "high_good", "none"] = "high_bad"
    subject: Subject = "other"
    uncertain: tuple[str, ...] = ()  # not confirmed against the paper
    provisional: bool = False
    baseline_days: int = 28  # how many days before treatment a baseline value may be
    note: str = ""  # what a person must know who fills it in
    totalled: bool = True  # False: its scales stand alone, and nothing is added up
    scales: tuple[Scale, ...] = ()
    # Answers that cannot be true together: item → a sentence. Form and import refuse them.
    problems: Callable[[Answers], Mapping[str, str]] | None = None

    @property
    def rule(self) -> Rule:
        """What its calculator and the definitions page say of it."""
        return Rule(
            title=self.title,
            version=self.version,
            subject=self.subject,
            source=self.source,
            licence=self.licence,
            settings={name: _in_words(value) for name, value in self.settings.items()},
            disagreements=self.disagreements,
            uncertain=self.uncertain,
            provisional=self.provisional,
            note=self.note,
        )

    @property
    def stored(self) -> bool:
        """Whether answers are collected for it, rather than computed from another instrument."""
        return self.kind != "derived"

    @property
    def weighted(self) -> bool:
        """Whether its yes-no items weigh differently, so that a weight says something."""
        return len({item.weight for item in self.items if item.yes_no}) > 1

    @property
    def examined(self) -> bool:
        """Whether its items need an examination, which no remote contact can give in full."""
        return self.kind == "items" and self.subject != "patient_reported"

    def scored(self, answers: Answers, occasion: Occasion) -> Score:
        """Return what the answers come to on the occasion of a visit."""
        return self.score_on(answers, occasion) if self.score_on else self.score(answers)

    def item(self, code: str) -> Item:
        """Return the item; raises InvalidAnswerError where the instrument has no such code."""
        for item in self.items:
            if item.code == code:
                return item
        raise InvalidAnswerError("unknown_item", f"{self.title} has no item “{code[:40]}”")

    def sections(self) -> Iterator[tuple[Group, tuple[Item, ...]]]:
        """Yield each group with its items; an instrument without groups is one section."""
        for group in self.groups or (Group("", self.title),):
            yield group, tuple(item for item in self.items if item.group == group.code)

    def refused(self, answers: Answers) -> Mapping[str, str]:
        """Return a sentence for each item whose answer contradicts another one."""
        return self.problems(answers) if self.problems else {}

    def check(self, answers: Answers) -> dict[str, Answer]:
        """Return every item with a possible answer; an item that is not given is not assessed."""
        for code in answers:
            self.item(code)
        return {item.code: item.check(answers.get(item.code)) for item in self.items}

    def to_row(self, answers: Answers) -> list[int | str | None]:
        """List the answers in declared order as JSON values; decimals as text, to stay exact."""
        return [_json(answers.get(item.code)) for item in self.items]

    def from_row(self, row: Sequence[int | float | str | None]) -> dict[str, Answer]:
        """Read a stored row; raises InvalidAnswerError where it does not fit this version."""
        if len(row) != len(self.items):
            raise InvalidAnswerError(
                "bad_row", f"{self.title} has {len(self.items)} items, the row has {len(row)}"
            )
        return {
            item.code: None if value is None else item.check(_from_json(item, value))
            for item, value in zip(self.items, row, strict=True)
        }

    def validate_total(self, value: object) -> Decimal:
        """Return a historic total that the instrument can have; raises InvalidAnswerError."""
        total = in_range(read_number(value, self.title), self.minimum, self.maximum, self.title)
        return fits(total, max((item.places for item in self.items), default=0), self.title)


def _from_json(item: Item, value: int | float | str) -> Answer:
    """Return a stored value as an answer; a number that JSON holds as a fraction stays exact."""
    if item.kind in {"choice", "text", "dates"}:
        return value if isinstance(value, int) else str(value)
    return read_number(str(value), item.label)


def _in_words(setting: object) -> str:
    if isinstance(setting, Mapping):
        return ", ".join(f"{name} {value}" for name, value in setting.items())
    return str(setting)


def _json(answer: Answer) -> int | str | None:
    return str(answer) if isinstance(answer, Decimal) else answer
