"""The rules of happenings beside visits: flares, intercurrent events, attempts to reach."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from registry import rules
from registry.followup.flares import doubts
from registry.issued_codes import new_code
from registry.models import Course, Visit
from registry.operations.clinical_rows import Entry, Values
from registry.operations.placing import check_life
from registry.operations.refusing import ask, refuse
from registry.partial_date import PartialDate
from registry.queries.flares import flares_of


@dataclass(frozen=True, slots=True)
class _Episode:
    """The flare as it is being typed."""

    onset_on: PartialDate
    ended_on: PartialDate | None
    last_treated_on: PartialDate | None


def flare(entry: Entry) -> Values:
    """Refuse dates that cannot be; ask once where two flares may be one episode."""
    values = dict(entry.values)
    visit = values.pop("visit")
    check_life(entry.patient, values, "onset_on", "ended_on", "last_treated_on")
    onset = values["onset_on"]
    refuse(
        ended_on=rules.out_of_order(onset, values["ended_on"], "the onset"),
        last_treated_on=rules.out_of_order(onset, values["last_treated_on"], "the onset"),
        **_adjudication(values),
    )
    own = entry.row.code if entry.row is not None else None
    others = [row for row in flares_of(entry.session, entry.patient) if row.code != own]
    typed = _Episode(onset, values["ended_on"], values["last_treated_on"])
    ask(doubts(typed, others), entry.answered)
    values["visit_id"] = _key_of(entry, Visit, visit, "visit")
    return values | ({"code": new_code("F")} if own is None else {})


def intercurrent_event(entry: Entry) -> Values:
    """Refuse a date outside the patient's life, and a course of somebody else."""
    values = dict(entry.values)
    course = values.pop("course")
    check_life(entry.patient, values, "on")
    return values | {"course_id": _key_of(entry, Course, course, "course")}


def contact_attempt(entry: Entry) -> Values:
    """Refuse an attempt before the birth; one after a death that nobody knew of is possible."""
    on, birth = entry.values["attempted_at"], entry.patient.birth_date
    refuse(attempted_at=rules.outside_life(on, birth, None))
    return entry.values


def _adjudication(values: Values) -> dict[str, str | None]:
    if values["adjudicated"]:
        return {}
    needed = "leave it empty, or say that it was adjudicated"
    return {
        name: f"{label}: {needed}" if values[name] is not None else None
        for name, label in (
            ("adjudicated_by", "Adjudicated by"),
            ("adjudicated_on", "Adjudicated on"),
        )
    }


def _key_of(entry: Entry, model: type[Any], code: str | None, field: str) -> UUID | None:
    """Return the key of a row of this patient; the choice may have been voided meanwhile.

    What the record names already it may go on naming: it happened then, whatever became of it.
    """
    if code is None:
        return None
    kept = getattr(entry.row, f"{field}_id", None)
    key: UUID | None = entry.session.scalar(
        select(model.id).where(
            model.code == code,
            model.patient_id == entry.patient.id,
            model.voided_at.is_(None) | (model.id == kept),
        )
    )
    gone = f"{field.capitalize()}: {code} is not among the patient’s any more; choose again"
    refuse(**{field: gone if key is None else None})
    return key
