"""What an item of an instrument is: one question, the answers it can have, and how they read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from registry.instruments._reading import InvalidAnswerError, fits, in_range, read_number, shown
from registry.partial_date import InvalidDateError, PartialDate

# 1 present, 0 absent, None not assessed; else the number, the code, the text or the dates.
Answer = int | Decimal | str | None

NOT_ASSESSED = "not_assessed"
YES_NO: Mapping[str, int] = {"present": 1, "absent": 0}
ANSWERS = (*YES_NO, NOT_ASSESSED)  # as the exchange has them, whatever an item calls them
LONGEST_TEXT = 200


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
                "out_of_range", f"{self.label}: {shown(text)} is not one of {allowed}"
            )
        if not text or len(text) > LONGEST_TEXT or not text.isprintable():
            raise InvalidAnswerError(
                "out_of_range", f"{self.label}: give 1 to {LONGEST_TEXT} characters on one line"
            )
        return text

    def _dates(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise InvalidAnswerError(
                "out_of_range", f"{self.label}: give {LONGEST_TEXT} characters of dates at most"
            )
        try:
            days = [PartialDate.parse(part.strip()) for part in text.split(";")]
        except InvalidDateError as error:
            raise InvalidAnswerError("out_of_range", f"{self.label}: {error}") from error
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
                "out_of_range",
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
