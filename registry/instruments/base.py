"""The vocabulary of instruments: what an item, a score, an instrument and a calculator are.

An instrument file declares data and one pure function; form, page, figure, export and
dictionary read the declaration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from registry.instruments._item import NOT_ASSESSED, YES_NO, Answer, Item
from registry.instruments._reading import InvalidAnswerError, fits, in_range, read_number

__all__ = [
    "NOT_ASSESSED",
    "SUBJECTS",
    "YES_NO",
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


@dataclass(frozen=True, slots=True)
class Group:
    """A part of an instrument that is shown, drawn and summed together, such as an organ."""

    code: str
    title: str


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
