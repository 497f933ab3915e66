"""Read the visit form: one dense page, drawn and checked from the instruments' declarations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import TypeVar

from registry import codes
from registry.errors import InvalidRecordError
from registry.followup.steroids import looks_like_steroid
from registry.followup.timepoints import is_timepoint
from registry.forms.base import RecordForm
from registry.forms.fields import ChoiceField, DecimalField, ExactDateField, TypedField
from registry.forms.results import VISIT_PANEL, Sheet, read_sheet
from registry.forms.visit_answers import Answered, read_answers
from registry.instruments import INSTRUMENTS, _sledai
from registry.instruments.base import Instrument, Occasion
from registry.instruments.glucocorticoids import EQUAL_TO_5_MG, is_counted, name_of
from registry.partial_date import PartialDate

T = TypeVar("T")
NO_STEROID = frozenset({"none", "no", "0", "nil"})
TIMEPOINTS = (
    *("screening", "baseline", "day_0", "day_1", "day_7", "day_14", "day_28", "day_100"),
    *("month_1", "month_3", "month_6", "month_9", "month_12", "month_18", "month_24"),
    *(f"year_{year}" for year in range(3, 16)),
    "unscheduled",
)
REMOTE = frozenset({"phone", "video"})


class _TimepointField(TypedField):
    def read(self, typed: str) -> str:
        if not is_timepoint(typed):
            raise ValueError(f"“{typed[:40]}” is not a timepoint")
        return typed


class _FactsForm(RecordForm):
    visited_on = ExactDateField("Visit date")
    timepoint = _TimepointField("Timepoint")
    attendance = ChoiceField("Attendance", codes=codes.ATTENDANCE)
    contact_mode = ChoiceField("Contact", codes=codes.CONTACT_MODE)
    assessor = ChoiceField("Assessor", codes=codes.ASSESSOR)
    reason = TypedField("Why missed or not expected")


@dataclass(frozen=True, slots=True)
class Steroid:
    """The systemic steroid at the visit; ``drug`` None says that none is taken."""

    drug: str | None
    daily_mg: Decimal


@dataclass(frozen=True, slots=True)
class VisitValues:
    """One visit as it is meant."""

    facts: Mapping[str, object]
    answered: tuple[Answered, ...]
    steroid: Steroid | None
    results: Sheet | None = None
    shown: frozenset[str] = frozenset()  # the instruments whose questions stood on the form


def asked() -> tuple[Instrument, ...]:
    """Return the instruments the form asks, the checklist first."""
    stored = [instrument for instrument in INSTRUMENTS.values() if instrument.stored]
    return tuple(sorted(stored, key=lambda i: (i.code != "sledai_2k", i.code != "pga", i.code)))


def read_visit(
    form: Mapping[str, str], kept: Mapping[str, str] = MappingProxyType({})
) -> VisitValues:
    """Return the values meant; raise InvalidRecordError with a sentence for each field.

    ``kept`` are the reasons that stand with the stored answers, as ``read_answers`` takes them.
    """
    errors: dict[str, str] = {}
    facts = _collect(errors, lambda: _facts(form))
    day = _day(facts)
    occasion = Occasion(day.exact if day else None)
    answered = [
        found
        for instrument in asked()
        if (found := read_answers(instrument, form, occasion, errors, kept)) is not None
    ]
    steroid = _collect(errors, lambda: _steroid(form))
    results = _collect(errors, lambda: read_sheet(form, VISIT_PANEL, day))
    if facts is not None:
        _check_together(facts, answered, steroid or results, errors)
    if facts is None or errors:
        raise InvalidRecordError(errors)
    return VisitValues(MappingProxyType(facts), tuple(answered), steroid, results, stood_on(form))


def stood_on(form: Mapping[str, str]) -> frozenset[str]:
    """Return what is always asked, and the parts of which a field was sent, empty or not.

    By the code of the instrument; a part that nobody opened sends nothing.
    """
    sent = {name.partition(".")[0] for name in form}
    return frozenset(one.code for one in asked() if one.asked == "always" or one.code in sent)


def _day(facts: Mapping[str, object] | None) -> PartialDate | None:
    """Return the day of the visit, on which a sample without a date was taken."""
    day = facts.get("visited_on") if facts else None
    return day if isinstance(day, PartialDate) else None


def _collect(errors: dict[str, str], read: Callable[[], T]) -> T | None:
    try:
        return read()
    except InvalidRecordError as error:
        errors.update(error.fields)
        return None


def _facts(form: Mapping[str, str]) -> dict[str, object]:
    return _FactsForm(_MultiDict(form)).checked()


def _steroid(form: Mapping[str, str]) -> Steroid | None:
    drug, dose = form.get("steroid.drug", "").strip(), form.get("steroid.daily_dose", "").strip()
    if not drug and not dose:
        return None
    read = _SteroidForm(_MultiDict({"drug": drug, "daily_dose": dose}))
    try:
        values = read.checked()
    except InvalidRecordError as error:
        raise InvalidRecordError(
            {f"steroid.{name}": sentence for name, sentence in error.fields.items()}
        ) from error
    none = drug.casefold() in NO_STEROID
    if none and values["daily_dose"]:
        raise InvalidRecordError(
            {"steroid.daily_dose": "Daily dose: leave it empty, or name the steroid"}
        )
    if not none and (not drug or values["daily_dose"] is None):
        missing = "steroid.drug" if not drug else "steroid.daily_dose"
        sentence = (
            "Daily dose: this is needed with a steroid"
            if drug
            else "Steroid: name it, or leave the daily dose empty"
        )
        raise InvalidRecordError({missing: sentence})
    if not none and not _is_steroid_name(drug):
        raise InvalidRecordError(
            {
                "steroid.drug": f"Steroid: “{drug[:40]}” is not known as a steroid; use its "
                "generic name, and record other medicines on the patient page"
            }
        )
    return Steroid(None, Decimal(0)) if none else Steroid(values["drug"], values["daily_dose"])


def _is_steroid_name(drug: str) -> bool:
    name = name_of(drug)
    return is_counted(name, "oral") and (name in EQUAL_TO_5_MG or looks_like_steroid(name))


class _SteroidForm(RecordForm):
    drug = TypedField("Steroid")
    daily_dose = DecimalField("Daily dose", low="0", high="2000", unit="mg a day")


def _check_together(
    facts: Mapping[str, object],
    answered: list[Answered],
    beside: Steroid | Sheet | None,
    errors: dict[str, str],
) -> None:
    attendance = facts.get("attendance") or "done"
    if attendance == "done" and facts.get("visited_on") is None:
        errors.setdefault("visited_on", "Visit date: this is needed when the visit was done")
    if attendance != "done":
        if not facts.get("reason"):
            errors.setdefault("reason", "Say why the visit was missed or not expected")
        if answered or beside:
            errors.setdefault("attendance", "Attendance: a visit with answers was done")
    whole = [a.instrument for a in answered if a.score.complete]
    examined = next((one.title for one in whole if one.code in _sledai.VERSIONS), None)
    if facts.get("contact_mode") in REMOTE and examined:
        errors.setdefault(
            "contact_mode",
            f"Contact: a phone or video contact cannot give a complete {examined}; "
            "mark what could not be examined as not assessed",
        )


class _MultiDict(dict[str, str]):
    """A plain mapping in the shape that WTForms reads."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []
