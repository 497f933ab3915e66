"""Forms for what the patient brings along: conditions, biopsies, pregnancies, earlier scores."""

from decimal import Decimal
from typing import Any

from registry import codes
from registry.errors import InvalidRecordError
from registry.followup import conditions
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    LongTextField,
    PartialDateField,
    TypedField,
    WholeNumberField,
    YesNoField,
)
from registry.forms.suggested import SuggestedField
from registry.instruments.sledai_2k import INSTRUMENT as SLEDAI_2K

NOT_AT_A_DISTANCE = "Contact: a phone or video contact cannot give a complete SLEDAI-2K"
_REMOTE = frozenset({"phone", "video"})
# The format has words here, so the suggestions are words too.
SCHEMES = {name: name for name in ("ISN/RPS 2003", "ISN/RPS 2018", "WHO 1982", "WHO 1995")}
_OWN_FORM = {"kidney_biopsy": "a biopsy", "pregnancy": "a pregnancy"}


class ConditionForm(RecordForm):
    """A condition, or that it was asked and is absent, or that nobody can say."""

    condition = SuggestedField(
        "Condition",
        codes=codes.CONDITION,
        required=True,
        hint="Choose from the list, or write it in your own words",
    )
    answer = ChoiceField(
        "Does the patient have it, or has had it", codes=codes.CONDITION_ANSWER, required=True
    )
    active = YesNoField(
        "Active now", hint="At baseline: which organs are active, not only involved"
    )
    onset_on = PartialDateField(
        "Began", hint="A vaccine or an earlier treatment: when it was given"
    )
    ended_on = PartialDateField("Ended")
    detail = LongTextField("Detail", hint="Where and what; why nobody can say")

    def checked(self) -> dict[str, Any]:
        """Return the columns to store: the answer becomes part of the condition."""
        values = super().checked()
        answer = values.pop("answer")
        wrong = _contradictions(values, answer)
        if wrong:
            raise InvalidRecordError(wrong)
        stored = {"condition": conditions.stored_as(values["condition"], answer)}
        return values | stored | ({"active": False} if answer == conditions.ABSENT else {})


def _contradictions(values: dict[str, Any], answer: str) -> dict[str, str]:
    """Return a sentence for each field that does not go with the answer."""
    condition, wrong = values["condition"], {}
    if answer == conditions.PRESENT:
        if condition in _OWN_FORM:
            wrong["answer"] = f"Answer: record {_OWN_FORM[condition]} on its own form instead"
        return wrong
    if condition not in conditions.LISTED:
        wrong["condition"] = "Condition: only a condition of the list can be absent or unknown"
    for name, label in (("onset_on", "Began"), ("ended_on", "Ended"), ("active", "Active now")):
        if values[name] not in {None, False}:
            wrong[name] = f"{label}: leave it empty, there is nothing to date"
    if answer == conditions.UNKNOWN and not values["detail"]:
        wrong["detail"] = "Detail: say why nobody can say"
    return wrong


class _IndexField(WholeNumberField):
    """A whole number kept as the decimal that the column holds."""

    def read(self, typed: str) -> Any:
        return Decimal(super().read(typed))


class BiopsyForm(RecordForm):
    """A kidney biopsy as its report has it."""

    taken_on = PartialDateField("Taken on", required=True)
    classes = TypedField(
        "Classes", required=True, hint="As reported, for example III (A/C) + V, or IV-G (A)"
    )
    scheme = SuggestedField("Scheme", codes=SCHEMES, hint="Which classification the report used")
    activity_index = _IndexField("Activity index, 0 to 24", high="24")
    chronicity_index = _IndexField("Chronicity index, 0 to 12", high="12")


class PregnancyForm(RecordForm):
    """A pregnancy with its outcome, as far as it is known."""

    began_on = PartialDateField("Began", required=True, hint="First day of the last period")
    ended_on = PartialDateField("Ended")
    outcome = SuggestedField("Outcome", codes=codes.PREGNANCY_OUTCOME)


class EarlierScoreForm(RecordForm):
    """A SLEDAI-2K total from the chart, from before the treatment and without its items."""

    visited_on = PartialDateField("Date of the score", required=True)
    total = WholeNumberField("SLEDAI-2K total", low="0", high=str(SLEDAI_2K.maximum), required=True)
    found_in = TypedField("Where it was found", hint="Letter, chart, another registry")
    contact_mode = ChoiceField("Contact", codes=codes.CONTACT_MODE)
    assessor = ChoiceField("Assessor", codes=codes.ASSESSOR)

    def checked(self) -> dict[str, Any]:
        """Return the values; a contact at a distance cannot give a whole score."""
        values = super().checked()
        if values["contact_mode"] in _REMOTE:
            raise InvalidRecordError({"contact_mode": NOT_AT_A_DISTANCE})
        return values
