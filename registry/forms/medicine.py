"""Forms for medicines: a period at one dose with its schedule, and a quick end of it."""

from typing import Any

from registry import codes
from registry.errors import InvalidRecordError
from registry.followup.schedules import SCHEDULES, code_of
from registry.forms.base import RecordForm
from registry.forms.fields import (
    ChoiceField,
    DecimalField,
    PartialDateField,
    TypedField,
    YesNoField,
)


class MedicineForm(RecordForm):
    """One period of one medicine at one dose."""

    drug = TypedField("Medicine", required=True, hint="Steroids are recognised by name")
    started_on = PartialDateField("Started", required=True)
    ended_on = PartialDateField("Ended", hint="Empty = ongoing")
    dose = DecimalField("Dose per intake", low="0", high="100000")
    unit = TypedField("Unit", hint="mg for steroids")
    schedule = ChoiceField(
        "Schedule", codes=codes.SCHEDULE, hint="How often each dose is taken or given"
    )
    per_day = DecimalField(
        "Intakes per day", low="0", high="48", hint="Only where no schedule fits"
    )
    daily_dose = DecimalField(
        "Daily dose", low="0", high="100000", hint="Instead of dose and schedule; it wins over them"
    )
    route = ChoiceField("Route", codes=codes.ROUTE)
    pulse = YesNoField("Pulse", hint="A course of high doses, kept apart from the daily dose")
    as_needed = YesNoField("Only as needed")
    reason = TypedField("Reason")
    stop_reason = TypedField("Reason for stopping")

    def checked(self) -> dict[str, Any]:
        """Return the values with the schedule as intakes per day, which is what is stored."""
        values = super().checked()
        schedule = values.pop("schedule")
        if schedule is None:
            return values
        meant = SCHEDULES[schedule]
        if values["per_day"] is not None and values["per_day"] != meant.per_day:
            raise InvalidRecordError(
                {
                    "schedule": f"Schedule: it says {meant.words}, the intakes per day say "
                    f"{values['per_day']}; leave one of them empty"
                }
            )
        return values | {"per_day": values["per_day"] or meant.per_day}


class EndMedicineForm(RecordForm):
    """The last day of a medicine and why it was stopped."""

    ended_on = PartialDateField("Last day taken", required=True)
    stop_reason = TypedField("Reason for stopping")


def with_schedule(stored: dict[str, str], per_day: Any) -> dict[str, str]:
    """Show intakes per day as their schedule; a number typed another way (1.0) stays as typed."""
    code = code_of(per_day)
    if code is None or str(SCHEDULES[code].per_day) != str(per_day):
        return stored
    return stored | {"schedule": code, "per_day": ""}
