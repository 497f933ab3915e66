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
from registry.forms.fields import (
    LONGEST_LINE,
    ChoiceField,
    DecimalField,
    ExactDateField,
    TypedField,
    storable,
)
from registry.forms.results import VISIT_PANEL, Sheet, read_sheet
from registry.instruments import INSTRUMENTS
from registry.instruments.base import Answer, Instrument, InvalidAnswerError, Item, Occasion, Score
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
NONE = "none"  # the tick box “None of these”
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
class Answered:
    """What was answered to one instrument, and the score that follows."""

    instrument: Instrument
    answers: Mapping[str, Answer]
    reasons: Mapping[str, str]
    score: Score


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


def asked() -> tuple[Instrument, ...]:
    """Return the instruments the form asks, the checklist first."""
    stored = [instrument for instrument in INSTRUMENTS.values() if instrument.stored]
    return tuple(sorted(stored, key=lambda i: (i.code != "sledai_2k", i.code != "pga", i.code)))


def read_visit(form: Mapping[str, str]) -> VisitValues:
    """Return the values meant; raise InvalidRecordError with a sentence for each field."""
    errors: dict[str, str] = {}
    facts = _collect(errors, lambda: _facts(form))
    day = _day(facts)
    occasion = Occasion(day.exact if day else None)
    answered = [
        found
        for instrument in asked()
        if (found := _answered(instrument, form, occasion, errors)) is not None
    ]
    steroid = _collect(errors, lambda: _steroid(form))
    results = _collect(errors, lambda: read_sheet(form, VISIT_PANEL, day))
    if facts is not None:
        _check_together(facts, answered, steroid or results, errors)
    if facts is None or errors:
        raise InvalidRecordError(errors)
    return VisitValues(MappingProxyType(facts), tuple(answered), steroid, results)


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


def _answered(
    instrument: Instrument, form: Mapping[str, str], occasion: Occasion, errors: dict[str, str]
) -> Answered | None:
    answers: dict[str, Answer] = {}
    reasons: dict[str, str] = {}
    touched = False
    form = _none_of_these(instrument, form, errors)
    for item in instrument.items:
        name = f"{instrument.code}.{item.code}"
        typed = form.get(name, "").strip()
        touched = touched or bool(typed)
        try:
            answers[item.code] = _answer(item, typed)
        except InvalidAnswerError as error:
            errors[name] = error.message
            continue
        except ValueError as error:
            errors[name] = f"{item.label}: {error}"
            continue
        if answers[item.code] is None:
            reasons[item.code] = _reason(name, item, typed, form, errors)
        elif override := _override(name, item, form, errors):
            reasons[item.code] = override
    if not touched or any(name.startswith(f"{instrument.code}.") for name in errors):
        return None
    return Answered(instrument, answers, reasons, instrument.scored(answers, occasion))


def _none_of_these(
    instrument: Instrument, form: Mapping[str, str], errors: dict[str, str]
) -> Mapping[str, str]:
    """Return the form with every question of an inquiry absent where “none” was ticked.

    Only the tick does that: what is left empty was not asked.
    """
    name = f"{instrument.code}.{NONE}"
    if instrument.kind != "inquiry" or not form.get(name, "").strip():
        return form
    found = [
        item.label
        for item in instrument.items
        if form.get(f"{instrument.code}.{item.code}", "").strip() not in {"", "absent"}
    ]
    if found:
        errors[name] = f"None of these: it is ticked, but something else is said of {found[0]}"
        return form
    absent = {f"{instrument.code}.{item.code}": "absent" for item in instrument.items}
    return dict(form.items()) | absent


def _answer(item: Item, typed: str) -> Answer:
    if not typed:
        return None
    return item.parse(storable(typed, 40) if item.yes_no else storable(typed, 40).replace(",", "."))


def _reason(
    name: str, item: Item, typed: str, form: Mapping[str, str], errors: dict[str, str]
) -> str:
    """Return why an item has no answer; one marked not assessed must say so."""
    reason = form.get(f"{name}.reason", "").strip()
    if reason and reason not in codes.NOT_ASSESSED_REASON:
        errors[f"{name}.reason"] = f"{item.label}: choose a reason from the list"
    elif reason and not typed:
        errors[name] = f"{item.label}: mark it not assessed, or take the reason away"
    elif typed and not reason and item.yes_no:
        errors[f"{name}.reason"] = f"{item.label}: say why it was not assessed"
    return reason or "not_recorded"  # a number has no box for its reason


def _override(name: str, item: Item, form: Mapping[str, str], errors: dict[str, str]) -> str | None:
    """Return why an answer differs from what the results say: a code, or the words of a file."""
    try:
        return storable(form.get(f"{name}.override", "").strip(), LONGEST_LINE) or None
    except ValueError as error:
        errors[f"{name}.override"] = f"{item.label}: {error}"
        return None


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
    complete = any(a.instrument.code == "sledai_2k" and a.score.complete for a in answered)
    if facts.get("contact_mode") in REMOTE and complete:
        errors.setdefault(
            "contact_mode",
            "Contact: a phone or video contact cannot give a complete SLEDAI-2K; "
            "mark what could not be examined as not assessed",
        )


class _MultiDict(dict[str, str]):
    """A plain mapping in the shape that WTForms reads."""

    def getlist(self, name: str) -> list[str]:
        return [self[name]] if name in self else []
