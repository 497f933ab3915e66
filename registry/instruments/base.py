"""The vocabulary of instruments: what an item, a score, an instrument and a calculator are.

An instrument file declares data and one pure function; form, page, figure, export and
dictionary read the declaration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from registry.instruments._reading import InvalidAnswerError, fits, in_range, read_number

__all__ = [
    "SUBJECTS",
    "Answer",
    "Answers",
    "Calculator",
    "Group",
    "Instrument",
    "InvalidAnswerError",
    "Item",
    "Rule",
    "Score",
    "Subject",
]

Answer = int | Decimal | None  # 1 present, 0 absent, None not assessed; else the number itself
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


@dataclass(frozen=True, slots=True)
class Group:
    """A part of an instrument that is shown, drawn and summed together, such as an organ."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question: present or absent, unless ``high`` and ``places`` make it a number."""

    code: str
    label: str
    weight: Decimal
    definition: str = ""
    group: str = ""
    exclude: str = ""  # what looks like it and does not count
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)
    places: int = 0  # decimals that an answer may have

    @property
    def yes_no(self) -> bool:
        """Whether the answer is present or absent rather than a number."""
        return self.low == 0 and self.high == 1 and self.places == 0

    def check(self, answer: Answer) -> Answer:
        """Return an answer that this item can have; raises InvalidAnswerError."""
        if answer is None:
            return None
        number = in_range(read_number(answer, self.label), self.low, self.high, self.label)
        fits(number, self.places, self.label)
        return int(number) if self.yes_no else number

    def parse(self, text: str) -> Answer:
        """Read ``present``, ``absent``, ``not_assessed`` or the number, as the exchange has it."""
        text = text.strip()
        if text == NOT_ASSESSED:
            return None
        if not self.yes_no:
            return self.check(read_number(text, self.label))
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
        if self.yes_no:
            return "present" if answer == 1 else "absent"
        return str(answer)


@dataclass(frozen=True, slots=True)
class Score:
    """What the answers add up to; with a gap there is no total, only the two bounds."""

    total: Decimal | None
    known_points: Decimal
    max_possible: Decimal
    complete: bool
    parts: Mapping[str, Any] = field(default_factory=dict)  # plain JSON values
    missing: tuple[str, ...] = ()


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
    # An inquiry asks what happened: it is stored like the others and never scored or summarised.
    kind: Literal["items", "value", "derived", "inquiry"] = "items"
    unit: str = "points"
    minimum: Decimal = Decimal(0)
    groups: tuple[Group, ...] = ()
    disagreements: tuple[str, ...] = ()  # where sources differ, and what is done here
    aliases: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)  # printed with every result
    derived_from: str | None = None  # the instrument whose answers it is computed from
    from_parts: Callable[[Mapping[str, Any]], Score | None] | None = None  # for stored results
    subject: Subject = "other"
    uncertain: tuple[str, ...] = ()  # not confirmed against the paper
    provisional: bool = False

    @property
    def rule(self) -> Rule:
        """What its calculator and the definitions page say of it."""
        return Rule(
            title=self.title,
            version=self.version,
            subject=self.subject,
            source=self.source,
            licence=self.licence,
            settings={name: str(value) for name, value in self.settings.items()},
            disagreements=self.disagreements,
            uncertain=self.uncertain,
            provisional=self.provisional,
        )

    @property
    def stored(self) -> bool:
        """Whether answers are collected for it, rather than computed from another instrument."""
        return self.kind != "derived"

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
            item.code: None if value is None else item.check(read_number(str(value), item.label))
            for item, value in zip(self.items, row, strict=True)
        }

    def validate_total(self, value: object) -> Decimal:
        """Return a historic total that the instrument can have; raises InvalidAnswerError."""
        total = in_range(read_number(value, self.title), self.minimum, self.maximum, self.title)
        return fits(total, max((item.places for item in self.items), default=0), self.title)


def _json(answer: Answer) -> int | str | None:
    return str(answer) if isinstance(answer, Decimal) else answer
