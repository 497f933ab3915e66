"""The form of an adverse event: what happened, how severe, how serious, what may have caused it.

Fields that come in rows (grade history, causality, criteria) are made from the coded lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry import codes
from registry.adverse import terms
from registry.errors import InvalidRecordError
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    CodeNameField,
    LongTextField,
    MomentField,
    PartialDateField,
    TickField,
    TypedField,
    YesNoField,
)
from registry.partial_date import PartialDate

MOST_GRADES = 12  # rows of the grade history that a form holds
GRADES = {str(grade): f"{grade} – {word}" for grade, word in terms.GRADES.items()}
PAIRS = tuple((cause, assessor) for cause in codes.CAUSE for assessor in codes.CAUSALITY_ASSESSOR)
_MOMENT = "A day, or with the time at your site: 27 3 2026 10:30. Mar 2026 or 2026 is possible"
_KNOWN = "Empty = not recorded; never guessed"


class GradeField(ChoiceField):
    """A grade from 1 to 5; which of them exist depends on the term."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        self.data = int(self.data) if self.data is not None else None


@dataclass(frozen=True, slots=True)
class Graded:
    """How severe it was from a day on."""

    on: PartialDate
    grade: int
    serious: bool | None
    row: int = 0  # of the form, for what is wrong with it


class EventForm(RecordForm):
    """A new event; rows of the history and the table of causes are added below."""

    verbatim_term = TypedField(
        "What happened", required=True, hint="In the reporter’s own words, whatever the code says"
    )
    started_on = MomentField("Began", hint=_MOMENT)
    ended_on = MomentField("Ended", hint="Empty = not known to have ended")
    solicited = YesNoField("Answer to a fixed question")
    term = TypedField(
        "Coded term", hint="CTCAE terms are suggested while you type; any is possible"
    )
    dictionary = TypedField("Dictionary", hint="CTCAE, MedDRA or another")
    dictionary_version = TypedField("Version of the dictionary", hint="For example 5.0, or 28.1")
    soc = TypedField("System organ class", hint="Empty = that of a listed CTCAE term")
    grade = GradeField("Worst grade", codes=GRADES)
    scale = TypedField("Scale of the grade", hint="Empty = that of a listed CTCAE term")
    serious = YesNoField("Serious", hint="What came of it, whatever the grade")
    infusion = ChoiceField("Related infusion", codes={})
    lot = CodeNameField("Lot", hint="One of the infusion’s, where an infusion is given")
    expected = YesNoField("Expected")
    expected_reference = TypedField(
        "Reference document", hint="With its version. Without one it counts as unexpected"
    )
    outcome = ChoiceField("Outcome", codes=codes.OUTCOME)
    action = TypedField(
        "Action with the cell treatment", hint="For example none, or 2nd dose put off"
    )
    treatment = TypedField("Treatment of the event")
    site_aware_at = MomentField("Site aware", hint=_KNOWN)
    registry_aware_at = MomentField("Registry aware", hint="Empty = when you report it here")
    sponsor_aware_at = MomentField("Sponsor aware", hint=_KNOWN)
    passed_on_at = MomentField("Passed on to authority or sponsor", hint=_KNOWN)
    narrative = LongTextField("Narrative")

    def checked(self) -> dict[str, Any]:
        """Return the values, with ``seriousness``, ``grades`` and ``causality`` put together."""
        values = super().checked()
        return values | {
            "seriousness": [c for c in codes.SERIOUSNESS if values.pop(f"seriousness_{c}")],
            "causality": {
                (cause, assessor): verdict
                for cause, assessor in PAIRS
                if (verdict := values.pop(f"causality_{cause}_{assessor}"))
            },
            "grades": list(_history(values)),
        }

    def in_zone(self, zone: str | None) -> None:
        """Read times of day on the clock of that zone."""
        for field in self:
            if isinstance(field, MomentField):
                field.zone = zone


class EventChangeForm(EventForm):
    """A new version of a case says what is new, and when that was known."""

    what_is_new = TypedField(
        "What is new", required=True, hint="Kept with this version of the case"
    )
    aware_at = MomentField("When this information reached the site", hint=_KNOWN)


class ProductEventForm(EventForm):
    """An event of a lot and of no patient: a mix-up, a broken bag, a late sterility result."""

    infusion = None  # type: ignore[assignment]  # how WTForms leaves out a field of the parent
    lot = CodeNameField("Lot", required=True)
    site = ChoiceField("Reported by site", codes={}, required=True)


class ProductEventChangeForm(ProductEventForm, EventChangeForm):
    """A new version of an event without a patient; the site that reported it stays."""

    infusion = None  # type: ignore[assignment]
    site = None  # type: ignore[assignment]


def _history(values: dict[str, Any]) -> Iterator[Graded]:
    """Yield the filled rows of the grade history; raises InvalidRecordError for half a row."""
    for n in range(1, MOST_GRADES + 1):
        on, grade, serious = (
            values.pop(f"{name}_{n}") for name in ("graded_on", "graded", "graded_serious")
        )
        if on is None and grade is None and serious is None:
            continue
        if on is None:
            raise InvalidRecordError(
                {f"graded_on_{n}": f"From, row {n}: this is needed with a grade"}
            )
        if grade is None:
            raise InvalidRecordError({f"graded_{n}": f"Grade, row {n}: this is needed with a day"})
        yield Graded(on, grade, serious, n)


def _add_rows() -> None:
    for code, title in codes.SERIOUSNESS.items():
        setattr(EventForm, f"seriousness_{code}", TickField(title))
    for cause, assessor in PAIRS:
        label = f"{codes.CAUSE[cause]}, {codes.CAUSALITY_ASSESSOR[assessor].lower()}"
        setattr(
            EventForm, f"causality_{cause}_{assessor}", ChoiceField(label, codes=codes.CAUSALITY)
        )
    for n in range(1, MOST_GRADES + 1):
        setattr(EventForm, f"graded_on_{n}", PartialDateField(f"From, row {n}"))
        setattr(EventForm, f"graded_{n}", GradeField(f"Grade, row {n}", codes=GRADES))
        setattr(EventForm, f"graded_serious_{n}", YesNoField(f"Serious, row {n}"))


_add_rows()
