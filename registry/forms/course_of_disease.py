"""Forms of happenings beside visits: flares, intercurrent events, attempts to reach the patient."""

from typing import Any

from registry import codes
from registry.followup.flares import ORGANS, SEPARATOR, split
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    LongTextField,
    MomentField,
    PartialDateField,
    TickField,
    TypedField,
    YesNoField,
)
from registry.forms.suggested import SuggestedField

ORGAN, LIMB = "organ_", "limb_"  # what the names of the boxes begin with
_LISTS = (("organs", ORGAN, ORGANS), ("selena_limbs", LIMB, codes.SELENA_LIMB))


class FlareForm(RecordForm):
    """One flare; the boxes for organs and limbs are made from their lists."""

    onset_on = PartialDateField("Began", required=True)
    ended_on = PartialDateField("Resolved", hint="Empty = not known to be over")
    last_treated_on = PartialDateField(
        "Last treated", hint="Last day of a treatment that was given for it"
    )
    severity = SuggestedField("Severity", codes=codes.FLARE_SEVERITY)
    reported_by = SuggestedField("Known from", codes=codes.FLARE_SOURCE)
    visit = ChoiceField("Visit that found it", codes={})
    organs = TypedField("Other organs", hint="In your own words, with ; between them")
    treatment = LongTextField("Treatment of the flare")
    admitted = YesNoField("Admitted to hospital for it")
    bilag_systems = TypedField("BILAG systems at A or B", hint="For example renal A; skin B")
    adjudicated = YesNoField(
        "Adjudicated", hint="Judged afterwards by somebody who did not report it"
    )
    adjudicated_by = TypedField("Adjudicated by")
    adjudicated_on = PartialDateField("Adjudicated on")

    def checked(self) -> dict[str, Any]:
        """Return the values, the boxes and words of each list joined by ;."""
        values = super().checked()
        for name, prefix, listed in _LISTS:
            ticked = [code for code in listed if values.pop(prefix + code)]
            values[name] = (
                SEPARATOR.join(dict.fromkeys((*ticked, *split(values.get(name))))) or None
            )
        return values


def boxes_of(stored: dict[str, str | None]) -> dict[str, str]:
    """Return the lists of a stored flare as boxes and as other words, to fill the form."""
    typed: dict[str, str] = {}
    for name, prefix, listed in _LISTS:
        parts = split(stored[name])
        typed |= {f"{prefix}{part}": "true" for part in parts if part in listed}
        typed[name] = f"{SEPARATOR} ".join(part for part in parts if part not in listed)
    return typed


class IntercurrentEventForm(RecordForm):
    """What happened after treatment and changes the meaning of an outcome."""

    type = SuggestedField(
        "What happened",
        codes=codes.INTERCURRENT_EVENT,
        required=True,
        hint="Choose from the list, or write it in your own words",
    )
    on = PartialDateField("Date", required=True)
    course = ChoiceField("Treatment course", codes={})
    planned = YesNoField("Planned", hint="Foreseen by the protocol of the treatment")
    reason = LongTextField("Reason")


class ContactAttemptForm(RecordForm):
    """One try to reach the patient."""

    attempted_at = MomentField(
        "When", required=True, hint="A day, or with the time at your site: 27 3 2026 10:30"
    )
    mode = ChoiceField("How", codes=codes.CONTACT_MODE, required=True)
    result = TypedField(
        "What came of it", required=True, hint="No answer, visit agreed, letter ..."
    )

    def in_zone(self, zone: str | None) -> None:
        """Read a time of day on the clock of that zone."""
        for field in self:
            if isinstance(field, MomentField):
                field.zone = zone


def _add_boxes() -> None:
    for _, prefix, listed in _LISTS:
        for code, title in listed.items():
            setattr(FlareForm, prefix + code, TickField(title))


_add_boxes()
