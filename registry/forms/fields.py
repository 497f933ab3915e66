"""Form fields for clinical values: what was typed stays on the page, what was meant is the data.

Built on WTForms; each field refuses with a sentence that a nurse understands.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from wtforms import Field, ValidationError
from wtforms.form import BaseForm
from wtforms.widgets import TextInput

from registry import clock, rules
from registry.forms.dates import read_date
from registry.forms.grouped import ungrouped
from registry.forms.times import read_time
from registry.numbers import InvalidNumberError, check_range, parse_decimal
from registry.partial_date import InvalidDateError, PartialDate

LONGEST_LINE = 200
LONGEST_TEXT = 4000
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
# Control characters but tab and newlines; lone surrogates, which no database can store.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class TypedField(Field):
    """A field that reads one line of text; empty is None, and wrong when ``required``."""

    widget = TextInput()
    kind = "text"

    def __init__(self, label: str, *, required: bool = False, hint: str = "", **extra: Any) -> None:
        super().__init__(label, description=hint, **extra)
        self.required = required
        self.data: Any = None
        self._problem: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        try:
            self.data = self.read(typed) if typed else None
        except (InvalidDateError, InvalidNumberError, ValueError) as error:
            self.data, self._problem = None, f"{self.label.text}: {error}"

    def pre_validate(self, form: BaseForm) -> None:
        if self._problem:
            raise ValidationError(self._problem)
        if self.required and self.data is None:
            raise ValidationError(f"{self.label.text}: this is needed")

    def read(self, typed: str) -> Any:
        """Turn what was typed into what was meant; raise ValueError with a sentence."""
        return storable(typed, LONGEST_LINE)


class LongTextField(TypedField):
    kind = "textarea"

    def read(self, typed: str) -> str:
        return storable(typed, LONGEST_TEXT)


class CodeNameField(TypedField):
    """A code that people give to a patient, lot or site: 1 to 40 letters, digits, dot, dash."""

    def read(self, typed: str) -> str:
        if not _CODE.fullmatch(typed):
            raise ValueError("use 1 to 40 letters, digits, dots, dashes or underscores")
        return typed


class PartialDateField(TypedField):
    """A date as far as it is known; ``past`` refuses what has certainly not happened yet."""

    kind = "date"

    def __init__(self, label: str, *, past: bool = True, **extra: Any) -> None:
        super().__init__(label, **extra)
        self.past = past

    def read(self, typed: str) -> PartialDate:
        today = clock.today()
        value = self.understood(storable(typed, 40), today)
        future = rules.in_the_future(value, today) if self.past else None
        if future:
            raise ValueError(future)
        return value

    def understood(self, typed: str, today: date) -> PartialDate:
        """Return what the text means, whether or not that is possible here."""
        return read_date(typed, today)


class MomentField(PartialDateField):
    """A date, with the time of day where it is known; ``zone`` is that of the site, if any."""

    zone: str | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0].strip() if valuelist else ""

    def pre_validate(self, form: BaseForm) -> None:
        # Read here, not before: a view may name the zone after the form was read.
        super().process_formdata([self.typed])
        super().pre_validate(form)

    def understood(self, typed: str, today: date) -> PartialDate:
        return read_time(typed, today, self.zone)


class ExactDateField(PartialDateField):
    """A date whose day must be known, as the day of a visit."""

    def read(self, typed: str) -> PartialDate:
        value = super().read(typed)
        if value.exact is None:
            raise ValueError("the day is needed here, like 27 3 2026")
        return value


class DecimalField(TypedField):
    """A number with comma or point, kept as typed; ``low`` and ``high`` are possible values."""

    kind = "number"

    def __init__(
        self, label: str, *, low: str = "0", high: str, unit: str = "", **extra: Any
    ) -> None:
        super().__init__(label, **extra)
        self.low, self.high, self.unit = Decimal(low), Decimal(high), unit

    def read(self, typed: str) -> Decimal:
        value = parse_decimal(ungrouped(storable(typed, 40), self.high), comma=True)
        return check_range(value, self.low, self.high, self.unit)


class WholeNumberField(DecimalField):
    def read(self, typed: str) -> Any:
        value = super().read(typed)
        if value != value.to_integral_value():
            raise ValueError(f"{value} is not a whole number")
        return int(value)


class ChoiceField(TypedField):
    """One code of a list."""

    kind = "select"

    def __init__(self, label: str, *, codes: Mapping[str, str], **extra: Any) -> None:
        super().__init__(label, **extra)
        self.codes = codes

    def pre_validate(self, form: BaseForm) -> None:
        # Here, not while reading: a view may offer its choices after the form was read.
        super().pre_validate(form)
        if self.data is not None and self.data not in self.codes:
            raise ValidationError(
                f"{self.label.text}: “{self.data[:40]}” is not one of the choices"
            )


class YesNoField(TypedField):
    """Yes, no, or not recorded: three values, never a tick box."""

    kind = "select"
    codes: Mapping[str, str] = MappingProxyType({"true": "Yes", "false": "No"})

    def read(self, typed: str) -> bool:
        if typed not in self.codes:
            raise ValueError(f"“{typed[:40]}” is not one of the choices")
        return typed == "true"


class TickField(TypedField):
    """A box: ticked is True, and anything else is not."""

    kind = "tick"

    def read(self, typed: str) -> bool:
        if typed != "true":
            raise ValueError(f"“{typed[:40]}” is not a tick")
        return True


def storable(text: str, longest: int) -> str:
    """Return the text; raise ValueError when a database could not keep it as it is."""
    if _UNSTORABLE.search(text):
        raise ValueError("contains a character that cannot be stored; type it again")
    if len(text) > longest:
        raise ValueError(f"is {len(text)} characters long; {longest} are possible")
    return text
